"""What came of a run: on the screen, and in its folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from evals.asking import console
from evals.records import Run

if TYPE_CHECKING:
    from evals.table import Results

_WIDTH = 132
_SUMMARY = "summary.md"


def write(results: Results, folder: Path, sentences: Sequence[str] = ()) -> None:
    """Write the summary and the report of a run into its folder."""
    from evals.report import write_report
    from evals.table import markdown

    with console.status("Writing the report ..."):
        (folder / _SUMMARY).write_text(markdown(results, sentences), encoding="utf-8")
        write_report(
            results.run,
            results.records,
            folder,
            against=results.before,
            judging=results.judging,
        )
    console.print(f"The run is in {folder}.")


def show(
    results: Results,
    *,
    as_json: bool = False,
    as_markdown: bool = False,
    sentences: Sequence[str] = (),
) -> None:
    """Print the figures: as a table, one JSON object, or Markdown."""
    from evals.table import as_json_fields, judged_lines, markdown, terminal_table, title

    if as_json:
        sys.stdout.write(f"{json.dumps(as_json_fields(results), ensure_ascii=False)}\n")
    elif as_markdown:
        sys.stdout.write(markdown(results, sentences))
    else:
        # What is piped has no width of its own, and cut figures are of no use.
        width = None if sys.stdout.isatty() else _WIDTH
        screen = Console(width=width, markup=False, highlight=False)
        screen.print(title(results))
        screen.print(terminal_table(results))
        for sentence in (*judged_lines(results), *sentences):
            screen.print(sentence, soft_wrap=True)


def remind(run: Run) -> None:
    """Ask that a look at the test split is written down."""
    today = run.created.partition("T")[0]
    console.print(
        f"You looked at the test split. Write it down in docs/decisions.md: {today}, commit "
        f"{run.commit or 'unknown'}, and what you found. It is for few looks, not for tuning."
    )
