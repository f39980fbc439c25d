"""Breeds of pets with fastai."""
from fastai.callback.tracker import SaveModelCallback
from fastai.vision.all import ImageDataLoaders, Resize, accuracy, aug_transforms, error_rate, get_image_files, vision_learner
from fastcore.script import Param, call_parse
from torchvision import models


@call_parse
def main(
    path: Param("folder of pictures", str) = "pets",
    arch: Param("architecture", str) = "resnet34",
    lr: Param("maximum learning rate", float) = 3e-3,
    wd: Param("weight decay", float) = 0.01,
    epochs: Param("epochs", int) = 6,
    bs: Param("batch size", int) = 64,
    size: Param("side of a picture", int) = 224,
    dropout: Param("dropout of the head", float) = 0.5,
    seed: Param("seed", int) = 42,
):
    "Fine-tune and print the error rate."
    files = get_image_files(path)
    dls = ImageDataLoaders.from_name_re(path, files, r"(.+)_\d+.jpg$", item_tfms=Resize(460), batch_tfms=aug_transforms(size=size), bs=bs, seed=seed)
    learn = vision_learner(dls, getattr(models, arch), metrics=[error_rate, accuracy], ps=dropout, wd=wd)
    learn.fine_tune(epochs, lr, cbs=SaveModelCallback(monitor="error_rate"))
    loss, error, acc = learn.validate()
    print(f"valid_loss={loss:.4f} error_rate={error:.4f} accuracy={acc:.4f}")
