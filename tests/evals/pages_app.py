"""The app with the evals' pages over a folder of runs: ``pages_app.py RUNS BASELINE DATA``."""

from __future__ import annotations

import sys
from pathlib import Path

from coach.database import migrate, open_database
from coach.settings import Settings
from coach.web.server import build_app, serve
from coach.wiring import build_coach
from evals.page import evals_router


def main() -> None:
    """Serve until a signal comes."""
    runs, baseline, data = (Path(argument) for argument in sys.argv[1:])
    coach = build_coach(Settings(data=data))
    database = open_database(None, data)
    migrate(database)
    router = evals_router(coach, seconds=60.0, runs=runs, baseline=baseline)
    app = build_app(
        coach, database=database, question_limit=2000, turns_a_minute=100, routers=[router]
    )
    serve(app, "127.0.0.1", 0, ready=lambda address: sys.stderr.write(f"open {address}\n"))


if __name__ == "__main__":
    main()
