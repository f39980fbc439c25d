import numpy as np
import torch
import torch.nn.functional as F


class TransE(torch.nn.Module):
    def __init__(self, entities, relations, dim, gamma):
        super().__init__()
        self.e, self.r, self.gamma = torch.nn.Embedding(entities, dim), torch.nn.Embedding(relations, dim), gamma

    def score(self, h, r, t):
        return self.gamma - (self.e(h) + self.r(r) - self.e(t)).norm(p=1, dim=-1)

    def norm(self):
        return self.e.weight.norm(p=3) ** 3

    def loss(self, triples, negatives, temperature):
        h, r, t = triples.T
        bad = self.score(h[:, None], r[:, None], negatives)
        weight = F.softmax(bad * temperature, 1).detach()
        return -F.logsigmoid(self.score(h, r, t)).mean() - (weight * F.logsigmoid(-bad)).sum(1).mean()


def load_triples(path):
    train, valid = (np.loadtxt(f"{path}/{name}.txt", dtype=int) for name in ("train", "valid"))
    return torch.from_numpy(train), torch.from_numpy(valid), int(train[:, [0, 2]].max()) + 1, int(train[:, 1].max()) + 1


def ranks(model, triples, size):
    out = []
    with torch.no_grad():
        for part in triples.split(size):
            h, r, t = part.T
            scores = model.score(h[:, None], r[:, None], torch.arange(model.e.num_embeddings)[None])
            out.append(1 + (scores > scores.gather(1, t[:, None])).sum(1))
    return torch.cat(out).numpy()
