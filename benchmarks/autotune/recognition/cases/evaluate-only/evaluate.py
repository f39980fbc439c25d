"""Score a finished classifier on a test set; nothing is trained."""
import argparse
import json

import torch
from sklearn.metrics import classification_report, confusion_matrix


def main():
    parser = argparse.ArgumentParser(description="Evaluate a checkpoint")
    parser.add_argument("checkpoint")
    parser.add_argument("--test-set", default="test.pt")
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--report", default="report.json")
    parser.add_argument("--num-workers", type=int, default=2)
    args = parser.parse_args()
    net = torch.load(args.checkpoint, map_location=args.device).eval()
    loader = torch.utils.data.DataLoader(torch.load(args.test_set), args.batch_size, num_workers=args.num_workers)
    guesses, truths = [], []
    with torch.no_grad():
        for x, y in loader:
            guesses += (net(x.to(args.device)).sigmoid() > args.threshold).int().flatten().tolist()
            truths += y.int().tolist()
    report = classification_report(truths, guesses, output_dict=True)
    print("accuracy:", report["accuracy"])
    print(confusion_matrix(truths, guesses))
    with open(args.report, "w") as stream:
        json.dump(report, stream, indent=2)


if __name__ == "__main__":
    main()
