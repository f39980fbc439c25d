"""What a training job could still change, or see change, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selftune.training.folder_survey import Survey

_SHOWN = 5


def snapshot_warnings(
    verdict: Survey,
    open_links: Sequence[str],
    lead_out: Sequence[str],
    outside_code: Sequence[str],
    exposed: Sequence[str],
) -> Iterator[str]:
    """One sentence or two for each thing that isolation does not cover on this machine.

    Args:
        open_links: links to originals that nothing guards.
        lead_out: the user's own links to folders elsewhere.
        outside_code: code outside the folder that is only linked.
        exposed: files that name the user's folder by its absolute path, where that cannot be redirected.
    """
    if open_links:
        yield (
            f"Linked, not copied: {_listed(open_links)}. This machine cannot keep a training job from changing these"
            " files; it shares them with the others and with you."
        )
    if lead_out:
        yield f"Your own links lead out of the folder: what a training job writes to {_listed(lead_out)} arrives there."
    code = [*verdict.linked_code, *outside_code]
    if code:
        yield (
            f"Too much code to copy: {_listed(code)} is only linked. Editing it changes what running training jobs see."
        )
    if exposed:
        yield (
            f"This folder's absolute path stands in {_listed(exposed)}: on this machine, what a training job writes by"
            " that path arrives in your own folder, and is shared. Relative paths stay with the training job."
        )


def _listed(paths: Sequence[str]) -> str:
    more = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
