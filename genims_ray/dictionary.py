"""The data dictionary: docs/dictionary/<module>.md with a diagram, <module>.svg, written from the catalog.

`genims dictionary` writes it; with `--check` it says what is stale and exits 1.
"""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("dictionary")

from collections.abc import Iterator
from pathlib import Path

from genims_ray import resources
from genims_ray.catalog import Catalog, ModuleSchema, Reference, Table
from genims_ray.command import Parser, command
from genims_ray.diagram import svg
from genims_ray.errors import UserError

NOTE = "<!-- Written by `python -m genims_ray.dictionary` from sql/. Edit the comments there. -->"

TYPES = {"timestamp with time zone": "timestamptz", "time without time zone": "time", "double precision": "double"}
"""Short names of types, where PostgreSQL's own are long."""


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    parser = Parser("dictionary", "Write the data dictionary, docs/dictionary/, from sql/.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is stale")
    parser.add_argument("--folder", type=Path, help="where the pages are (default: docs/dictionary)")
    options, _ = parser.read(arguments)
    folder = options.folder or resources.root() / "docs" / "dictionary"
    expected = pages(Catalog.load())
    if options.check:
        check(folder, expected)
    else:
        write(folder, expected)
    print(f"{folder}: {len(expected)} pages {'are current' if options.check else 'written'}")
    return 0


def check(folder: Path, expected: dict[str, str]) -> None:
    """UserError naming the pages in `folder` that differ from `expected`, are missing, or are left over."""
    found = {path.name: path.read_text(encoding="utf-8") for path in _written(folder)}
    stale = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    if stale:
        raise UserError(f"{folder}: {', '.join(stale)} stale; {resources.genims()} dictionary writes them anew")


def write(folder: Path, expected: dict[str, str]) -> None:
    """Makes the pages in `folder` exactly `expected`."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in _written(folder):
        if path.name not in expected:
            path.unlink()
    for name, text in expected.items():
        (folder / name).write_text(text, encoding="utf-8")


def pages(catalog: Catalog) -> dict[str, str]:
    """The text of every file by name: a page and a diagram for each module, and README.md as the way in."""
    texts = {f"{module.name}.md": _page(catalog, module) for module in catalog.modules.values()}
    diagrams = {f"{module.name}.svg": svg(module) for module in catalog.modules.values()}
    return {"README.md": _contents(catalog), **texts, **diagrams}


def _written(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*") if path.suffix in (".md", ".svg"))


def _contents(catalog: Catalog) -> str:
    lines = ["# Data dictionary", NOTE, "", "| table | what a row is |", "|---|---|"]
    for table in catalog.tables():
        lines.append(f"| {_link(table.module, table.name)} | {_cell(table.comment)} |")
    return "\n".join([*lines, *_clashes(catalog)]) + "\n"


def _clashes(catalog: Catalog) -> Iterator[str]:
    """Names that live in several modules: a plain one finds the first that the database holds."""
    homes: dict[str, list[str]] = {}
    for table in catalog.tables():
        homes.setdefault(table.name, []).append(table.module)
    shared = {name: modules for name, modules in homes.items() if len(modules) > 1}
    if shared:
        yield from ("", "## One name, two tables", "")
        yield "Where a database or the hub holds both, a name without its schema means the first."
        yield from ("", "| name | tables |", "|---|---|")
        yield from (
            f"| {name} | {', then '.join(_link(module, name) for module in modules)} |"
            for name, modules in sorted(shared.items())
        )


def _page(catalog: Catalog, module: ModuleSchema) -> str:
    lines = [f"# {module.name}", NOTE, ""]
    if module.comment:
        lines += [module.comment, ""]
    lines += [f"![Tables of {module.name}]({module.name}.svg)", ""]
    lines += [
        "Blue: rows change. Green: rows are only added. Dashed: the reference may be absent. Grey: other modules.",
        "",
    ]
    incoming: dict[str, list[Reference]] = {}
    for reference in catalog.references():
        incoming.setdefault(reference.target, []).append(reference)
    for table in module.tables.values():
        lines += [*_table(table, incoming.get(table.qualified, [])), ""]
    if module.views:
        lines += ["## Published views", "", "| view | reads | what it shows |", "|---|---|---|"]
        lines += [
            f"| {view.qualified} | {', '.join(_link(*source.split('.')) for source in view.sources)} "
            f"| {_cell(view.comment)} |"
            for view in module.views.values()
        ]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table, incoming: list[Reference]) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    yield table.comment
    yield ""
    yield from (f"- {fact}" for fact in _facts(table))
    if incoming:
        links = sorted({_link(reference.module, reference.table) for reference in incoming})
        yield f"- Referred to by {', '.join(links)}."
    yield ""
    yield "| column | type | null | key | unit | meaning |"
    yield "|---|---|---|---|---|---|"
    for column in table.columns:
        yield (
            f"| {column.name} | {TYPES.get(column.type, column.type)} | {'null' if column.nullable else ''} "
            f"| {_keys(table, column.name)} | {column.unit or ''} | {_cell(column.comment)} |"
        )


def _facts(table: Table) -> Iterator[str]:
    if table.mutable:
        yield "Rows change; `updated_at` says when one last did."
    else:
        yield "Rows are only added."
    if table.partition_column:
        yield f"Partitioned by UTC day of `{table.partition_column}`: `{table.name}_yyyymmdd`."
    for key in table.unique_keys:
        if len(key) > 1:
            yield f"Unique: {', '.join(key)}."
    for index in table.indexes:
        unique = "Unique index" if index.unique else "Index"
        where = f" where {index.where}" if index.where else ""
        yield f"{unique} ({index.method}) on {', '.join(index.columns)}{where}."


def _keys(table: Table, column: str) -> str:
    keys = ["primary key"] if column in table.primary_key else []
    keys += ["unique"] if (column,) in table.unique_keys else []
    for reference in table.references:
        if column in reference.columns:
            to = reference.target_columns[reference.columns.index(column)]
            arrow = "⇢" if reference.kind == "logical" else "→"
            target = f"{reference.target}.{to}"
            known = not reference.pending
            keys.append(f"{arrow} {_link(reference.target_module, reference.target_table, to) if known else target}")
    return "<br>".join(keys)


def _link(module: str, table: str, column: str = "") -> str:
    name = ".".join(part for part in (module, table, column) if part)
    return f"[{name}]({module}.md#{table})"


def _cell(text: str) -> str:
    """Text that cannot end a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")
