"""Sentiment of reviews: a few flags that flow into TrainingArguments."""
import argparse

import evaluate
import numpy as np
from datasets import load_dataset
from transformers import AutoModelForSequenceClassification, AutoTokenizer, Trainer, TrainingArguments

accuracy = evaluate.load("accuracy")


def compute_metrics(eval_pred):
    logits, labels = eval_pred
    return accuracy.compute(predictions=np.argmax(logits, axis=-1), references=labels)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", default="distilbert-base-uncased")
    ap.add_argument("--lr", type=float, default=2e-5)
    ap.add_argument("--bs", type=int, default=16)
    ap.add_argument("--eval-bs", type=int, default=64)
    ap.add_argument("--epochs", type=float, default=2.0)
    ap.add_argument("--wd", type=float, default=0.01)
    ap.add_argument("--warmup-steps", type=int, default=200)
    ap.add_argument("--max-len", type=int, default=256)
    ap.add_argument("--fp16", action="store_true")
    ap.add_argument("--out", default="sentiment-model")
    a = ap.parse_args()

    tokenizer = AutoTokenizer.from_pretrained(a.model)
    data = load_dataset("imdb").map(lambda r: tokenizer(r["text"], truncation=True, max_length=a.max_len), batched=True)
    model = AutoModelForSequenceClassification.from_pretrained(a.model, num_labels=2)
    training = TrainingArguments(
        output_dir=a.out,
        learning_rate=a.lr,
        per_device_train_batch_size=a.bs,
        per_device_eval_batch_size=a.eval_bs,
        num_train_epochs=a.epochs,
        weight_decay=a.wd,
        warmup_steps=a.warmup_steps,
        evaluation_strategy="epoch",
        save_strategy="epoch",
        load_best_model_at_end=True,
        fp16=a.fp16,
        report_to="none",
    )
    trainer = Trainer(
        model=model,
        args=training,
        train_dataset=data["train"],
        eval_dataset=data["test"],
        tokenizer=tokenizer,
        compute_metrics=compute_metrics,
    )
    trainer.train()
    print(trainer.evaluate())


if __name__ == "__main__":
    main()
