"""The PostgreSQL types the DDL may use, and what each is in Arrow."""

from __future__ import annotations

import re

import pyarrow as pa

ARROW: dict[str, pa.DataType] = {
    "boolean": pa.bool_(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "real": pa.float32(),
    "double precision": pa.float64(),
    "text": pa.string(),
    "date": pa.date32(),
    "time without time zone": pa.time64("us"),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
}

BINARY = frozenset(ARROW) - {"time without time zone"}
"""Types that genims_ray.postgres.binary writes: PostgreSQL's binary form is what Arrow holds but for byte order and
epoch, or text."""

ADVICE = {
    "timestamp without time zone": "times are timestamptz",
    "jsonb": "use columns, or text",
    "json": "use columns, or text",
    "uuid": "keys are bigint or integer",
    "varchar": "use text",
    "character varying": "use text",
    "char": "use text",
    "serial": "keys are computed",
    "bigserial": "keys are computed",
    "money": "use numeric(14,2)",
    "numeric": "give precision and scale, as in numeric(14,2)",
}

_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
_BRACKETED = re.compile(r"\[([^\]]{1,20})\]")
_UNIT_OF_WORD = {
    "seconds": "s", "minutes": "min", "hours": "h", "days": "d", "weeks": "wk", "months": "mo", "years": "a",
    "ms": "ms", "percentage": "%", "percent": "%", "pct": "%", "ppm": "ppm", "kw": "kW", "kwh": "kWh",
    "usd": "USD", "eur": "EUR", "kg": "kg", "mm": "mm", "km": "km", "m3": "m³", "m2": "m²", "celsius": "°C",
    "rpm": "rpm", "bar": "bar", "kmh": "km/h", "co2e": "kg CO₂e",
}  # fmt: skip


def arrow_type(type_name: str) -> pa.DataType:
    """Arrow's type for a column of PostgreSQL type `type_name`; ValueError with advice if unused here."""
    if type_name in ARROW:
        return ARROW[type_name]
    if numeric := _NUMERIC.fullmatch(type_name):
        return pa.decimal128(int(numeric[1]), int(numeric[2]))
    advice = ADVICE.get(type_name.split("(")[0], f"the types in use are {', '.join(ARROW)} and numeric(p,s)")
    raise ValueError(f"type {type_name} is not used in GenIMS: {advice}")


def unit_of(name: str, type_name: str, comment: str) -> str | None:
    """The unit in the comment's square brackets; else the one in a number's name (`duration_minutes`)."""
    if bracketed := _BRACKETED.search(comment):
        return bracketed[1]
    if not type_name.startswith(("smallint", "integer", "bigint", "real", "double", "numeric")):
        return None
    words = [word for word in reversed(name.split("_")) if word in _UNIT_OF_WORD]
    return _UNIT_OF_WORD[words[0]] if words else None
