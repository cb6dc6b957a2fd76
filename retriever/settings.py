"""The settings, read once from the environment."""

from pathlib import Path
from typing import Self

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.errors import QuothError

CHROMA_URL = r"^https?://[^/@?#\s]+(/[^/?#\s]+/[^/?#\s]+)?/?$"
"""A server, with a tenant and a database where they are not Chroma's defaults."""


class Settings(BaseSettings):
    """Every setting is an environment variable with the prefix `QUOTH_`."""

    model_config = SettingsConfigDict(env_prefix="QUOTH_", env_ignore_empty=True, frozen=True, extra="ignore")

    home: Path = Field(default_factory=lambda: platformdirs.user_data_path("quoth", appauthor=False))
    embedding_model: str | None = None  # None: multilingual-e5-small, unpacked from the installed package
    reader_model: str | None = None  # None: the trained reader that comes with Quoth; "none": sentence similarity alone
    verifier_model: str | None = None  # None: the trained verifier that comes with Quoth; "none": no verifier of claims
    language_model: str | None = None  # None: no prose; "provider:model" as LangChain has it, or "local:PATH.gguf"
    language_model_url: str | None = None  # None: the provider's own server
    language_model_key: SecretStr | None = None  # None: what the provider's own variable holds, if anything
    rewrite_follow_ups: bool = False  # let the language model put a follow-up so that it stands by itself
    chroma_url: str | None = Field(default=None, pattern=CHROMA_URL)  # None: Chroma in the data folder
    chroma_key: SecretStr | None = None  # what a hosted Chroma, or a proxy before one, asks for
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    api_key: str | None = None  # wanted as soon as `host` is not a loopback address
    max_file_mb: int = Field(default=200, ge=1)  # a book of scans; what it costs is in its words
    max_characters: int = Field(default=5_000_000, ge=1)  # a book of 900 pages has 2 million; that many take minutes
    threads: int | None = Field(default=None, ge=1)  # None: as many as the machine has cores

    @field_validator("home")
    @classmethod
    def _expand_home(cls, home: Path) -> Path:
        return home.expanduser()

    @classmethod
    def from_environment(cls) -> Self:
        """Read the settings; raises QuothError naming the variable that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            wrong = "; ".join(f"QUOTH_{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors())
            raise QuothError(f"A setting is wrong. {wrong}.") from error

    @property
    def max_file_bytes(self) -> int:
        """The largest file that is read, in bytes."""
        return self.max_file_mb * 1_000_000

    @property
    def limits(self) -> dict[str, int]:
        """How much one file may hold, in bytes and in characters of its text."""
        return {"max_file_bytes": self.max_file_bytes, "max_characters": self.max_characters}

    @property
    def chroma_secret(self) -> str | None:
        """The key of the Chroma server as it is sent."""
        return self.chroma_key.get_secret_value() if self.chroma_key else None
