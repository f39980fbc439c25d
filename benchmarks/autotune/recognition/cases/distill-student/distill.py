"""Distil a large classifier into a small one."""
import argparse

import torch
import torch.nn.functional as F
import torchvision.models as models
from torch.utils.data import DataLoader
from torchvision.datasets import CIFAR100
from torchvision.transforms import ToTensor


def kd_loss(student, teacher, y, temperature, alpha):
    soft = F.kl_div(F.log_softmax(student / temperature, 1), F.softmax(teacher / temperature, 1), reduction="batchmean")
    return alpha * temperature**2 * soft + (1 - alpha) * F.cross_entropy(student, y)


@torch.no_grad()
def evaluate(net, loader):
    net.eval()
    hits = sum((net(x).argmax(1) == y).sum().item() for x, y in loader)
    return 100.0 * hits / len(loader.dataset)


def main():
    parser = argparse.ArgumentParser("distillation")
    parser.add_argument("--root", default="./data")
    parser.add_argument("--teacher", default="teacher.pt")
    parser.add_argument("--student-arch", default="resnet18")
    parser.add_argument("--epochs", type=int, default=120)
    parser.add_argument("--bs", type=int, default=128)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--wd", type=float, default=5e-4)
    parser.add_argument("-T", "--temperature", type=float, default=4.0)
    parser.add_argument("-a", "--alpha", type=float, default=0.9, help="share of the soft loss")
    parser.add_argument("--milestones", type=int, nargs="+", default=[60, 90])
    parser.add_argument("--tqdm", action="store_true")
    args = parser.parse_args()

    train = DataLoader(CIFAR100(args.root, True, ToTensor()), args.bs, shuffle=True)
    val = DataLoader(CIFAR100(args.root, False, ToTensor()), 1000)
    teacher = torch.load(args.teacher).eval()
    student = getattr(models, args.student_arch)(num_classes=100)
    opt = torch.optim.SGD(student.parameters(), args.lr, momentum=0.9, weight_decay=args.wd)
    sched = torch.optim.lr_scheduler.MultiStepLR(opt, args.milestones)
    best = 0
    for epoch in range(1, args.epochs + 1):
        student.train()
        for x, y in train:
            with torch.no_grad():
                t = teacher(x)
            loss = kd_loss(student(x), t, y, args.temperature, args.alpha)
            opt.zero_grad()
            loss.backward()
            opt.step()
        sched.step()
        acc = evaluate(student, val)
        best = max(best, acc)
        print("[{:03d}] student_acc: {:.2f} best_acc: {:.2f}".format(epoch, acc, best))


if __name__ == "__main__":
    main()
