"""The tables of the comparison, from kept searches alone, and whether each target is reached."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

from comparison import Case, case_of, differences, interval, wins
from cost_tables import latency_table, seconds_table
from kept import Searches
from markdown import line, mean, verdict
from rows import SUITES, Row
from suites import (
    AUTOTUNED,
    AWS_SOFT,
    AWS_WALLS,
    EXPERT,
    FOUR,
    MISS_SOFT,
    MISS_WALLS,
    OURS,
    PEERS,
    SEEDS,
    SIXTEEN,
    tasks_of,
)

CHECKPOINTS = (10, 25, 50)
TITLES = {"surrogates": "Surrogate tasks", "tables": "Tabulated tasks", "real": "Real training"}
RANGES_MAY_COST, FOUR_MAY_COST, SIXTEEN_MAY_COST = 0.05, 0.02, 0.06
BUSY = 0.97


def report(rows: Sequence[Row], latency: Sequence[Row] = ()) -> Iterator[str]:
    """All tables, then the targets, line by line."""
    searches = Searches(rows)
    for suite in SUITES:
        yield from expert_table(searches, suite)
    for suite in ("surrogates", "real"):
        yield from autotuned_table(searches, suite)
    for suite in ("surrogates", "real"):
        yield from ranges_table(searches, suite)
    yield from parallel_table(searches)
    yield from latency_table(latency)
    yield from seconds_table(searches)
    yield ""
    yield from searches.provenance()


def quick_report(live: Sequence[Row], kept: Sequence[Row]) -> Iterator[str]:
    """The same first two tables on the cases that ran now, with what is known of the other peers on them."""
    ran, tools = {case_of(row) for row in live}, {row["tool"] for row in live}
    others = [row for row in kept if row["tool"] not in tools and row["setting"] == EXPERT and case_of(row) in ran]
    searches = Searches([*live, *others])
    yield f"Live: {', '.join(sorted(tools))}. From file: {', '.join(sorted({row['tool'] for row in others}))}."
    yield from expert_table(searches, "surrogates")
    yield from autotuned_table(searches, "surrogates")
    yield ""
    yield from searches.provenance()


def expert_table(searches: Searches, suite: str) -> Iterator[str]:
    """Every tool in the same expert's ranges, without prior and start values."""
    mine = {count: searches.regrets(OURS, EXPERT, suite, count) for count in CHECKPOINTS}
    shown = [tool for tool in (OURS, *PEERS) if searches.of(tool, EXPERT, suite)]
    if not shown:
        return
    yield f"\n### {TITLES[suite]}: the expert's ranges for all (target 1)\n"
    yield "| tool | cases | @10 | @25 | @50 | @50 not cut | ours - its @25 | ours - its @50 | ours wins @50 |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for tool in shown:
        theirs = {count: searches.regrets(tool, EXPERT, suite, count) for count in CHECKPOINTS}
        uncut = searches.regrets(tool, EXPERT, suite, 50, floor=-math.inf)
        cells = [tool, str(len(uncut)), *(mean(theirs[count]) for count in CHECKPOINTS), mean(uncut)]
        if tool == OURS or not mine[50].keys() & theirs[50].keys():
            cells += [""] * 3
        else:
            cells += [str(interval(differences(mine[count], theirs[count]))) for count in (25, 50)]
            cells.append(interval(wins(mine[50], theirs[50])).as_share())
        yield line(cells)
    yield from _incomplete(searches, suite, shown)
    if mine[50]:
        rivals = {tool: searches for tool in shown if tool != OURS}
        at_25 = _worst(mine[25], {tool: searches.regrets(tool, EXPERT, suite, 25) for tool in rivals})
        at_50 = _worst(mine[50], {tool: searches.regrets(tool, EXPERT, suite, 50) for tool in rivals})
        least = min(
            (
                interval(won).mean
                for tool in rivals
                if (won := wins(mine[50], searches.regrets(tool, EXPERT, suite, 50)))
            ),
            default=math.nan,
        )
        yield ""
        yield verdict("at 25 no worse than the best peer at 25", at_25 <= 0, f"difference {at_25:+.3f}")
        yield verdict(
            "at 50 ahead of every peer in the mean and in the win rate",
            at_50 < 0 and least > 0.5,
            f"difference to the best {at_50:+.3f}, lowest win rate {least:.0%}",
        )


def _incomplete(searches: Searches, suite: str, tools: Sequence[str]) -> Iterator[str]:
    """Which tools have not run every search yet; then what is said of the best peer may change."""
    whole = len(tasks_of(suite)) * SEEDS[suite]
    counts = {tool: len(searches.of(tool, EXPERT, suite)) for tool in tools}
    parts = [f"{tool} {count}" for tool, count in counts.items() if count < whole]
    if parts:
        yield f"\nOf {whole} searches each, some are still to be run, and a verdict may change: {', '.join(parts)}."


def autotuned_table(searches: Searches, suite: str) -> Iterator[str]:
    """Ours from today's values, with Autotune's ranges, against peers in the expert's."""
    mine = {count: searches.regrets(OURS, AUTOTUNED, suite, count) for count in CHECKPOINTS}
    if not mine[50]:
        return
    yield f"\n### {TITLES[suite]}: from today's values, Autotune's ranges (target 2)\n"
    yield "| tool | ranges | cases | @10 | @25 | @50 | ours@25 - its@50 | wins |"
    yield "|---|---|---|---|---|---|---|---|"
    yield line([OURS, "Autotune's", str(len(mine[50])), *(mean(mine[count]) for count in CHECKPOINTS), "", ""])
    for tool in PEERS:
        theirs = {count: searches.regrets(tool, EXPERT, suite, count) for count in CHECKPOINTS}
        if mine[25].keys() & theirs[50].keys():
            cells = [tool, "expert's", str(len(theirs[50])), *(mean(theirs[count]) for count in CHECKPOINTS)]
            cells.append(str(interval(differences(mine[25], theirs[50]))))
            yield line([*cells, interval(wins(mine[25], theirs[50])).as_share()])
    tpe = _worst(mine[10], {"optuna-tpe": searches.regrets("optuna-tpe", EXPERT, suite, 25)})
    best = _worst(mine[25], {tool: searches.regrets(tool, EXPERT, suite, 50) for tool in PEERS})
    yield ""
    yield verdict("at 10 no worse than TPE at 25 in the expert's ranges", tpe <= 0, f"difference {tpe:+.3f}")
    yield verdict("at 25 no worse than the best peer at 50", best <= 0, f"difference {best:+.3f}")


def ranges_table(searches: Searches, suite: str) -> Iterator[str]:
    """Ranges that AWS prints and ranges that miss the optimum, soft and as walls."""
    lines, verdicts = [], []
    inside = searches.regrets(OURS, EXPERT, suite, 50)
    for soft, walls, title in ((MISS_SOFT, MISS_WALLS, "miss the optimum"), (AWS_SOFT, AWS_WALLS, "printed by AWS")):
        found = {
            "ours, soft": searches.regrets(OURS, soft, suite, 50),
            "ours, walls": searches.regrets(OURS, walls, suite, 50),
            "TPE, walls": searches.regrets("optuna-tpe", walls, suite, 50),
        }
        for name, values in found.items():
            common = {case: value for case, value in values.items() if case in inside}
            if common:
                cells = [title, name, str(len(common)), mean(common), str(interval(differences(common, inside)))]
                lines.append(line(cells))
        if found["ours, soft"]:
            cost = interval(differences(found["ours, soft"], inside)).mean
            what = f"ranges that {title}" if walls == MISS_WALLS else f"ranges {title}"
            verdicts.append(verdict(f"{what}, soft: within .05 of the expert's", cost <= 0.05, f"{cost:+.3f}"))
        if found["ours, walls"] and found["TPE, walls"]:
            gap = interval(differences(found["ours, walls"], found["TPE, walls"]))
            verdicts.append(verdict(f"walls ({title}): better than TPE", gap.mean < 0, str(gap)))
    if lines:
        yield f"\n### {TITLES[suite]}: ranges that are not the expert's, regret at 50 (target 3)\n"
        yield "| ranges | | cases | @50 | over ours in the expert's |"
        yield "|---|---|---|---|---|"
        yield from lines
        yield ""
        yield from verdicts


def parallel_table(searches: Searches) -> Iterator[str]:
    """One, four and sixteen training jobs at once."""
    alone = searches.regrets(OURS, EXPERT, "surrogates", 50)
    settings = [(FOUR, "4", FOUR_MAY_COST), (SIXTEEN, "16", SIXTEEN_MAY_COST)]
    if not alone or not searches.of(OURS, FOUR, "surrogates"):
        return
    yield "\n### Surrogate tasks: side by side, durations that vary tenfold, the expert's ranges (target 4)\n"
    yield "| at once | cases | @10 | @25 | @50 | over one at once @50 | slots busy | equal pairs at once |"
    yield "|---|---|---|---|---|---|---|---|"
    counts = [mean(searches.regrets(OURS, EXPERT, "surrogates", count)) for count in CHECKPOINTS]
    yield line(["1", str(len(alone)), *counts, "", "", ""])
    verdicts = []
    for setting, slots, may_cost in settings:
        rows = searches.of(OURS, setting, "surrogates")
        counts = [mean(searches.regrets(OURS, setting, "surrogates", count)) for count in CHECKPOINTS]
        cost = interval(differences(searches.regrets(OURS, setting, "surrogates", 50), alone))
        busy, equal = min(row["busy"] for row in rows), sum(row["coincide"] for row in rows)
        yield line([slots, str(len(rows)), *counts, str(cost), f"{busy:.1%}", str(equal)])
        verdicts.append(verdict(f"{slots} at once: within {may_cost}", cost.mean <= may_cost, f"{cost.mean:+.3f}"))
        verdicts.append(
            verdict(f"{slots} at once: slots busy, no two equal", busy >= BUSY and not equal, f"{busy:.1%}")
        )
    yield ""
    yield from verdicts


def _worst(ours: Mapping[Case, float], theirs: Mapping[str, Mapping[Case, float]]) -> float:
    """Our mean paired difference to the peer that does best against us."""
    means = (fmean(found.values()) for values in theirs.values() if (found := differences(ours, values)))
    return max(means, default=math.nan)
