import numpy as np


def load(year, months):
    rows = np.load(f"prices-{year}.npy")
    cut = int(len(rows) * (12 - months) / 12)
    return rows[:cut, :-1], rows[:cut, -1], rows[cut:, :-1], rows[cut:, -1]
