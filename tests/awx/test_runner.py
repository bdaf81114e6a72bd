"""Every job template through ansible-runner, as AWX runs it, slices included; in an account in which nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.testing import Emulator
from tests.awx.controller import CONFIG, TEMPLATES, Controller, Refused, answers, check_out, imported, sliced

HOSTS = {
    "retail",
    "retail_network",
    "finance",
    "finance_network",
    "transactions",
    "experimentation",
    "experimentation_network",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return check_out(tmp_path_factory.mktemp("project"))


@pytest.fixture
def awx(aws: Emulator, project: Path, tmp_path: Path) -> Controller:
    return Controller(aws, tmp_path, project)


def test_plan_in_slices_fails_on_drift(awx: Controller) -> None:
    """The nightly schedule: a network and its database are in different slices, and each is planned."""
    (schedule,) = [each for each in CONFIG["awx_schedules"] if each["name"] == "pgfleet drift dev"]
    begun = awx.aws.mark()
    job = awx.launch("pgfleet plan", slice_number=2, **schedule["extra_data"])
    assert job.status == 2, job.output
    assert job.hosts() == {"retail", "experimentation_network"}
    assert "retail (dev, us-west-2, 123456789012)" in job.output
    for host in job.hosts():
        assert f"{host}: a run would change something, as said above." in job.text
    assert not awx.aws.writes(begun)


def test_a_slice_without_a_host_of_the_limit_fails_and_without_one_of_the_system_does_not(awx: Controller) -> None:
    """https://docs.ansible.com/automation-controller/latest/html/userguide/job_slices.html#job-slice-considerations"""
    job = awx.launch("pgfleet plan", slice_number=1, limit="retail")
    assert job.status != 0
    assert "--limit leaves us with no hosts to target" in job.text
    job = awx.launch("pgfleet plan", slice_number=1, only="retail_system")
    assert (job.status, job.hosts()) == (0, set())


def test_status_fails_on_trouble(awx: Controller) -> None:
    """The weekly schedule, for one system."""
    (schedule,) = [each for each in CONFIG["awx_schedules"] if each["name"] == "pgfleet trouble dev"]
    begun = awx.aws.mark()
    job = awx.launch("pgfleet status", **schedule["extra_data"] | {"only": "retail_system"})
    assert job.status == 2, job.output
    assert job.hosts() == {"retail"}
    assert "db-retail-dev does not exist" in job.text
    assert not awx.aws.writes(begun)


def test_networks_leaves_databases_alone(awx: Controller) -> None:
    begun = awx.aws.mark()
    job = awx.launch("pgfleet networks", job_type="check", only="finance_system", env_suffix="pr42", allow=["reboot"])
    assert job.status == 0, job.output
    assert job.hosts() == {"finance_network"}
    assert "finance_network (pr42, us-east-1, 123456789012)" in job.output
    assert not awx.aws.writes(begun)


def test_a_slice_of_site_refuses_a_database_whose_network_is_not_there(awx: Controller) -> None:
    """The network is in another slice, and may be made too late: the networks have a template of their own."""
    begun = awx.aws.mark()
    job = awx.launch("pgfleet site", slice_number=2, only="retail_system")
    assert job.status == 2, job.output
    assert job.hosts() == {"retail"}
    assert "The network vpc-retail-dev does not exist in us-west-2" in job.text
    assert not awx.aws.writes(begun)


def test_destroy_lists_what_would_go(awx: Controller) -> None:
    begun = awx.aws.mark()
    job = awx.launch("pgfleet destroy", job_type="check", only="retail_system", confirm="dev", final_snapshot="false")
    assert job.status == 0, job.output
    assert job.hosts() == {"retail", "retail_network"}
    assert not awx.aws.writes(begun)


def test_destroy_takes_nothing_away_unless_confirmed_by_the_suffix(awx: Controller) -> None:
    begun = awx.aws.mark()
    job = awx.launch("pgfleet destroy", only="retail_system", confirm="prod")
    assert job.status == 2, job.output
    assert "nothing was changed. To take it away, add -e confirm=dev" in job.text
    assert not awx.aws.writes(begun)


def test_what_a_survey_refuses_is_not_run() -> None:
    destroy, plan = TEMPLATES["pgfleet destroy"], TEMPLATES["pgfleet plan"]
    for given in (
        {"confirm": "dev"},  # only is missing
        {"only": "all"},  # confirm is missing
        {"only": "everything", "confirm": "dev"},
        {"only": "all", "confirm": ""},
        {"only": "all", "confirm": "dev", "scope": "network"},
    ):
        with pytest.raises(Refused):
            answers(destroy, **given)
    with pytest.raises(Refused):
        answers(plan, allow=["replacement"])
    assert set(answers(plan)) == {"outputs_directory", "only", "plan_fail_on_changes"}


def test_slices_are_the_fleet_and_no_host_twice() -> None:
    inventory = imported("inventories/prod/hosts.yml")
    slices = [sliced(inventory, number, 3) for number in (1, 2, 3)]
    hosts = [host for each in slices for host in each["_meta"]["hostvars"]]
    assert sorted(hosts) == sorted(HOSTS)
    assert all("retail_system" in each for each in slices)
