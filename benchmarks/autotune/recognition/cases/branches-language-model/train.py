"""A recurrent language model whose optimizer is chosen on the command line."""
import argparse
import math

import torch
from torch import nn

import corpus

parser = argparse.ArgumentParser(description="word model")
parser.add_argument("--corpus", default="text/")
parser.add_argument("--opt", default="adam", help="sgd, asgd or adam")
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--mom", type=float, default=0.9, help="momentum of sgd")
parser.add_argument("--t0", type=int, default=1000, help="where averaging starts")
parser.add_argument("--width", type=int, default=650)
parser.add_argument("--depth", type=int, default=2)
parser.add_argument("--drop", type=float, default=0.5)
parser.add_argument("--clipping", type=float, default=0.25, help="gradient clipping")
parser.add_argument("--act-reg", type=float, default=2.0, help="L2 regularization on activations (0 = off)")
parser.add_argument("--schedule-plateau", action="store_true")
parser.add_argument("--plateau-factor", type=float, default=0.25, help="by what the rate falls on a plateau")
parser.add_argument("--epochs", type=int, default=40)
parser.add_argument("--bptt", type=int, default=35)
parser.add_argument("--batch", type=int, default=20)
parser.add_argument("--seed", type=int, default=7)
parser.add_argument("--every", type=int, default=200, help="report interval")
args = parser.parse_args()
torch.manual_seed(args.seed)


class Words(nn.Module):
    def __init__(self, tokens, width, depth, drop):
        super().__init__()
        self.inner = nn.Embedding(tokens, width)
        self.rnn = nn.LSTM(width, width, depth, dropout=drop)
        self.outer = nn.Linear(width, tokens)
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        out, _ = self.rnn(self.drop(self.inner(x)))
        return self.outer(self.drop(out)), out


def optimizer_for(net):
    kind = args.opt.lower()
    if kind == "sgd":
        return torch.optim.SGD(net.parameters(), lr=args.lr, momentum=args.mom)
    if kind == "asgd":
        return torch.optim.ASGD(net.parameters(), lr=args.lr, t0=args.t0)
    return torch.optim.Adam(net.parameters(), lr=args.lr)


data = corpus.load(args.corpus, args.batch)
net = Words(data.tokens, args.width, args.depth, args.drop)
optimizer = optimizer_for(net)
if args.schedule_plateau:
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=args.plateau_factor)
criterion = nn.CrossEntropyLoss()
for epoch in range(args.epochs):
    for step, (x, y) in enumerate(data.train(args.bptt)):
        optimizer.zero_grad()
        logits, states = net(x)
        loss = criterion(logits.view(-1, data.tokens), y) + args.act_reg * states.pow(2).mean()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), args.clipping)
        optimizer.step()
        if step % args.every == 0:
            print("step %d train loss %.3f" % (step, loss.item()))
    held_out = corpus.evaluate(net, data.valid)
    if args.schedule_plateau:
        plateau.step(held_out)
    print("epoch %d | valid loss %.3f | valid ppl %.2f" % (epoch, held_out, math.exp(held_out)))
