"""Plain YAML values into dataclasses. Every error names the key by its full path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from genims_ray.errors import UsageError, short, suggestion

T = TypeVar("T")

_NAME = re.compile(r"[A-Za-z0-9_-]{1,63}")

MOST_CHARACTERS = 1000

_EXPECTED = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


def unknown(path: str, siblings: Iterable[str], elsewhere: Iterable[str] = ()) -> UsageError:
    """The error for a key that does not exist; `elsewhere` are full paths whose last part may be meant."""
    parent, _, name = path.rpartition(".")
    same = next((o for o in elsewhere if o != path and o.rpartition(".")[2] == name), None)
    near = f"; did you mean {same}?" if same else suggestion(name, siblings)
    if near and not same and parent:
        near = near.replace("mean ", f"mean {short(parent)}.", 1)
    if not near:
        near = f"; {short(parent)} has {', '.join(siblings)}" if parent else "; --cfg shows all"
    return UsageError(f"unknown key {short(path)}{near}")


def hints(cls: type[Any]) -> dict[str, Any]:
    """Field names of a dataclass with their types, in order."""
    types = get_type_hints(cls)
    return {field.name: types[field.name] for field in fields(cls)}


def build(cls: type[T], node: object, path: str, given: Mapping[str, object] | None = None) -> T:
    """The dataclass `cls` from a mapping. `given` are fields that are built already."""
    if not isinstance(node, dict):
        raise _wrong(path, "keys and values", node)
    known = hints(cls)
    for key in node:
        if key not in known:
            raise unknown(_join(path, key), known)
    values: dict[str, Any] = dict(given or {})
    required = [f.name for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING]  # type: ignore[arg-type]
    for name, hint in known.items():
        if name in values:
            continue
        if name in node:
            values[name] = value(hint, node[name], _join(path, name))
        elif name in required:
            raise UsageError(f"missing key {_join(path, name)}")
    return cls(**values)


def value(hint: Any, node: object, path: str) -> Any:
    """`node` as a value of type `hint`."""
    if is_dataclass(hint) and isinstance(hint, type):
        return build(hint, node, path)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        if node is None and NoneType in arguments:
            return None
        return value(next(a for a in arguments if a is not NoneType), node, path)
    if origin is dict:
        if not isinstance(node, dict):
            raise _wrong(path, "keys and values", node)
        return {_name(key, path): value(arguments[1], item, _join(path, key)) for key, item in node.items()}
    if origin in (list, tuple):
        if not isinstance(node, list | tuple):
            raise _wrong(path, "a list", node)
        return origin(value(arguments[0], item, _join(path, i)) for i, item in enumerate(node))
    return _scalar(hint, node, path)


def _scalar(hint: type, node: object, path: str) -> object:
    if node == "???":
        raise UsageError(f"missing value of {path}")
    if isinstance(node, bool) or node is None:
        if hint is bool and node is not None:
            return node
        raise _wrong(path, _EXPECTED[hint], node)
    if hint is int and isinstance(node, int):
        return node
    if hint is float and isinstance(node, int | float):
        if not -1e300 < node < 1e300:  # false for nan, too
            raise _wrong(path, "a finite number", node)
        return float(node)
    if hint is str and isinstance(node, str):
        return _text(node, path)
    if hint is str and isinstance(node, date):
        return node.isoformat()
    raise _wrong(path, _EXPECTED[hint], node)


def _text(text: str, path: str) -> str:
    """Text that PostgreSQL can store and a report can show on a line."""
    if not text.isprintable():
        odd = next(c for c in text if not c.isprintable())
        raise UsageError(f"{path}: holds the character U+{ord(odd):04X}, which is not printable")
    if len(text) > MOST_CHARACTERS:
        raise UsageError(f"{path}: {len(text)} characters; {MOST_CHARACTERS} are the most")
    return text


def _name(key: object, path: str) -> str:
    if not isinstance(key, str) or not _NAME.fullmatch(key):
        raise UsageError(f"{path}: {_shown(key)} is no name; use letters, digits, _ and - (quote digits)")
    return key


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


def _wrong(path: str, expected: str, node: object) -> UsageError:
    advice = ""
    if expected == "text" and isinstance(node, bool | int | float):
        advice = "; quote it"
    elif expected == "a list" and isinstance(node, str):
        advice = f"; write [{short(node)}]"
    return UsageError(f"{path}: expected {expected}, found {_shown(node)}{advice}")


def _shown(node: object) -> str:
    if node is None:
        return "nothing (null)"
    if isinstance(node, bool):
        return str(node).lower()
    if isinstance(node, dict):
        return "keys and values"
    if isinstance(node, list | tuple):
        return "a list"
    if isinstance(node, int) and node.bit_length() > 200:
        return "a very large number"
    return short(repr(node))
