"""Did you mean: the nearest known name to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process


def suggestion(name: str, known: Iterable[str]) -> str:
    """`" (did you mean 'x'?)"`, or nothing if no known name is near."""
    best = process.extractOne(name, list(known), score_cutoff=70)
    return f" (did you mean {best[0]!r}?)" if best else ""
