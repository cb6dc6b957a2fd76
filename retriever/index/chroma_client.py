"""The one way in which a Chroma store is opened, in a folder or at a server."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

KEY_VARIABLE = "QUOTH_CHROMA_KEY"
"""By this variable the key of a server reaches the child process."""
DAMAGED = 5
"""The code with which the child says that a store does not hold what it should; any other failure may be a server's."""


def open_client(path: Path, *, url: str | None = None, key: str | None = None) -> Any:
    """Open the Chroma store in a folder, or that of a server; always with the same settings, so that two may be open.

    Args:
        path: The folder, where there is no server.
        url: `http://host:port`, with `/tenant/database` behind it where they are not Chroma's defaults.
        key: What a hosted server, or a proxy before one, asks for.
    """
    import chromadb
    from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT, Settings

    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # a stray .env in the working folder must not point us at a server
        anonymized_telemetry=False,
        chroma_otel_collection_endpoint="",
        allow_reset=False,
        migrations="apply",
    )
    if url is None:
        settings.chroma_api_impl = "chromadb.api.rust.RustBindingsAPI"
        return chromadb.PersistentClient(str(path), settings=settings)
    parts = urlsplit(url)
    named = parts.path.strip("/")
    tenant, database = named.split("/") if named else (DEFAULT_TENANT, DEFAULT_DATABASE)
    return chromadb.HttpClient(
        host=parts.hostname or "",
        port=parts.port or (443 if parts.scheme == "https" else 80),
        ssl=parts.scheme == "https",
        headers={"X-Chroma-Token": key, "Authorization": f"Bearer {key}"} if key else None,
        settings=settings,
        tenant=tenant,
        database=database,
    )


def close_client(client: Any) -> None:
    """Close a store, and the connections to its server, which Chroma leaves open."""
    servers = [client._server, client._admin_client._server]
    client.close()
    for server in servers:
        if hasattr(server, "_session"):
            server._session.close()
