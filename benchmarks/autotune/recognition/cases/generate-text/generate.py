"""Write continuations with a language model; sampling, no training."""
import argparse

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, set_seed


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model_name_or_path", type=str, required=True)
    parser.add_argument("--prompt", type=str, default="")
    parser.add_argument("--length", type=int, default=40)
    parser.add_argument("--temperature", type=float, default=0.8, help="1.0 has no effect, lower is greedier")
    parser.add_argument("--repetition_penalty", type=float, default=1.1)
    parser.add_argument("--top_k", type=int, default=50)
    parser.add_argument("--top_p", type=float, default=0.95)
    parser.add_argument("--num_beams", type=int, default=1)
    parser.add_argument("--num_return_sequences", type=int, default=3)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--fp16", action="store_true")
    return parser.parse_args()


def main():
    args = parse()
    set_seed(args.seed)
    tokenizer = AutoTokenizer.from_pretrained(args.model_name_or_path)
    model = AutoModelForCausalLM.from_pretrained(args.model_name_or_path, torch_dtype=torch.float16 if args.fp16 else None)
    ids = tokenizer(args.prompt, return_tensors="pt").input_ids
    out = model.generate(
        ids, max_new_tokens=args.length, temperature=args.temperature, top_k=args.top_k, top_p=args.top_p,
        repetition_penalty=args.repetition_penalty, do_sample=True, num_beams=args.num_beams,
        num_return_sequences=args.num_return_sequences,
    )
    for i, row in enumerate(out):
        print(f"=== {i + 1} ===")
        print(tokenizer.decode(row, skip_special_tokens=True))


if __name__ == "__main__":
    main()
