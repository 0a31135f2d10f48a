"""Python imports this at its start from the path that tests hand to the processes they start."""

from __future__ import annotations

import offline

offline.refuse_outside_if_told()
