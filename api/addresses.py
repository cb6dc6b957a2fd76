"""The names of hosts and origins, read by a library and taken only as a browser would write them."""

from dataclasses import dataclass

from pydantic_core import Url, ValidationError


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is: the port is there even when it is the usual one, an IPv6 address keeps its brackets."""

    scheme: str
    host: str
    port: int


def read_host(header: str, scheme: str) -> Address | None:
    """Read a Host header; None when it is anything but a host and perhaps a port."""
    return read_origin(f"{scheme}://{header}")


def read_origin(header: str) -> Address | None:
    """Read an Origin header; None when it is anything but a scheme, a host and perhaps a port."""
    try:
        url = Url(header)
    except ValidationError:
        return None
    if url.scheme not in ("http", "https") or not url.host or not url.port:
        return None
    # What the library had to mend, drop or look past, it writes in another way.
    origin = f"{url.scheme}://{url.host}"
    if header.lower() not in (origin, f"{origin}:{url.port}"):
        return None
    return Address(url.scheme, url.host, url.port)
