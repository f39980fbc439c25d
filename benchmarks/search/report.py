"""The tables of the comparison, from kept searches alone, and whether each target is reached."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from comparison import Case, Interval, case_of, differences, interval, wins
from completeness import notes
from cost_tables import latency_table, seconds_table
from kept import Searches
from markdown import line, mean, unmeasured, verdict
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
    SIXTEEN,
    has_setting,
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
    uncut = _uncut(searches, OURS, EXPERT, suite)
    shown = [tool for tool in (OURS, *PEERS) if searches.of(tool, EXPERT, suite)]
    if not shown:
        return
    yield f"\n### {TITLES[suite]}: the expert's ranges for all (target 1)\n"
    yield (
        "| tool | cases | @10 | @25 | @50 | @50 not cut | ours - its @25 | ours - its @50 | the same not cut "
        "| ours wins @50 |"
    )
    yield "|---" * 10 + "|"
    for tool in shown:
        theirs = {count: searches.regrets(tool, EXPERT, suite, count) for count in CHECKPOINTS}
        its_uncut = _uncut(searches, tool, EXPERT, suite)
        cells = [tool, str(len(its_uncut)), *(mean(theirs[count]) for count in CHECKPOINTS), mean(its_uncut)]
        if tool == OURS or not mine[50].keys() & theirs[50].keys():
            cells += [""] * 4
        else:
            cells += [str(interval(differences(mine[count], theirs[count]))) for count in (25, 50)]
            cells += [str(interval(differences(uncut, its_uncut))), interval(wins(mine[50], theirs[50])).as_share()]
        yield line(cells)
    yield from notes(searches, suite, [(tool, EXPERT) for tool in dict.fromkeys((OURS, *shown))])
    yield ""
    yield from _expert_verdicts(searches, suite, [tool for tool in shown if tool != OURS])


def _expert_verdicts(searches: Searches, suite: str, rivals: Sequence[str]) -> Iterator[str]:
    mine = {count: searches.regrets(OURS, EXPERT, suite, count) for count in CHECKPOINTS}
    theirs = {count: [searches.regrets(tool, EXPERT, suite, count) for tool in rivals] for count in CHECKPOINTS}
    at_25 = _to_the_best(mine[25], theirs[25])
    no_worse, ahead = (
        "at 25 no worse than the best peer at 25",
        "at 50 ahead of every peer in the mean and in the win rate",
    )
    if at_25 is None:
        yield unmeasured(f"{no_worse}; {ahead}", "there is nothing to compare")
        return
    yield verdict(no_worse, at_25.mean <= 0, f"difference {at_25}", is_chance=at_25.holds(0))
    gaps = [interval(differences(mine[50], its)) for its in theirs[50] if mine[50].keys() & its.keys()]
    won = [interval(wins(mine[50], its)) for its in theirs[50] if mine[50].keys() & its.keys()]
    best, least = max(gaps, key=_mean_of), min(won, key=_mean_of)
    yield verdict(
        ahead,
        best.mean < 0 and least.mean > 0.5,
        f"difference to the best {best}, lowest win rate {least.as_share()}",
        is_chance=any(gap.holds(0) for gap in gaps) or any(share.holds(0.5) for share in won),
    )


def autotuned_table(searches: Searches, suite: str) -> Iterator[str]:
    """Ours from today's values, with Autotune's ranges, against peers in the expert's."""
    mine = {count: searches.regrets(OURS, AUTOTUNED, suite, count) for count in CHECKPOINTS}
    if not mine[50]:
        return
    uncut = _uncut(searches, OURS, AUTOTUNED, suite, 25)
    yield f"\n### {TITLES[suite]}: from today's values, Autotune's ranges (target 2)\n"
    yield "| tool | ranges | cases | @10 | @25 | @50 | ours@25 - its@50 | the same not cut | wins |"
    yield "|---|---|---|---|---|---|---|---|---|"
    yield line([OURS, "Autotune's", str(len(mine[50])), *(mean(mine[count]) for count in CHECKPOINTS), "", "", ""])
    rivals = [tool for tool in PEERS if mine[25].keys() & searches.regrets(tool, EXPERT, suite, 50).keys()]
    for tool in rivals:
        theirs = {count: searches.regrets(tool, EXPERT, suite, count) for count in CHECKPOINTS}
        cells = [tool, "expert's", str(len(theirs[50])), *(mean(theirs[count]) for count in CHECKPOINTS)]
        gaps = differences(mine[25], theirs[50]), differences(uncut, _uncut(searches, tool, EXPERT, suite))
        yield line([*cells, *(str(interval(gap)) for gap in gaps), interval(wins(mine[25], theirs[50])).as_share()])
    yield from notes(searches, suite, [(OURS, AUTOTUNED), *((tool, EXPERT) for tool in rivals)])
    yield ""
    targets = (
        ("at 10 no worse than TPE at 25 in the expert's ranges", 10, ("optuna-tpe",), 25),
        ("at 25 no worse than the best peer at 50", 25, PEERS, 50),
    )
    for what, jobs, tools, their_jobs in targets:
        gap = _to_the_best(mine[jobs], (searches.regrets(tool, EXPERT, suite, their_jobs) for tool in tools))
        if gap is None:
            yield unmeasured(what, "there is nothing to compare")
        else:
            yield verdict(what, gap.mean <= 0, f"difference {gap}", is_chance=gap.holds(0))


def ranges_table(searches: Searches, suite: str) -> Iterator[str]:
    """Ranges that AWS prints and ranges that miss the optimum, soft and as walls."""
    pairs = ((MISS_SOFT, MISS_WALLS, "ranges that miss the optimum"), (AWS_SOFT, AWS_WALLS, "ranges printed by AWS"))
    possible = [pair for pair in pairs if has_setting(pair[0], suite)]
    if not searches.of(OURS, EXPERT, suite) and not any(
        searches.of(OURS, setting, suite) for soft, walls, _ in possible for setting in (soft, walls)
    ):
        if any(searches.of(tool, EXPERT, suite) for tool in PEERS):
            yield f"\n### {TITLES[suite]}: ranges that are not the expert's (target 3)\n"
            yield from (unmeasured(title, "ours has not been run in them") for _, _, title in possible)
        return
    yield f"\n### {TITLES[suite]}: ranges that are not the expert's, regret at 50 (target 3)\n"
    yield "| ranges | | cases | @50 | over ours in the expert's | the same not cut |"
    yield "|---|---|---|---|---|---|"
    for soft, walls, title in possible:
        yield from _ranges_lines(searches, suite, soft, walls, title)
    shown = [(OURS, EXPERT)]
    shown += [pair for soft, walls, _ in possible for pair in ((OURS, soft), (OURS, walls), ("optuna-tpe", walls))]
    yield from notes(searches, suite, shown)
    yield ""
    for soft, walls, title in possible:
        yield from _ranges_verdicts(searches, suite, soft, walls, title)


def _ranges_lines(searches: Searches, suite: str, soft: str, walls: str, title: str) -> Iterator[str]:
    """A line for each that was run, on the cases that all of those have, ours in the expert's ranges among them."""
    named = (("ours, soft", OURS, soft), ("ours, walls", OURS, walls), ("TPE, walls", "optuna-tpe", walls))
    ran = [(name, tool, setting) for name, tool, setting in named if searches.of(tool, setting, suite)]
    inside, inside_uncut = searches.regrets(OURS, EXPERT, suite, 50), _uncut(searches, OURS, EXPERT, suite)
    shared = set(inside).intersection(*(searches.regrets(tool, setting, suite, 50) for _, tool, setting in ran))
    for name, tool, setting in ran if shared else ():
        cut = {case: value for case, value in searches.regrets(tool, setting, suite, 50).items() if case in shared}
        uncut = {case: value for case, value in _uncut(searches, tool, setting, suite).items() if case in shared}
        over = (interval(differences(cut, inside)), interval(differences(uncut, inside_uncut)))
        yield line([title, name, str(len(cut)), mean(cut), *map(str, over)])


def _ranges_verdicts(searches: Searches, suite: str, soft: str, walls: str, title: str) -> Iterator[str]:
    inside = searches.regrets(OURS, EXPERT, suite, 50)
    cost = _paired(searches.regrets(OURS, soft, suite, 50), inside)
    what = f"{title}, soft: within {RANGES_MAY_COST} of the expert's"
    if cost is None:
        yield unmeasured(what, "ours has not been run in both")
    else:
        yield verdict(what, cost.mean <= RANGES_MAY_COST, str(cost), is_chance=cost.holds(RANGES_MAY_COST))
    gap = _paired(searches.regrets(OURS, walls, suite, 50), searches.regrets("optuna-tpe", walls, suite, 50))
    what = f"{title}, as walls: better than TPE"
    if gap is None:
        yield unmeasured(what, "not both have been run")
    else:
        yield verdict(what, gap.mean < 0, str(gap), is_chance=gap.holds(0))


def parallel_table(searches: Searches) -> Iterator[str]:
    """One, four and sixteen training jobs at once."""
    suite = "surrogates"
    alone, alone_uncut = searches.regrets(OURS, EXPERT, suite, 50), _uncut(searches, OURS, EXPERT, suite)
    settings = [(FOUR, "4", FOUR_MAY_COST), (SIXTEEN, "16", SIXTEEN_MAY_COST)]
    ran = [(setting, slots, cost) for setting, slots, cost in settings if searches.of(OURS, setting, suite)]
    if not alone or not ran:
        return
    yield "\n### Surrogate tasks: side by side, durations that vary tenfold, the expert's ranges (target 4)\n"
    yield (
        "| at once | cases | @10 | @25 | @50 | over one at once @50 | the same not cut "
        "| slots busy, in virtual time | equal pairs at once |"
    )
    yield "|---" * 9 + "|"
    counts = [mean(searches.regrets(OURS, EXPERT, suite, count)) for count in CHECKPOINTS]
    yield line(["1", str(len(alone)), *counts, "", "", "", ""])
    verdicts = []
    for setting, slots, may_cost in ran:
        rows, what = searches.of(OURS, setting, suite), f"{slots} at once"
        counts = [mean(searches.regrets(OURS, setting, suite, count)) for count in CHECKPOINTS]
        cost = _paired(searches.regrets(OURS, setting, suite, 50), alone)
        uncut = _paired(_uncut(searches, OURS, setting, suite), alone_uncut)
        busy, equal = min(row["busy"] for row in rows), sum(row["coincide"] for row in rows)
        yield line([slots, str(len(rows)), *counts, *map(_shown, (cost, uncut)), f"{busy:.1%}", str(equal)])
        if cost is None:
            verdicts.append(unmeasured(f"{what}: within {may_cost}", "no case has been run one at a time as well"))
        else:
            near = cost.holds(may_cost)
            found = f"{cost}, not cut {_shown(uncut)}"
            verdicts.append(verdict(f"{what}: within {may_cost}", cost.mean <= may_cost, found, is_chance=near))
        verdicts.append(verdict(f"{what}: no two equal", not equal, f"{equal} pairs"))
        verdicts.append(verdict(f"{what}: no slot waits for another, in virtual time", busy >= BUSY, f"{busy:.1%}"))
    yield from notes(searches, suite, [(OURS, EXPERT), *((OURS, setting) for setting, _, _ in settings)])
    yield ""
    yield "In virtual time a suggestion takes none: `docs/research/search-scale.md` has the slots of real processes."
    yield ""
    yield from verdicts


def _uncut(searches: Searches, tool: str, setting: str, suite: str, jobs: int = 50) -> dict[Case, float]:
    return searches.regrets(tool, setting, suite, jobs, floor=-math.inf)


def _paired(ours: Mapping[Case, float], theirs: Mapping[Case, float]) -> Interval | None:
    """How much more regret ours has; None where no case has both."""
    found = differences(ours, theirs)
    return interval(found) if found else None


def _to_the_best(ours: Mapping[Case, float], theirs: Iterable[Mapping[Case, float]]) -> Interval | None:
    """Our paired difference to the peer that does best against us; None where there is none."""
    found = [gap for values in theirs if (gap := _paired(ours, values)) is not None]
    return max(found, key=_mean_of, default=None)


def _mean_of(found: Interval) -> float:
    return found.mean


def _shown(found: Interval | None) -> str:
    return "-" if found is None else str(found)
