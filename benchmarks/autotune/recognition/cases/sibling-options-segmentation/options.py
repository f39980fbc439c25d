import argparse


def get_parser():
    p = argparse.ArgumentParser(description="Road segmentation")
    data = p.add_argument_group("data")
    data.add_argument("--images", default="tiles", help="folder of tiles and masks")
    data.add_argument("--size", type=int, default=384, help="side of a tile in pixels")
    data.add_argument("--workers", type=int, default=4)
    fit = p.add_argument_group("training")
    fit.add_argument("--epochs", "-e", type=int, default=20)
    fit.add_argument("--batch-size", "-b", type=int, default=4)
    fit.add_argument("--lr", "-l", type=float, default=1e-4, help="learning rate")
    fit.add_argument("--weight-decay", type=float, default=1e-8)
    fit.add_argument("--momentum", type=float, default=0.9)
    fit.add_argument("--gradient-clipping", type=float, default=1.0)
    fit.add_argument("--patience", type=int, default=5)
    fit.add_argument("--base-channels", type=int, default=32, help="channels of the first level")
    fit.add_argument("--device", default="cpu")
    return p
