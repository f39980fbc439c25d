import lightning as L
import torch


class WasteData(L.LightningDataModule):
    def __init__(self, data_dir: str, batch_size: int = 64, num_workers: int = 0, pin_memory: bool = False):
        super().__init__()
        self.save_hyperparameters(logger=False)

    def _loader(self, part, shuffle):
        h = self.hparams
        return torch.utils.data.DataLoader(torch.load(f"{h.data_dir}/{part}.pt"), h.batch_size, shuffle, num_workers=h.num_workers)

    def train_dataloader(self):
        return self._loader("train", True)

    def val_dataloader(self):
        return self._loader("val", False)
