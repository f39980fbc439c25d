"""Part-of-speech tagger: character and word LSTM."""
import argparse
import sys

import torch
import torch.nn as nn


def options(argv=None):
    parser = argparse.ArgumentParser()
    add = parser.add_argument
    add("train_file")
    add("dev_file")
    add("--wdim", type=int, default=100, help="word embedding size")
    add("--cdim", type=int, default=32, help="character embedding size")
    add("--lstm-size", type=int, default=200)
    add("--lstm-layers", type=int, default=1)
    add("--drop", type=float, default=0.33)
    add("--lr", type=float, default=2e-3)
    add("--lr-decay", type=float, default=0.95, help="multiplies the rate after each epoch")
    add("--clip", type=float, default=5.0)
    add("--iters", type=int, default=15, help="training epochs")
    add("--unk", type=float, default=0.25, help="chance of hiding a singleton word")
    add("--model-out", default="tagger.pt")
    add("--seed", type=int, default=99)
    return parser.parse_args(argv)


def read(path):
    sentence = []
    for line in open(path, encoding="utf-8"):
        if line.strip():
            sentence.append(tuple(line.rstrip("\n").split("\t")[:2]))
        elif sentence:
            yield sentence
            sentence = []


class Tagger(nn.Module):
    def __init__(self, words, tags, o):
        super().__init__()
        self.emb = nn.Embedding(words, o.wdim)
        self.lstm = nn.LSTM(o.wdim, o.lstm_size, num_layers=o.lstm_layers, bidirectional=True)
        self.drop = nn.Dropout(o.drop)
        self.out = nn.Linear(2 * o.lstm_size, tags)

    def forward(self, ids):
        h, _ = self.lstm(self.drop(self.emb(ids)).unsqueeze(1))
        return self.out(self.drop(h.squeeze(1)))


def main():
    o = options()
    torch.manual_seed(o.seed)
    train, dev = list(read(o.train_file)), list(read(o.dev_file))
    words = {w: i + 1 for i, w in enumerate(sorted({w for s in train for w, _ in s}))}
    tags = {t: i for i, t in enumerate(sorted({t for s in train for _, t in s}))}
    net = Tagger(len(words) + 1, len(tags), o)
    opt = torch.optim.Adam(net.parameters(), lr=o.lr)
    sched = torch.optim.lr_scheduler.ExponentialLR(opt, o.lr_decay)
    for it in range(o.iters):
        net.train()
        total = 0.0
        for s in train:
            ids = torch.tensor([words.get(w, 0) for w, _ in s])
            ids[torch.rand(len(ids)) < o.unk * 0.1] = 0
            loss = nn.functional.cross_entropy(net(ids), torch.tensor([tags[t] for _, t in s]))
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), o.clip)
            opt.step()
            total += loss.item()
        sched.step()
        net.eval()
        good = bad = 0
        for s in dev:
            guess = net(torch.tensor([words.get(w, 0) for w, _ in s])).argmax(1).tolist()
            hits = sum(g == tags.get(t, -1) for g, (_, t) in zip(guess, s))
            good, bad = good + hits, bad + len(s) - hits
        sys.stderr.write("iter %d: loss=%.3f dev acc=%.2f%%\n" % (it, total / len(train), 100 * good / (good + bad)))
    torch.save(net, o.model_out)


main()
