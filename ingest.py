"""Index guides and other files: ``python ingest.py [PATH ...] [--data DIR] [--watch]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

from coach.encoder import TextEncoder
from coach.errors import CoachError, EncoderError
from coach.ingestion import Progress, Report, Stage, sync
from coach.settings import Settings
from coach.wiring import encoder_id, load_encoder

INTERRUPTED = 130
LISTED = 20

console = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)


class ProgressBars(Progress):
    """A bar for each stage, with rate and time left."""

    def __init__(self) -> None:
        self._bars = Bars(
            TextColumn("{task.description:<8}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._tasks = {
            stage: self._bars.add_task(stage, total=None, visible=False, rate="") for stage in Stage
        }

    def __enter__(self) -> ProgressBars:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def advance(self, stage: Stage, done: int, total: int) -> None:
        """Move the bar of a stage."""
        task = next(task for task in self._bars.tasks if task.id == self._tasks[stage])
        rate = f"{task.speed:,.0f}/s" if task.speed else ""
        self._bars.update(task.id, completed=done, total=total, visible=total > 0, rate=rate)

    def notice(self, sentence: str) -> None:
        """Print a sentence above the bars."""
        console.print(sentence)


def main(arguments: list[str] | None = None) -> int:
    """Index once, or again at each change; 1 when a file had a problem or nothing could be done."""
    parser = argparse.ArgumentParser(description="Index guides and other files.")
    parser.add_argument("paths", metavar="PATH", nargs="*", type=Path, help="files and folders")
    parser.add_argument("--data", metavar="DIR", type=Path, help="the folder of the index")
    parser.add_argument("--watch", action="store_true", help="index again whenever a file changes")
    options = parser.parse_args(arguments)
    try:
        settings = Settings.from_environment()
        paths = options.paths or [settings.knowledge]
        data = options.data or settings.data
        code = ingest(paths, data, settings)
        for _ in changes(paths, data) if options.watch else ():
            code = ingest(paths, data, settings)
    except CoachError as error:
        console.print(f"Error: {error}")
        return 1
    except KeyboardInterrupt:
        console.print("Stopped. What was encoded is kept for the next time.")
        return 0 if options.watch else INTERRUPTED
    return code


def ingest(paths: list[Path], data: Path, settings: Settings) -> int:
    """Make the index mirror some paths, and say what was done."""
    expected = encoder_id(settings)

    def encoder() -> TextEncoder:
        # A server may have been given another model since its vectors were last measured.
        loaded = load_encoder(settings)
        if loaded.id != expected:
            raise EncoderError(
                f"The encoder is {loaded.id} now; it was {expected}.",
                where=settings.encoder,
                remedy="Run this again to index everything with the one it is now.",
            )
        return loaded

    with ProgressBars() as progress:
        report = sync(
            paths,
            folder=data,
            encoder=encoder,
            encoder_id=expected,
            chroma_url=settings.chroma_url,
            progress=progress,
        )
    show(report)
    return 1 if report.problems else 0


def changes(paths: list[Path], data: Path) -> Iterator[object]:
    """Wait for changes of the files at some paths; those of the index itself do not count."""
    from watchfiles import DefaultFilter, watch

    console.print("Watching for changes; Ctrl-C ends.")
    wanted = DefaultFilter(ignore_paths=[data.resolve()])
    return iter(watch(*(path.resolve() for path in paths), watch_filter=wanted))


def show(report: Report) -> None:
    """Print what changed, what could not be used, and the closing table."""
    lists = {"Added": report.added, "Changed": report.changed, "Removed": report.removed}
    for word, names in lists.items():
        # Everything that left is listed: nobody sees it in the folder any more.
        shown = names if word == "Removed" else names[:LISTED]
        for name in shown:
            console.print(f"{word}: {name}")
        if len(names) > len(shown):
            console.print(f"{word}: {len(names) - len(shown):,} more")
    for skipped in report.skipped:
        console.print(f"Skipped: {skipped.name} ({skipped.reason})")
    for problem in report.problems:
        console.print(f"Problem: {problem}")
    table = Table(show_header=False, title="Index", title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    for label, number in (
        ("Files", report.files),
        ("Guides", report.guides),
        ("Passages", report.passages),
        *((word, len(names)) for word, names in lists.items()),
        ("Skipped", len(report.skipped)),
        ("Problems", len(report.problems)),
        ("Encoded", report.encoded),
    ):
        table.add_row(label, f"{number:,}")
    table.add_row("Seconds", f"{report.seconds:,.1f}")
    table.add_row("Passages a second", f"{report.passages_per_second:,.0f}")
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
