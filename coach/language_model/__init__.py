"""Chat models of any provider through LangChain, and all that can go wrong on the way to them.

``open_model`` builds a ``LanguageModel``. Imports of LangChain stand in this module alone, and
late, since they take seconds.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from coach.errors import SettingsError
from coach.language_model.breaker import FAILURES, REST_SECONDS
from coach.language_model.failures import Place, describe
from coach.language_model.model import LanguageModel, Limits, Reply
from coach.language_model.tokens import count_tokens

if TYPE_CHECKING:
    import openai
    from langchain_core.language_models import BaseChatModel
    from pydantic import SecretStr

__all__ = [
    "FAILURES",
    "REST_SECONDS",
    "LanguageModel",
    "Reply",
    "count_tokens",
    "open_model",
]

RETRIES = 2
"""Further tries after 408, 409, 429, 5xx and a dropped connection, before the first piece only.

The provider's client makes them: after what ``Retry-After`` says, else after 0.5 s and 1 s.
"""

OPENAI = "openai"
OPENAI_URL = "https://api.openai.com/v1"
_OPENAI_KEY = "OPENAI_API_KEY"
_NO_KEY = "none"  # servers of one's own want a key and take any
_KEY = re.compile(r"[!-~]+")
_PACKAGE = re.compile(r"pip install [\w-]+")
_NO_TEMPERATURE = re.compile(r"o\d")  # these models refuse the setting

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Provider:
    """The provider of a model, and what its client is built from."""

    provider: str
    model: str
    url: str | None
    limits: Limits
    place: Place

    @property
    def marks_endings(self) -> bool:
        """Whether each whole reply says how it ended, as OpenAI's protocol wants."""
        return self.provider == OPENAI

    def connections(self) -> _Connections:
        """Open what belongs to the running event loop."""
        client = _http_client(self.limits, self.url) if self.provider == OPENAI else None
        return _Connections(self, client)

    def chat(self, tokens: int, client: openai.DefaultAsyncHttpxClient | None) -> BaseChatModel:
        """A chat model that answers in at most so many tokens."""
        from langchain.chat_models import init_chat_model

        options: dict[str, Any] = {"max_retries": RETRIES}
        if self.provider != OPENAI:
            options |= {"max_tokens": tokens, "timeout": self.limits.total}
        else:
            options |= self._openai_options(tokens, client)
        if not (self.provider == OPENAI and _NO_TEMPERATURE.match(self.model)):
            options["temperature"] = 0
        chat: BaseChatModel = init_chat_model(self.model, model_provider=self.provider, **options)
        return chat

    def _openai_options(
        self, tokens: int, client: openai.DefaultAsyncHttpxClient | None
    ) -> dict[str, Any]:
        import openai
        from langchain_core.utils import from_env

        secret = _openai_key()

        async def key() -> str:  # awaited, so that no client for use without asyncio is built
            return secret.get_secret_value() if secret else _NO_KEY

        bases = ["OPENAI_API_BASE", "OPENAI_BASE_URL"]
        options = {
            # Both said outright, or LANGSMITH_GATEWAY would lead the requests elsewhere. A login
            # in the address is left to the client: HTTP libraries log addresses.
            "base_url": _without_login(self.url) or from_env(bases, default=OPENAI_URL)(),
            "api_key": key,
            "http_async_client": client,
            "openai_proxy": "",  # the client has it
            "http_socket_options": (),  # or langchain-openai warns of what the client has anyway
            "timeout": openai.Timeout(None, connect=self.limits.connect),
            "stream_chunk_timeout": None,
        }
        if self.url is None:
            return options | {"max_tokens": tokens}
        # Every compatible server knows max_tokens; not all know what replaced it at OpenAI.
        return options | {"extra_body": {"max_tokens": tokens}, "use_responses_api": False}


class _Connections:
    """The chat models of one event loop, by their longest reply in tokens.

    The libraries of providers other than openai keep connections of their own.
    """

    def __init__(self, provider: _Provider, client: openai.DefaultAsyncHttpxClient | None) -> None:
        self._client = client
        self._provider = provider
        self._chats: dict[int, BaseChatModel] = {}

    def chat(self, tokens: int) -> BaseChatModel:
        if tokens not in self._chats:
            self._chats[tokens] = self._provider.chat(tokens, self._client)
        return self._chats[tokens]

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()


def open_model(
    name: str,
    *,
    url: str | None,
    context: int,
    answer_tokens: int,
    calls: int,
    connect_seconds: float,
    first_token_seconds: float,
    seconds: float,
    rest_seconds: float = REST_SECONDS,
) -> LanguageModel:
    """Open a model without contacting it; loading LangChain takes seconds.

    Keys come from the environment: OPENAI_API_KEY, or what another provider's library reads.

    Args:
        name: ``provider:name`` with a provider that LangChain's ``init_chat_model`` knows; with a
            url, the model's name on that server, with or without ``openai:``.
        url: the address of an OpenAI-compatible server; None for the provider's own.
        context: tokens the model takes, prompt and answer together.
        answer_tokens: the longest answer, in tokens.
        calls: most calls at once in an event loop; others wait.
        connect_seconds: longest wait for a connection (of a provider other than openai: part of
            the next).
        first_token_seconds: longest wait for the first piece, a free slot and retries included.
        seconds: longest a call may take, all in all.
        rest_seconds: how long the model is left alone after failing again and again.

    Raises:
        SettingsError: the provider is missing or unknown, its package is not installed, or the
            key or the address cannot be used.
    """
    provider, model = _split(name, url)
    limits = Limits(connect_seconds, first_token_seconds, seconds)
    where = f"{name} at {_address(url)}" if url else name
    key = _OPENAI_KEY if provider == OPENAI else f"the key variable of {provider}"
    source = _Provider(provider, model, url, limits, Place(where, key))
    _check(source)
    return LanguageModel(
        name,
        context=context,
        answer_tokens=answer_tokens,
        calls=calls,
        limits=limits,
        rest_seconds=rest_seconds,
        source=source,
    )


def _split(name: str, url: str | None) -> tuple[str, str]:
    """Provider and model; names on servers of one's own may have colons, as llama3.2:3b."""
    provider, colon, model = name.partition(":")
    if url is not None:
        return OPENAI, name.removeprefix(f"{OPENAI}:")
    if not (colon and provider and model):
        raise SettingsError(
            "The name of the model has no provider.",
            where="COACH_MODEL",
            remedy="Write it as provider:name, such as openai:gpt-5-mini, or set COACH_MODEL_URL.",
        )
    return provider, model


def _check(source: _Provider) -> None:
    """Build the model once, so that what can be known before the first question is told now."""
    if source.provider == OPENAI and source.url is None and _openai_key() is None:
        raise SettingsError(
            "There is no key for this model.",
            where=_OPENAI_KEY,
            remedy="Set it to your key, or COACH_MODEL_URL to a server that needs none.",
        )
    try:
        source.chat(1, None)
    except ImportError as error:
        package = _PACKAGE.search(str(error))
        missing = package.group() if package else f"pip install langchain-{source.provider}"
        raise SettingsError(
            "The package for this provider is not installed.",
            where="COACH_MODEL",
            remedy=f"Install it: {missing}.",
        ) from error
    except SettingsError:
        raise
    except Exception as error:  # each library its own; it may repeat what it was given
        _log.warning("%s cannot be opened (%s)", source.place.where, describe(error))
    else:
        return
    raise SettingsError(
        "LangChain cannot open this model: its provider is unknown or lacks its key.",
        where="COACH_MODEL",
        remedy=f"Correct the provider, or set {source.place.key}.",
    )


def _openai_key() -> SecretStr | None:
    from langchain_core.utils import secret_from_env

    key = secret_from_env(_OPENAI_KEY, default=None)()
    if key is None or not key.get_secret_value():
        return None
    if not _KEY.fullmatch(key.get_secret_value()):
        raise SettingsError(
            "The key holds characters that no key has.",
            where=_OPENAI_KEY,
            remedy="Set it again, without a line end or a space.",
        )
    return key


def _without_login(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _address(url: str) -> str:
    """Host, port and path of a server: what may be shown, without a password in the address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            "This is no address of a server.",
            where="COACH_MODEL_URL",
            remedy="Give one such as http://localhost:11434/v1.",
        )
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")


def _http_client(limits: Limits, url: str | None) -> openai.DefaultAsyncHttpxClient:
    """An HTTP client that tells the OpenAI client when another try would only cost time."""
    import openai
    from langchain_core.utils import from_env

    class Client(openai.DefaultAsyncHttpxClient):
        async def send(self, request: Any, **options: Any) -> Any:  # noqa: ANN401
            try:
                response = await super().send(request, **options)
            except Exception as error:
                # By name, since the HTTP library differs with the version of openai, whose own
                # errors are not tried again.
                match type(error).__name__:
                    case "ConnectTimeout":
                        raise openai.APITimeoutError(request=request) from error
                    case "ConnectError":
                        raise openai.APIConnectionError(request=request) from error
                raise
            if _seconds(response.headers.get("retry-after")) > limits.first_token:
                response.headers["x-should-retry"] = "false"
            return response

    parts = urlsplit(url or "")
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return Client(auth=login, proxy=from_env("OPENAI_PROXY", default=None)())


def _seconds(value: str | None) -> float:
    """Seconds of a ``Retry-After``; 0 for a date, whose wait the first-piece limit ends."""
    try:
        return float(value or 0)
    except ValueError:
        return 0.0
