"""Denoising diffusion on small pictures."""
import argparse
import copy
import math

import torch
import torch.nn.functional as F
from torch import nn
from tqdm import tqdm


def get_args():
    ap = argparse.ArgumentParser(description="DDPM")
    ap.add_argument("--images", type=str, default="images.pt")
    ap.add_argument("--train-steps", type=int, default=100_000)
    ap.add_argument("--train-batch-size", type=int, default=64)
    ap.add_argument("--learning-rate", type=float, default=8e-5)
    ap.add_argument("--ema-decay", type=float, default=0.995)
    ap.add_argument("--timesteps", type=int, default=1000, help="number of diffusion steps")
    ap.add_argument("--sampling-timesteps", type=int, default=250)
    ap.add_argument("--beta-schedule", choices=["linear", "cosine"], default="cosine")
    ap.add_argument("--channels", type=int, default=64)
    ap.add_argument("--grad-clip", type=float, default=1.0)
    ap.add_argument("--save-every", type=int, default=5000)
    ap.add_argument("--results", default="results")
    return ap.parse_args()


class Denoiser(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.time = nn.Linear(1, channels)
        self.a, self.b, self.c = nn.Conv2d(3, channels, 3, padding=1), nn.Conv2d(channels, channels, 3, padding=1), nn.Conv2d(channels, 3, 3, padding=1)

    def forward(self, x, t):
        h = F.silu(self.a(x) + self.time(t[:, None])[..., None, None])
        return self.c(F.silu(self.b(h)))


def alphas(kind, steps):
    t = torch.linspace(0, 1, steps)
    return (1 - torch.linspace(1e-4, 0.02, steps)).cumprod(0) if kind == "linear" else torch.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2


def main():
    args = get_args()
    images = torch.load(args.images)
    cut = len(images) // 20
    val, train = images[:cut], images[cut:]
    net = Denoiser(args.channels)
    ema = copy.deepcopy(net)
    opt = torch.optim.Adam(net.parameters(), lr=args.learning_rate)
    abar = alphas(args.beta_schedule, args.timesteps)

    def loss_of(model, x):
        t = torch.randint(0, args.timesteps, (len(x),))
        noise = torch.randn_like(x)
        a = abar[t][:, None, None, None]
        return F.mse_loss(model(a.sqrt() * x + (1 - a).sqrt() * noise, t / args.timesteps), noise)

    bar = tqdm(range(args.train_steps))
    for step in bar:
        loss = loss_of(net, train[torch.randint(0, len(train), (args.train_batch_size,))])
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), args.grad_clip)
        opt.step()
        with torch.no_grad():
            for p, q in zip(ema.parameters(), net.parameters()):
                p.lerp_(q, 1 - args.ema_decay)
        bar.set_description(f"loss: {loss.item():.4f}")
        if (step + 1) % args.save_every == 0:
            with torch.no_grad():
                print(f"step {step + 1}: val_loss {loss_of(ema, val).item():.5f}")
            torch.save(ema.state_dict(), f"{args.results}/{step + 1}.pt")


if __name__ == "__main__":
    main()
