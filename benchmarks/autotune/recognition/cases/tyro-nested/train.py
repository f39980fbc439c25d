"""Neural radiance of small scenes; nested dataclasses with tyro."""
from __future__ import annotations

import dataclasses
import pathlib
from typing import Literal

import torch
import tyro
from torch import nn


@dataclasses.dataclass(frozen=True)
class OptimizerConfig:
    learning_rate: float = 5e-4
    weight_decay: float = 1e-6
    schedule: Literal["constant", "cosine"] = "cosine"


@dataclasses.dataclass(frozen=True)
class FieldConfig:
    hidden_dim: int = 256
    num_layers: int = 6
    frequencies: int = 10
    """bands of the positional encoding"""


@dataclasses.dataclass(frozen=True)
class Config:
    scene: pathlib.Path = pathlib.Path("lego.pt")
    optimizer: OptimizerConfig = dataclasses.field(default_factory=OptimizerConfig)
    field: FieldConfig = dataclasses.field(default_factory=FieldConfig)
    max_steps: int = 20_000
    rays_per_batch: int = 4096
    eval_interval: int = 2000
    output_dir: pathlib.Path | None = None
    device: str = "cpu"
    seed: int = 0


def encode(x, bands):
    return torch.cat([f(x * 2**i) for i in range(bands) for f in (torch.sin, torch.cos)], -1)


def main(config: Config) -> None:
    torch.manual_seed(config.seed)
    rays, colours, val_rays, val_colours = torch.load(config.scene)
    f = config.field
    sizes = [rays.shape[-1] * 2 * f.frequencies] + [f.hidden_dim] * f.num_layers
    layers = [m for a, b in zip(sizes, sizes[1:]) for m in (nn.Linear(a, b), nn.ReLU())]
    net = nn.Sequential(*layers, nn.Linear(f.hidden_dim, 3), nn.Sigmoid()).to(config.device)
    o = config.optimizer
    optimizer = torch.optim.AdamW(net.parameters(), lr=o.learning_rate, weight_decay=o.weight_decay)
    total = config.max_steps if o.schedule == "cosine" else 10**9
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total)
    for step in range(1, config.max_steps + 1):
        rows = torch.randint(0, len(rays), (config.rays_per_batch,))
        loss = (net(encode(rays[rows], f.frequencies)) - colours[rows]).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        if step % config.eval_interval == 0:
            with torch.no_grad():
                mse = (net(encode(val_rays, f.frequencies)) - val_colours).pow(2).mean()
            print(f"step {step}: train_mse {loss.item():.5f} eval_psnr {-10 * torch.log10(mse).item():.3f}")
    if config.output_dir:
        torch.save(net.state_dict(), config.output_dir / "field.pt")


if __name__ == "__main__":
    main(tyro.cli(Config))
