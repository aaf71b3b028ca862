"""Duty: who stands at which post of a factory, and who is called in for it.

A gap in a shift is filled by an operator of the crew whose own line does not run, by the relief, by the
supervisor, by people of the crew that is off - called in, with eight hours of rest on either side and
once in their two days off -, by others of the shift, and last by whoever is off, rested or not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genims_ray.world.company.calendar import OFF, SHIFTS
from genims_ray.world.company.seats import Seats
from genims_ray.world.layout import CREWS
from genims_ray.world.people.roster import NO_SHIFT, crew
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Bools, Floats, Ints

NOBODY = -1
RESTED = {0: (1, 2), 1: (0, 1)}
"""Shifts for which the crew that is off is rested, by the day of its two days off."""
_IDLE, _RELIEF, _SUPERVISOR, _CALLED, _CALLED_OTHER, _OTHER, _TIRED = range(7)
_OUT = 99.0


@dataclass(frozen=True)
class Duty:
    """Posts of one factory on some days; people as seats (indices), `NOBODY` if there is none."""

    operators: Ints  # (days, lines, 3)
    supervisor: Ints  # (days, 3)
    inspector: Ints  # (days, 3)
    team: Ints  # (days, 3, technicians): who does maintenance; the others NOBODY behind them
    called: Ints  # (seats, days): shift for which somebody is called in, NO_SHIFT if not


def assign(
    seats: Seats, index: Ints, rng: Rng, first: int, states: NDArray[np.int8], shift: Ints, able: Bools, free: Bools
) -> Duty:
    """Duties on days from `first` (an even day) on at the factory whose seats are `index`.

    `states` are (lines, days, 3); the others (seats, days): planned shift, whether the person can be at a post
    then, and whether a person who is off may be called.
    """
    kind, line, seat_crew, place = (getattr(seats, n)[index] for n in ("role", "line", "crew", "place"))
    n, days, lines = len(index), shift.shape[1], len(states)
    day = first + np.arange(days)
    role = {name: kind == name for name in np.unique(kind)}
    none = np.zeros(n, dtype=bool)
    operator, relief, supervisor = (role.get(r, none) for r in ("operator", "relief_operator", "shift_supervisor"))
    technician, inspector, warehouse = (
        role.get(r, none) for r in ("maintenance_technician", "quality_inspector", "warehouse_operator")
    )
    lot = 0.5 * rng.uniform("cover", seats.seat_id[index][:, None], day)  # takes turns among equals
    called = np.full((n, days), NO_SHIFT, dtype=np.int64)
    operators = np.full((days, lines, SHIFTS), NOBODY, dtype=np.int64)
    lead = {name: np.full((days, SHIFTS), NOBODY, dtype=np.int64) for name in ("supervisor", "inspector")}
    team = np.full((days, SHIFTS, max(int(technician.sum()), 1)), NOBODY, dtype=np.int64)
    own = np.full((lines, CREWS), NOBODY, dtype=np.int64)
    for i in np.flatnonzero(operator & (place == 0)).tolist():
        own[line[i], seat_crew[i]] = i
    for parity in (0, 1):
        at = np.flatnonzero(day % 2 == parity)
        for s in range(SHIFTS):
            here = able[:, at] & (shift[:, at] == s)
            rested = s in RESTED[parity]
            off = seat_crew[:, None] == crew(day[at], SHIFTS)[None, :]
            may = free[:, at] & off & (called[:, at] == NO_SHIFT) & rested
            if parity:
                may &= called[:, at - 1] == NO_SHIFT
            used = np.zeros((n, len(at)), dtype=bool)
            many = len(at)

            def choose(score: Floats, at: Ints = at, s: int = s, here: Bools = here, many: int = many) -> Ints:
                """The best candidate of each day; whoever is called in is marked."""
                best = score.argmin(axis=0)
                chosen = np.where(score[best, np.arange(many)] < _OUT, best, NOBODY)
                column = np.flatnonzero(chosen != NOBODY)
                column = column[~here[chosen[column], column]]
                called[chosen[column], at[column]] = s
                return chosen

            # Technicians: those of the crew, else one who is off, rested or not, else the supervisor.
            mine = here & technician[:, None]
            order = np.argsort(np.where(mine, 0, 1), axis=0, kind="stable")[: team.shape[2]]
            found = np.where(np.take_along_axis(mine, order, axis=0), order, NOBODY)
            score = np.full((n, many), _OUT)
            score[mine] = 0
            tired = free[:, at] & off & (called[:, at] == NO_SHIFT)
            if parity:
                tired &= called[:, at - 1] == NO_SHIFT
            for own_role, good in ((supervisor, 3), (technician, 1)):
                score[tired & own_role[:, None]] = good + 1
                score[may & own_role[:, None]] = good
            score[here & supervisor[:, None]] = 2.5
            score += lot[:, at] * (score < _OUT)
            first_one = np.where(found[0] == NOBODY, choose(np.where(mine.any(axis=0), _OUT, score)), found[0])
            found[0] = first_one
            used[np.maximum(first_one, 0), np.arange(many)] |= (first_one != NOBODY) & ~mine.any(axis=0)
            may &= called[:, at] == NO_SHIFT

            # Inspector and supervisor.
            for name, own_role, deputy in (("inspector", inspector, supervisor), ("supervisor", supervisor, inspector)):
                score = np.full((n, many), _OUT)
                score[here & (warehouse | relief | operator)[:, None]] = 5
                score[here & technician[:, None] & ~used] = 4
                score[here & deputy[:, None] & ~used] = 3
                score[may & own_role[:, None]] = 2
                score[here & own_role[:, None]] = 0
                score += lot[:, at] * (score < _OUT)
                lead[name][at, s] = choose(score)
                may &= called[:, at] == NO_SHIFT

            # Lines.
            state = states[:, at, s]  # (lines, days)
            on = crew(day[at], s)
            mate = own[:, on]  # (lines, days)
            there = (mate != NOBODY) & here[np.maximum(mate, 0), np.arange(many)[None, :]]
            runs = state != OFF
            spare = (operator & (place > 0))[:, None] | (~runs[np.maximum(line, 0)] & operator[:, None])
            score = np.full((n, many), _OUT)
            tired &= called[:, at] == NO_SHIFT
            score[tired] = _TIRED
            score[here & ~used & (warehouse | inspector)[:, None]] = _OTHER
            second = here & technician[:, None] & (np.arange(n)[:, None] != first_one[None, :])
            score[second] = _OTHER
            score[may & (supervisor | warehouse | inspector | technician)[:, None]] = _CALLED_OTHER
            score[may & operator[:, None]] = _CALLED
            score[here & supervisor[:, None] & ~used] = _SUPERVISOR
            score[here & relief[:, None] & ~used] = _RELIEF
            score[here & spare] = _IDLE
            score += lot[:, at] * (score < _OUT)
            rank = np.argsort(score, axis=0, kind="stable")
            gap = runs & ~there
            turn = np.minimum(np.cumsum(gap, axis=0) - 1, n - 1)
            cover = np.take_along_axis(rank, np.maximum(turn, 0), axis=0)
            good = gap & (np.take_along_axis(score, cover, axis=0) < _OUT)
            boss = lead["supervisor"][at, s][None, :]
            fallback = np.where(boss != NOBODY, boss, np.maximum(mate, 0))
            chosen = np.where(there, mate, np.where(good, cover, fallback))
            at_, d = np.nonzero(good)
            c = cover[at_, d]
            new = ~here[c, d]
            called[c[new], at[d[new]]] = s
            operators[at, :, s] = chosen.T
            at_line = np.zeros((n, many), dtype=bool)
            at_line[c, d] = True
            found = np.where(at_line[np.maximum(found, 0), np.arange(many)[None, :]], NOBODY, found)
            team[at, s] = np.take_along_axis(found, np.argsort(found == NOBODY, axis=0, kind="stable"), axis=0).T
            alone = lead["supervisor"][at, s] == NOBODY
            lead["supervisor"][at[alone], s] = first_one[alone]
            unchecked = lead["inspector"][at, s] == NOBODY
            lead["inspector"][at[unchecked], s] = lead["supervisor"][at[unchecked], s]
    return Duty(operators, lead["supervisor"], lead["inspector"], team, called)
