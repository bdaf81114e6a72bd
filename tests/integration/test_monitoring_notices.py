"""The role monitoring by itself: whether anybody hears of an alarm or an event, and the key that this takes."""

from __future__ import annotations

import json
from typing import Any

from emulator.testing import Emulator
from tests.integration.playbook import Run, run

REGION, ACCOUNT = "us-west-2", "123456789012"
OURS = {"pgfleet:system": "retail", "pgfleet:suffix": "prod"}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:topic-retail-prod"
DATABASE = {"DBInstanceIdentifier": "db-retail-prod"}
CPU = {
    "description": "CPU above 80 %",
    "metric_name": "CPUUtilization",
    "comparison_operator": "GreaterThanThreshold",
    "threshold": 80,
    "evaluation_periods": 2,
}
NOTHING_ELSE: dict[str, Any] = {
    "monitoring_default_alarms": {},
    "monitoring_log_filters": dict.fromkeys(("deadlocks", "errors", "fatals", "panics")),
    "monitoring_dashboard": [],
}


def monitor(aws: Emulator, alarms: dict[str, Any], *arguments: str, tasks: str = "main") -> Run:
    return play(aws, [included(tasks, monitoring_alarms=alarms)], *arguments)


def included(tasks: str, **variables: Any) -> dict[str, Any]:
    """A task that runs the role."""
    given = {
        "monitoring_system": "retail",
        "monitoring_suffix": "prod",
        "monitoring_account_id": ACCOUNT,
        "monitoring_tags": OURS,
        "monitoring_region": REGION,
        "monitoring_dimensions": DATABASE,
        **NOTHING_ELSE,
    }
    return {
        "ansible.builtin.include_role": {"name": "pgfleet.aws.monitoring", "tasks_from": tasks},
        "vars": given | variables,
    }


def play(aws: Emulator, tasks: list[dict[str, Any]], *arguments: str) -> Run:
    groups = ("amazon.aws.aws", "pgfleet.aws.aws")
    described = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "module_defaults": {f"group/{group}": {"region": REGION} for group in groups},
        "tasks": tasks,
    }
    playbook = aws.state / "monitoring.json"
    playbook.write_text(json.dumps([described]))
    return run(aws, str(playbook), "-i", "localhost,", *arguments)


def names(aws: Emulator) -> set[str]:
    found = aws.client("cloudwatch", REGION).describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {alarm["AlarmName"] for alarm in [*found["MetricAlarms"], *found["CompositeAlarms"]]}


def key_of_a_killed_run(aws: Emulator) -> str:
    """The topic's key without its alias, and that of the database, which is not to be taken for it."""
    kms, made = aws.client("kms", REGION), {}
    for name in ("alias/key-retail-prod", "alias/topic-retail-prod"):
        tags = [{"TagKey": key, "TagValue": value} for key, value in (OURS | {"Name": name}).items()]
        made[name] = str(kms.create_key(Tags=tags)["KeyMetadata"]["Arn"])
    return made["alias/topic-retail-prod"]


def make_database(aws: Emulator) -> None:
    rds = aws.client("rds", REGION)
    rds.create_db_instance(
        DBInstanceIdentifier="db-retail-prod",
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="dbadmin",
        MasterUserPassword="nothing-Secret",
    )
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="db-retail-prod", WaiterConfig={"Delay": 1})


def heard(aws: Emulator) -> dict[str, str]:
    """What becomes of an alarm and of an event."""
    cloudwatch, rds = aws.client("cloudwatch", REGION), aws.client("rds", REGION)
    cloudwatch.set_alarm_state(AlarmName="alarm-cpu-retail-prod", StateValue="ALARM", StateReason="test")
    rds.modify_db_instance(
        DBInstanceIdentifier="db-retail-prod", MasterUserPassword="another-Secret", ApplyImmediately=True
    )
    rds.describe_db_instances(DBInstanceIdentifier="db-retail-prod")
    return {found["service"]: found["outcome"] for found in aws.notifications()}


def test_alarms_and_events_are_heard(aws: Emulator) -> None:
    left = key_of_a_killed_run(aws)
    make_database(aws)
    made = monitor(aws, {"cpu": CPU})
    assert made.status == 0, made.output
    assert names(aws) == {"alarm-cpu-retail-prod"}
    assert aws.client("kms", REGION).describe_key(KeyId="alias/topic-retail-prod")["KeyMetadata"]["Arn"] == left
    attributes = aws.client("sns", REGION).get_topic_attributes(TopicArn=TOPIC)["Attributes"]
    assert attributes["KmsMasterKeyId"] == left
    assert heard(aws) == {"cloudwatch.amazonaws.com": "delivered", "events.rds.amazonaws.com": "delivered"}


KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/8a7cf1d1-0000-4000-8000-4f5b8c1e2d3a"
OWN_KEY = {"ref": "kms_key/alias/topic-retail-prod", "get": "arn"}
VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {"monitoring_topic_encrypted": False},
    "others": {"monitoring_topic_kms_key_arn": KEY, "monitoring_event_categories": {"db-instance": []}},
    "cluster": {
        "monitoring_dimensions": {"DBClusterIdentifier": "cluster-retail-prod"},
        "monitoring_members": [{"name": "one"}, {"name": "two"}],
    },
    "scaled": {"monitoring_dimensions": {"DBClusterIdentifier": "cluster-retail-prod"}},
    "quiet": {"monitoring_event_categories": {"db-instance": None}},
    "none": {"monitoring_make_topic": False},
}


def test_what_is_wanted_of_keys_and_events(aws: Emulator) -> None:
    """All in one run: the documents alone, which ask nothing of AWS."""
    collected = "{{ found | default({}) | combine({item: monitoring_resources}) }}"
    tasks: list[dict[str, Any]] = []
    for name, variables in VARIANTS.items():
        tasks.append(included("desired", monitoring_alarms={}, **variables))
        tasks.append({"ansible.builtin.set_fact": {"found": collected.replace("item", f"'{name}'")}})
    file = aws.state / "documents.json"
    tasks.append({"ansible.builtin.copy": {"dest": str(file), "content": "{{ found | to_json }}", "mode": "0600"}})
    ran = play(aws, tasks)
    assert ran.status == 0, ran.output
    assert aws.log() == []
    documents = json.loads(file.read_text())

    def wanted(variant: str, kind: str) -> dict[str, dict[str, Any]]:
        return {entry["name"]: entry["properties"] for entry in documents[variant] if entry["kind"] == kind}

    assert {name: wanted(name, "sns_topic").get("topic-retail-prod", {}).get("kms_key_id") for name in VARIANTS} == {
        "plain": "",
        "others": KEY,
        "cluster": OWN_KEY,
        "scaled": OWN_KEY,
        "quiet": OWN_KEY,
        "none": None,
    }
    assert [name for name in VARIANTS if wanted(name, "kms_key")] == ["cluster", "scaled", "quiet"]
    sources = {
        name: {
            subscription: (properties["source_type"], properties["source_ids"])
            for subscription, properties in wanted(name, "rds_event_subscription").items()
        }
        for name in VARIANTS
    }
    one, cluster = ("db-instance", ["db-retail-prod"]), ("db-cluster", ["cluster-retail-prod"])
    assert sources == {
        "plain": {"events-retail-prod": one},
        "others": {"events-retail-prod": one},
        "cluster": {
            "events-retail-prod": cluster,
            "events-members-retail-prod": ("db-instance", ["one", "two"]),
        },
        # No members are not all instances of the account.
        "scaled": {"events-retail-prod": cluster},
        "quiet": {},
        "none": {},
    }
    assert wanted("others", "rds_event_subscription")["events-retail-prod"]["event_categories"] == []
