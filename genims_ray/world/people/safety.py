"""Accidents at work and near misses: they happen to people who are at work, and some keep them away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genims_ray.world import params
from genims_ray.world.company.seats import OFFICE, Seats
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Ints, Rows

NEAR_MISS, FIRST_AID, MEDICAL_TREATMENT, RESTRICTED_WORK, LOST_TIME = range(5)
SEVERITIES = np.array(["near_miss", "first_aid", "medical_treatment", "restricted_work", "lost_time"])
LONGEST_AWAY = 30


@dataclass(frozen=True)
class Incidents(Rows):
    """Aligned arrays, by (day, seat)."""

    seat: Ints
    employee_id: Ints
    day: Ints
    shift: Ints
    severity: Ints
    days_away: Ints
    restricted_days: Ints


def incidents(settings: params.Safety, seats: Seats, rng: Rng, first: int, who: Ints, shift: Ints) -> Incidents:
    """What happens on days from `first` on; `who` (0: not at work) and `shift` are (seats, days)."""
    day = first + np.arange(who.shape[1])[None, :]
    risk = settings.incidents_per_shift * np.where(seats.roster == OFFICE, settings.office_share, 1.0)
    with np.errstate(divide="ignore"):  # where nothing ever happens
        u = rng.uniform("incident", who, day) / risk[:, None]
    seat, column = np.nonzero((u < 1) & (who > 0))
    order = np.lexsort((seat, column))
    seat, column = seat[order], column[order]
    shares = np.cumsum([settings.near_miss, settings.first_aid, settings.medical_treatment, settings.restricted_work])
    severity = np.searchsorted(shares, u[seat, column])
    e, d = who[seat, column], first + column
    away = np.ceil(rng.lognormal("days away", 6.0, 0.8, e, d)).astype(np.int64)
    restricted = np.ceil(rng.lognormal("restricted days", 5.0, 0.7, e, d)).astype(np.int64)
    lost = severity == LOST_TIME
    return Incidents(
        seat=seat,
        employee_id=e,
        day=d,
        shift=shift[seat, column],
        severity=severity,
        days_away=np.where(lost, np.clip(away, 1, LONGEST_AWAY), 0),
        restricted_days=np.where(
            (severity == RESTRICTED_WORK) | (lost & (restricted > 6)), np.minimum(restricted, 20), 0
        ),
    )
