"""Failure catalogues after ISO 14224 (annex B): modes, mechanisms, causes, detection methods; and which of
them a component's failure or a stop of the line is.
"""

from __future__ import annotations

from dataclasses import dataclass

from genims_ray.world import params


@dataclass(frozen=True)
class FailureCode:
    """A code, or a group of codes (without parent), of one catalogue."""

    failure_code_id: int
    code_type: str
    code: str
    description: str
    parent: int  # 0 for a group
    failure_class: str = ""  # of modes
    repair_hours: float = 0.0
    action: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """What a failure is in the terms of the standard, by code."""

    mode: str
    mechanism: str
    cause: str


_MODE_GROUPS = {
    "1": "Desired function is not obtained",
    "2": "Specified function lost or outside limits",
    "3": "Failure indication without immediate impact",
}
_MODES = (  # code, name, group, class, median hours of repair, first action
    ("FTS", "Failure to start on demand", "1", "critical", 2.0, "Check supply and release circuit"),
    ("STP", "Failure to stop on demand", "1", "critical", 2.5, "Isolate, then check brake and contactor"),
    ("FTF", "Failure to function on demand", "1", "critical", 2.5, "Exercise by hand, then replace the actuator"),
    ("DOP", "Delayed operation", "1", "degraded", 1.5, "Check pressure and friction"),
    ("FTR", "Failure to regulate", "1", "degraded", 1.5, "Check controller and position feedback"),
    ("BRD", "Breakdown", "2", "critical", 5.0, "Secure the asset and assess the damage"),
    ("ERO", "Erratic output", "2", "degraded", 1.5, "Trend the output, then check the control loop"),
    ("FOV", "Faulty output voltage", "2", "critical", 2.5, "Measure the supply and replace the unit"),
    ("FOF", "Faulty output frequency", "2", "critical", 2.5, "Check the converter"),
    ("HIO", "High output", "2", "degraded", 1.5, "Check the set-point and the relief"),
    ("LOO", "Low output", "2", "degraded", 3.0, "Check for leakage and wear"),
    ("IHT", "Insufficient heat transfer", "2", "degraded", 2.0, "Clean the exchanger"),
    ("UST", "Spurious stop", "2", "critical", 0.5, "Read the event list, then restart"),
    ("SPO", "Spurious operation", "2", "degraded", 0.5, "Check sensors and wiring"),
    ("LOA", "Load drop", "2", "critical", 3.0, "Secure the load"),
    ("VIB", "Vibration", "3", "degraded", 5.0, "Measure, then plan the bearing's replacement"),
    ("NOI", "Noise", "3", "incipient", 2.0, "Locate the source and lubricate"),
    ("OHE", "Overheating", "3", "degraded", 1.5, "Reduce the load and check cooling"),
    ("ELP", "External leakage of the process medium", "3", "degraded", 2.5, "Contain, then renew the seal"),
    ("ELU", "External leakage of a utility medium", "3", "degraded", 1.2, "Isolate and renew hose or fitting"),
    ("INL", "Internal leakage", "3", "degraded", 3.0, "Renew the seals"),
    ("PDE", "Parameter deviation", "3", "incipient", 1.0, "Readjust and watch the trend"),
    ("PLU", "Plugged or choked", "3", "degraded", 1.5, "Flush, then renew the filter"),
    ("SER", "Minor in-service problems", "3", "incipient", 0.5, "Clean and tighten"),
    ("STD", "Structural deficiency", "3", "degraded", 6.0, "Take out of service and inspect"),
    ("AIR", "Abnormal instrument reading", "3", "incipient", 0.7, "Compare with a reference instrument"),
    ("OTH", "Other", "3", "incipient", 1.0, "Describe in the report"),
    ("UNK", "Unknown", "3", "incipient", 1.0, "Inspect again"),
)  # fmt: skip
_MECHANISMS = {
    "1": ("Mechanical failure", "Leakage", "Vibration", "Clearance or alignment failure", "Deformation", "Looseness", "Sticking"),
    "2": ("Material failure", "Cavitation", "Corrosion", "Erosion", "Wear", "Breakage", "Fatigue", "Overheating", "Burst"),
    "3": ("Instrument failure", "Control failure", "No signal, indication or alarm", "Faulty signal", "Out of adjustment",
          "Software failure", "Common-mode failure"),
    "4": ("Electrical failure", "Short circuit", "Open circuit", "No power or voltage", "Faulty power or voltage", "Earth or isolation fault"),
    "5": ("External influence", "Blockage or plugging", "Contamination", "Miscellaneous external influences"),
    "6": ("Miscellaneous", "No cause found", "Combined causes", "Other", "Unknown"),
}  # fmt: skip
_CAUSES = {
    "1": ("Related to design", "Improper capacity", "Improper material"),
    "2": ("Related to fabrication or installation", "Fabrication error", "Installation error"),
    "3": ("Related to operation or maintenance", "Off-design service", "Operating error", "Maintenance error", "Expected wear and tear"),
    "4": ("Related to management", "Documentation error", "Management error"),
    "5": ("Miscellaneous", "No cause found", "Common cause", "Combined causes", "Other", "Unknown"),
}  # fmt: skip
_DETECTION: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "A": ("Scheduled activities", (("1", "Periodic maintenance"), ("2", "Functional testing"), ("3", "Inspection"),
          ("4", "Periodic condition monitoring"), ("5", "Pressure testing"))),
    "B": ("Continuous monitoring", (("6", "Continuous condition monitoring"),)),
    "C": ("Casual occurrences", (("7", "Production interference"), ("8", "Casual observation"), ("9", "Corrective maintenance"),
          ("10", "On demand"), ("11", "Other"))),
}  # fmt: skip

_MECHANISM_OF = {
    "wear and fatigue": "2.6", "fatigue": "2.6", "wear": "2.4", "overheating": "2.7", "leakage": "1.1", "breakage": "2.5",
    "erosion": "2.3", "plugging": "5.1", "breakdown": "4.5", "sticking": "1.6", "corrosion": "2.2", "contamination": "5.2",
}  # fmt: skip
_CAUSE_OF = {"wear": "3.4", "overload": "3.1", "contamination": "3.3", "random": "5.1"}
_STOP_OF = {
    "ADJ-201": Diagnosis("PDE", "3.4", "3.2"),
    "JAM-202": Diagnosis("PLU", "1.6", "3.1"),
    "FIXT-203": Diagnosis("SER", "2.4", "3.4"),
    "PROG-204": Diagnosis("UST", "3.5", "5.4"),
    "QUAL-205": Diagnosis("PDE", "1.3", "3.4"),
    "SAFE-206": Diagnosis("SPO", "3.3", "5.1"),
}
_OTHER_STOP = Diagnosis("OTH", "6.3", "5.5")

DETECTED_BY_SENSOR, DETECTED_BY_STOP, DETECTED_BY_CHANCE, DETECTED_BY_INSPECTION = "6", "7", "8", "3"


def catalogue(plant: params.Plant) -> list[FailureCode]:
    """All codes, groups before their members; modes that only the plant's configuration has come last."""
    found: list[FailureCode] = []

    def add(kind: str, code: str, text: str, parent: int = 0, **of_mode: str | float) -> int:
        found.append(FailureCode(len(found) + 1, kind, code, text, parent, **of_mode))  # type: ignore[arg-type]
        return len(found)

    groups = {group: add("mode", group, text) for group, text in _MODE_GROUPS.items()}
    for code, text, group, failure_class, hours, action in _MODES:
        add("mode", code, text, groups[group], failure_class=failure_class, repair_hours=hours, action=action)
    for kind, groups_of in (("mechanism", _MECHANISMS), ("cause", _CAUSES)):
        for number, (title, *members) in groups_of.items():
            parent = add(kind, f"{number}.0", f"{title}, general")
            for i, text in enumerate(members, start=1):
                add(kind, f"{number}.{i}", text, parent)
    for letter, (title, methods) in _DETECTION.items():
        parent = add("detection_method", letter, title)
        for code, text in methods:
            add("detection_method", code, text, parent)
    known = {mode[0] for mode in _MODES}
    own = [mode.iso_mode for mode in plant.failure_modes.values()]
    own += [c.iso_mode for utility in plant.upkeep.utilities.values() for c in utility.components]
    for code in sorted(set(own) - known - set(_MODE_GROUPS)):
        add(
            "mode", code, code, groups["3"], failure_class="degraded", repair_hours=2.0, action="Describe in the report"
        )
    return found


def of_component(mode: params.FailureMode | params.UtilityComponent, sudden: bool) -> Diagnosis:
    """The failure of a component; what comes without wear has no cause that anybody finds."""
    cause = "5.1" if sudden else _CAUSE_OF.get(mode.root_cause, "5.4")
    return Diagnosis(mode.iso_mode, _MECHANISM_OF.get(mode.mechanism, "6.3"), cause)


def told_by(mode: params.FailureMode | params.UtilityComponent) -> set[tuple[str, str]]:
    """(catalogue, code) of all that failures of a component are told by."""
    ways = [of_component(mode, sudden) for sudden in (False, True)]
    return {
        ("mode", mode.iso_mode),
        *(("mechanism", way.mechanism) for way in ways),
        *(("cause", way.cause) for way in ways),
    }


def told_by_stops() -> set[tuple[str, str]]:
    """(catalogue, code) of all that stops of any machine are told by."""
    ways = [*_STOP_OF.values(), _OTHER_STOP]
    return {
        *(("mode", way.mode) for way in ways),
        *(("mechanism", way.mechanism) for way in ways),
        *(("cause", way.cause) for way in ways),
    }


def of_stop(fault_code: str) -> Diagnosis:
    """A stop that was repaired by adjusting."""
    return _STOP_OF.get(fault_code, _OTHER_STOP)
