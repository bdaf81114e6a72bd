"""The pure parts of the benchmark: ratios, goals, the page and the picture; and what is said where Terraform is not."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import yaml

from tests.bench import chart, page, terraform
from tests.bench.figures import (
    AGAIN,
    FIRST,
    FLOOR,
    PLAN_AGAIN,
    PLAN_FIRST,
    STOCK_AGAIN,
    STOCK_FIRST,
    TERRAFORM,
    Cost,
    Figures,
    Goal,
    goals,
)
from tests.bench.measured import in_turn
from tests.bench.state import differences

RUNS = {
    FIRST: Cost(30, 25, 200, 300, 90),
    STOCK_FIRST: Cost(60, 50, 90, 250, 80),
    AGAIN: Cost(2, 2, 150, 48, 0),
    PLAN_AGAIN: Cost(1.9, 2, 150, 48, 0),
    PLAN_FIRST: Cost(2.1, 2, 150, 48, 0),
    FLOOR: Cost(1, 0.8, 80, 40, 0),
    TERRAFORM: Cost(8, 7, 800, 150, 0),
    STOCK_AGAIN: Cost(48, 45, 90, 190, 0),
}
FLEETS = {1: Cost(2, 2, 160, 45, 0), 5: Cost(3, 3.2, 165, 105, 0), 100: Cost(21.8, 21.8, 590, 1530, 0)}
WHOLE = Figures(2, 3, RUNS, FLEETS)


def figure(measure: str, figures: Figures = WHOLE) -> Goal:
    return next(goal for goal in goals(figures) if goal.measure.startswith(measure))


@pytest.mark.parametrize(
    ("measure", "found", "met"),
    [
        ("nothing to do: `site.yml` ÷ stock", 1 / 24, True),
        ("nothing to do: `site.yml` ÷ boto3", 2, True),
        ("nothing to do: `site.yml` ÷ `terraform", 0.25, True),
        ("`plan.yml` on an empty", 1.05, False),
        ("`plan.yml` with nothing", 0.95, True),
        ("nothing to do: calls", 1.2, True),
        ("nothing to do: writes", 0, True),
        ("empty account", 0.5, True),
        ("each further database, wall", 0.2, True),
        ("each further database, CPU", 0.2, True),
        ("each further database, calls", 15, True),
        ("100 databases, wall", 21.8, True),
        ("100 databases, memory", 590, True),
    ],
)
def test_a_goal_is_a_ratio_in_one_run(measure: str, found: float, met: bool) -> None:
    goal = figure(measure)
    assert goal.figure == pytest.approx(found)
    assert goal.met is met


def test_what_was_not_measured_is_not_met_either() -> None:
    assert {goal.met for goal in goals(Figures(2, 3))} == {None}
    assert "not measured" in figure("nothing to do: `site.yml` ÷ `terraform", Figures(2, 3)).row()


@pytest.mark.parametrize(("found", "met"), [(599.9, True), (600, False)])
def test_below_is_less_than_at_most(found: float, met: bool) -> None:
    assert Goal("memory", found, 600, "MiB", below=True).met is met
    assert Goal("memory", 600, 600).met


def test_medians_are_of_each_figure_by_itself() -> None:
    assert Cost.median([Cost(1, 9, 1, 1, 0), Cost(2, 8, 1, 1, 0), Cost(9, 1, 1, 1, 0)]) == Cost(2, 8, 1, 1, 0)


@pytest.mark.parametrize(("warm", "rounds"), [(True, 3), (False, 2)])
def test_runs_take_turns(warm: bool, rounds: int) -> None:
    ran: list[str] = []

    def run(name: str) -> Cost:
        ran.append(name)
        return Cost(len(ran), 0, 0, 0, 0)

    costs = in_turn(2, {"one": partial(run, "one"), "other": partial(run, "other")}, warm=warm)
    assert ran == ["one", "other"] * rounds
    # The median of the rounds that count: the last two.
    assert (costs["one"].wall, costs["other"].wall) == (len(ran) - 2, len(ran) - 1)


def test_the_page_has_every_row_and_verdict() -> None:
    text = page.page(WHOLE)
    assert "| nothing to do: `site.yml` ÷ stock playbook | 0.042 | ≤ 0.083 | yes |" in text
    assert "| `plan.yml` on an empty account ÷ `site.yml` with nothing to do | 1.05 | ≤ 1 | **no** |" in text
    assert all(f"| {name} | " in text for name in RUNS)
    assert "| 5 | 3.0 s | 3.2 s | 165 MiB | 105 | 0 | 0.25 s, CPU 0.30 s, 15.0 calls |" in text


def test_the_page_says_why_a_row_is_lacking() -> None:
    assert f"{TERRAFORM}: no terraform." in page.page(Figures(2, 3, lacking={TERRAFORM: "no terraform"}))


def test_figures_survive_being_saved() -> None:
    assert Figures.of({**WHOLE.as_dict(), "fleets": {"1": WHOLE.as_dict()["fleets"][1]}}).fleets == {1: FLEETS[1]}
    assert Figures.of(WHOLE.as_dict()) == WHOLE


def test_the_committed_page_is_of_the_committed_figures() -> None:
    assert page.page(page.saved()) == page.PAGE.read_text()
    assert page.PICTURE.exists()


def test_the_picture_shows_what_was_measured() -> None:
    first, again, fleets = chart.chart(WHOLE)["vconcat"]
    assert [bar["seconds"] for bar in first["data"]["values"]] == [30, 60]
    assert [bar["run"] for bar in again["data"]["values"] if bar["whose"] == "ours"] == [
        "plan.yml, empty account",
        "plan.yml",
        "site.yml",
    ]
    goal, measured, _labels = (layer["data"]["values"] for layer in fleets["layer"])
    assert [point["databases"] for point in measured] == [1, 5, 100]
    assert goal[-1]["seconds"] == pytest.approx(2 + 99 * 0.25)


def test_the_picture_leaves_out_what_was_not() -> None:
    assert chart.chart(Figures(2, 3))["vconcat"] == []


def test_differences_name_both_sides() -> None:
    assert differences({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == ["b: 2, 3", "c: None, 4"]


def test_the_stock_playbook_is_of_stock_modules_alone() -> None:
    directory = page.SAVED.parent / "stock"
    files = [
        yaml.safe_load((directory / f"{name}.yml").read_text())
        for name in ("network", "keys", "database", "monitoring")
    ]
    plays = yaml.safe_load((directory / "retail.yml").read_text())
    modules = {key for tasks in (*files, plays[0]["tasks"]) for task in tasks for key in task if "." in key}
    assert {module.rpartition(".")[0] for module in modules} == {"amazon.aws", "community.aws", "ansible.builtin"}
    assert {module for module in modules if module.startswith("ansible.")} == {
        "ansible.builtin.import_tasks",
        "ansible.builtin.set_fact",
    }


def test_terraform_is_used_with_the_provider_of_a_mirror(tmp_path: Path) -> None:
    (tmp_path / "terraform").write_text("#!/bin/sh\n")
    (tmp_path / "terraform").chmod(0o755)
    assert terraform.find("", path=str(tmp_path / "no")) == "neither terraform nor tofu was found"
    lacking = terraform.find(str(tmp_path), path=str(tmp_path))
    assert lacking == f"no AWS provider was found for terraform in {tmp_path}"
    (tmp_path / "registry.terraform.io" / "hashicorp" / "aws").mkdir(parents=True)
    found = terraform.find(str(tmp_path), path=str(tmp_path))
    assert found == terraform.Program(str(tmp_path / "terraform"), tmp_path)
