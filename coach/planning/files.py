"""A plan as a file of the kind a person asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from coach.planning.values import Plan


class FileFormat(StrEnum):
    """The files a plan can be had as."""

    ICS = "ics"
    MD = "md"
    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


def as_file(plan: Plan, wanted: FileFormat) -> bytes:
    """A plan as the bytes of a file; what is text in it is UTF-8."""
    # Late, for what makes PDFs and calendars takes long to import.
    from coach.planning import exports

    match wanted:
        case FileFormat.ICS:
            return exports.to_calendar(plan, datetime.now(UTC))
        case FileFormat.PDF:
            return exports.to_pdf(plan)
        case FileFormat.MD:
            return exports.to_markdown(plan).encode()
        case FileFormat.CSV:
            return exports.to_csv(plan).encode()
        case FileFormat.JSON:
            return exports.to_json(plan).encode()
