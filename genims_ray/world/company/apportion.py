"""Sharing a number of things out among kinds, in proportion and evenly mixed."""

from __future__ import annotations

from collections.abc import Mapping

from genims_ray.errors import UserError


def apportion(what: str, total: int, shares: Mapping[str, float]) -> list[str]:
    """The kind of each of `total` things; at least one of each kind, by largest remainder.

    Kinds alternate so that any stretch of the result has about the same mixture. `what` names the
    configuration key in the error raised when there are fewer things than kinds.
    """
    if total < len(shares):
        raise UserError(f"{what} is {total}, but needs at least one of each of: {', '.join(shares)}")
    spare = total - len(shares)
    scale = spare / sum(shares.values())
    counts = {kind: 1 + int(share * scale) for kind, share in shares.items()}
    by_remainder = sorted(shares, key=lambda kind: (int(shares[kind] * scale) - shares[kind] * scale, kind))
    for kind in by_remainder[: total - sum(counts.values())]:
        counts[kind] += 1
    return mixed(counts)


def mixed(counts: Mapping[str, int]) -> list[str]:
    """Each kind as often as counted, evenly spread: element k of n stands at (k + 1/2) / n."""
    places = [((k + 0.5) / n, kind) for kind, n in counts.items() for k in range(n)]
    return [kind for _, kind in sorted(places)]
