"""Road segmentation with a small U-Net. Options live in options.py, the model in unet.py."""
import logging

import torch
from torch.utils.data import DataLoader

from options import get_parser
from roads import RoadDataset
from unet import UNet

log = logging.getLogger("roads")


def dice(logits, mask, eps=1e-6):
    p = (logits.sigmoid() > 0.5).float()
    return ((2 * (p * mask).sum() + eps) / (p.sum() + mask.sum() + eps)).item()


def main():
    opt = get_parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    device = torch.device(opt.device)
    train = DataLoader(RoadDataset(opt.images, "train", opt.size), opt.batch_size, shuffle=True, num_workers=opt.workers)
    val = DataLoader(RoadDataset(opt.images, "val", opt.size), 1, num_workers=opt.workers)
    net = UNet(3, 1, opt.base_channels).to(device)
    optimizer = torch.optim.RMSprop(net.parameters(), lr=opt.lr, weight_decay=opt.weight_decay, momentum=opt.momentum)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, "max", patience=opt.patience)
    loss_fn = torch.nn.BCEWithLogitsLoss()
    for epoch in range(opt.epochs):
        net.train()
        running = 0.0
        for x, mask in train:
            x, mask = x.to(device), mask.to(device)
            optimizer.zero_grad(set_to_none=True)
            loss = loss_fn(net(x), mask)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), opt.gradient_clipping)
            optimizer.step()
            running += loss.item()
        net.eval()
        with torch.no_grad():
            score = sum(dice(net(x.to(device)), m.to(device)) for x, m in val) / max(len(val), 1)
        scheduler.step(score)
        log.info("epoch %d loss %.4f validation dice %.4f", epoch, running / len(train), score)


if __name__ == "__main__":
    main()
