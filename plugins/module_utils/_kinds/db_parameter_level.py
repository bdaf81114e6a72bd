# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. DB parameter groups and DB cluster parameter groups: one API with two sets of names.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """Whether parameters are those of an instance or of a cluster, and AWS's names for what holds them.

    ``user`` is what a group is put on. ``member`` begins the members of requests and answers, ``method`` the second
    word of boto3's methods.
    """

    kind: str
    title: str
    user: str
    member: str
    method: str

    @property
    def group_key(self) -> str:
        return f"{self.member}ParameterGroup"

    @property
    def name_key(self) -> str:
        return f"{self.member}ParameterGroupName"

    @property
    def arn_key(self) -> str:
        return f"{self.member}ParameterGroupArn"

    @property
    def defaults_method(self) -> str:
        return f"describe_engine_default{self.method.removeprefix('db')}_parameters"

    @property
    def parameters_method(self) -> str:
        return f"describe_{self.method}_parameters"

    def group_method(self, verb: str) -> str:
        return f"{verb}_{self.method}_parameter_group"


INSTANCE = Level("db_parameter_group", "DB parameter group", "instance", "DB", "db")
CLUSTER = Level("db_cluster_parameter_group", "DB cluster parameter group", "cluster", "DBCluster", "db_cluster")
LEVELS = {level.user: level for level in (INSTANCE, CLUSTER)}
BY_KIND = {level.kind: level for level in (INSTANCE, CLUSTER)}
