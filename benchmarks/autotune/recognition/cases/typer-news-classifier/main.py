"""Bag-of-embeddings classifier for news headlines."""
from pathlib import Path
from typing import Optional

import torch
import typer
from rich import print as rprint
from torch import nn
from typing_extensions import Annotated

from data import batches, read_corpus

app = typer.Typer()


class Headlines(nn.Module):
    def __init__(self, vocab, dim, hidden, classes, drop):
        super().__init__()
        self.embed = nn.EmbeddingBag(vocab, dim)
        self.net = nn.Sequential(nn.Dropout(drop), nn.Linear(dim, hidden), nn.ReLU(), nn.Linear(hidden, classes))

    def forward(self, ids, offsets):
        return self.net(self.embed(ids, offsets))


@app.command()
def train(
    corpus: Path,
    embed_dim: int = 64,
    hidden: int = 128,
    drop: Annotated[float, typer.Option(help="dropout before the classifier")] = 0.2,
    learning_rate: Annotated[float, typer.Option("--learning-rate", "--lr")] = 5e-3,
    batch_size: int = 64,
    n_epochs: int = typer.Option(8, help="passes over the corpus"),
    min_count: int = typer.Option(3, help="rarer words are left out"),
    checkpoint: Optional[Path] = None,
    device: str = "cpu",
    seed: int = 7,
):
    torch.manual_seed(seed)
    train_set, dev_set, vocab, classes = read_corpus(corpus, min_count)
    model = Headlines(len(vocab), embed_dim, hidden, len(classes), drop).to(device)
    optim = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for epoch in range(n_epochs):
        model.train()
        for ids, offsets, y in batches(train_set, batch_size, device):
            loss = nn.functional.cross_entropy(model(ids, offsets), y)
            optim.zero_grad()
            loss.backward()
            optim.step()
        model.eval()
        right = total = 0
        with torch.no_grad():
            for ids, offsets, y in batches(dev_set, 512, device):
                right += (model(ids, offsets).argmax(1) == y).sum().item()
                total += len(y)
        rprint(f"[bold]epoch {epoch}[/bold] dev_acc: {right / total:.4f}")
    if checkpoint:
        torch.save(model.state_dict(), checkpoint)


@app.command()
def predict(checkpoint: Path, text: str, top_k: int = 3):
    """Print the likeliest sections of one headline."""
    state = torch.load(checkpoint)
    typer.echo(f"{text}: {sorted(state)[:top_k]}")


if __name__ == "__main__":
    app()
