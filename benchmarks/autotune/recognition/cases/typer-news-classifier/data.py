"""Reading the corpus: one headline a line, the section before a tab."""
import collections
import random

import torch


def read_corpus(path, min_count):
    rows = [line.rstrip("\n").split("\t", 1) for line in open(path, encoding="utf-8")]
    counts = collections.Counter(word for _, text in rows for word in text.lower().split())
    vocab = {w: i + 1 for i, (w, n) in enumerate(counts.most_common()) if n >= min_count}
    classes = sorted({label for label, _ in rows})
    items = [([vocab.get(w, 0) for w in text.lower().split()], classes.index(label)) for label, text in rows]
    random.Random(0).shuffle(items)
    cut = len(items) // 10
    return items[cut:], items[:cut], vocab, classes


def batches(items, size, device):
    for i in range(0, len(items), size):
        part = items[i : i + size]
        ids = torch.tensor([w for words, _ in part for w in words], device=device)
        lengths = torch.tensor([0] + [len(words) for words, _ in part[:-1]])
        yield ids, lengths.cumsum(0).to(device), torch.tensor([y for _, y in part], device=device)
