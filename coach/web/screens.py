"""Whose turn it is to draw: each tab shows one conversation, drawn by one handler at a time.

Gradio takes what a handler yields through a thread before it queues it for the browser, so what
two handlers yield to one tab can change places, and the older one stays on the screen. It comes
back to a generator only when its last update is queued: who holds the lock across a ``yield``
keeps the order.
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary


class Screen:
    """A tab.

    Attributes:
        lock: to be held while drawing.
        shows: the identifier of the conversation it shows; empty for none.
    """

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.shows = ""


class Screens:
    """All tabs, each kept as long as someone draws there."""

    def __init__(self) -> None:
        self._screens: WeakValueDictionary[str, Screen] = WeakValueDictionary()

    def of(self, session: str) -> Screen:
        """Return the tab of that session."""
        return self._screens.setdefault(session, Screen())
