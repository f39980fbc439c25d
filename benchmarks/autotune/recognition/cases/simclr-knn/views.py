import torch
import torch.nn.functional as F


class TwoViews(torch.utils.data.Dataset):
    def __init__(self, folder):
        self.images = torch.load(f"{folder}/train.pt")

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        x = self.images[i]
        return x + 0.1 * torch.randn_like(x), x.flip(-1)


def memory_bank(net, folder):
    x, y = torch.load(f"{folder}/bank.pt")
    return F.normalize(net(x), dim=1), y
