"""What a verification found, in one unit: checks. A check is as good as the worst of what it found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from genims_ray.config import Config
from genims_ray.verify.checks import Range
from genims_ray.verify.run import ORDER, Outcome, Result


@dataclass(frozen=True)
class Read:
    """What several checks shared: of which name, in which database, and the seconds of all connections."""

    name: str
    database: str
    seconds: float


@dataclass(frozen=True)
class Report:
    """The results of one verification, and what it looked at."""

    config: Config
    within: Range
    results: Sequence[Result]
    elsewhere: int
    """Checks that concern modules which are not loaded."""
    enough: bool
    """As much is loaded as the rarest check is made for."""
    seconds: float
    shared: Sequence[Read] = ()

    @cached_property
    def counts(self) -> dict[Outcome, int]:
        """Checks by outcome."""
        counted = Counter(result.outcome for result in self.results)
        return {outcome: counted[outcome] for outcome in ORDER}

    @property
    def failed(self) -> list[Result]:
        """Checks that fail, then those that could not be run."""
        wrong = [result for result in self.results if result.failed]
        return sorted(wrong, key=lambda result: ORDER.index(result.outcome))

    @property
    def verdict(self) -> str:
        """One sentence: whether anything failed, how many checks hold, and how many could not be judged."""
        told = {Outcome.FAIL: "failed", Outcome.ERROR: "could not be run"}
        wrong = [f"{self.counts[outcome]} {what}" for outcome, what in told.items() if self.counts[outcome]]
        if wrong:
            number, _, what = wrong[0].partition(" ")
            wrong[0] = f"{number} of {counted(len(self.results), 'check')} {what}"
        held, few = self.counts[Outcome.PASS], self.counts[Outcome.TOO_FEW]
        checks = f"{held:,}" if wrong else counted(held, "check")
        rest = [f"{checks} {'holds' if held == 1 else 'hold'}"] if held or not few else []
        if few:
            what = str(few) if rest else counted(few, "check")
            why = "for want of cases" if self.enough else "on so small a plant"
            rest.append(f"{what} could not be judged {why}")
        return f"{' and '.join(wrong) or 'nothing failed'}: {', '.join(rest)}"

    @property
    def plant(self) -> str:
        """The plant in a few words."""
        plant = self.config.plant
        lines = [line for factory in plant.factories.values() for line in factory.lines]
        machines = sum(len(plant.line_types[line.type].machines) for line in lines)
        factories = counted(len(plant.factories), "factory", "factories")
        return f"{plant.scale}, seed {plant.seed}: {factories}, {counted(machines, 'machine')}"

    @property
    def seen(self) -> str:
        """The range in a few words."""
        days = f"{self.within.days:,.10g}" if self.within.days == int(self.within.days) else f"{self.within.days:,.2f}"
        return (
            f"{self.within.start:%Y-%m-%d %H:%M} to {self.within.end:%Y-%m-%d %H:%M} UTC, "
            f"{days} {'day' if self.within.days == 1 else 'days'}"
        )


def counted(number: int, one: str, many: str = "") -> str:
    """`1 check`, `2,000 checks`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
