"""Whale call detection, in the manner of competition notebooks: a class of constants."""
import random

import numpy as np
import pandas as pd
import torch
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from torch import nn


class CFG:
    seed = 2023
    n_folds = 5
    trn_folds = [0, 1]
    epochs = 8
    batch_size = 32
    lr = 1e-3
    min_lr = 1e-6
    weight_decay = 1e-6
    hidden = 128
    num_workers = 2
    train_csv = "train.csv"
    debug = False


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def run_fold(fold, frame, features):
    train, valid = frame[frame.fold != fold], frame[frame.fold == fold]
    net = nn.Sequential(nn.Linear(len(features), CFG.hidden), nn.ReLU(), nn.Linear(CFG.hidden, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=CFG.lr, weight_decay=CFG.weight_decay)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=CFG.epochs, eta_min=CFG.min_lr)
    x, y = torch.tensor(train[features].values).float(), torch.tensor(train.target.values).float()
    vx = torch.tensor(valid[features].values).float()
    score = 0.0
    for epoch in range(CFG.epochs):
        for rows in torch.randperm(len(x)).split(CFG.batch_size):
            loss = nn.functional.binary_cross_entropy_with_logits(net(x[rows]).squeeze(1), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scheduler.step()
        score = roc_auc_score(valid.target, net(vx).detach().numpy())
        print(f"Fold {fold} Epoch {epoch + 1} - avg_train_loss: {loss.item():.4f}  val_auc: {score:.5f}")
    return score


if __name__ == "__main__":
    seed_everything(CFG.seed)
    frame = pd.read_csv(CFG.train_csv)
    frame["fold"] = -1
    for i, (_, rows) in enumerate(StratifiedKFold(CFG.n_folds, shuffle=True, random_state=CFG.seed).split(frame, frame.target)):
        frame.loc[rows, "fold"] = i
    features = [c for c in frame if c not in ("target", "fold", "id")]
    scores = [run_fold(f, frame, features) for f in CFG.trn_folds]
    print("CV:", np.mean(scores))
