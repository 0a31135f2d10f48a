"""A plan as a file: calendar, Markdown, PDF, spreadsheet and JSON."""

from coach.planning.exports.calendar import to_calendar
from coach.planning.exports.document import to_pdf
from coach.planning.exports.text import from_json, to_csv, to_json, to_markdown

__all__ = ["from_json", "to_calendar", "to_csv", "to_json", "to_markdown", "to_pdf"]
