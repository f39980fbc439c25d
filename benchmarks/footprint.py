"""What selftune costs before it tunes: size of the base install, time of its imports and of its first words.

    python benchmarks/footprint.py [--repeats 9]

Makes a virtual environment of its own, installs this checkout into it without extras, and times each command as a whole
process against an interpreter that does nothing, in turn.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]

SCRIPT = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--epochs", type=int, default=5)
args = parser.parse_args()
print(f"val_loss={args.lr}")
"""


def milliseconds(command: list[str], cwd: Path) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1000


def megabytes(folder: Path) -> float:
    return sum(p.lstat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink()) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "train.py").write_text(SCRIPT)
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        binaries = folder / "venv" / "bin"
        packages = next((folder / "venv" / "lib").glob("python*")) / "site-packages"
        before = megabytes(packages)
        subprocess.run([str(binaries / "pip"), "install", "--quiet", str(ROOT)], check=True)
        print(f"base install: {megabytes(packages) - before:.0f} MB\n")
        commands = {
            "python -c pass": [str(binaries / "python"), "-c", "pass"],
            "import selftune": [str(binaries / "python"), "-c", "import selftune"],
            "selftune --help": [str(binaries / "selftune"), "--help"],
            "selftune plan train.py": [str(binaries / "selftune"), "plan", "train.py"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(options.repeats):
            for name, command in commands.items():
                times[name].append(milliseconds(command, folder))
    bare = statistics.median(times["python -c pass"])
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:24} {median:6.0f} ms  (min {min(values):.0f}, max {max(values):.0f}; {median - bare:+.0f} ms)")
    print(f"\nPython {platform.python_version()}, {platform.system()} {platform.machine()}, {options.repeats} rounds")


if __name__ == "__main__":
    main()
