"""Settings that a command line names, held against what is loaded: whoever asks for something else is told what
there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hydra.core.override_parser.types import Override

from genims_ray import config as configuration
from genims_ray.config import compose, schema
from genims_ray.config.settings import Config
from genims_ray.errors import UsageError, short
from genims_ray.world.params import Plant

PLACES = ("server", "ray", "clock", "unit", "reset")
"""Settings that say where and how; they cannot contradict a plant."""

ABSENT = object()


@dataclass(frozen=True)
class Given:
    """The overrides of a command line, and its folder of own options."""

    overrides: tuple[Override, ...]
    config_dir: Path | None

    def names(self, key: str) -> bool:
        """Whether one of them chooses or sets `key`."""
        return any(o.key_or_group == key for o in self.overrides)

    def refuse_contradictions(self, asked: Config, loaded: Config) -> None:
        """Raises `UsageError` where a setting that was given, which made `asked`, is not that of what is `loaded`."""
        for override in self.overrides:
            if message := self._contradiction(override, asked, loaded):
                raise UsageError(f"{short(str(override.input_line))}: {message}")

    def _contradiction(self, override: Override, asked: Config, loaded: Config) -> str | None:
        key = override.key_or_group
        head = key.partition(".")[0]
        if head in PLACES:
            return None
        if head == "scale":
            return _other(asked.plant.scale, loaded.plant.scale)
        if head == "topology" and key != head:
            return None
        if head == "topology":
            return _other(asked.topology.name, loaded.topology.name)
        if head == "days":
            return None if asked.days == loaded.days else f"{_days(loaded)} loaded"
        if head == "modules":
            missing = [module for module in asked.modules if module not in loaded.modules]
            names = " and ".join(loaded.modules)
            return f"{names} {'are' if len(loaded.modules) > 1 else 'is'} loaded" if missing else None
        there = dict(_leaves(loaded.plant_dict()))
        return next(self._differences(override, dict(_leaves(asked.plant_dict())), there), None)

    def _differences(self, override: Override, asked: dict[str, Any], there: dict[str, Any]) -> Iterator[str]:
        """How what `override` determines, among the leaves that were `asked` for, differs from what is `there`."""
        key = override.key_or_group
        is_group = "=" in str(override.input_line) and key in compose.groups(self.config_dir)
        if key.partition(".")[0] not in schema.hints(Plant) and not is_group:
            return
        before = self._without(override) if is_group or override.is_delete() else {}
        below = (override.package or "") if is_group else key
        for path in sorted(asked.keys() | before.keys()):
            if below and path != below and not path.startswith(f"{below}."):
                continue
            value, found = asked.get(path, ABSENT), there.get(path, ABSENT)
            if value != found and (not before or value != before.get(path, ABSENT)):
                if found is ABSENT:
                    known = any(each == below or each.startswith(f"{below}.") for each in there)
                    yield f"the plant that is loaded has no {path if known else below}"
                else:
                    yield f"{path.rpartition('.')[2] if path == key else path} {found} is loaded"

    def _without(self, override: Override) -> dict[str, Any]:
        """The plant's leaves that the other overrides give."""
        others = [str(o.input_line) for o in self.overrides if o is not override]
        folder = [f"--config-dir={self.config_dir}"] if self.config_dir else []
        try:
            return dict(_leaves(configuration.load([*others, *folder]).plant_dict()))
        except UsageError:  # they need it
            return {}


def given(arguments: Sequence[str]) -> Given:
    """What a command line names. Raises UsageError where it cannot be read."""
    overrides, config_dir = configuration.settings(arguments)
    return Given(tuple(compose.parsed(text) for text in overrides), config_dir)


def _other(asked: str, loaded: str) -> str | None:
    return None if asked == loaded else f"{loaded} is loaded"


def _days(loaded: Config) -> str:
    return f"{loaded.days} day{'s are' if loaded.days != 1 else ' is'}"


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(key as overrides write it, plain value) of every leaf."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}.{index}")
    else:
        yield path, value.isoformat() if isinstance(value, date) else value
