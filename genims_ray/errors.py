"""Errors a user can act on. Command lines print the message on one line and exit with `status`."""

from __future__ import annotations

from collections.abc import Iterable


class UserError(Exception):
    """The run or check failed for a reason outside the program; exit status 1."""

    status = 1


class PassingError(UserError):
    """What may be gone when tried again: a connection that broke, a server that does not answer."""


class UsageError(UserError):
    """The command line or the configuration is wrong; exit status 2."""

    status = 2


class DefectError(UserError):
    """Rows of ours break a rule of our schema, or cannot be made: a mistake of this program; exit status 3."""

    status = 3


def short(text: str, most: int = 100) -> str:
    """`text` on one line of at most `most` characters that a terminal shows and does not obey."""
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in " ".join(text.split()))
    return text if len(text) <= most else text[: most - 3] + "..."


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean x?` for the known word nearest to `word`, or nothing when none is near."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=60)
    return f"; did you mean {found[0]}?" if found else ""
