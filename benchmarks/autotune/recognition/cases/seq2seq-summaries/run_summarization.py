"""Summaries with a sequence-to-sequence model; the library's training arguments beside our own."""
import logging
from dataclasses import dataclass, field

import evaluate
import numpy as np
from datasets import load_dataset
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    HfArgumentParser,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

logging.basicConfig(level=logging.INFO)


@dataclass
class ScriptArguments:
    model_name: str = field(default="t5-small", metadata={"help": "pretrained model"})
    dataset: str = field(default="samsum")
    source_prefix: str = field(default="summarize: ")
    max_source_length: int = field(default=512)
    max_target_length: int = field(default=96)
    num_beams: int = field(default=4, metadata={"help": "beams of the evaluation"})


def main():
    args, training_args = HfArgumentParser((ScriptArguments, Seq2SeqTrainingArguments)).parse_args_into_dataclasses()
    tokenizer = AutoTokenizer.from_pretrained(args.model_name)
    model = AutoModelForSeq2SeqLM.from_pretrained(args.model_name)
    rouge = evaluate.load("rouge")

    def encode(rows):
        out = tokenizer([args.source_prefix + t for t in rows["dialogue"]], max_length=args.max_source_length, truncation=True)
        out["labels"] = tokenizer(text_target=rows["summary"], max_length=args.max_target_length, truncation=True)["input_ids"]
        return out

    def compute_metrics(pair):
        guesses, labels = pair
        labels = np.where(labels != -100, labels, tokenizer.pad_token_id)
        result = rouge.compute(
            predictions=tokenizer.batch_decode(guesses, skip_special_tokens=True),
            references=tokenizer.batch_decode(labels, skip_special_tokens=True),
        )
        return {"rouge1": result["rouge1"], "rougeL": result["rougeL"]}

    data = load_dataset(args.dataset).map(encode, batched=True)
    training_args.predict_with_generate = True
    training_args.generation_num_beams = args.num_beams
    trainer = Seq2SeqTrainer(
        model=model, args=training_args, train_dataset=data["train"], eval_dataset=data["validation"],
        data_collator=DataCollatorForSeq2Seq(tokenizer, model), compute_metrics=compute_metrics,
    )
    trainer.train()
    trainer.log_metrics("eval", trainer.evaluate())


if __name__ == "__main__":
    main()
