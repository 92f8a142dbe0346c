"""The one place that chooses the store's engine: SQLite by default, PostgreSQL where ``KUTIP_DATABASE_URL`` is set."""

from __future__ import annotations

from corpus.errors import SettingsError
from corpus.settings import CorpusSettings
from corpus.store import ArticleStore


async def open_store(settings: CorpusSettings, *, read_only: bool = False) -> ArticleStore:
    """Open the store that the settings name.

    :param read_only: without the right to change it; it is then not created either.
    :raises SettingsError: PostgreSQL is wanted and its driver is not installed.
    :raises StoreError: and its kinds, as the engines' own ways to open say.
    """
    if settings.database_url is None:
        return await ArticleStore.open(settings.store_path, busy_timeout_s=settings.busy_timeout_s, read_only=read_only)
    try:
        from corpus.postgres.store import PostgresStore
    except ModuleNotFoundError as error:
        raise SettingsError("KUTIP_DATABASE_URL", "needs the driver: pip install 'kutip[postgres]'") from error
    return await PostgresStore.connect(
        settings.database_url.get_secret_value(), busy_timeout_s=settings.busy_timeout_s, read_only=read_only
    )


def require_file_store(settings: CorpusSettings, *, instead: str) -> None:
    """Refuse what works on the file of a SQLite store only.

    :param instead: what to do on PostgreSQL.
    :raises SettingsError: the store is on PostgreSQL.
    """
    if settings.database_url is not None:
        raise SettingsError("KUTIP_DATABASE_URL", f"this command works on a SQLite store only; {instead}")
