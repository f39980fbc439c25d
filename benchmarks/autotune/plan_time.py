"""How long `selftune plan` takes over generated scripts of 2,000 lines: `python benchmarks/autotune/plan_time.py`.

Prints for each kind of script the median wall-clock seconds of whole commands, of which `empty` is what starting the
command costs, and the seconds of processor time that the plan itself takes inside one process. Target: a whole command
in under 0.3 s on an idle machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from selftune.autotune.plan import make_plan
from selftune.model.request import CommandRequest, TuningJobRequest

LINES = 2000
TARGET_SECONDS = 0.3


def pytorch_script() -> Iterator[str]:
    """Models, helpers, an argparse function with forty arguments, a training loop that prints."""
    yield "import argparse\nimport torch\nfrom torch import nn\n"
    for index in range(LINES // 40):
        yield f"class Net{index}(nn.Module):"
        yield f"    def __init__(self, args, width={index + 8}, dropout=0.1):"
        yield "        super().__init__()"
        yield f"        self.first = nn.Linear(args.size{index % 40}, width)"
        yield "        self.second = nn.Linear(width, width)"
        yield "        self.drop = nn.Dropout(dropout)"
        yield "        self.norm = nn.LayerNorm(width)"
        yield "    def forward(self, x):"
        yield from (
            f"        x = self.norm(self.second(x) + {n} * x) if x.sum() > {n} else self.drop(x)" for n in range(20)
        )
        yield "        return x"
        yield f"def step{index}(model, batch, args):"
        yield f"    loss = model(batch).mean() * args.rate{index % 40}"
        yield "    loss.backward()"
        yield f'    print(f"step {{batch}} loss{index}: {{loss:.4f}}")'
        yield f"    return step{(index + 1) % (LINES // 40)}(model, batch, args) if loss else loss\n"
    yield "def main():\n    parser = argparse.ArgumentParser()"
    for index in range(40):
        yield f'    parser.add_argument("--rate{index}", type=float, default=0.{index + 1}, help="rate {index}")'
        yield f'    parser.add_argument("--size{index}", type=int, default={index + 8}, help="size {index}")'
    yield "    args = parser.parse_args()\n    net = Net0(args)"
    yield "    optimizer = torch.optim.AdamW(net.parameters(), lr=args.rate0, weight_decay=args.rate1)"
    yield '    for epoch in range(args.size0):\n        print(f"val_loss: {step0(net, epoch, args):.3f}")\nmain()'


def literal_script() -> Iterator[str]:
    """Nothing but constants, dictionaries and calls with numbers, as in an exported notebook."""
    yield "import xgboost as xgb\nimport pandas as pd\n"
    for index in range(LINES // 8):
        yield f"LR_{index} = 0.{index + 1}"
        yield f"params_{index} = {{'max_depth': {index % 10 + 1}, 'eta': LR_{index}, 'subsample': 0.9}}"
        yield f"frame_{index} = pd.read_csv('part{index}.csv')"
        yield f"frame_{index}['a'] = frame_{index}['b'].rolling({index + 1}).mean() + {index} * frame_{index}['c']"
        yield f"data_{index} = xgb.DMatrix(frame_{index}.drop(columns=['y']), frame_{index}['y'])"
        yield f"model_{index} = xgb.train(params_{index}, data_{index}, num_boost_round={index + 10})"
        yield f"score_{index} = model_{index}.eval(data_{index})"
        yield f"print('score {index}:', score_{index})"


def long_function_script() -> Iterator[str]:
    """One function of 2,000 lines, with arguments from click."""
    yield "import click\nimport torch\n@click.command()"
    yield "@click.option('--lr', default=0.1)\n@click.option('--depth', default=3)"
    yield "def main(lr, depth):\n    total = 0"
    for index in range(LINES - 10):
        other = f"value_{(index + 1) % 50}"
        yield f"    value_{index % 50} = torch.relu(total + lr * {index}) if depth > {index} else {other}"
    yield "    torch.optim.SGD([], lr=lr)\n    print(f'accuracy: {total:.3f}')\nmain()"


SCRIPTS: dict[str, Callable[[], Iterator[str]]] = {
    "empty": lambda: iter(["print('loss: 0.5')"]),
    "pytorch": pytorch_script,
    "literals": literal_script,
    "one function": long_function_script,
}


def whole_seconds(script: Path, home: Path) -> float:
    """One `selftune plan`, from start to end."""
    command = [sys.executable, "-c", "from selftune.cli.main import main; main()", "plan", script.name, "--json"]
    environment = {**os.environ, "SELFTUNE_HOME": str(home), "OPENBLAS_NUM_THREADS": "1"}
    start = time.perf_counter()
    subprocess.run(command, cwd=script.parent, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def plan_seconds(script: Path) -> float:
    """Processor time of the plan alone."""
    program = CommandRequest(argv=("python", script.name), folder=str(script.parent))
    start = time.process_time()
    make_plan(TuningJobRequest(name="timed", program=program), slots=1)
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    print(f"{'script':14}{'lines':>7}{'whole s':>10}{'plan cpu s':>12}   target < {TARGET_SECONDS} s")
    for name, lines in SCRIPTS.items():
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "train.py"
            script.write_text("\n".join(lines()) + "\n", encoding="utf-8")
            count = len(script.read_text(encoding="utf-8").splitlines())
            whole = statistics.median(whole_seconds(script, Path(folder) / "home") for _ in range(repeats))
            alone = statistics.median(plan_seconds(script) for _ in range(repeats))
        print(f"{name:14}{count:>7}{whole:>10.2f}{alone:>12.3f}")


if __name__ == "__main__":
    main()
