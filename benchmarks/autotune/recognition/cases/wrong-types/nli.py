"""Textual entailment; the declarations are careless, as they often are."""
import argparse

import torch
import torch.nn as nn
from torch.utils.data import DataLoader


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=str, default="20")
    parser.add_argument("--lr", type=str, default="0.0004")
    parser.add_argument("--momentum_beta", default="0.9", help="first beta")
    parser.add_argument("--dropout", type=int, default=0.2)
    parser.add_argument("--d_hidden", default="300")
    parser.add_argument("--l2", type=int, default=1e-5)
    parser.add_argument("--fc_layers", type=float, default=3)
    parser.add_argument("--batch", default=128)
    parser.add_argument("--bidirectional", type=bool, default=True)
    parser.add_argument("--embeddings", default="glove.pt")
    parser.add_argument("--seed", type=float, default=1)
    return parser.parse_args()


class NLI(nn.Module):
    def __init__(self, vectors, args):
        super().__init__()
        width = int(args.d_hidden)
        self.emb = nn.Embedding.from_pretrained(vectors)
        self.rnn = nn.LSTM(vectors.shape[1], width, bidirectional=args.bidirectional, batch_first=True)
        n = width * (2 if args.bidirectional else 1) * 2
        layers = []
        for _ in range(int(args.fc_layers)):
            layers += [nn.Linear(n, width), nn.ReLU(), nn.Dropout(args.dropout)]
            n = width
        self.fc = nn.Sequential(*layers, nn.Linear(n, 3))

    def forward(self, a, b):
        return self.fc(torch.cat([self.rnn(self.emb(s))[0].amax(1) for s in (a, b)], 1))


def main():
    args = get_args()
    torch.manual_seed(int(args.seed))
    train, dev = torch.load("nli.pt")
    model = NLI(torch.load(args.embeddings), args)
    opt = torch.optim.Adam(model.parameters(), lr=float(args.lr), betas=(float(args.momentum_beta), 0.999), weight_decay=args.l2)
    for epoch in range(int(args.epochs)):
        model.train()
        for a, b, y in DataLoader(train, int(args.batch), shuffle=True):
            loss = nn.functional.cross_entropy(model(a, b), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
        model.eval()
        with torch.no_grad():
            right = sum((model(a, b).argmax(1) == y).sum().item() for a, b, y in DataLoader(dev, 512))
        print(f"epoch {epoch} loss {loss.item():.3f} dev accuracy {100 * right / len(dev):.2f}%")


if __name__ == "__main__":
    main()
