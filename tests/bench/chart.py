"""The picture of docs/bench/site.md: Vega-Lite, drawn by vl-convert, one package without dependencies of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.figures import (
    AGAIN,
    FIRST,
    FLOOR,
    PLAN_AGAIN,
    PLAN_FIRST,
    STOCK_AGAIN,
    STOCK_FIRST,
    TERRAFORM,
    Figures,
)

# On white and on GitHub's dark grey.
TEXT, LINES, OURS, OTHERS = "#7d8590", "#7d859055", "#2f81f7", "#a371f7"
FIRSTS = {FIRST: "site.yml", STOCK_FIRST: "stock playbook"}
AGAINS = {
    FLOOR: "boto3 alone",
    PLAN_FIRST: "plan.yml, empty account",
    PLAN_AGAIN: "plan.yml",
    AGAIN: "site.yml",
    TERRAFORM: "terraform plan",
    STOCK_AGAIN: "stock playbook",
}
PER_DATABASE = 0.25


def chart(figures: Figures) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": None,
        "config": _config(),
        "vconcat": list(_panels(figures)),
        "spacing": 28,
    }


def _panels(figures: Figures) -> Iterator[dict[str, Any]]:
    for title, names in (("Empty account: retail and its network", FIRSTS), ("Nothing to do, or only planned", AGAINS)):
        bars = [
            {"run": label, "seconds": figures.runs[name].wall, "whose": "ours" if ".yml" in label else "others"}
            for name, label in names.items()
            if name in figures.runs
        ]
        if bars:
            yield _bars(title, bars)
    if figures.fleets:
        yield _fleets(figures)


def _bars(title: str, bars: list[dict[str, Any]]) -> dict[str, Any]:
    colour = {
        "field": "whose",
        "type": "nominal",
        "scale": {"domain": ["ours", "others"], "range": [OURS, OTHERS]},
        "legend": None,
    }
    y = {"field": "run", "type": "nominal", "sort": None, "title": None, "axis": {"ticks": False, "domain": False}}
    x = {"field": "seconds", "type": "quantitative", "title": "seconds"}
    label = {"field": "seconds", "type": "quantitative", "format": ".1f"}
    return {
        "title": title,
        "width": 480,
        "height": {"step": 24},
        "data": {"values": bars},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": {"type": "bar", "height": 14}, "encoding": {"color": colour}},
            {"mark": {"type": "text", "align": "left", "dx": 4, "color": TEXT}, "encoding": {"text": label}},
        ],
    }


def _fleets(figures: Figures) -> dict[str, Any]:
    points = [{"databases": size, "seconds": cost.wall} for size, cost in sorted(figures.fleets.items())]
    least, most = points[0], points[-1]
    slope = PER_DATABASE * (most["databases"] - least["databases"])
    goal = [least, {"databases": most["databases"], "seconds": least["seconds"] + slope}]
    x = {"field": "databases", "type": "quantitative", "title": "databases"}
    y = {"field": "seconds", "type": "quantitative", "title": "seconds"}
    label = {"field": "seconds", "type": "quantitative", "format": ".1f"}
    text = {"type": "text", "align": "left", "dx": 6, "dy": 10, "color": TEXT}
    return {
        "title": f"site.yml with nothing to do, by databases (dashed: {PER_DATABASE} s for each)",
        "width": 480,
        "height": 200,
        "encoding": {"x": x, "y": y},
        "layer": [
            {"data": {"values": goal}, "mark": {"type": "line", "strokeDash": [4, 4], "color": TEXT}},
            {"data": {"values": points}, "mark": {"type": "line", "point": {"size": 50, "color": OURS}, "color": OURS}},
            {"data": {"values": points}, "mark": text, "encoding": {"text": label}},
        ],
    }


def _config() -> dict[str, Any]:
    return {
        "font": "Helvetica, Arial, sans-serif",
        "view": {"stroke": None},
        "title": {"color": TEXT, "fontSize": 14, "anchor": "start", "frame": "group", "offset": 10},
        "axis": {
            "labelColor": TEXT,
            "titleColor": TEXT,
            "gridColor": LINES,
            "domainColor": LINES,
            "tickColor": LINES,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": 220,
        },
    }


def draw(figures: Figures, to: Path) -> None:
    # Of the benchmark alone, so it is not there for what only reads figures.
    import vl_convert

    to.write_text(vl_convert.vegalite_to_svg(chart(figures)) + "\n")
