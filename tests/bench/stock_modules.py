"""The same system with modules of amazon.aws and community.aws alone: stock/retail.yml."""

from __future__ import annotations

from emulator.testing import Emulator
from tests.bench.figures import Cost
from tests.bench.measured import playbook

PLAYBOOK, INVENTORY = "tests/bench/stock/retail.yml", "localhost,"
LACKING = (
    "the subscription to RDS's events, the composite alarm and the dashboard: there is no module for them;",
    "the topic's key: `sns_topic` has no option for one. The key itself is made;",
    "the key of Performance Insights: `rds_instance` fails with it (AttributeError), so AWS's own key is used;",
    "tags of alarms, units of metric filters: the modules have no option for them;",
    "the SSM parameters that name what is missing here.",
)
# Of which the stock playbook makes nothing, so that it has less to do.
UNMADE = {
    f"parameter /pgfleet/retail/prod/database/{name}"
    for name in ("event_subscription_names", "unwell_alarm_name", "dashboard_name")
}


def converge(aws: Emulator) -> Cost:
    return playbook(aws, PLAYBOOK, INVENTORY)
