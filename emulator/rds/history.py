"""What has happened to an instance: events, log files, automated backups."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from emulator.rds import instances
from emulator.rds.errors import RdsError, invalid_combination
from emulator.rds.paging import page
from emulator.rds.state import Event, Params, Region, Result, now

DEFAULT_MINUTES = 60
LOG_NAME = "error/postgresql.log"
LINES_AT_ONCE = 10000


def events(region: Region, params: Params) -> Result:
    """Events of the last hour, or of the time asked for.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html
    """
    if "SourceIdentifier" in params and "SourceType" not in params:
        raise invalid_combination("Cannot use SourceIdentifier without SourceType.")
    start, end = _period(params)
    categories = params.get("EventCategories", [])
    found = [
        event
        for event in region.events
        if start <= event.date <= end
        and params.get("SourceIdentifier") in (None, event.source_identifier)
        and params.get("SourceType") in (None, event.source_type)
        and (not categories or set(categories) & set(event.categories))
    ]
    return page(params, "Events", [_event_document(event) for event in found])


def _period(params: Params) -> tuple[datetime.datetime, datetime.datetime]:
    end = _aware(params.get("EndTime")) or now() + datetime.timedelta(seconds=1)
    duration = datetime.timedelta(minutes=params.get("Duration", DEFAULT_MINUTES))
    return _aware(params.get("StartTime")) or end - duration, end


def _aware(time: datetime.datetime | None) -> datetime.datetime | None:
    # moto parses times without their zone, which is UTC.
    return time.replace(tzinfo=datetime.UTC) if time is not None else None


def _event_document(event: Event) -> dict[str, Any]:
    return {
        "SourceIdentifier": event.source_identifier,
        "SourceType": event.source_type,
        "SourceArn": event.source_arn,
        "Message": event.message,
        "EventCategories": list(event.categories),
        "Date": event.date,
    }


def log_files(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBLogFiles.html"""
    log = _log(region, params)
    documents = []
    if log is not None and params.get("FilenameContains", "") in LOG_NAME:
        status = log.stat()
        documents = [{"LogFileName": LOG_NAME, "LastWritten": int(status.st_mtime * 1000), "Size": status.st_size}]
    return page(params, "DescribeDBLogFiles", documents)


def log_portion(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DownloadDBLogFilePortion.html"""
    log = _log(region, params)
    if log is None or params["LogFileName"] != LOG_NAME:
        raise RdsError("DBLogFileNotFoundFault", f"DBLog File: {params['LogFileName']}, is not found")
    lines = log.read_text(errors="replace").splitlines(keepends=True)
    count = params.get("NumberOfLines", LINES_AT_ONCE)
    # Without a marker AWS gives the end of the file, with one what follows it.
    first = int(params["Marker"]) if "Marker" in params else max(len(lines) - count, 0)
    part = lines[first : first + count]
    last = first + len(part)
    return {"LogFileData": "".join(part), "Marker": str(last), "AdditionalDataPending": last < len(lines)}


def _log(region: Region, params: Params) -> Path | None:
    server = instances.find(region, params["DBInstanceIdentifier"]).server
    return server.log if server is not None and server.log.exists() else None
