"""The settings: one frozen object, read from ``COACH_`` variables here and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from coach.errors import SettingsError

PREFIX = "COACH_"
DEFAULT_ENCODER = "all-MiniLM-L6-v2"


class Settings(BaseSettings):
    """Everything that can be set, each as ``COACH_`` and the field's name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Field(Path(".coach"), description="Folder of the index.")
    knowledge: Path = Field(
        Path("knowledge"),
        description="Folder of guides, indexed at the start if there is no index.",
    )
    encoder: str = Field(
        DEFAULT_ENCODER,
        description="A sentence-transformers model, by name or folder, or an OpenAI-compatible "
        "endpoint's, such as openai:text-embedding-3-small.",
    )
    encoder_url: str | None = Field(
        None, description="Address of the server of an openai: encoder; OpenAI's own by default."
    )
    cache: Path | None = Field(
        None, description="Folder for exported encoders; the user's cache folder by default."
    )
    chroma_url: str | None = Field(
        None, description="Address of a Chroma server, such as http://localhost:8000."
    )
    host: str = Field("127.0.0.1", description="Address the web app listens on.")
    port: int = Field(7860, ge=0, le=65535, description="Port the web app listens on.")
    question_limit: int = Field(2000, ge=100, description="Longest question taken, in characters.")
    history_limit: int = Field(
        12, ge=0, description="Earlier messages of a conversation that are read, the newest."
    )
    turns_a_minute: int = Field(20, ge=1, description="Most questions a minute from one visitor.")
    model: str | None = Field(
        None,
        description="A language model as provider:name, such as openai:gpt-5-mini; "
        "without one, answers are quoted.",
    )
    model_url: str | None = Field(
        None,
        description="Address of an OpenAI-compatible server, such as http://localhost:11434/v1.",
    )
    model_context: int = Field(
        8192, ge=1024, description="Tokens the model takes, prompt and answer together."
    )
    model_tokens: int = Field(600, ge=32, description="Longest answer of the model, in tokens.")
    model_calls: int = Field(8, ge=1, description="Most calls to the model at once; others wait.")
    model_connect_seconds: float = Field(
        5.0, gt=0, description="Longest wait for a connection to the model."
    )
    model_first_token_seconds: float = Field(
        20.0, gt=0, description="Longest wait for the first word of the model."
    )
    model_seconds: float = Field(
        60.0, gt=0, description="Longest a model may take for one answer, all in all."
    )
    judge_model: str | None = Field(
        None, description="Language model that judges answers in the evals, as provider:name."
    )
    judge_model_url: str | None = Field(
        None, description="Address of an OpenAI-compatible server that has the judge."
    )
    api_key: SecretStr | None = Field(
        None, description="Key of the OpenAI-compatible endpoint, which is off without one."
    )
    database_url: SecretStr | None = Field(
        None,
        description="Address of a PostgreSQL database for conversations, such as "
        "postgresql://user@host/name; an SQLite file in the index's folder by default.",
    )
    keep_days: int = Field(
        365, ge=1, description="Days a conversation is kept after its last question."
    )
    session_hours: int = Field(
        168, ge=1, description="Hours after which somebody signed in has to sign in again."
    )
    public_url: str | None = Field(
        None,
        description="Address people reach the app by, such as https://coach.example.org, "
        "where that is not the one it listens on; needed to sign in through a provider.",
    )
    oidc_issuer: str | None = Field(
        None, description="Address of an OpenID Connect provider to sign in through."
    )
    oidc_client_id: str | None = Field(None, description="Name of this app at that provider.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="Secret of this app at that provider."
    )
    daily_tokens: int = Field(
        200_000,
        ge=1000,
        description="Most tokens a language model writes and reads in a day for one visitor.",
    )
    daily_tokens_of_all: int = Field(
        5_000_000,
        ge=1000,
        description="Most tokens a language model writes and reads in a day for all together.",
    )
    log_text: bool = Field(False, description="Write what people ask into the log.")
    metrics: bool = Field(
        False, description="Serve figures for Prometheus at /metrics, to anyone who reaches it."
    )
    traces: bool = Field(
        False,
        description="Send traces by OpenTelemetry, as its own OTEL_ variables say; needs the "
        "traces extra.",
    )
    evals_page: bool = Field(
        False, description="Show the evals page at /evals, to the roles evals and admin."
    )

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment.

        Raises:
            SettingsError: a variable is unknown or its value cannot be used.
        """
        known = {PREFIX + name.upper() for name in cls.model_fields}
        unknown = sorted(
            name for name in os.environ if name.startswith(PREFIX) and name not in known
        )
        if unknown:
            raise SettingsError(
                "There is no such setting.",
                where=", ".join(unknown),
                remedy=f"Unset it, or use one of {', '.join(sorted(known))}.",
            )
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            raise SettingsError(
                f"{first['msg']}.",
                where=PREFIX + "_".join(str(part) for part in first["loc"]).upper(),
                remedy="Correct the value or unset it.",
            ) from error
