import pathlib

import numpy as np
import torch
from PIL import Image


class RoadDataset(torch.utils.data.Dataset):
    def __init__(self, folder, split, size):
        self.files = sorted(pathlib.Path(folder, split).glob("*.png"))
        self.size = size

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        x = Image.open(self.files[i]).resize((self.size, self.size))
        m = Image.open(self.files[i].with_suffix(".mask")).resize((self.size, self.size))
        return torch.from_numpy(np.asarray(x, "float32").transpose(2, 0, 1) / 255), torch.from_numpy(np.asarray(m, "float32")[None])
