"""Train a detector. Usage: train.py path/to/experiment.yml [--local-rank N]"""
import argparse
import logging
import pathlib

import torch
import torchvision
import yaml

from helpers.coco import CocoBoxes, collate, evaluate_boxes

logger = logging.getLogger("detector")


def build_optimizer(cfg, model):
    params = [p for p in model.parameters() if p.requires_grad]
    solver = cfg["solver"]
    if solver["optimizer"] == "sgd":
        return torch.optim.SGD(params, lr=float(solver["base_lr"]), momentum=solver["momentum"], weight_decay=float(solver["weight_decay"]))
    raise ValueError(f"unknown optimizer {solver['optimizer']}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=pathlib.Path)
    parser.add_argument("--local-rank", type=int, default=0)
    args = parser.parse_args()
    cfg = yaml.safe_load(args.config.read_text())
    logging.basicConfig(level=cfg["logging"]["level"])
    torch.manual_seed(cfg["seed"])
    model = torchvision.models.detection.retinanet_resnet50_fpn(
        num_classes=cfg["model"]["num_classes"], trainable_backbone_layers=cfg["model"]["trainable_layers"],
        score_thresh=cfg["test"]["score_threshold"], nms_thresh=cfg["test"]["nms_threshold"], detections_per_img=cfg["test"]["max_boxes"])
    loader = torch.utils.data.DataLoader
    train = loader(CocoBoxes(cfg["data"]["train"]), cfg["solver"]["images_per_batch"], shuffle=True, collate_fn=collate, num_workers=cfg["data"]["workers"])
    val = loader(CocoBoxes(cfg["data"]["val"]), 1, collate_fn=collate)
    optimizer = build_optimizer(cfg, model)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, cfg["solver"]["steps"], cfg["solver"]["gamma"])
    best = 0.0
    for epoch in range(cfg["solver"]["max_epochs"]):
        model.train()
        for i, (images, targets) in enumerate(train):
            losses = model(images, targets)
            loss = sum(losses.values())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if i % cfg["logging"]["interval"] == 0:
                logger.info("epoch %d iter %d total loss %.3f", epoch, i, loss.item())
        scheduler.step()
        stats = evaluate_boxes(model, val)
        best = max(best, stats["mAP"])
        logger.info("epoch %d mAP %.4f mAP50 %.4f (best mAP %.4f)", epoch, stats["mAP"], stats["mAP50"], best)


if __name__ == "__main__":
    main()
