"""Creating, checking and resetting the databases of a topology."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg

from genims_ray.errors import UserError
from genims_ray.postgres import belongings, fence, leaves, ledger, rights, search_path, statistics
from genims_ray.postgres.advice import explained
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import DatabaseConf, Session, connect
from genims_ray.postgres.lock import RunLock
from genims_ray.postgres.roles import READER
from genims_ray.postgres.servers import create, drop
from genims_ray.postgres.stored import Stored, ours, said_by

if TYPE_CHECKING:
    from genims_ray.catalog import Catalog

SHOWN_DIFFERENCES = 3


@dataclass(frozen=True)
class PlantIdentity:
    """What determines the rows: the plant configuration (nested plain values) and the model's version."""

    plant: Mapping[str, Any]
    topology: str
    model_version: str

    def text(self) -> str:
        """The plant as canonical JSON."""
        return json.dumps(self.plant, sort_keys=True, separators=(",", ":"), default=str)

    def hash(self) -> str:
        return hashlib.sha256(f"{self.model_version}\n{self.text()}".encode()).hexdigest()

    def differences(self, plant: Mapping[str, Any], topology: str, model_version: str) -> list[str]:
        """How what is loaded differs from this identity, for people; empty when it does not."""
        loaded = dict(_leaves(plant)) | {"topology": topology, "model version": model_version}
        asked = dict(_leaves(json.loads(self.text()))) | {
            "topology": self.topology,
            "model version": self.model_version,
        }
        missing = "(absent)"
        if loaded.get("scale", missing) != asked.get("scale", missing):  # all else follows from it
            return [f"{loaded.get('scale', missing)} is loaded, asked {asked.get('scale', missing)}"]
        return [
            f"{key}: loaded {loaded.get(key, missing)}, asked {asked.get(key, missing)}"
            for key in (*asked, *(key for key in loaded if key not in asked))
            if loaded.get(key, missing) != asked.get(key, missing)
        ]


@dataclass
class Prepared:
    """What `prepare` did, for the report; `notes` are sentences for people."""

    created: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    modules: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def prepare(
    databases: Mapping[str, DatabaseConf],
    endpoints: Mapping[str, Endpoint],
    catalog: Catalog,
    identity: PlantIdentity,
    lock: RunLock,
    *,
    reset: bool = False,
    lose_others: bool = False,
) -> Prepared:
    """Bring every database of the topology to where units can be loaded: existing, ours, with the tables of
    the catalog's modules.

    `lock` is held on all of them. Raises `UserError`, before anything is changed, where a database holds
    something else: foreign tables, or (without `reset`) another plant, topology or DDL; where a reset would delete
    what others have made in it (unless `lose_others`); and where the account may not do what loading needs. Databases that were created for this run are then dropped again.
    """
    done = Prepared(created=list(lock.created))
    try:
        return _prepare(done, databases, endpoints, catalog, identity, lock, reset, lose_others)
    except UserError:
        lock.undo()
        raise


def check(
    databases: Mapping[str, DatabaseConf],
    endpoints: Mapping[str, Endpoint],
    catalog: Catalog,
    identity: PlantIdentity,
    *,
    reset: bool = False,
    lose_others: bool = False,
) -> bool:
    """Raises what `prepare` would before it changes anything; returns whether it would load the plant anew."""
    return _examined(databases, endpoints, catalog, identity, reset, lose_others)[1]


def _examined(
    databases: Mapping[str, DatabaseConf],
    endpoints: Mapping[str, Endpoint],
    catalog: Catalog,
    identity: PlantIdentity,
    reset: bool,
    lose_others: bool,
) -> tuple[dict[str, Stored | None], bool]:
    """What each database holds, and whether all is to be dropped: by `reset`, or by one that was interrupted."""
    loaded = {name: _inspect(endpoint, reset) for name, endpoint in endpoints.items()}
    reset = reset or any(state is not None and state.state == "resetting" for state in loaded.values())
    for name, state in loaded.items():
        if state is not None and not reset:
            _refuse_differences(endpoints[name], state, databases[name], catalog, identity)
    if reset and not lose_others:
        _refuse_loss({name: endpoints[name] for name, state in loaded.items() if state and state.state == "ready"})
    return loaded, reset


def _prepare(
    done: Prepared,
    databases: Mapping[str, DatabaseConf],
    endpoints: Mapping[str, Endpoint],
    catalog: Catalog,
    identity: PlantIdentity,
    lock: RunLock,
    reset: bool,
    lose_others: bool,
) -> Prepared:
    loaded, anew = _examined(databases, endpoints, catalog, identity, reset, lose_others)
    if anew and not reset:
        done.notes.append("an earlier reset was interrupted; it is finished now")
    reset = anew
    for name, state in loaded.items():
        if state is not None:
            fence.end_loaders(lock.session(name))
    if reset:
        dropped = [name for name, state in loaded.items() if state is not None]
        _mark_resetting(endpoints[name] for name in dropped)
        # Each DROP DATABASE waits for a checkpoint of all the others: what is biggest is not written any more.
        for name in sorted(dropped, key=lambda name: -statistics.database_bytes(endpoints[name])):
            with lock.released(name):
                drop(endpoints[name])
                create(endpoints[name])
            done.dropped.append(name)
            loaded[name] = None
    for name, conf in databases.items():
        done.modules += _complete(endpoints[name], loaded[name], conf, catalog, identity)
    return done


def _inspect(endpoint: Endpoint, reset: bool) -> Stored | None:
    """What the database holds: None when empty. Raises `UserError` where it holds tables of others, and where
    the account may not go on with it, or with `reset` not make it anew."""
    with connect(endpoint) as session:
        rights.check_database(session)
        found = said_by(session)
        if found is None:
            if ours(session):
                raise UserError(f"database {endpoint.public()} has lost the row of genims.plant: drop it")
            foreign = session.execute(
                "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c"
                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"
                " AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"
                " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass"
                "                 AND d.objid = c.oid AND d.deptype = 'e')"
                " ORDER BY 1 LIMIT 1"
            ).fetchone()
            if foreign is not None:
                raise UserError(
                    f"database {endpoint.public()} holds tables that are not GenIMS's, such as "
                    f"{foreign[0]}; it is left alone: name another database"
                )
            return None
        if reset:
            rights.check_reset(session)
        else:
            rights.check_tables(session, found.modules)
        return found


def _refuse_differences(
    endpoint: Endpoint, state: Stored, conf: DatabaseConf, catalog: Catalog, identity: PlantIdentity
) -> None:
    loaded, asked = state.plant.get("scale"), identity.plant.get("scale")
    if (
        isinstance(loaded, str) and isinstance(asked, str) and loaded != asked
    ):  # everything else that differs follows from it
        raise UserError(
            f"{loaded} is loaded, and {asked} was asked (database {endpoint.public()}): "
            f"scale={loaded} goes on with it, reset=true deletes it and loads {asked}"
        )
    differences = identity.differences(state.plant, state.topology, state.model_version)
    differences += [
        f"tables of module {module}: loaded with DDL {state.modules[module][:8]}, sql/{module}.sql is now "
        f"{catalog.modules[module].ddl_hash[:8]}"
        for module in conf.modules
        if module in catalog.modules
        and module in state.modules
        and state.modules[module] != catalog.modules[module].ddl_hash
    ]
    if differences:
        raise UserError(
            f"database {endpoint.public()} holds something else: {_listed(differences)}. "
            "Ask for what is loaded, or add reset=true to delete it"
        )


def _refuse_loss(endpoints: Mapping[str, Endpoint]) -> None:
    """UserError naming what others have made in the databases that a reset would drop."""
    lost: dict[str, list[str]] = {}
    for name, endpoint in endpoints.items():
        with connect(endpoint) as session:
            if found := belongings.of_others(session):
                lost[name] = found
    if lost:
        named = "; ".join(f"in {endpoints[name].public()}: {_listed(found, ', ')}" for name, found in lost.items())
        raise UserError(
            f"reset=true would delete what is not GenIMS's, {named}. Move that elsewhere, or add lose_others=true"
        )


def _listed(differences: list[str], between: str = "; ") -> str:
    more = len(differences) - SHOWN_DIFFERENCES
    return between.join(differences[:SHOWN_DIFFERENCES]) + (f"{between}and {more} more" if more > 0 else "")


def _mark_resetting(endpoints: Iterable[Endpoint]) -> None:
    for endpoint in endpoints:
        with connect(endpoint) as session:
            session.execute("UPDATE genims.plant SET state = 'resetting'")


def _complete(
    endpoint: Endpoint, state: Stored | None, conf: DatabaseConf, catalog: Catalog, identity: PlantIdentity
) -> list[tuple[str, str]]:
    """Add what the database lacks, in one transaction; returns (database, module) of each module added."""
    if state is not None:
        with connect(endpoint) as session:
            session.execute(ledger.FENCE_COLUMN)
    known = [module for module in catalog.modules if module in conf.modules]
    missing = [module for module in known if state is None or module not in state.modules]
    if state is not None and not missing:
        return []
    with connect(endpoint, autocommit=False) as session:
        step = "genims"
        try:
            before = belongings.objects(session) if state is not None else []
            if state is None:
                let_read(session)
                session.execute(ledger.SCHEMA)
                session.execute(
                    "INSERT INTO genims.plant (plant, plant_hash, topology, model_version, state)"
                    " VALUES (%s, %s, %s, %s, 'ready')",
                    (identity.text(), identity.hash(), identity.topology, identity.model_version),
                )
            for module in missing:
                step = f"sql/{module}.sql"
                session.execute(catalog.modules[module].ddl)
                if days := leaves.schema(catalog.modules[module].tables.values()):
                    session.execute(days.encode())
                session.execute(
                    "INSERT INTO genims.module (module, ddl_hash) VALUES (%s, %s)",
                    (module, catalog.modules[module].ddl_hash),
                )
            step = "genims.made"
            belongings.claim(session, before)
            step = "search_path"
            search_path.extend(session, [*conf.modules, "published"])
        except psycopg.Error as error:
            doing = f"cannot create the tables of database {endpoint.public()} ({step})"
            raise explained(endpoint, error, doing) from None
    return [(endpoint.dbname, module) for module in missing]


def let_read(session: Session) -> None:
    """Let the reader, where there is one, see what is created from now on; on a server of our own it does already."""
    [(there,)] = session.execute("SELECT to_regrole(%s) IS NOT NULL", (READER,)).fetchall()
    if there and session.endpoint.template == "template0":
        for kind in ("USAGE ON SCHEMAS", "SELECT ON TABLES"):
            session.execute(f"ALTER DEFAULT PRIVILEGES GRANT {kind} TO {READER}".encode())


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, plain value) of every leaf of nested mappings and lists."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    else:
        yield path, value
