"""Wasserstein GAN with gradient penalty on faces."""
import argparse
import os

import torch
import torch.nn as nn
from torch import autograd, optim
from torchvision import datasets, transforms, utils

parser = argparse.ArgumentParser()
parser.add_argument("--dataroot", required=True)
parser.add_argument("--image_size", type=int, default=64)
parser.add_argument("--n_epochs", type=int, default=100)
parser.add_argument("--batch_size", type=int, default=64)
parser.add_argument("--g_lr", type=float, default=0.0001)
parser.add_argument("--d_lr", type=float, default=0.0003)
parser.add_argument("--b1", type=float, default=0.0, help="first-order momentum decay of Adam")
parser.add_argument("--b2", type=float, default=0.9, help="second-order momentum decay of Adam")
parser.add_argument("--latent_dim", type=int, default=128)
parser.add_argument("--n_critic", type=int, default=5, help="critic steps for each generator step")
parser.add_argument("--lambda_gp", type=float, default=10.0)
parser.add_argument("--sample_interval", type=int, default=500)
parser.add_argument("--n_cpu", type=int, default=4)
parser.add_argument("--out", default="samples")
opt = parser.parse_args()
os.makedirs(opt.out, exist_ok=True)

G = nn.Sequential(nn.Linear(opt.latent_dim, 4096), nn.ReLU(), nn.Unflatten(1, (256, 4, 4)), nn.Upsample(scale_factor=opt.image_size // 4), nn.Conv2d(256, 3, 3, padding=1), nn.Tanh())
D = nn.Sequential(nn.Conv2d(3, 64, 5, 4), nn.LeakyReLU(0.2), nn.Conv2d(64, 128, 5, 4), nn.LeakyReLU(0.2), nn.Flatten(), nn.LazyLinear(1))


def penalty(real, fake):
    t = torch.rand(len(real), 1, 1, 1)
    x = (t * real + (1 - t) * fake).requires_grad_()
    grad = autograd.grad(D(x).sum(), x, create_graph=True)[0]
    return ((grad.flatten(1).norm(2, 1) - 1) ** 2).mean()


tf = transforms.Compose([transforms.Resize(opt.image_size), transforms.CenterCrop(opt.image_size), transforms.ToTensor()])
loader = torch.utils.data.DataLoader(datasets.ImageFolder(opt.dataroot, tf), opt.batch_size, shuffle=True, num_workers=opt.n_cpu)
opt_g = optim.Adam(G.parameters(), lr=opt.g_lr, betas=(opt.b1, opt.b2))
opt_d = optim.Adam(D.parameters(), lr=opt.d_lr, betas=(opt.b1, opt.b2))
done = 0
for epoch in range(opt.n_epochs):
    for i, (real, _) in enumerate(loader):
        fake = G(torch.randn(len(real), opt.latent_dim))
        d_loss = D(fake.detach()).mean() - D(real).mean() + opt.lambda_gp * penalty(real, fake.detach())
        opt_d.zero_grad()
        d_loss.backward()
        opt_d.step()
        if i % opt.n_critic == 0:
            g_loss = -D(G(torch.randn(len(real), opt.latent_dim))).mean()
            opt_g.zero_grad()
            g_loss.backward()
            opt_g.step()
            print("[Epoch %d/%d] [Batch %d/%d] [D loss: %f] [G loss: %f]" % (epoch, opt.n_epochs, i, len(loader), d_loss.item(), g_loss.item()))
        if done % opt.sample_interval == 0:
            utils.save_image(fake[:25], f"{opt.out}/{done}.png", nrow=5, normalize=True)
        done += 1
