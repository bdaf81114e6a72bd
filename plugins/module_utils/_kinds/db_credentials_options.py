# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Rules of the options of db_credentials that are not properties of the secret.

The value of a password is never part of a message.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_credentials import IDENTIFIERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Problem

Options = Mapping[str, Any]

GIVEN_PASSWORD = re.compile(r"[A-Za-z0-9]{8,41}")
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (MasterUserPassword)
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html (MasterUserPassword)
SHORTEST, LONGEST, LONGEST_OF_CLUSTER = 8, 128, 41
REFUSED_BY_RDS = '/"@'
CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation)
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
RECOVERY_DAYS = range(7, 31)
ROTATION_DAYS = range(1, 1001)
# Of a secret that RDS keeps, RDS says these.
NOT_FOR_MANAGED = ("name", "username", "password", "description", "kms_key_id", "engine", "host", "port", "dbname")


def check_options(options: Options) -> Iterable[Problem]:
    yield from _managed_problems(options) if options["managed_by_rds"] else _own_problems(options)
    yield from _rotation_problems(options)


def identified(options: Options) -> tuple[str, str]:
    """Option and value of the identifier that is given. Raises StopIteration for none, which ``check_options`` sees."""
    return next((name, options[name]) for name in IDENTIFIERS if options[name])


def _managed_problems(options: Options) -> Iterable[Problem]:
    for name in NOT_FOR_MANAGED:
        if options[name] is not None:
            shown = "(hidden)" if name == "password" else options[name]
            yield Problem(name, shown, "is not for managed_by_rds: what its secret says and is called, RDS decides.")
    if options["state"] == "absent":
        message = "is not for managed_by_rds: RDS deletes its secret when manage_master_user_password is switched off."
        yield Problem("state", "absent", message)
    if not any(options[name] for name in IDENTIFIERS):
        yield Problem("managed_by_rds", True, f"needs the database: {' or '.join(IDENTIFIERS)}.")


def _own_problems(options: Options) -> Iterable[Problem]:
    if options["name"] is None:
        yield Problem("name", "(none)", "is needed, but for managed_by_rds.")
    elif "!" in options["name"]:
        message = "is kept by an AWS service. For that of a database: managed_by_rds and the database's identifier."
        yield Problem("name", options["name"], message)
    for name in IDENTIFIERS:
        if options[name] and not options["host"]:
            yield Problem(name, options[name], "needs host and port: they say where the database is.")
    if options["automatic_rotation_days"] is not None:
        message = "is for managed_by_rds. A secret of your own is rotated with rotate or rotate_if_older_than_days."
        yield Problem("automatic_rotation_days", options["automatic_rotation_days"], message)
    password, days = options["password"], options["recovery_window_days"]
    if password is not None and not GIVEN_PASSWORD.fullmatch(password):
        message = "a password of your own has 8 to 41 letters and digits. Leave it out, and one is generated."
        yield Problem("password", "(hidden)", message)
    if days not in RECOVERY_DAYS:
        message = f"Secrets Manager takes {RECOVERY_DAYS[0]} to {RECOVERY_DAYS[-1]} days."
        yield Problem("recovery_window_days", days, message)
    of_cluster = bool(options["db_cluster_identifier"]) or options["engine"] == "aurora-postgresql"
    yield from length_problems(options["password_length"], of_cluster)
    yield from _character_problems(options["exclude_characters"])


def length_problems(length: int, of_cluster: bool) -> Iterable[Problem]:
    longest = LONGEST_OF_CLUSTER if of_cluster else LONGEST
    if not SHORTEST <= length <= longest:
        takes = "Aurora takes" if of_cluster else "RDS for PostgreSQL takes"
        yield Problem("password_length", length, f"{takes} {SHORTEST} to {longest} characters.")


def _character_problems(excluded: str) -> Iterable[Problem]:
    missing = [character for character in REFUSED_BY_RDS if character not in excluded]
    if missing:
        message = f"must have {' '.join(missing)} as well, which RDS refuses in a password."
        yield Problem("exclude_characters", excluded, message)
    if any(set(characters) <= set(excluded) for characters in CLASSES):
        message = "must leave a lower-case and an upper-case letter, a digit and a punctuation character."
        yield Problem("exclude_characters", excluded, message)


def _rotation_problems(options: Options) -> Iterable[Problem]:
    days = options["rotate_if_older_than_days"]
    if days is not None and days not in ROTATION_DAYS:
        message = f"takes {ROTATION_DAYS[0]} to {ROTATION_DAYS[-1]} days. For a rotation now: rotate: true."
        yield Problem("rotate_if_older_than_days", days, message)
    if options["state"] == "absent" and options["rotate"]:
        yield Problem("rotate", True, "is not for state: absent.")
