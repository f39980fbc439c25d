import torch


def make_loaders(root, n_mels, batch_size):
    train = torch.load(f"{root}/train.pt")
    valid = torch.load(f"{root}/valid.pt")
    tokens = ["<blank>"] + sorted({t for _, y, _, _ in train for t in y})
    return torch.utils.data.DataLoader(train, batch_size, shuffle=True), torch.utils.data.DataLoader(valid, batch_size), tokens
