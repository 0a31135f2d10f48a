"""Whose turn it is to draw: each tab is drawn by one handler at a time.

Gradio takes what a handler yields through a thread before it queues it for the browser, so what
two handlers yield to one tab can change places, and the older one stays on the screen. It comes
back to a generator only when its last update is queued: who holds the lock across a ``yield``
keeps the order.
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary


class Screens:
    """A lock for each tab, kept as long as someone draws there."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def turn(self, session: str) -> asyncio.Lock:
        """Return the lock to hold while drawing in the tab of that session."""
        return self._locks.setdefault(session, asyncio.Lock())
