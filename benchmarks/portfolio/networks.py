"""A small network for tables, as scripts have it: two hidden layers with dropout, AdamW or SGD with momentum."""

from __future__ import annotations

import numpy as np
from candidates import Values
from data_sets import Split

EPOCHS = 15
MOMENTUM = 0.9


def train_network(values: Values, split: Split, *, optimizer: str) -> np.ndarray:
    """Trains for a fixed number of epochs; probabilities (n, classes) or numbers (n,) of the validation rows.

    A training that diverges predicts what nobody would want: equal probabilities, or three deviations off.
    """
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(1)
    outputs = split.classes or 1
    width, drop = int(values["hidden_size"]), float(values["dropout"])
    x = torch.from_numpy(np.ascontiguousarray(split.wide[0]))
    y = torch.from_numpy(split.labels[0]).long() if split.classes else torch.from_numpy(split.labels[0]).float()
    model = torch.nn.Sequential(
        torch.nn.Linear(x.shape[1], width),
        torch.nn.ReLU(),
        torch.nn.Dropout(drop),
        torch.nn.Linear(width, width),
        torch.nn.ReLU(),
        torch.nn.Dropout(drop),
        torch.nn.Linear(width, outputs),
    )
    rate, decay = float(values["learning_rate"]), float(values["weight_decay"])
    steps = (
        torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay, fused=True)
        if optimizer == "adamw"
        else torch.optim.SGD(model.parameters(), lr=rate, weight_decay=decay, momentum=MOMENTUM, fused=True)
    )
    loss_of = torch.nn.CrossEntropyLoss() if split.classes else torch.nn.MSELoss()
    batch = int(values["batch_size"])
    for _ in range(EPOCHS):
        order = torch.randperm(len(x))
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            steps.zero_grad()
            predicted = model(x[rows])
            loss_of(predicted if split.classes else predicted[:, 0], y[rows]).backward()
            steps.step()
    return _predicted(model, split)


def _predicted(model: object, split: Split) -> np.ndarray:
    import torch

    model.eval()  # type: ignore[attr-defined]
    with torch.no_grad():
        out = model(torch.from_numpy(np.ascontiguousarray(split.wide[1])))  # type: ignore[operator]
        out = torch.softmax(out, dim=1) if split.classes else out[:, 0]
    predicted = out.numpy().astype(np.float64)
    if np.isfinite(predicted).all() and np.abs(predicted).max() < 1e6:
        return predicted
    return np.full(predicted.shape, 1 / split.classes if split.classes else 3.0)
