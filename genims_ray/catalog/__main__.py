"""`genims catalog list` and `genims catalog show <module>.<table>`."""

from __future__ import annotations

if __name__ == "__main__":
    from genims_ray.__main__ import alone

    alone("catalog")

from rich import box
from rich.table import Table as Grid

from genims_ray import screen
from genims_ray.catalog.load import Catalog
from genims_ray.catalog.model import Table
from genims_ray.catalog.names import suggestion
from genims_ray.command import Parser, command
from genims_ray.errors import UsageError


@command
def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    parser = Parser(
        "catalog",
        "The tables and columns of all systems, as sql/ declares them.",
        examples=[("list", "every table, by module"), ("show mes.work_orders", "the columns of one table")],
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    commands.add_parser("list", help="every table, by module", description="Every table, by module.")
    show = commands.add_parser("show", help="the columns of one table", description="The columns of one table.")
    show.add_argument("table", help="module.table, or the table's name where it is unique")
    options, _ = parser.read(arguments)
    catalog, console = Catalog.load(), screen.console()
    if options.command == "list":
        console.print(listing(catalog))
    else:
        console.print(*description(find(catalog, options.table)), sep="\n")
    return 0


def find(catalog: Catalog, name: str) -> Table:
    """The table that a user means by `name`, with or without its module."""
    tables = {table.qualified: table for table in catalog.tables()}
    if name in tables:
        return tables[name]
    called = [qualified for qualified in tables if qualified.endswith(f".{name}")]
    if len(called) > 1:
        raise UsageError(f"{name} is a table of several modules: {', '.join(called)}")
    if not called:
        raise UsageError(f"no table {name}{suggestion(name, tables)}")
    return tables[called[0]]


def listing(catalog: Catalog) -> Grid:
    """Every table in dependency order."""
    grid = Grid("table", "columns", "kind", "what a row is", box=box.SIMPLE_HEAD)
    for module in catalog.modules.values():
        for table in module.tables.values():
            grid.add_row(table.qualified, str(len(table.columns)), _kind(table), table.comment)
        grid.add_section()
    return grid


def description(table: Table) -> list[Grid | str]:
    """The table's comment, columns, and what else is declared."""
    grid = Grid("column", "type", "null", "key / reference", "comment", box=box.SIMPLE_HEAD)
    for column in table.columns:
        unit = f" ({column.unit})" if column.unit and f"[{column.unit}]" not in column.comment else ""
        null = "null" if column.nullable else ""
        grid.add_row(column.name, column.type, null, _keys(table, column.name), column.comment + unit)
    notes = [f"index: {index.definition}" for index in table.indexes]
    notes += [f"check: {check.expression}" for check in table.checks]
    return [f"{table.qualified} ({_kind(table)})", table.comment, grid, *notes]


def _kind(table: Table) -> str:
    words = ["rows change" if table.mutable else "append only"]
    if table.partition_column:
        words.append(f"by day of {table.partition_column}")
    if table.writer != "module":
        words.append(table.writer)
    return ", ".join(words)


def _keys(table: Table, column: str) -> str:
    lines = ["primary key"] if column in table.primary_key else []
    lines += ["unique" for key in table.unique_keys if key == (column,)]
    for reference in table.references:
        if column in reference.columns:
            arrow = "~>" if reference.kind == "logical" else "->"
            target = reference.target_columns[reference.columns.index(column)]
            lines.append(f"{arrow} {reference.target}({target}){' (later)' if reference.pending else ''}")
    return "\n".join(lines)
