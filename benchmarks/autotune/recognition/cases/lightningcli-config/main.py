"""Image regression; everything is in config.yaml: python main.py fit --config config.yaml"""
from lightning.pytorch.cli import LightningCLI

from ages import AgeData, AgeModel

if __name__ == "__main__":
    LightningCLI(AgeModel, AgeData)
