"""Small real HTTP servers that speak the chat completions protocol, and break it as they are told.

A behaviour is what is done with one request; a server takes its behaviours in order, a request
each, and repeats the last.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Exchange:
    """A request, and the means to reply to it."""

    path: str
    headers: dict[str, str]
    content: bytes
    server: ModelServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    arrived: float = field(default_factory=time.monotonic)

    @property
    def body(self) -> dict[str, Any]:
        """The request's JSON."""
        found: dict[str, Any] = json.loads(self.content)
        return found

    async def reply(
        self, status: int, body: str, *, kind: str = "application/json", headers: str = ""
    ) -> None:
        """Send a whole reply; ``headers`` are lines with their ends."""
        data = body.encode()
        head = f"HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\n{headers}"
        await self.send(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)

    async def error(self, status: int, message: str = "no", headers: str = "", **more: str) -> None:
        """Send an error as OpenAI words it."""
        text = json.dumps({"error": {"message": message, **more}})
        await self.reply(status, text, headers=headers)

    async def begin(self) -> None:
        """Send the head of a stream."""
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        await self.send(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())

    async def event(self, data: str) -> None:
        """Send one event of a stream."""
        text = f"data: {data}\n\n".encode()
        await self.send(f"{len(text):x}\r\n".encode() + text + b"\r\n")

    async def piece(self, text: str, finish: str | None = None) -> None:
        """Send one piece of the reply's text."""
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        await self.event(json.dumps({**chunk, "choices": [choice]}))

    async def end(self) -> None:
        """End a stream as HTTP wants it."""
        await self.send(b"0\r\n\r\n")

    async def cut(self) -> None:
        """Close the connection."""
        self.writer.close()

    async def hang_up_awaited(self) -> None:
        """Wait until the other side is gone, and note it."""
        with contextlib.suppress(ConnectionError):
            await self.reader.read()
        self.server.disconnected.set()

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()


Behaviour = Callable[[Exchange], Awaitable[None]]


class ModelServer:
    """A server on a free port of this machine, in a thread of its own.

    Attributes:
        url: its address, as for COACH_MODEL_URL.
        exchanges: every request so far.
        asked: set when there is one.
        disconnected: set when the other side hung up on ``hang_up_awaited``.
        connections: how many there have been.
        most_at_once: the most requests that were under way at the same time.
    """

    def __init__(self, *behaviours: Behaviour) -> None:
        self.exchanges: list[Exchange] = []
        self.asked = threading.Event()
        self.disconnected = threading.Event()
        self.connections = 0
        self._open_now = 0
        self.most_at_once = 0
        self._behaviours = list(behaviours)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def __enter__(self) -> ModelServer:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while not writer.is_closing():
                exchange = await self._read(reader, writer)
                self.exchanges.append(exchange)
                self.asked.set()
                count = len(self.exchanges)
                behaviour = self._behaviours[min(count, len(self._behaviours)) - 1]
                self._open_now += 1
                self.most_at_once = max(self.most_at_once, self._open_now)
                try:
                    await behaviour(exchange)
                finally:
                    self._open_now -= 1
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
        content = await reader.readexactly(int(headers.get("content-length", 0)))
        return Exchange(first.split()[1], headers, content, self, reader, writer)


def answering(*texts: str, finish: str | None = "stop", pause: float = 0.0) -> Behaviour:
    """Reply as a model does, text by text; without ``finish`` the end is that of a cut reply."""

    async def behave(exchange: Exchange) -> None:
        await exchange.begin()
        for text in texts:
            await asyncio.sleep(pause)
            await exchange.piece(text)
        if finish is not None:
            await exchange.piece("", finish)
            await exchange.event("[DONE]")
        await exchange.end()

    return behave


def failing(status: int, message: str = "no", headers: str = "", **more: str) -> Behaviour:
    """Reply with an error."""
    return lambda exchange: exchange.error(status, message, headers, **more)


def streaming(*events: str) -> Behaviour:
    """Reply with events as they are given."""

    async def behave(exchange: Exchange) -> None:
        await exchange.begin()
        for event in events:
            await exchange.event(event)
        await exchange.end()

    return behave


def stalling(*texts: str) -> Behaviour:
    """Send these pieces, then nothing more, until the other side hangs up."""

    async def behave(exchange: Exchange) -> None:
        if texts:
            await exchange.begin()
        for text in texts:
            await exchange.piece(text)
        await exchange.hang_up_awaited()

    return behave


def cutting(*texts: str) -> Behaviour:
    """Send these pieces, then close the connection in the middle of the stream."""

    async def behave(exchange: Exchange) -> None:
        await exchange.begin()
        for text in texts:
            await exchange.piece(text)
        await exchange.cut()

    return behave


def replying(body: str, kind: str) -> Behaviour:
    """Reply with a whole body of some kind."""
    return lambda exchange: exchange.reply(200, body, kind=kind)


@contextlib.contextmanager
def never_accepting() -> Iterator[str]:
    """The address of a server whose queue of connections is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
