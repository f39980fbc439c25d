"""Instruction tuning with low-rank adapters; python-fire makes the command line."""
import os
from typing import List

import fire
import torch
import transformers
from datasets import load_dataset
from peft import LoraConfig, get_peft_model


def train(
    base_model: str = "facebook/opt-1.3b",
    data_path: str = "instructions.json",
    output_dir: str = "./adapters",
    # training
    batch_size: int = 64,
    micro_batch_size: int = 8,
    num_epochs: int = 2,
    learning_rate: float = 2e-4,
    cutoff_len: int = 512,
    val_set_size: int = 1000,
    warmup_steps: int = 50,
    # adapters
    lora_r: int = 16,
    lora_alpha: int = 32,
    lora_dropout: float = 0.05,
    lora_target_modules: List[str] = ["q_proj", "v_proj"],
    # other
    train_on_inputs: bool = True,
    resume_from_checkpoint: str = None,
    seed: int = 42,
):
    assert base_model, "Please give --base_model"
    tokenizer = transformers.AutoTokenizer.from_pretrained(base_model)
    model = transformers.AutoModelForCausalLM.from_pretrained(base_model, torch_dtype=torch.float16)
    config = LoraConfig(r=lora_r, lora_alpha=lora_alpha, lora_dropout=lora_dropout, target_modules=lora_target_modules, task_type="CAUSAL_LM")
    model = get_peft_model(model, config)
    data = load_dataset("json", data_files=data_path)["train"].train_test_split(test_size=val_set_size, seed=seed)

    def encode(row):
        out = tokenizer(row["instruction"] + row["output"], truncation=True, max_length=cutoff_len)
        out["labels"] = list(out["input_ids"]) if train_on_inputs else [-100] * len(out["input_ids"])
        return out

    trainer = transformers.Trainer(
        model=model,
        train_dataset=data["train"].map(encode),
        eval_dataset=data["test"].map(encode),
        args=transformers.TrainingArguments(
            per_device_train_batch_size=micro_batch_size,
            gradient_accumulation_steps=batch_size // micro_batch_size,
            warmup_steps=warmup_steps,
            num_train_epochs=num_epochs,
            learning_rate=learning_rate,
            logging_steps=10,
            evaluation_strategy="steps",
            eval_steps=200,
            output_dir=output_dir,
            seed=seed,
        ),
        data_collator=transformers.DataCollatorForSeq2Seq(tokenizer, padding=True),
    )
    trainer.train(resume_from_checkpoint=resume_from_checkpoint)
    model.save_pretrained(os.path.join(output_dir, "final"))


if __name__ == "__main__":
    fire.Fire(train)
