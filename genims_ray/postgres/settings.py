"""Settings of the embedded server: bulk load on the machine at hand, committed units kept."""

from __future__ import annotations

import os
from pathlib import Path

from genims_ray.memory import available

MIB = 2**20


def render(port: int, socket_folder: Path) -> str:
    """The text of postgresql.conf. Settings made with ALTER SYSTEM still win over it."""
    memory = available().bytes // MIB
    shared_buffers = min(max(memory // 12, 64), 4096)
    maintenance = min(max(memory // 48, 32), 1024)
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": socket_folder,
        "password_encryption": "scram-sha-256",
        "max_connections": 200,
        # A query over a year of daily leaves locks every leaf and every index on it.
        "max_locks_per_transaction": 512,
        "shared_buffers": f"{shared_buffers}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "maintenance_work_mem": f"{maintenance}MB",
        "work_mem": "32MB",
        "dynamic_shared_memory_type": _dynamic_shared_memory(),
        # Leaves built in the transaction that fills them are written once, without a log.
        "wal_level": "minimal",
        "max_wal_senders": 0,
        # What is committed stays committed.
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "wal_buffers": "32MB",
        "min_wal_size": "512MB",
        "max_wal_size": "8GB",
        "checkpoint_timeout": "30min",
        "checkpoint_completion_target": 0.9,
        "autovacuum_naptime": "5min",
        "random_page_cost": 1.1,
        "jit": "off",
        # Queries and changes of rows; commands that differ with every day's leaf would push them out.
        "shared_preload_libraries": "pg_stat_statements",
        "pg_stat_statements.track_utility": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "datestyle": "iso, mdy",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] %q%a %d ",
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    return "\n".join(["# Written at every start; use ALTER SYSTEM to change a setting.", *lines, ""])


def _quoted(value: object) -> str:
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def _dynamic_shared_memory() -> str:
    """Containers often have a /dev/shm too small for parallel queries."""
    try:
        shm = os.statvfs("/dev/shm")
    except OSError:
        return "posix"
    return "posix" if shm.f_bavail * shm.f_frsize >= 1024 * MIB else "mmap"
