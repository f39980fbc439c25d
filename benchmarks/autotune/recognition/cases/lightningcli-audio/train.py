"""Sound event classifier with LightningCLI."""
import lightning as L
import torch
import torch.nn.functional as F
from lightning.pytorch.cli import LightningCLI
from torch import nn
from torchmetrics import Accuracy


class SoundModel(L.LightningModule):
    """A recurrent classifier.

    Args:
        n_classes: how many events there are.
        hidden: units of the recurrent layer.
        lr: learning rate of AdamW.
    """

    def __init__(self, n_classes: int = 50, n_mels: int = 64, hidden: int = 192, layers: int = 2, dropout: float = 0.25,
                 lr: float = 1e-3, weight_decay: float = 1e-2, ckpt_path: str | None = None):
        super().__init__()
        self.save_hyperparameters()
        self.rnn = nn.LSTM(n_mels, hidden, layers, batch_first=True, dropout=dropout)
        self.head = nn.Linear(hidden, n_classes)
        self.accuracy = Accuracy("multiclass", num_classes=n_classes)

    def forward(self, x):
        return self.head(self.rnn(x)[0].mean(1))

    def training_step(self, batch, _):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, _):
        x, y = batch
        logits = self(x)
        self.log("val_loss", F.cross_entropy(logits, y), prog_bar=True)
        self.log("val_acc", self.accuracy(logits, y), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=self.hparams.lr, weight_decay=self.hparams.weight_decay)


class SoundData(L.LightningDataModule):
    def __init__(self, root: str = "sounds", batch_size: int = 64, num_workers: int = 4, fold: int = 1):
        super().__init__()
        self.root, self.batch_size, self.num_workers, self.fold = root, batch_size, num_workers, fold

    def setup(self, stage=None):
        self.sets = torch.load(f"{self.root}/fold{self.fold}.pt")

    def train_dataloader(self):
        return torch.utils.data.DataLoader(self.sets[0], self.batch_size, shuffle=True, num_workers=self.num_workers)

    def val_dataloader(self):
        return torch.utils.data.DataLoader(self.sets[1], self.batch_size, num_workers=self.num_workers)


def cli_main():
    LightningCLI(SoundModel, SoundData, seed_everything_default=1, trainer_defaults={"max_epochs": 30},
                 save_config_callback=None)


if __name__ == "__main__":
    cli_main()
