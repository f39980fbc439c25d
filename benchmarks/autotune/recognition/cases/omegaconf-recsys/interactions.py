import numpy as np
import torch


class Interactions:
    def __init__(self, path, min_ratings):
        rows = np.loadtxt(path, delimiter=",", dtype=int, usecols=(0, 1))
        self.users, self.items = rows.max(0) + 1
        self.rows = rows
        self.min_ratings = min_ratings
        self.held_out = [(int(u), [int(i)] + list(range(99))) for u, i in rows[:: len(rows) // 500 or 1]]

    def batches(self, size, negatives):
        for part in np.array_split(np.random.permutation(self.rows), max(1, len(self.rows) // size)):
            u = torch.from_numpy(np.repeat(part[:, 0], 1 + negatives))
            i = np.random.randint(0, self.items, len(u))
            i[:: 1 + negatives] = part[:, 1]
            y = torch.zeros(len(u))
            y[:: 1 + negatives] = 1.0
            yield u, torch.from_numpy(i), y
