"""Next-item recommendation, PyTorch Lightning in its older style."""
from argparse import ArgumentParser

import pytorch_lightning as pl
import torch
import torch.nn as nn
from pytorch_lightning.callbacks import EarlyStopping, ModelCheckpoint


class NextItem(pl.LightningModule):
    def __init__(self, args):
        super().__init__()
        self.args = args
        self.items = nn.Embedding(args.num_items, args.emb_dim, padding_idx=0)
        self.gru = nn.GRU(args.emb_dim, args.emb_dim, args.gru_layers, batch_first=True)
        self.drop = nn.Dropout(args.drop_rate)

    @staticmethod
    def add_model_specific_args(parent_parser):
        parser = parent_parser.add_argument_group("NextItem")
        parser.add_argument("--num_items", type=int, default=12102)
        parser.add_argument("--emb_dim", type=int, default=64)
        parser.add_argument("--gru_layers", type=int, default=1)
        parser.add_argument("--drop_rate", type=float, default=0.2)
        parser.add_argument("--learning_rate", type=float, default=1e-3)
        parser.add_argument("--l2", type=float, default=0.0)
        return parent_parser

    def scores(self, seq):
        return self.drop(self.gru(self.items(seq))[0][:, -1]) @ self.items.weight.T

    def training_step(self, batch, i):
        seq, target = batch
        loss = nn.functional.cross_entropy(self.scores(seq), target)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, i):
        seq, target = batch
        top = self.scores(seq).topk(20).indices
        self.log("val_recall@20", (top == target[:, None]).any(1).float().mean(), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.args.learning_rate, weight_decay=self.args.l2)


def main():
    parser = ArgumentParser()
    parser.add_argument("--sessions", type=str, required=True)
    parser.add_argument("--batch_size", default=512, type=int)
    parser.add_argument("--gpus", default=0, type=int)
    parser.add_argument("--max_epochs", default=30, type=int)
    parser.add_argument("--patience", default=4, type=int)
    parser.add_argument("--fast_dev_run", action="store_true")
    parser = NextItem.add_model_specific_args(parser)
    args = parser.parse_args()
    pl.seed_everything(1)
    train, val = torch.load(args.sessions)
    callbacks = [EarlyStopping("val_recall@20", mode="max", patience=args.patience), ModelCheckpoint(monitor="val_recall@20", mode="max")]
    trainer = pl.Trainer(gpus=args.gpus, max_epochs=args.max_epochs, fast_dev_run=args.fast_dev_run, callbacks=callbacks)
    loader = torch.utils.data.DataLoader
    trainer.fit(NextItem(args), loader(train, args.batch_size, shuffle=True), loader(val, args.batch_size))


if __name__ == "__main__":
    main()
