"""Variational autoencoder of fashion images with a weighted KL term."""
import argparse

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


class TrainParser(argparse.ArgumentParser):
    """Common options of our training programs."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, formatter_class=argparse.ArgumentDefaultsHelpFormatter, **kwargs)
        self.add_argument("--data-root", default="~/data")
        self.add_argument("--n-epochs", type=int, default=25)
        self.add_argument("--batch", type=int, default=100)
        self.add_argument("--learning-rate", type=float, default=1e-3)
        self.add_argument("--num-workers", type=int, default=2)
        self.add_argument("--seed", type=int, default=1)


class VAEParser(TrainParser):
    def __init__(self):
        super().__init__(description="VAE")
        self.add_argument("--latent-dim", type=int, default=20)
        self.add_argument("--hidden-dim", type=int, default=400)
        self.add_argument("--kl-weight", type=float, default=1.0, help="weight of the KL term in the loss")
        self.add_argument("--save-samples", action="store_true")


class VAE(nn.Module):
    def __init__(self, hidden, latent):
        super().__init__()
        self.enc = nn.Linear(784, hidden)
        self.mu, self.logvar = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.dec = nn.Sequential(nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, 784), nn.Sigmoid())

    def forward(self, x):
        h = F.relu(self.enc(x))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
        return self.dec(z), mu, logvar


def objective(recon, x, mu, logvar, weight):
    bce = F.binary_cross_entropy(recon, x, reduction="sum")
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return bce + weight * kld


def main():
    opt = VAEParser().parse_args()
    torch.manual_seed(opt.seed)
    tf = transforms.ToTensor()
    train = DataLoader(datasets.FashionMNIST(opt.data_root, True, tf), opt.batch, shuffle=True, num_workers=opt.num_workers)
    test = DataLoader(datasets.FashionMNIST(opt.data_root, False, tf), 1000, num_workers=opt.num_workers)
    model = VAE(opt.hidden_dim, opt.latent_dim)
    optimizer = torch.optim.Adam(model.parameters(), lr=opt.learning_rate)
    for epoch in range(1, opt.n_epochs + 1):
        model.train()
        total = 0.0
        for x, _ in train:
            x = x.view(-1, 784)
            optimizer.zero_grad()
            loss = objective(*((out := model(x))[0], x, *out[1:]), opt.kl_weight)
            loss.backward()
            optimizer.step()
            total += loss.item()
        print("====> Epoch: {} Average train loss: {:.4f}".format(epoch, total / len(train.dataset)))
        model.eval()
        total = 0.0
        with torch.no_grad():
            for x, _ in test:
                x = x.view(-1, 784)
                recon, mu, logvar = model(x)
                total += objective(recon, x, mu, logvar, opt.kl_weight).item()
        print("====> Test set loss: {:.4f}".format(total / len(test.dataset)))
        if opt.save_samples:
            torch.save(model.dec(torch.randn(64, opt.latent_dim)), f"samples_{epoch}.pt")


if __name__ == "__main__":
    main()
