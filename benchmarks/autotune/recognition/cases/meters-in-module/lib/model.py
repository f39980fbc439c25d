import torchvision
from torch import nn


class Retrieval(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.trunk = torchvision.models.resnet50(weights="DEFAULT")
        self.trunk.fc = nn.Identity()
        self.head = nn.Linear(2048, size)

    def forward(self, x):
        return nn.functional.normalize(self.head(self.trunk(x)))


def build_model(size):
    return Retrieval(size)
