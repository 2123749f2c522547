"""The user and password that an index's address may hold, as private indexes have them.

In: an address. Out: the address without them, and what adds them to requests for its host. They
must never be in an error, in the cache or in a request to another host.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit, urlunsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from gpucheck.derive.remote_wheel import IndexUnreachableError


class Login(AuthBase):
    """A user and password for one host."""

    def __init__(self, scheme: str, host: str, user: str, password: str) -> None:
        self._place = scheme, host  # never sent in the clear to where it is meant to be secret
        self._basic = HTTPBasicAuth(user, password)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the login to a request for the host; others stay as they are."""
        asked = urlsplit(str(request.url))
        if (asked.scheme, asked.netloc) != self._place:
            return request
        with_login: requests.PreparedRequest = self._basic(request)
        return with_login


def separate_login(address: str) -> tuple[str, Login | None]:
    """Return an address without user and password, and these.

    Raises:
        IndexUnreachableError: this is no address of the web.
    """
    try:
        parts = urlsplit(address)
        is_usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # brackets without an end, a port that is no number
        is_usable = False
    if not is_usable:  # it is not shown: it may hold a password
        raise IndexUnreachableError(
            "the configured index's address cannot be used: it must begin with https:// or "
            "http:// and name a host"
        )
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit(parts._replace(netloc=host))
    if not parts.username:
        return bare, None
    return bare, Login(parts.scheme, host, unquote(parts.username), unquote(parts.password or ""))
