"""Write scikit-learn's diabetes data as train.csv, with the label in the column `progression`.

Then: selftune run xgboost --data train=train.csv --target progression
"""

import csv
import sys
from pathlib import Path

from sklearn.datasets import load_diabetes


def write_diabetes(path: Path) -> None:
    """442 patients, ten measurements each, and how far the disease had gone on a year later."""
    data = load_diabetes()
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["progression", *data.feature_names])
        for features, progression in zip(data.data, data.target, strict=True):
            writer.writerow([f"{progression:g}", *(f"{value:.6f}" for value in features)])


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("train.csv")
    write_diabetes(target)
    print(f"Wrote {target}.")
