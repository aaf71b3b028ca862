"""Kinds of defects: those that a process makes, those of purchased material, and those of packing and transport."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from genims_ray.world.rng import Rng
from genims_ray.world.rows import Floats, Ints, Rows, Texts

PROCESS, SUPPLIER, LOGISTICS = range(3)
ORIGINS = ("process", "supplier", "logistics")
CRITICAL, MAJOR, MINOR = range(3)
SEVERITIES = ("critical", "major", "minor")

# code, name, group, severity; the first five of a family are what inspectors at the line report.
_PROCESS = {
    "shaft": "diameter|Diameter out of tolerance|dimension|1, runout|Runout too large|dimension|1, surface|Surface too rough|surface|2, "
    "length|Length out of tolerance|dimension|1, crack|Crack|material|0, groove_width|Groove out of tolerance|dimension|2, "
    "thread_damage|Thread damaged|function|1, chatter_marks|Chatter marks|surface|2, grinding_burn|Grinding burn|material|0, "
    "burr_left|Burr left on edge|surface|2, keyway_offset|Keyway off centre|dimension|1, corrosion_spot|Corrosion spot|surface|2, "
    "hardness_low|Hardness too low|material|1",
    "bracket": "edge_burr|Burr on the cut edge|surface|2, hole_position|Hole out of position|dimension|1, bend_angle|Bend angle off|dimension|1, "
    "scratch|Scratch|surface|2, split|Split in the bend|material|0, hole_missing|Hole missing|function|1, wrinkle|Wrinkle|surface|2, "
    "slug_mark|Slug mark|surface|2, flange_short|Flange too short|dimension|1, twist|Twist|dimension|2, springback|Springback too large|dimension|2, "
    "thinning|Material thinned|material|1, edge_crack|Crack at the edge|material|0",
    "frame": "weld_porosity|Pores in the weld|joining|1, distortion|Distortion|dimension|2, undercut|Undercut|joining|1, "
    "missing_weld|Weld missing|joining|0, weld_crack|Crack in the weld|joining|0, spatter|Weld spatter|surface|2, "
    "burn_through|Burn-through|joining|1, throat_small|Throat too thin|joining|1, gap_large|Gap too large|dimension|2, "
    "stud_loose|Stud loose|joining|1, seam_offset|Seam out of position|joining|2, lack_of_fusion|Lack of fusion|joining|0, "
    "bracket_missing|Bracket missing|assembly|1",
    "housing": "flash|Flash|moulding|2, short_shot|Short shot|moulding|1, sink_mark|Sink mark|moulding|2, warpage|Warpage of the housing|moulding|1, "
    "contamination|Contamination in the material|material|1, weld_line|Visible weld line|moulding|2, silver_streaks|Silver streaks|moulding|2, "
    "burn_mark|Burn mark|moulding|2, void|Void in the wall|moulding|1, gate_vestige|Gate vestige too long|moulding|2, "
    "colour_deviation|Colour deviation|surface|2, clip_broken|Clip broken|function|1, brittle|Brittle part|material|0",
    "module": "misassembly|Misassembled|assembly|1, missing_part|Part missing|assembly|1, torque|Torque out of tolerance|joining|0, "
    "label|Label wrong or missing|documentation|2, connector|Connector not seated|function|1, loose_cable|Cable loose|assembly|1, "
    "cover_gap|Gap at the cover|assembly|2, cold_joint|Cold solder joint|joining|1, function_test|Function test failed|function|0, "
    "adhesive_excess|Too much adhesive|surface|2, polarity|Polarity reversed|function|0, leak|Leak|function|1, scratch_cover|Scratch on the cover|surface|2",
}  # fmt: skip
_SUPPLIER = {
    "steel": "thickness|Thickness out of tolerance, surface_rust|Surface rust, coil_set|Coil set, composition|Composition off, edge_damage|Edge damaged, "
    "strength_low|Strength too low, scale|Scale on the surface, certificate|Certificate missing, wrong_grade|Wrong grade",
    "aluminium": "thickness|Thickness out of tolerance, oxide|Oxide inclusions, porosity|Porosity, composition|Composition off, surface_marks|Surface marks, "
    "strength_low|Strength too low, straightness|Not straight, certificate|Certificate missing, wrong_temper|Wrong temper",
    "resin": "moisture|Moisture too high, melt_index|Melt index off, colour|Colour off, contamination|Contaminated, pellet_size|Pellet size uneven, "
    "dust|Too much dust, certificate|Certificate missing, expired|Shelf life expired, wrong_type|Wrong type",
    "chemical": "viscosity|Viscosity off, purity|Purity too low, leaking_drum|Drum leaking, expired|Shelf life expired, label_wrong|Label wrong, "
    "density|Density off, sediment|Sediment, certificate|Certificate missing, colour|Colour off",
    "packaging": "size|Size off, crushed|Crushed, print|Print wrong, moisture|Damp, weak_joint|Joint weak, soiled|Soiled, missing_insert|Insert missing, "
    "warped|Warped, wrong_type|Wrong type",
    "purchased_part": "dimension|Dimension off, burr|Burrs, hardness|Hardness off, coating|Coating damaged, thread|Thread not to gauge, mixed|Mixed parts, "
    "crack|Cracked, corrosion|Corroded, short_count|Count short",
    "electronic": "solderability|Solderability poor, value_drift|Value out of tolerance, bent_pin|Pin bent, function|No function, polarity_mark|Polarity mark wrong, "
    "moisture_card|Moisture card changed, date_code|Date code too old, crimp|Crimp faulty, wrong_part|Wrong part",
}  # fmt: skip
_LOGISTICS = (
    "transit_damage|Damaged in transit|packaging, water_damage|Water damage|packaging, crushed_box|Box crushed|packaging, "
    "rust_in_transit|Rusted in transit|surface, mixed_parts|Parts mixed in packing|packaging, short_count|Count short in the box|packaging, "
    "over_count|Count over in the box|packaging, label_mixup|Shipping label mixed up|documentation, missing_certificate|Certificate not enclosed|documentation, "
    "wrong_packaging|Wrong packaging|packaging, dirty_returnable|Returnable box dirty|packaging, delivery_note|Delivery note wrong|documentation"
)  # fmt: skip
PER_FAMILY = 13
FAMILIES = tuple(_PROCESS)


@dataclass(frozen=True)
class DefectCodes(Rows):
    """Aligned arrays, ordered by key; `family` is -1 unless the defect arises in a process."""

    defect_code_id: Ints
    code: Texts
    name: Texts
    group: Texts
    origin: Ints
    family: Ints
    severity: Ints


@cache
def defect_codes() -> DefectCodes:
    """The whole catalogue: process codes from 101 by family, supplier codes from 601, logistics codes from 1,301."""
    rows: list[tuple[int, str, str, str, int, int, int]] = []
    for i, text in enumerate(_PROCESS.values()):
        for n, entry in enumerate(text.split(", "), start=1):
            code, name, group, severity = entry.split("|")
            rows.append((100 * (i + 1) + n, code, name, group, PROCESS, i, int(severity)))
    for i, (material, text) in enumerate(_SUPPLIER.items()):
        title = material.replace("_", " ").capitalize()
        for n, entry in enumerate(text.split(", "), start=1):
            code, name = entry.split("|")
            group = "documentation" if code in ("certificate", "label_wrong", "date_code") else "material"
            rows.append(
                (600 + 100 * i + n, f"{material}_{code}", f"{title}: {name.lower()}", group, SUPPLIER, -1, 1 + (n > 5))
            )
    for n, entry in enumerate(_LOGISTICS.split(", "), start=1):
        code, name, group = entry.split("|")
        rows.append((1300 + n, code, name, group, LOGISTICS, -1, 1 + (n > 4)))
    columns = list(zip(*rows, strict=True))
    ids, origin, family, severities = (np.array(columns[k], dtype=np.int64) for k in (0, 4, 5, 6))
    codes, titles, groups = (np.array(columns[k]) for k in (1, 2, 3))
    return DefectCodes(ids, codes, titles, groups, origin, family, severities)


@cache
def by_code() -> dict[str, int]:
    """Key of each defect by its code."""
    codes = defect_codes()
    return dict(zip(codes.code.tolist(), codes.defect_code_id.tolist(), strict=True))


def of_family(family: int, n: Ints) -> Ints:
    """Key of the n-th defect (from 0) of a product family."""
    return 100 * (family + 1) + 1 + n % PER_FAMILY


def of_material(material_group: Texts, n: Ints) -> Ints:
    """Key of the n-th defect (from 0) of each material's group."""
    groups = list(_SUPPLIER)
    index = np.array([groups.index(g) if g in groups else 5 for g in material_group.tolist()], dtype=np.int64)
    return np.asarray(600 + 100 * index + 1 + n % 9)


def pareto(u: Floats, count: int, ratio: float) -> Ints:
    """Place of each draw among `count` kinds, each `ratio` times as frequent as the one before."""
    edges = np.cumsum(ratio ** np.arange(count))
    return np.minimum(np.searchsorted(edges / edges[-1], u), count - 1)


def root_cause(rng: Rng, *at: Ints) -> Ints:
    """Root cause of a case, machines and methods before all."""
    return pareto(rng.uniform("root cause", *at), 6, 0.65)
