"""Federated averaging: rounds, clients and local epochs."""
import argparse
import copy
import random

import torch
from torch import nn

ap = argparse.ArgumentParser()
ap.add_argument("--rounds", type=int, default=100, help="rounds of communication")
ap.add_argument("--num-users", type=int, default=100, help="number of clients")
ap.add_argument("--frac", type=float, default=0.1, help="share of the clients in a round")
ap.add_argument("--local-ep", type=int, default=5, help="local epochs")
ap.add_argument("--local-bs", type=int, default=10, help="local batch size")
ap.add_argument("--bs", type=int, default=128, help="test batch size")
ap.add_argument("--lr", type=float, default=0.01)
ap.add_argument("--momentum", type=float, default=0.5, help="SGD momentum (default: 0.5)")
ap.add_argument("--mu", type=float, default=0.0, help="strength of the proximal term")
ap.add_argument("--iid", action="store_true")
ap.add_argument("--gpu", type=int, default=-1)
ap.add_argument("--seed", type=int, default=1)
args = ap.parse_args()


def local_update(net, data):
    start = [p.detach().clone() for p in net.parameters()]
    opt = torch.optim.SGD(net.parameters(), lr=args.lr, momentum=args.momentum)
    for _ in range(args.local_ep):
        for x, y in torch.utils.data.DataLoader(data, args.local_bs, shuffle=True):
            loss = nn.functional.cross_entropy(net(x), y)
            if args.mu:
                loss = loss + args.mu / 2 * sum(((p - q) ** 2).sum() for p, q in zip(net.parameters(), start))
            opt.zero_grad()
            loss.backward()
            opt.step()
    return net.state_dict()


def average(states):
    return {k: sum(s[k] for s in states) / len(states) for k in states[0]}


torch.manual_seed(args.seed)
clients, test = torch.load("clients_iid.pt" if args.iid else "clients.pt")
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 10))
for r in range(args.rounds):
    chosen = random.sample(range(args.num_users), max(1, int(args.frac * args.num_users)))
    net.load_state_dict(average([local_update(copy.deepcopy(net), clients[i]) for i in chosen]))
    with torch.no_grad():
        hits = sum((net(x).argmax(1) == y).sum().item() for x, y in torch.utils.data.DataLoader(test, args.bs))
    print("Round {:3d}, Testing accuracy: {:.2f}".format(r, 100.0 * hits / len(test)))
