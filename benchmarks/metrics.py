"""How fast output is read: lines a second of processor time, for each form, and for output that is made to be slow.

python benchmarks/metrics.py
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping

from selftune.training.metrics import MetricReader, complete_lines

LINES = 50_000
FORMS: Mapping[str, str] = {
    "XGBoost": "[{i}]\ttrain-rmse:0.{i}\tvalidation-rmse:0.2{i}",
    "LightGBM": "[{i}]\ttraining's auc: 0.9{i}\tvalid_1's auc: 0.8{i}",
    "CatBoost": "{i}:\tlearn: 0.{i}\ttest: 0.4{i}\tbest: 0.1 (7)\ttotal: 1{i}ms\tremaining: 3{i}ms",
    "Keras": "5/5 - 0s - 4ms/step - loss: 0.{i} - val_loss: 0.5{i}",
    "dictionary": "{{'eval_loss': 0.{i}, 'eval_runtime': 2.1, 'epoch': 1.{i}}}",
    "JSON line": '{{"step": {i}, "loss": 0.{i}}}',
    "tqdm": " 10%|###   | {i}/60000 [00:01<00:00, 9.9it/s, loss=0.{i}]",
    "table row": "{i}     0.{i}   0.9{i}  00:10",
    "name=value": "epoch={i} loss=0.{i} val_acc=0.9{i}",
    "no metric": "Loading file number {i} from the disk",
    "words": "This is a line with words only and nothing else",
}


def seconds(data: bytes) -> float:
    """Processor seconds that reading takes."""
    reader, offset, started = MetricReader(), 0, time.process_time()
    while offset < len(data):
        piece = data[offset : offset + (1 << 20)]
        text, consumed = complete_lines(piece, at_end=offset + len(piece) >= len(data))
        reader.read(text)
        offset += consumed
    return time.process_time() - started


def slow_outputs() -> Mapping[str, bytes]:
    """A megabyte each of what a reader might choke on."""
    draw = random.Random(0)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(5_000)]
    size = 1 << 20
    return {
        "one line of pairs": b"loss=0.5 " * (size // 9),
        "one line of letters": b"x" * size,
        "one line of a:a:a:": b"a:" * (size // 2),
        "binary": draw.randbytes(size),
        "escape codes": b"\x1b[" * (size // 2),
        "open braces": b'{"' * (size // 2) + b"}\n",
        "never the same words": "\n".join(" ".join(draw.choices(words, k=8)) + f" {i}" for i in range(19_000)).encode(),
    }


def main() -> None:
    """Print both tables."""
    print(f"{'form':24}{'lines/s':>12}")
    for name, form in FORMS.items():
        header = "epoch  loss  acc  time\n" if name == "table row" else ""
        text = header + "\n".join(form.format(i=i) for i in range(LINES)) + "\n"
        print(f"{name:24}{LINES / seconds(text.encode()):12,.0f}")
    print(f"\n{'one megabyte of':24}{'seconds':>12}")
    for name, data in slow_outputs().items():
        print(f"{name:24}{seconds(data):12.2f}")


if __name__ == "__main__":
    print(f"{os.cpu_count()} CPUs")
    main()
