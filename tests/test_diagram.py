"""Entity diagrams: every table and reference is there, nothing covers anything else."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree

import pytest

from genims_ray.catalog import Catalog
from genims_ray.diagram import svg

CATALOG = Catalog.load()
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", CATALOG.modules)
def test_every_table_stands_apart(name: str) -> None:
    module, root = CATALOG.modules[name], ElementTree.fromstring(svg(CATALOG.modules[name]))
    sheet = float(root.attrib["width"]), float(root.attrib["height"])
    boxes, named = [], set()
    for group in root.iter(f"{SVG}g"):
        box = group.find(f"{SVG}rect")
        assert box is not None
        x, y, width, height = (float(box.attrib[key]) for key in ("x", "y", "width", "height"))
        assert x > 0 < y
        assert (x + width, y + height) < sheet
        boxes.append((x, y, x + width, y + height))
        texts = [text.text or "" for text in group.iter(f"{SVG}text")]
        named.add(texts[0])
        assert max(map(len, texts)) * 6.6 < width, "text fits its box"
    assert named == set(module.tables)
    for a, b in itertools.combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.parametrize("name", CATALOG.modules)
def test_every_reference_is_drawn_or_written(name: str) -> None:
    module, text = CATALOG.modules[name], svg(CATALOG.modules[name])
    references = [r for table in module.tables.values() for r in table.references]
    inside = [r for r in references if r.target_module == name and r.target_table != r.table]
    assert len(re.findall(r'<path class="edge', text)) == len(inside)
    far = {f"{r.columns[0]} → {r.target}" for r in references if r.target_module != name}
    assert far <= set(re.findall(r">([^<]+)</text>", text))
    assert svg(module) == text
