"""Extractive question answering."""
import argparse
import json

import torch
from torch.utils.data import DataLoader
from transformers import AutoModelForQuestionAnswering, AutoTokenizer, get_linear_schedule_with_warmup


def build_parser():
    p = argparse.ArgumentParser()
    p.add_argument("--model", default="bert-base-uncased")
    p.add_argument("--train-file", required=True)
    p.add_argument("--dev-file", required=True)
    p.add_argument("--output", required=True)
    p.add_argument("--learning-rate", type=float, required=True)
    p.add_argument("--weight-decay", type=float, default=0.01)
    p.add_argument("--epochs", type=int, default=1)
    p.add_argument("--batch-size", type=int, default=8)
    p.add_argument("--warmup-proportion", type=float, default=0.1)
    p.add_argument("--doc-stride", type=int, default=128)
    p.add_argument("--max-answer-length", type=int, default=30)
    p.add_argument("--seed", type=int, default=13)
    return p


def overlap(a, b):
    common = len(set(a.split()) & set(b.split()))
    return 2 * common / max(1, len(a.split()) + len(b.split()))


def main():
    args = build_parser().parse_args()
    torch.manual_seed(args.seed)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForQuestionAnswering.from_pretrained(args.model)
    train, dev = json.load(open(args.train_file)), json.load(open(args.dev_file))
    loader = DataLoader(train, args.batch_size, shuffle=True)
    steps = len(loader) * args.epochs
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.learning_rate, weight_decay=args.weight_decay)
    scheduler = get_linear_schedule_with_warmup(optimizer, int(args.warmup_proportion * steps), steps)
    for epoch in range(args.epochs):
        for batch in loader:
            loss = model(**tokenizer(batch["text"], stride=args.doc_stride, truncation=True, padding=True, return_tensors="pt")).loss
            loss.backward()
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad()
        exact = f1 = 0.0
        for item in dev:
            guess = item["text"][: args.max_answer_length]
            exact += guess == item["answer"]
            f1 += overlap(guess, item["answer"])
        print(json.dumps({"epoch": epoch, "exact_match": 100 * exact / len(dev), "f1": 100 * f1 / len(dev)}))
    model.save_pretrained(args.output)


if __name__ == "__main__":
    main()
