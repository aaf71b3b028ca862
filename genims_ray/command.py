"""What all commands have in common: how they end, how they read their options, how their help looks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, NoReturn

from genims_ray import resources, screen
from genims_ray.errors import UsageError, UserError, short, suggestion

WIDTH = 80
INTERRUPTED = 130
"""As a shell reports a program that SIGINT ended."""

LEVELS = ((("-q", "--quiet"), "print results and errors only"), (("-v", "--verbose"), "print more of what happens"))
"""Taken from the arguments before a command sees them."""


def command(work: Callable[[list[str]], int]) -> Callable[..., int]:
    """`main` of a command: takes the arguments, by default those of the process, and returns the exit status.

    Errors that a user can act on become one line on standard error. A `KeyboardInterrupt` may carry a text
    that says what stays.
    """

    @wraps(work)
    def main(arguments: Sequence[str] | None = None) -> int:
        try:
            return work(screen.take_level(sys.argv[1:] if arguments is None else arguments))
        except UserError as error:
            print(f"error: {error}", file=sys.stderr)
            return error.status
        except SystemExit as end:  # --help, or a reader who left
            return int(end.code or 0)
        except KeyboardInterrupt as interrupt:
            print(f"\ninterrupted{interrupt}", file=sys.stderr)
            return INTERRUPTED

    return main


class Parser(argparse.ArgumentParser):
    """The options of a command, and its help: purpose, usage, options, examples."""

    def __init__(
        self,
        prog: str,
        description: str,
        usage: str | None = None,
        examples: Iterable[tuple[str, str]] = (),
        **more: Any,
    ):
        """`prog` is the command's name, `examples` are arguments and their meaning."""
        name = prog.removeprefix("genims ")
        super().__init__(
            prog=f"genims {name}",
            description=description,
            usage=usage and f"genims {name} {usage}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            add_help=False,
            **more,
        )
        self.examples = [(f"{name} {arguments}".rstrip(), meaning) for arguments, meaning in examples]
        self._optionals.title = "options"
        self.add_argument("-h", "--help", action="help", help="this text")
        for names, what in LEVELS:
            self.add_argument(*names, action="store_true", help=what)

    def read(self, arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
        """The options, and the settings (key=value, group=option) between them. Raises UsageError."""
        options, rest = self.parse_known_args(list(arguments))
        if wrong := next((each for each in rest if each.startswith("-")), None):
            known = [name for action in self._actions for name in action.option_strings if name.startswith("--")]
            name = wrong.partition("=")[0]
            near = suggestion(name, known) or f" (options: {', '.join(known)})"
            raise UsageError(f"unknown option {short(name)}{near}")
        return options, rest

    @staticmethod
    def with_config_dir(options: argparse.Namespace, settings: Sequence[str]) -> list[str]:
        """The settings, with the folder of --config-dir where one was given."""
        return [*settings, *([f"--config-dir={options.config_dir}"] if options.config_dir is not None else [])]

    def format_help(self) -> str:
        """Purpose first: argparse has the usage before it."""
        formatter = self._get_formatter()
        formatter.add_text(self.description)
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups)
        for group in sorted(self._action_groups, key=lambda group: group is self._optionals):
            formatter.start_section(group.title)
            formatter.add_text(group.description)
            formatter.add_arguments(group._group_actions)
            formatter.end_section()
        formatter.add_text(self.epilog)
        text = formatter.format_help()
        return "\n".join([text, "examples:", *listed(self.examples), ""]) if self.examples else text

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            known = list(map(str, action.choices))
            what = "command" if isinstance(action, argparse._SubParsersAction) else f"{action.option_strings[-1]}"
            raise UsageError(f"no {what} {short(str(value))!r} ({', '.join(known)}){suggestion(str(value), known)}")

    def error(self, message: str) -> NoReturn:
        missing = message.removeprefix("the following arguments are required: ")
        if missing != message:
            message = f"name a {missing.lower()}"
        raise UsageError(f"{message}: {resources.genims()} {self.prog.removeprefix('genims ')} --help says more")


def listed(examples: Iterable[tuple[str, str]]) -> list[str]:
    """Lines of examples, as they can be pasted: each behind the program, with its meaning beside or below it."""
    program = resources.genims()
    calls = [(f"  {program} {arguments}", meaning) for arguments, meaning in examples]
    column = max(len(call) for call, _ in calls) + 3
    beside = column + max(len(meaning) for _, meaning in calls) <= WIDTH
    lines = []
    for call, meaning in calls:
        lines += [f"{call:<{column}}{meaning}"] if beside else [f"  # {meaning}", call]
    return lines
