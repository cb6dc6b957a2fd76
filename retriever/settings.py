"""The settings, read once from the environment."""

from pathlib import Path
from typing import Self

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting is an environment variable with the prefix `QUOTH_`."""

    model_config = SettingsConfigDict(env_prefix="QUOTH_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=lambda: platformdirs.user_data_path("quoth", appauthor=False))
    embedding_model: str | None = None  # None: multilingual-e5-small, unpacked from the installed package
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    api_key: str | None = None  # wanted as soon as `host` is not a loopback address
    max_file_mb: int = Field(default=50, ge=1)
    threads: int | None = Field(default=None, ge=1)  # None: as many as the machine has cores

    @classmethod
    def from_environment(cls) -> Self:
        """Read the settings; raises pydantic's ValidationError naming the variable that is wrong."""
        return cls()

    @property
    def max_file_bytes(self) -> int:
        """The largest file that is read, in bytes."""
        return self.max_file_mb * 1_000_000
