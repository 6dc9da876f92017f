"""One request over HTTP: the only module that opens a connection.

It never sends a cookie, a password or where it comes from, follows no
redirect and repeats nothing: `visit` decides that.
"""

import errno
import http.client
import os
import socket
import ssl
import time
from collections.abc import Iterator

import certifi
import urllib3
from urllib3 import exceptions

from .model import Answer, Trouble, Visit

LIMIT = 5_000_000
"""Bytes of a body that are read, at most."""

_HEADERS = {
    "User-Agent": "health-diplomacy-link-checker",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Encoding": "gzip",
}
_UNKNOWN_ISSUER = frozenset((20, 21))
"""X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY and …_VERIFY_LEAF_SIGNATURE (OpenSSL, x509_vfy.h).

Mostly the server leaves out a link of the chain, which browsers fetch by themselves.
"""
_CERTIFICATE = {
    10: "has expired",
    9: "is not valid yet",
    18: "is signed by nobody but itself",
    19: "is signed by nobody whom browsers trust",
    62: "is for another host",
    64: "is for another host",
}
"""The same header's codes, in our words."""


class Client:
    """Makes requests; may be used by many threads at once."""

    def __init__(self, timeout: float, at_once: int, limit: int = LIMIT) -> None:
        """`timeout` in seconds for each connection and each wait; `at_once` requests a host; `limit` in bytes."""
        # The same list of issuers on every machine, unless somebody has another one in mind.
        context = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or certifi.where())
        self._timeout, self._limit = timeout, limit
        self._pool = urllib3.PoolManager(
            num_pools=64,
            maxsize=at_once,
            headers=_HEADERS,
            retries=False,
            ssl_context=context,
            timeout=urllib3.Timeout(connect=timeout, read=timeout),
        )

    def ask(self, visit: Visit) -> Answer:
        """Make the request that a visit needs next. Never raises for what a server or network does."""
        try:
            response = self._pool.request(visit.method, visit.url, redirect=False, preload_content=False)
            try:
                return self._answer(response, visit.reading)
            finally:
                response.close()
        except (exceptions.HTTPError, http.client.HTTPException, OSError, UnicodeError) as error:
            return _trouble(error)

    def _answer(self, response: urllib3.BaseHTTPResponse, reading: bool) -> Answer:
        headers = response.headers
        body, whole = self._body(response) if reading and response.status == 200 else (b"", True)
        return Answer(
            response.status,
            _utf8(headers.get("Location", "")),
            headers.get("Retry-After", ""),
            "Set-Cookie" in headers,
            headers.get("Content-Type", ""),
            body,
            whole,
        )

    def _body(self, response: urllib3.BaseHTTPResponse) -> tuple[bytes, bool]:
        """The body, up to the limits of size and time, and whether it is whole."""
        end = time.monotonic() + self._timeout
        parts, size = [], 0
        try:
            while part := response.read1(65_536):
                parts.append(part)
                size += len(part)
                if size > self._limit or time.monotonic() > end:
                    return b"".join(parts), False
        except exceptions.HTTPError:  # it answered, so it is there; what is in it can't be told
            return b"".join(parts), False
        return b"".join(parts), True


def _utf8(value: str) -> str:
    """A header field as browsers read it; HTTP libraries take its bytes for Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _trouble(error: Exception) -> Answer:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            if cause.verify_code in _UNKNOWN_ISSUER:
                return Answer(trouble=Trouble.ISSUER, why="has a certificate whose issuer is not known here")
            words = _CERTIFICATE.get(cause.verify_code, f"is refused ({cause.verify_message})")
            return Answer(trouble=Trouble.CERTIFICATE, why=f"has a certificate that {words}")
        if isinstance(cause, ssl.SSLError):
            return Answer(trouble=Trouble.TLS, why="makes no secure connection")
        if isinstance(cause, (socket.gaierror, UnicodeError, exceptions.LocationValueError)):
            return Answer(trouble=Trouble.NAME)
        if isinstance(cause, (TimeoutError, exceptions.TimeoutError)):
            return Answer(trouble=Trouble.SILENT)
        if isinstance(cause, ConnectionRefusedError):
            return Answer(trouble=Trouble.REFUSED, why="refuses the connection")
        if isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
            return Answer(trouble=Trouble.UNREACHABLE, why="can't be reached")
    return Answer(trouble=Trouble.BROKEN, why="ends the connection without a proper answer")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error with those that it was made from, the innermost first."""
    if error is None:
        return
    inner = [each for each in (error.__cause__, error.__context__, *error.args) if isinstance(each, BaseException)]
    for each in dict.fromkeys(inner):
        yield from _causes(each)
    yield error
