"""Fine-tune a language model for named entities."""
import sys
from dataclasses import dataclass, field
from typing import Optional

import numpy as np
from datasets import load_dataset
from seqeval.metrics import f1_score, precision_score, recall_score
from transformers import (
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    HfArgumentParser,
    Trainer,
    TrainingArguments,
    set_seed,
)


@dataclass
class ModelArguments:
    model_name_or_path: str = field(metadata={"help": "Path or identifier of the pretrained model"})
    cache_dir: Optional[str] = field(default=None)
    classifier_dropout: float = field(default=0.1, metadata={"help": "dropout before the token classifier"})


@dataclass
class DataArguments:
    dataset_name: str = field(default="conll2003")
    max_seq_length: int = field(default=128)
    preprocessing_num_workers: Optional[int] = field(default=None)
    label_all_tokens: bool = field(default=False)
    max_train_samples: Optional[int] = field(default=None)


def main():
    parser = HfArgumentParser((ModelArguments, DataArguments, TrainingArguments))
    if len(sys.argv) == 2 and sys.argv[1].endswith(".json"):
        model_args, data_args, training_args = parser.parse_json_file(sys.argv[1])
    else:
        model_args, data_args, training_args = parser.parse_args_into_dataclasses()
    set_seed(training_args.seed)
    raw = load_dataset(data_args.dataset_name)
    names = raw["train"].features["ner_tags"].feature.names
    tokenizer = AutoTokenizer.from_pretrained(model_args.model_name_or_path, cache_dir=model_args.cache_dir)
    model = AutoModelForTokenClassification.from_pretrained(
        model_args.model_name_or_path, num_labels=len(names), classifier_dropout=model_args.classifier_dropout
    )

    def encode(rows):
        out = tokenizer(rows["tokens"], truncation=True, max_length=data_args.max_seq_length, is_split_into_words=True)
        out["labels"] = []
        for i, tags in enumerate(rows["ner_tags"]):
            last, labels = None, []
            for w in out.word_ids(i):
                labels.append(-100 if w is None or (w == last and not data_args.label_all_tokens) else tags[w])
                last = w
            out["labels"].append(labels)
        return out

    data = raw.map(encode, batched=True, num_proc=data_args.preprocessing_num_workers)

    def compute_metrics(p):
        guess = np.argmax(p.predictions, axis=2)
        y_true = [[names[t] for t in row if t != -100] for row in p.label_ids]
        y_pred = [[names[g] for g, t in zip(gs, row) if t != -100] for gs, row in zip(guess, p.label_ids)]
        return {
            "precision": precision_score(y_true, y_pred),
            "recall": recall_score(y_true, y_pred),
            "f1": f1_score(y_true, y_pred),
        }

    trainer = Trainer(
        model=model,
        args=training_args,
        train_dataset=data["train"],
        eval_dataset=data["validation"],
        data_collator=DataCollatorForTokenClassification(tokenizer),
        compute_metrics=compute_metrics,
    )
    trainer.train()
    metrics = trainer.evaluate()
    trainer.log_metrics("eval", metrics)
    trainer.save_metrics("eval", metrics)


if __name__ == "__main__":
    main()
