"""Suppliers and customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv

from genims_ray.world import dates
from genims_ray.world.company.apportion import apportion
from genims_ray.world.rng import Rng
from genims_ray.world.rows import Floats, Ints, Texts


class Country(NamedTuple):
    code: str
    region: str
    currency: str
    suppliers: float  # relative number
    customers: float
    legal_form: str
    hours: int  # ahead of UTC, standard time where most people live


COUNTRIES = (
    Country("US", "North America", "USD", 20, 26, "Inc.", -5),
    Country("CA", "North America", "CAD", 3, 5, "Ltd.", -5),
    Country("MX", "North America", "MXN", 8, 7, "S.A. de C.V.", -6),
    Country("DE", "Europe", "EUR", 14, 14, "GmbH", 1),
    Country("FR", "Europe", "EUR", 5, 6, "S.A.S.", 1),
    Country("IT", "Europe", "EUR", 5, 5, "S.r.l.", 1),
    Country("PL", "Europe", "PLN", 5, 3, "Sp. z o.o.", 1),
    Country("GB", "Europe", "GBP", 4, 5, "Ltd", 0),
    Country("CZ", "Europe", "CZK", 3, 2, "s.r.o.", 1),
    Country("CN", "Asia", "CNY", 14, 9, "Co., Ltd.", 8),
    Country("JP", "Asia", "JPY", 6, 7, "K.K.", 9),
    Country("IN", "Asia", "INR", 5, 4, "Pvt. Ltd.", 5),
    Country("KR", "Asia", "KRW", 3, 3, "Co.", 9),
    Country("BR", "South America", "BRL", 5, 4, "Ltda.", -3),
)

USD_PER_UNIT = {
    "USD": 1.0, "CAD": 0.73, "MXN": 0.055, "EUR": 1.08, "PLN": 0.25, "GBP": 1.27, "CZK": 0.043,
    "CNY": 0.14, "JPY": 0.0067, "INR": 0.012, "KRW": 0.00073, "BRL": 0.19,
}  # fmt: skip
"""Reference rates that price agreements were made at."""

WITHOUT_CENTS = ("JPY", "KRW")

SUPPLIER_CATEGORIES = {
    "metal": 0.17, "resin": 0.1, "chemical": 0.1, "packaging": 0.11, "purchased_part": 0.29,
    "electronic": 0.13, "mro": 0.1,
}  # fmt: skip

_TRADES = {
    "metal": ("Metals", "Steel", "Alloys"),
    "resin": ("Polymers", "Plastics", "Compounds"),
    "chemical": ("Chemicals", "Coatings", "Lubricants"),
    "packaging": ("Packaging", "Cartons", "Films"),
    "purchased_part": ("Fasteners", "Components", "Precision"),
    "electronic": ("Electronics", "Connectors", "Sensors"),
    "mro": ("Industrial Supply", "Tooling", "Services"),
}
_SEGMENTS = {
    "automotive": (0.4, ("Motors", "Automotive", "Mobility")),
    "commercial_vehicles": (0.12, ("Trucks", "Vehicles", "Transport Systems")),
    "industrial_machinery": (0.15, ("Machinery", "Drives", "Engineering")),
    "appliances": (0.1, ("Appliances", "Home Systems", "Domestic")),
    "electronics": (0.08, ("Devices", "Controls", "Instruments")),
    "agriculture": (0.08, ("Agri", "Harvest Machines", "Tractors")),
    "energy": (0.04, ("Energy", "Turbines", "Power")),
    "medical": (0.03, ("Medical", "Health Systems", "Care")),
}
_FIRST = (
    "Al", "Ar", "Bel", "Bor", "Cal", "Cor", "Dan", "Del", "El", "Fal", "Far", "Gar", "Gren", "Hal", "Har",
    "Hol", "In", "Jor", "Kal", "Ker", "Lam", "Lin", "Mal", "Mer", "Mon", "Nor", "Or", "Pal", "Per", "Quin",
    "Ran", "Ros", "Sal", "Ser", "Tal", "Tor", "Ul", "Val", "Ver", "Wen",
)  # fmt: skip
_SECOND = (
    "bach", "berg", "beck", "burn", "by", "cote", "dale", "den", "dorf", "e", "ero", "eta", "ford", "gard",
    "gate", "ham", "hof", "ia", "ica", "ida", "ingen", "ino", "ita", "kamp", "ko", "land", "lund", "mark",
    "mere", "mont", "more", "na", "nova", "o", "ora", "osa", "port", "quist", "ridge", "rup", "son", "stad",
    "stein", "ta", "ton", "vale", "ville", "wick", "wood", "worth",
)  # fmt: skip


@dataclass(frozen=True)
class Suppliers:
    """Aligned arrays, ordered by key; `on_time_probability` is latent and never recorded."""

    supplier_id: Ints
    supplier_code: Texts
    supplier_name: Texts
    supplier_category: Texts
    country: Texts
    region: Texts
    currency: Texts
    payment_terms_days: Ints
    incoterm: Texts
    status: Texts
    approved_on: Ints
    created_at: Ints
    on_time_probability: Floats


@dataclass(frozen=True)
class Customers:
    """Aligned arrays, ordered by key; `weight`, the share of the demand, is latent."""

    customer_id: Ints
    customer_code: Texts
    customer_name: Texts
    customer_type: Texts
    industry_segment: Texts
    country: Texts
    region: Texts
    currency: Texts
    tier: Texts
    annual_volume_estimate: Ints
    payment_terms_days: Ints
    price_discount_hundredths: Ints
    credit_limit_cents: Ints
    sla_on_time_delivery_percentage: Ints
    sla_quality_ppm_max: Ints
    status: Texts
    customer_since: Ints
    created_at: Ints
    weight: Floats


def suppliers(rng: Rng, total: int, start_day: int) -> Suppliers:
    """The vendors; the first of each category is never on hold, so that every material has a source."""
    supplier_id = np.arange(1, total + 1)
    category = np.array(apportion("enterprise.suppliers", total, SUPPLIER_CATEGORIES))
    first = np.isin(np.arange(total), np.unique(category, return_index=True)[1])
    land = _countries(rng, "supplier", supplier_id, [c.suppliers for c in COUNTRIES])
    approved = start_day - dates.ages(rng.uniform("supplier age", supplier_id), 8, 90, 25 * dates.YEAR)
    trade = choose(rng.uniform("supplier trade", supplier_id), [1, 1, 1])
    return Suppliers(
        supplier_id=supplier_id,
        supplier_code=np.char.mod("S%05d", supplier_id),
        supplier_name=_names(supplier_id, [_TRADES[c][t] for c, t in zip(category, trade, strict=True)], land),
        supplier_category=category,
        country=_attribute(land, "code"),
        region=_attribute(land, "region"),
        currency=_attribute(land, "currency"),
        payment_terms_days=np.array([30, 45, 60, 90])[
            choose(rng.uniform("supplier terms", supplier_id), [40, 25, 25, 10])
        ],
        incoterm=np.array(["EXW", "FCA", "DAP", "DDP"])[
            choose(rng.uniform("supplier incoterm", supplier_id), [15, 35, 35, 15])
        ],
        status=np.where((rng.uniform("supplier hold", supplier_id) < 0.03) & ~first, "on_hold", "active"),
        approved_on=approved,
        created_at=dates.entered(rng, "supplier", supplier_id, approved),
        on_time_probability=np.asarray(betaincinv(18, 2, rng.uniform("supplier on time", supplier_id))),
    )


def customers(rng: Rng, total: int, start_day: int, yearly_parts: float) -> Customers:
    """The customers; shares of the demand fall off as rank^-1.05 (Zipf-Mandelbrot, offset 1)."""
    customer_id = np.arange(1, total + 1)
    rank = np.argsort(np.argsort(rng.uniform("customer rank", customer_id), kind="stable"), kind="stable")
    hold = (rng.uniform("customer hold", customer_id) < 0.03) & (rank >= total // 5)
    weight = np.where(hold, 0.0, (rank + 2.0) ** -1.05)
    weight /= weight.sum()
    ahead = np.empty(total)  # share of the demand of larger customers
    order = np.argsort(rank)
    ahead[order] = np.cumsum(weight[order]) - weight[order]
    tier = np.where(ahead < 0.5, 0, np.where(ahead < 0.8, 1, 2))

    def pick(what: str, by_tier: list[list[float]]) -> Ints:
        u = rng.uniform(f"customer {what}", customer_id)
        return np.choose(tier, [choose(u, odds) for odds in by_tier])

    land = _countries(rng, "customer", customer_id, [c.customers for c in COUNTRIES])
    segments = list(_SEGMENTS)
    segment = choose(rng.uniform("customer segment", customer_id), [share for share, _ in _SEGMENTS.values()])
    trade = choose(rng.uniform("customer trade", customer_id), [1, 1, 1])
    words = [_SEGMENTS[segments[s]][1][t] for s, t in zip(segment, trade, strict=True)]
    expected = np.maximum(weight, (total + 1.0) ** -1.05 / 50) * yearly_parts
    volume = _two_digits(expected * rng.lognormal("customer estimate", 1.0, 0.2, customer_id))
    terms = np.array([14, 30, 45, 60, 90])[pick("terms", [[0, 1, 2, 5, 2], [0, 3, 4, 3, 0], [2, 5, 3, 0, 0]])]
    since = start_day - dates.ages(rng.uniform("customer age", customer_id), 9, 60, 25 * dates.YEAR)
    steps = np.floor(7 * rng.uniform("customer discount", customer_id)).astype(np.int64)
    return Customers(
        customer_id=customer_id,
        customer_code=np.char.mod("C%05d", customer_id),
        customer_name=_names(customer_id, words, land),
        customer_type=np.array(["oem", "tier_1", "distributor", "aftermarket"])[
            pick("type", [[6, 4, 0, 0], [25, 45, 30, 0], [0, 3, 4, 3]])
        ],
        industry_segment=np.array(segments)[segment],
        country=_attribute(land, "code"),
        region=_attribute(land, "region"),
        currency=_attribute(land, "currency"),
        tier=np.array(["A", "B", "C"])[tier],
        annual_volume_estimate=volume,
        payment_terms_days=terms,
        price_discount_hundredths=np.array([1200, 700, 200])[tier] + 50 * steps,
        credit_limit_cents=100_000 * np.maximum(5, np.ceil(volume * 1.2 * terms / 365 * 2 / 1000)).astype(np.int64),
        sla_on_time_delivery_percentage=np.array([90, 92, 95, 97, 98])[
            pick("delivery", [[0, 0, 1, 4, 5], [0, 1, 6, 3, 0], [5, 4, 1, 0, 0]])
        ],
        sla_quality_ppm_max=np.array([25, 50, 100, 250, 500])[
            pick("quality", [[5, 4, 1, 0, 0], [0, 2, 6, 2, 0], [0, 0, 2, 5, 3]])
        ],
        status=np.where(hold, "credit_hold", "active"),
        customer_since=since,
        created_at=dates.entered(rng, "customer", customer_id, since),
        weight=weight,
    )


def choose(u: Floats, odds: list[float]) -> Ints:
    """Index of the chosen one for each uniform, with probabilities proportional to `odds`."""
    edges = np.cumsum(odds) / np.sum(odds)
    return np.minimum(np.searchsorted(edges, u, side="right"), len(odds) - 1)


def _countries(rng: Rng, who: str, ids: Ints, odds: list[float]) -> list[Country]:
    return [COUNTRIES[i] for i in choose(rng.uniform(f"{who} country", ids), odds)]


def _attribute(land: list[Country], name: str) -> Texts:
    return np.array([getattr(country, name) for country in land])


def _names(ids: Ints, trades: list[str], land: list[Country]) -> Texts:
    """Company names; the first word alone is different for each of the first 2,000 keys."""
    result = []
    for i, trade, country in zip(ids.tolist(), trades, land, strict=True):
        turn, first = divmod(i, len(_FIRST))
        series, second = divmod(turn, len(_SECOND))
        stem = _FIRST[first] + _SECOND[(second + 7 * first) % len(_SECOND)]
        result.append(" ".join([stem, trade, *([str(series + 1)] if series else []), country.legal_form]))
    return np.array(result)


def _two_digits(values: Floats) -> Ints:
    """Rounded to two significant digits, at least 10."""
    unit = 10.0 ** (np.floor(np.log10(np.maximum(values, 10.0))) - 1)
    return (np.maximum(np.round(values / unit), 10) * unit).astype(np.int64)
