"""The settings: one frozen object, read from ``COACH_`` variables here and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError
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
        DEFAULT_ENCODER, description="A sentence-transformers model, by name or folder."
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
