"""Makes run.svg: what a user sees of the README's main job, from its real output.

python docs/images/record.py      (in an environment with selftune[examples])
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent
COMMAND = "selftune run xgboost --data train=train.csv --target progression --max-jobs 20"
WIDTH = 118


def output_of(command: str, folder: Path) -> list[str]:
    """The lines that the command prints, standard error and output together."""
    environment = {**os.environ, "SELFTUNE_HOME": str(folder / "home"), "COLUMNS": str(WIDTH)}
    selftune = str(Path(sys.executable).with_name("selftune"))
    done = subprocess.run(
        [selftune, *command.split()[1:], "--name", "progression", "--seed", "1"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return done.stdout.replace(str(folder), "~").splitlines()


def abridged(lines: list[str]) -> list[str]:
    """Without the middle of the training jobs: a picture shows the beginning and the end."""
    jobs = [index for index, line in enumerate(lines) if line.startswith("[")]
    return [*lines[: jobs[4]], "  ...", *lines[jobs[-2] :]]


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        example = HERE.parents[1] / "examples" / "diabetes_csv.py"
        subprocess.run([sys.executable, str(example)], cwd=folder, check=True)
        lines = abridged(output_of(COMMAND, folder))
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text(f"$ {COMMAND}", style="bold"))
    for line in lines:
        is_heading = line.startswith(("Tuned", "Kept", "Search", "Best", "Gain", "Use it"))
        console.print(Text(line, style="bold green" if is_heading else ""))
    drawn = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="selftune"), flags=re.DOTALL)
    (HERE / "run.svg").write_text(drawn.replace("Fira Code", "Menlo"))


if __name__ == "__main__":
    main()
