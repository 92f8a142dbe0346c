"""Settings of the corpus, from the environment or ``.env``, prefix ``KUTIP_``."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class CorpusSettings(BaseSettings):
    """Validated once at the start, never changed after. ``.env.example`` explains each for people.

    :param data_dir: the only folder that the program writes to.
    :param database_url: ``postgresql://...`` for a store on PostgreSQL; None is SQLite in `data_dir`.
    :param timezone: IANA name; the zone of "hari ini" and of times that name no zone.
    :param max_file_mb: largest single text, page, feed or archive member, in megabytes. JSONL and CSV are read as a
        stream, for them it is the limit of a single row.
    :param min_body_chars: shorter clean bodies are rejected.
    :param busy_timeout_s: how long a second writer waits for the first.
    :param http_timeout_s: for connecting, and for each read.
    :param http_pause_s: between two requests to the same host.
    :param http_retries: further tries after a passing failure.
    :param allow_private_addresses: fetch from loopback, link-local and private addresses too.
    """

    model_config = SettingsConfigDict(
        env_prefix="KUTIP_", env_file=".env", env_file_encoding="utf-8", frozen=True, extra="ignore"
    )

    data_dir: Path = Path("data")
    database_url: SecretStr | None = None
    timezone: str = "Asia/Jakarta"
    max_file_mb: int = Field(default=20, ge=1)
    min_body_chars: int = Field(default=100, ge=1)
    busy_timeout_s: float = Field(default=30.0, gt=0)
    http_timeout_s: float = Field(default=20.0, gt=0)
    http_pause_s: float = Field(default=1.0, ge=0)
    http_retries: int = Field(default=3, ge=0)
    allow_private_addresses: bool = False

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"unknown time zone {name!r}, an example is Asia/Makassar") from error
        return name

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None or not url.get_secret_value():
            return None
        if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("write it as postgresql://user:password@host:5432/database")
        return url

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)

    @property
    def store_path(self) -> Path:
        """The SQLite file."""
        return self.data_dir / "kutip.db"
