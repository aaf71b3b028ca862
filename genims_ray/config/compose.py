"""Hydra's compose API, and its errors in one line each. No output folder, no change of working folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException, MissingConfigException
from omegaconf import OmegaConf
from yaml.reader import ReaderError

from genims_ray import resources
from genims_ray.config.schema import unknown
from genims_ray.errors import UsageError, short, suggestion
from genims_ray.files import read_text

SECRET = re.compile("PASS|PWD|SECRET|TOKEN|KEY|CREDENTIAL|AUTH", re.IGNORECASE)
"""In the names of environment variables that the configuration cannot read."""

PLACES = {
    "factory": "factories.{}",
    "failure": "failure_modes",
    "line": "line_types.{}",
    "machine": "machines.{}",
    "signal": "signals",
}
"""Where the options of a group go; the options of the other groups have one place each."""


def tree(overrides: Sequence[str], config_dir: Path | None = None) -> dict[str, Any]:
    """The composed configuration as plain values, interpolations resolved.

    `config_dir` is a further folder of groups, searched after conf/.
    """
    read = [parsed(text) for text in overrides]
    try:
        return _composed(list(overrides), config_dir)
    except MissingConfigException as error:
        _require_readable(error, config_dir, [error.missing_cfg_file or ""])
        raise _no_such_option(error, read, groups(config_dir)) from error
    except Exception as error:  # Hydra lets errors of every kind of its own libraries through
        raise _explained(error, read, config_dir) from error


def groups(config_dir: Path | None = None) -> dict[str, dict[str, str]]:
    """Options of every group, each with the comment that opens its file."""
    found: dict[str, dict[str, str]] = {}
    for folder in (resources.root() / "conf", config_dir):
        for file in option_files(folder):
            found.setdefault(file.parent.name, {}).setdefault(file.stem, _opening_comment(file))
    return found


def option_files(folder: Path | None) -> list[Path]:
    """The files of a folder that are options of its groups; editors and systems leave others beside them."""
    found = folder.glob("*/*.yaml") if folder else ()
    return sorted(file for file in found if not file.name.startswith("."))


def leaves(node: object, path: str = "") -> Iterator[tuple[str, Any]]:
    """Full path and value of every leaf; lists are leaves."""
    if isinstance(node, dict) and node:
        for key, child in node.items():
            yield from leaves(child, f"{path}.{key}" if path else str(key))
    else:
        yield path, node


def _composed(overrides: list[str], config_dir: Path | None) -> dict[str, Any]:
    if config_dir:
        escaped = config_dir.resolve().as_posix().replace("\\", "\\\\").replace("'", "\\'")
        overrides = [*overrides, f"hydra.searchpath=['file://{escaped}']"]
    GlobalHydra.instance().clear()
    OmegaConf.register_new_resolver("oc.env", _environment, replace=True)
    try:
        with initialize_config_dir(str(resources.root() / "conf"), version_base="1.3"):
            composed = OmegaConf.to_container(hydra_compose("run", overrides), resolve=True)
    finally:
        GlobalHydra.instance().clear()
    assert isinstance(composed, dict)
    return {str(key): value for key, value in composed.items()}


def parsed(text: str) -> Override:
    """One override, or UsageError."""
    key, equals, _ = text.partition("=")
    if not key.strip("+~@ ") or (not equals and not text.startswith("~")):
        raise UsageError(f"expected key=value, found {short(text)!r}{suggestion(text, ('--help', '--cfg'))}")
    try:
        override = OverridesParser.create().parse_override(text)
    except (HydraException, ValueError, TypeError, RecursionError) as error:
        raise UsageError(
            f"cannot read {short(key)}{equals}: quote text that holds special characters, "
            f"as in \"server.home='/data/a=b'\""
        ) from error
    if override.is_sweep_override():
        raise UsageError(f"{short(key)} takes one value; quote text with commas, and write a list as [a,b]")
    if override.key_or_group.partition(".")[0].partition("/")[0] == "hydra":
        raise UsageError(f"{short(key)}: Hydra's settings have no effect here; --config-dir adds a folder")
    return override


def _no_such_option(
    error: MissingConfigException, overrides: list[Override], kinds: dict[str, dict[str, str]]
) -> UsageError:
    group, _, option = (error.missing_cfg_file or "").rpartition("/")
    if group not in kinds:
        return UsageError(f"unknown group {short(group or option)}{suggestion(group or option, kinds)}")
    asked = next((str(o.input_line) for o in overrides if o.key_or_group == group), group)
    options = list(kinds[group])
    return UsageError(
        f"{short(asked)}: there is no {group} {short(option)!r}{suggestion(option, options)} "
        f"(options: {', '.join(options)})"
    )


def _environment(name: str, default: Any = ...) -> Any:
    """`${oc.env:NAME}`, but of no secret: the configuration is printed, compared and stored."""
    if SECRET.search(name):
        raise UsageError(f"${{oc.env:{short(name)}}}: passwords and tokens are no part of the configuration")
    if name not in os.environ and default is ...:
        raise UsageError(f"${{oc.env:{short(name)}}}: there is no such environment variable")
    return os.environ.get(name, default)


def _explained(error: Exception, overrides: list[Override], config_dir: Path | None) -> UsageError:
    """What a failed composition means: a bad file, a key that does not exist, or Hydra's own words."""
    for cause in _causes(error):
        if isinstance(cause, UsageError):
            return cause
        if isinstance(cause, UnicodeError | OSError | ReaderError):
            chosen = [f"{o.key_or_group}/{o.value()}" for o in overrides]
            _require_readable(cause, config_dir, chosen)
            _require_readable(cause, config_dir)  # one that a chosen one includes
        mark = getattr(cause, "problem_mark", None)  # of PyYAML's errors
        if mark:
            problem = short(str(getattr(cause, "problem", "")))
            return UsageError(f"{mark.name}:{mark.line + 1}: not valid YAML: {problem}")
    kinds = groups(config_dir)
    selections = [o for o in overrides if o.key_or_group in kinds]
    changes = [o for o in overrides if o.key_or_group not in kinds]
    for o in selections:
        if not isinstance(o.value(), str | list) and not o.is_delete():
            options = ", ".join(kinds[o.key_or_group])
            line = short(str(o.input_line))
            return UsageError(f"{line}: expected an option of the group {o.key_or_group} ({options})")
        if o.key_or_group in PLACES and not o.package:
            option = short(str(o.value()))
            place = f"{o.key_or_group}@{PLACES[o.key_or_group].format(option)}"
            return UsageError(f"{o.input_line}: say where it goes, as {place}={option} (+ adds one)")
    if changes:
        try:
            base = _composed([str(o.input_line) for o in selections], config_dir)
        except Exception as deeper:
            return UsageError(_words(deeper))
        for o in changes:
            misplaced = _misplaced(base, o.key_or_group.split("."), adds=o.is_add(), groups=list(kinds))
            if misplaced:
                return misplaced
    return UsageError(_words(error))


def _misplaced(base: dict[str, Any], parts: list[str], adds: bool, groups: list[str]) -> UsageError | None:
    """Why the key `parts` does not exist in `base`."""
    node: Any = base
    for depth, part in enumerate(parts):
        above, path = ".".join(parts[:depth]), ".".join(parts[: depth + 1])
        if isinstance(node, dict):
            if part not in node:
                rest = parts[1:]
                if not depth and rest and part in groups and _misplaced(base, rest, False, groups) is None:
                    return UsageError(
                        f"unknown key {'.'.join(parts)}; did you mean {'.'.join(rest)}? ({part} is a group: its keys stand by themselves)"
                    )
                siblings = [str(key) for key in node] + ([] if above else groups)
                return None if adds else unknown(path, siblings, (leaf for leaf, _ in leaves(base)))
            node = node[part]
        elif isinstance(node, list):
            if not part.isdigit() or int(part) >= len(node):
                shown = ", ".join(f"{i} {_title(item)}" for i, item in enumerate(node))
                return UsageError(f"{above} is a list; name its entry by position: {shown}")
            node = node[int(part)]
        else:
            return UsageError(f"unknown key {path}: {above} is a value and has no keys")
    return None


def _require_readable(error: BaseException, config_dir: Path | None, options: Sequence[str] | None = None) -> None:
    """Raise UsageError for the file whose reading may have failed with `error`: of one of the options, as group/name,
    or of any."""
    for file in option_files(config_dir):
        if options is not None and f"{file.parent.name}/{file.stem}" not in options:
            continue
        text = read_text(file)
        if isinstance(error, ReaderError) and not text.isprintable():
            odd = next((c for c in text if not c.isprintable() and c not in "\n\r\t"), None)
            if odd is not None:
                line = text.count("\n", 0, text.index(odd)) + 1
                raise UsageError(f"{file}:{line}: holds the character U+{ord(odd):04X}, which is not printable")


def _title(item: object) -> str:
    return str(item.get("name", "")) if isinstance(item, dict) else str(item)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _words(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines()]
    kept = [line for line in lines if line and not line.startswith(("full_key", "object_type", "See https"))]
    return "the configuration does not compose: " + short(" ".join(kept) or type(error).__name__, 300)


def _opening_comment(file: Path) -> str:
    try:
        text = read_text(file)
    except UsageError as error:  # of an option that nobody may have asked for
        return f"({error})"
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if not line.startswith("# @package"):
            return line.removeprefix("#").strip()
    return ""
