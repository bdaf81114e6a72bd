# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Units of PostgreSQL parameters: '64MB' is 65536 of a parameter that counts in kB.

https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES
"""

from __future__ import annotations

import re
from fractions import Fraction

MEMORY = {"B": 1, "kB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
TIME = {"us": 1, "ms": 1000, "s": 10**6, "min": 60 * 10**6, "h": 3600 * 10**6, "d": 86400 * 10**6}

QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-z]*)")
# RDS writes the unit in front of most descriptions: "(kB) Sets the maximum memory to be used for query workspaces."
DESCRIBED = re.compile(r"\((\d*)(B|kB|Kb|KB|MB|GB|ms|s|min|h|d)\)")

# The units that PostgreSQL gives (pg_settings.unit), for parameters whose description on RDS does not name theirs.
BY_UNIT = {
    "ms": """auto_explain.log_min_duration autovacuum_vacuum_cost_delay bgwriter_delay client_connection_check_interval
        deadlock_timeout idle_in_transaction_session_timeout idle_session_timeout lock_timeout
        log_autovacuum_min_duration log_min_duration_sample log_min_duration_statement log_startup_progress_interval
        max_standby_archive_delay
        max_standby_streaming_delay recovery_min_apply_delay statement_timeout tcp_user_timeout transaction_timeout
        vacuum_cost_delay wal_receiver_timeout wal_retrieve_retry_interval wal_sender_timeout wal_writer_delay""",
    "s": """archive_timeout authentication_timeout autovacuum_naptime checkpoint_timeout checkpoint_warning
        post_auth_delay pre_auth_delay tcp_keepalives_idle tcp_keepalives_interval wal_receiver_status_interval""",
    "min": "log_rotation_age old_snapshot_threshold rds.log_retention_period wal_summary_keep_time",
    "B": "log_parameter_max_length log_parameter_max_length_on_error track_activity_query_size wal_decode_buffer_size",
    "kB": """autovacuum_work_mem gin_pending_list_limit huge_page_size log_rotation_size log_temp_files
        logical_decoding_work_mem maintenance_work_mem max_stack_depth temp_file_limit vacuum_buffer_usage_limit
        wal_skip_threshold work_mem""",
    "8kB": """backend_flush_after bgwriter_flush_after checkpoint_flush_after effective_cache_size io_combine_limit
        min_parallel_index_scan_size min_parallel_table_scan_size shared_buffers temp_buffers wal_buffers
        wal_writer_flush_after""",
    "MB": "max_slot_wal_keep_size max_wal_size min_dynamic_shared_memory min_wal_size wal_keep_size",
}
UNITS = {name: unit for unit, names in BY_UNIT.items() for name in names.split()}


def unit_of(name: str, description: str) -> str:
    """The unit in which a parameter counts ('kB', '8kB', 'ms', ...); '' for a bare number."""
    described = DESCRIBED.match(description)
    if described:
        return described[1] + re.sub("(?i)kb", "kB", described[2])
    return UNITS.get(name, "")


def in_unit(text: str, unit: str) -> Fraction:
    """A quantity such as '64MB', '1.5h' or '100' counted in ``unit``.

    Raises ValueError, saying what may stand there, when it is no number or its unit does not fit.
    """
    found = QUANTITY.fullmatch(text.strip())
    if not found:
        raise ValueError("is not a number")
    number, given = Fraction(found[1]), found[2]
    if not given:
        return number
    factor, base = _base(unit)
    known = MEMORY if base in MEMORY else TIME if base in TIME else {}
    if given not in known:
        allowed = f"Its units are {', '.join(known)} (case counts)" if known else "It takes a number without a unit"
        raise ValueError(f"has a unit that does not fit. {allowed}")
    return number * known[given] / (known[base] * factor)


def _base(unit: str) -> tuple[int, str]:
    """'8kB' is 8 of kB."""
    digits = re.match(r"\d*", unit)
    length = digits.end() if digits else 0
    return int(unit[:length] or 1), unit[length:]
