"""CloudWatch anomaly detectors: those that somebody puts, and those that come with an alarm on an anomaly band.

None is ever trained: the emulator has no two weeks of data.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from moto.cloudwatch.models import CloudWatchBackend

from emulator.errors import AwsError
from emulator.operations import Asked, answers, follows
from emulator.services.cloudwatch import cloudwatch
from emulator.services.paging import BadToken, page

SINGLE, MATH = "SingleMetricAnomalyDetector", "MetricMathAnomalyDetector"
NAMES = ("Namespace", "MetricName", "Dimensions", "Stat")
BAND_OF = re.compile(r"ANOMALY_DETECTION_BAND\s*\(\s*(\w+)")
PAGE = 10

Detector = dict[str, Any]

_detectors: WeakKeyDictionary[CloudWatchBackend, dict[str, Detector]] = WeakKeyDictionary()


def band_of(metrics: list[dict[str, Any]], metric_id: str) -> str | None:
    """The id in the brackets of the band with this id; None where that is no band."""
    for metric in metrics:
        found = BAND_OF.search(metric.get("Expression", "")) if metric["Id"] == metric_id else None
        if found:
            return found[1]
    return None


def _of(asked: Asked) -> dict[str, Detector]:
    return _detectors.setdefault(cloudwatch(asked), {})


def _key(what: Mapping[str, Any]) -> str:
    """A metric and statistic has one detector, as has an expression; the order of dimensions means nothing."""
    dimensions = sorted(what.get("Dimensions", []), key=lambda dimension: dimension["Name"])
    return json.dumps({**what, "Dimensions": dimensions}, sort_keys=True)


def _what(params: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Which of the forms is given: one metric, in the older form or not, or an expression."""
    older = {name: params[name] for name in NAMES if name in params}
    forms = [name for name in (SINGLE, MATH) if name in params]
    if len(forms) + bool(older) > 1:
        raise AwsError("InvalidParameterCombination", f"{SINGLE}, {MATH} and single parameters exclude each other")
    if forms == [MATH]:
        return MATH, dict(params[MATH])
    metric = dict(params[SINGLE]) if forms else older
    missing = [name for name in ("Namespace", "MetricName", "Stat") if name not in metric]
    if missing:
        raise AwsError("MissingParameter", f"The parameter {missing[0]} is required.")
    return SINGLE, metric


def _put(asked: Asked, form: str, what: dict[str, Any], **more: Any) -> None:
    known = _of(asked)
    previous = known.get(_key(what), {"AnomalyDetectorId": str(uuid.uuid4())})
    older = {"Dimensions": [], **what} if form == SINGLE else {}
    known[_key(what)] = {**previous, **older, form: what, "StateValue": "PENDING_TRAINING", **more}


@answers("cloudwatch", "PutAnomalyDetector")
def put_anomaly_detector(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAnomalyDetector.html"""
    params = asked.params
    settings = {name: params[name] for name in ("Configuration", "MetricCharacteristics") if name in params}
    _put(asked, *_what(params), **settings)
    return {}


@follows("cloudwatch", "PutMetricAlarm")
def put_with_an_alarm(asked: Asked) -> None:
    """An alarm on a band makes the detector of its metric, unless there is one; it stays when the alarm goes.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Anomaly_Detection_Alarm.html
    """
    metrics = asked.params.get("Metrics", [])
    watched = band_of(metrics, asked.params.get("ThresholdMetricId", ""))
    for metric in metrics:
        if metric["Id"] != watched:
            continue
        stat = metric.get("MetricStat")
        form, what = (
            (SINGLE, {**stat["Metric"], "Stat": stat["Stat"]}) if stat else (MATH, {"MetricDataQueries": metrics})
        )
        if _key(what) not in _of(asked):
            _put(asked, form, what)


@answers("cloudwatch", "DescribeAnomalyDetectors")
def describe_anomaly_detectors(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAnomalyDetectors.html"""
    params = asked.params
    kinds = params.get("AnomalyDetectorTypes") or ["SINGLE_METRIC"]
    forms = {SINGLE: "SINGLE_METRIC", MATH: "METRIC_MATH"}
    found = [
        detector
        for detector in _of(asked).values()
        if any(form in detector and kind in kinds for form, kind in forms.items())
        and all(params.get(name) in (None, detector.get(name)) for name in ("Namespace", "MetricName", "Dimensions"))
        and detector["AnomalyDetectorId"] in params.get("AnomalyDetectorIds", [detector["AnomalyDetectorId"]])
    ]
    try:
        shown, token = page(
            found, lambda one: str(one["AnomalyDetectorId"]), params.get("MaxResults", PAGE), params.get("NextToken")
        )
    except BadToken as error:
        raise AwsError("InvalidNextToken", "The next token specified is invalid.") from error
    return {"AnomalyDetectors": shown, "NextToken": token}


@answers("cloudwatch", "DeleteAnomalyDetector")
def delete_anomaly_detector(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAnomalyDetector.html"""
    known, by_id = _of(asked), asked.params.get("AnomalyDetectorId")
    keys = {detector["AnomalyDetectorId"]: key for key, detector in known.items()}
    key = keys.get(by_id, "") if by_id else _key(_what(asked.params)[1])
    if known.pop(key, None) is None:
        raise AwsError("ResourceNotFoundException", "The anomaly detector does not exist")
    return {}
