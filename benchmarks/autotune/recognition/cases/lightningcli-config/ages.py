import lightning.pytorch as pl
import torch
import torchvision
from torch import nn


class AgeModel(pl.LightningModule):
    def __init__(self, backbone: str = "resnet18", learning_rate: float = 1e-3, weight_decay: float = 0.0,
                 head_dropout: float = 0.0, pretrained: bool = True):
        super().__init__()
        self.save_hyperparameters()
        self.net = getattr(torchvision.models, backbone)(weights="DEFAULT" if pretrained else None)
        self.net.fc = nn.Sequential(nn.Dropout(head_dropout), nn.Linear(self.net.fc.in_features, 1))

    def training_step(self, batch, batch_idx):
        x, age = batch
        loss = nn.functional.smooth_l1_loss(self.net(x).squeeze(1), age)
        self.log("train/loss", loss)
        return loss

    def validation_step(self, batch, batch_idx):
        x, age = batch
        mae = (self.net(x).squeeze(1) - age).abs().mean()
        self.log_dict({"val/mae": mae}, prog_bar=True, sync_dist=True)

    def configure_optimizers(self):
        h = self.hparams
        return torch.optim.AdamW(self.parameters(), lr=h.learning_rate, weight_decay=h.weight_decay)


class AgeData(pl.LightningDataModule):
    def __init__(self, folder: str, batch_size: int = 32, image_size: int = 224, workers: int = 2):
        super().__init__()
        self.save_hyperparameters()

    def train_dataloader(self):
        return torch.utils.data.DataLoader(torch.load(f"{self.hparams.folder}/train.pt"), self.hparams.batch_size, shuffle=True)

    def val_dataloader(self):
        return torch.utils.data.DataLoader(torch.load(f"{self.hparams.folder}/val.pt"), self.hparams.batch_size)
