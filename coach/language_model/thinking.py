"""The thinking that reasoning models write before their answer, taken out as the text streams."""

from __future__ import annotations

_START, _END = "<think>", "</think>"


class ThinkingFilter:
    """Leaves out what stands between ``<think>`` and ``</think>``, however the pieces are cut."""

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False

    def feed(self, piece: str) -> str:
        """Take the next piece; gives the text that can be shown by now, which may be empty."""
        self._held += piece
        shown = ""
        while True:
            before, mark, after = self._held.partition(self._awaited)
            if not mark:
                break
            shown += "" if self._thinking else before
            self._held, self._thinking = after, not self._thinking
        ready = len(self._held) - _begun(self._awaited, self._held)
        shown += "" if self._thinking else self._held[:ready]
        self._held = self._held[ready:]
        return shown

    def rest(self) -> str:
        """What was held back in case a mark began there; asked for when the stream has ended."""
        return "" if self._thinking else self._held

    @property
    def _awaited(self) -> str:
        return _END if self._thinking else _START


def _begun(mark: str, text: str) -> int:
    """How many characters of the mark the end of the text may be the beginning of."""
    lengths = range(min(len(mark) - 1, len(text)), 0, -1)
    return next((length for length in lengths if text.endswith(mark[:length])), 0)
