"""Entity diagrams: the tables of a module with their keys and references, as SVG.

Layered drawing (Sugiyama, Tagawa and Toda 1981): a table stands one layer to the right of those it refers
to, and the tables of a layer are ordered by where their neighbours stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from genims_ray.catalog import ModuleSchema, Reference, Table

CHARACTER, LINE, PAD = 6.75, 15, 8
LAYER_GAP, TABLE_GAP, MARGIN = 70, 18, 20
TALLEST = 1_500
"""Height at which the tables without references to others of the module start another column."""
SWEEPS = 8
STYLE = """
text { font: 11px ui-monospace, Menlo, Consolas, monospace; fill: #222 }
.name { font-weight: 600 } .far { fill: #777 }
.box { fill: #fff; stroke: #8a94a0 } .grows { fill: #e4ecdf } .changes { fill: #dfe7f1 }
.edge { fill: none; stroke: #6b7785; stroke-width: 1.1 } .maybe { stroke-dasharray: 4 3 }
"""


@dataclass
class _Box:
    """A table on the sheet: its place in pixels, and its rows as (column, text, whether of another module)."""

    table: Table
    rows: list[tuple[str, str, bool]]
    width: float
    layer: int = 0
    x: float = 0.0
    y: float = 0.0

    @property
    def height(self) -> float:
        return LINE * (len(self.rows) + 1) + 2 * PAD

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    def row_y(self, column: str) -> float:
        """The height of a column's row."""
        names = [name for name, _, _ in self.rows]
        return self.y + PAD + LINE * (names.index(column) + 1.5)


def svg(module: ModuleSchema) -> str:
    """The diagram of a module."""
    boxes = {table.name: _box(table) for table in module.tables.values()}
    inside = [r for t in module.tables.values() for r in t.references if _stays(r) and r.target_table != t.name]
    _layers(boxes, inside)
    _place(boxes, inside)
    width = max(box.x + box.width for box in boxes.values()) + MARGIN
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="Tables of {module.name}">',
        f"<style>{STYLE}</style>",
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fbfbfa"/>',
        '<defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#6b7785"/></marker></defs>',
        *(_edge(boxes, reference) for reference in inside),
        *(line for box in boxes.values() for line in _drawn(box)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _stays(reference: Reference) -> bool:
    return reference.target_module == reference.module


def _box(table: Table) -> _Box:
    """Keys and references of a table; a reference to another module is written out, with its target."""
    rows = []
    for column in table.columns:
        to = next((r for r in table.references if column.name in r.columns), None)
        key = column.name in table.primary_key
        if to is not None and not _stays(to):
            rows.append((column.name, f"{column.name} → {to.target}", True))
        elif to is not None or key:
            own = to is not None and to.target_table == table.name
            rows.append((column.name, column.name + (" ↺" if own else ""), False))
    longest = max([len(table.name) + 2, *(len(text) for _, text, _ in rows)])
    return _Box(table, rows, CHARACTER * longest + 2 * PAD + 8)


def _layers(boxes: dict[str, _Box], inside: list[Reference]) -> None:
    """A table's layer is the longest chain of references below it, of those to tables that come before it:
    tables are in dependency order, so that a logical reference makes no cycle either."""
    order = list(boxes)
    for name, box in boxes.items():
        before = order[: order.index(name)]
        parents = {r.target_table for r in inside if r.table == name}.intersection(before)
        box.layer = 1 + max((boxes[p].layer for p in parents), default=-1)


def _place(boxes: dict[str, _Box], inside: list[Reference]) -> None:
    """Order each layer by the middle of its neighbours, layer by layer and back, then set the boxes."""
    near: dict[str, list[str]] = {name: [] for name in boxes}
    for reference in inside:
        near[reference.table].append(reference.target_table)
        near[reference.target_table].append(reference.table)
    alone = [box for name, box in boxes.items() if not near[name]]
    layers: list[list[_Box]] = []
    for name, box in boxes.items():
        if near[name]:
            layers += [[] for _ in range(box.layer + 1 - len(layers))]
            layers[box.layer].append(box)
    layers = [layer for layer in layers if layer]
    for layer in layers:
        _stack(layer, MARGIN)
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 else reversed(layers):
            wanted = {
                b.table.name: sum(boxes[n].middle for n in near[b.table.name]) / len(near[b.table.name]) for b in layer
            }
            layer.sort(key=lambda b: wanted[b.table.name])
            _stack(layer, MARGIN)
            _settle(layer, wanted)
    top = min((box.y for layer in layers for box in layer), default=MARGIN)
    x: float = MARGIN
    for layer in layers:
        for box in layer:
            box.x, box.y = x, box.y - top + MARGIN
        x += max(box.width for box in layer) + LAYER_GAP
    column: list[_Box] = []
    for box in alone:
        if column and sum(b.height + TABLE_GAP for b in column) + box.height > TALLEST:
            x += max(b.width for b in column) + TABLE_GAP
            column = []
        box.x, box.y = x, MARGIN + sum(b.height + TABLE_GAP for b in column)
        column.append(box)


def _stack(layer: list[_Box], top: float) -> None:
    for box in layer:
        box.y = top
        top += box.height + TABLE_GAP


def _settle(layer: list[_Box], wanted: dict[str, float]) -> None:
    """Move boxes towards the wanted middles without changing their order: blocks that push share the difference."""
    blocks: list[tuple[list[_Box], float]] = []  # boxes that touch, and where their first one wants to begin
    for box in layer:
        group, start = [box], wanted[box.table.name] - box.height / 2
        while blocks and blocks[-1][1] + _extent(blocks[-1][0]) > start:
            before, earlier = blocks.pop()
            weight = len(before) + len(group)
            start = (len(before) * earlier + len(group) * (start - _extent(before))) / weight
            group = before + group
        blocks.append((group, start))
    for group, start in blocks:
        _stack(group, start)


def _extent(group: list[_Box]) -> float:
    return sum(box.height + TABLE_GAP for box in group)


def _edge(boxes: dict[str, _Box], reference: Reference) -> str:
    """From the referring column's row to the table it names; dashed where the column may be NULL."""
    child, parent = boxes[reference.table], boxes[reference.target_table]
    x1, y1 = child.x, child.row_y(reference.columns[0])
    x2, y2 = parent.x + parent.width, parent.y + PAD + LINE / 2
    bend = max(abs(x1 - x2) / 2, 40)
    maybe = any(child.table.column(name).nullable for name in reference.columns)
    kind = "edge maybe" if maybe or reference.kind == "logical" else "edge"
    return (
        f'<path class="{kind}" marker-end="url(#to)" '
        f'd="M{x1:.1f} {y1:.1f}C{x1 - bend:.1f} {y1:.1f} {x2 + bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"/>'
    )


def _drawn(box: _Box) -> Iterator[str]:
    table, head = box.table, LINE + PAD
    kind = "changes" if table.mutable else "grows"
    yield f"<g><title>{escape(table.comment)}</title>"
    yield f'<rect class="box" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="3"/>'
    yield f'<rect class="{kind}" x="{box.x + 0.5:.1f}" y="{box.y + 0.5:.1f}" width="{box.width - 1:.1f}" height="{head:.1f}"/>'
    left = box.x + PAD
    yield f'<text class="name" x="{left:.1f}" y="{box.y + PAD + 7:.1f}">{escape(table.name)}</text>'
    for i, (name, text, far) in enumerate(box.rows):
        bold = " name" if name in table.primary_key else ""
        style = f' class="{"far" if far else ""}{bold}"' if far or bold else ""
        yield f'<text{style} x="{left:.1f}" y="{box.y + PAD + LINE * (i + 1.5) + 4:.1f}">{escape(text)}</text>'
    yield "</g>"
