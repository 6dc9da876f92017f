"""A web server on this machine that does whatever a case tells it to, also what no server should."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

CERTIFICATES = Path(__file__).parent / "data" / "certificates"
ENDLESS = 100_000_000
"""Bytes of a body that is meant never to end."""


class _Handler(BaseHTTPRequestHandler):
    """Answers by the script of its server."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Misbehaving

    def do_GET(self) -> None:
        self.server.script.note(self)
        told = self.server.script.answer(self.command, self.path)
        getattr(self, f"_{told.get('do', 'answer')}")(told)

    do_HEAD = do_GET

    def _answer(self, told: dict, length: int | None = None) -> None:
        body = self.server.script.fill(str(told.get("body", ""))).encode(told.get("encoding", "utf-8"))
        self.send_response_only(told.get("status", 200), told.get("reason"))
        for name, value in {"Content-Type": "text/html", **told.get("headers", {})}.items():
            self.send_header(name, self.server.script.fill(str(value)))
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _hang(self, told: dict) -> None:
        """Says nothing until the client has gone."""
        with suppress(OSError):
            self.connection.recv(1)
        self.close_connection = True

    def _close(self, told: dict) -> None:
        self.close_connection = True

    def _garbage(self, told: dict) -> None:
        self.wfile.write(b"220 mail.example ready\r\n")
        self.close_connection = True

    def _stop_halfway(self, told: dict) -> None:
        self._answer(told, length=ENDLESS)
        self.close_connection = True

    def _endless(self, told: dict) -> None:
        self._answer(told, length=ENDLESS)
        with suppress(OSError):
            for _ in range(ENDLESS // 100_000):
                self.wfile.write(b" " * 100_000)
        self.close_connection = True

    def _meet(self, told: dict) -> None:
        """Answers only when as many requests are here at once as the case says."""
        self.server.script.meeting.wait(20)
        self._answer(told)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing on the terminal."""


class Script:
    """What the server does, and what it has seen."""

    def __init__(self) -> None:
        self.addresses: dict[str, str] = {}
        self.play({})

    def play(self, answers: dict, meeting: int = 1) -> None:
        """Begin a case."""
        self._answers = {
            self.fill(key): list(value) if isinstance(value, list) else [value] for key, value in answers.items()
        }
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.meeting = threading.Barrier(meeting)
        self._lock = threading.Lock()

    def note(self, handler: _Handler) -> None:
        """Write a request down."""
        scheme = "https" if isinstance(handler.connection, ssl.SSLSocket) else "http"
        name = self.empty(f"{scheme}://{handler.headers['Host']}")
        with self._lock:
            self.asked.append(f"{handler.command} {name}{self.empty(handler.path)}")
            self.headers.append({key.lower(): value for key, value in handler.headers.items()})

    def answer(self, method: str, path: str) -> dict:
        """The next answer for a request; the last one is repeated."""
        with self._lock:
            any_number = re.sub(r"\d+$", "*", path)
            for key in (f"{method} {path}", path, f"{method} {any_number}", any_number):
                if listed := self._answers.get(key):
                    return self._with_number(listed.pop(0) if len(listed) > 1 else listed[0], path)
        return {"status": 500, "body": "the case says nothing of this address"}

    def _with_number(self, told: dict, path: str) -> dict:
        if (number := re.search(r"\d+$", path)) and "headers" in told:
            headers = {
                name: str(value).replace("{next}", str(int(number[0]) + 1)) for name, value in told["headers"].items()
            }
            return told | {"headers": headers}
        return told

    def fill(self, text: str) -> str:
        """A text with the real addresses for `{one}`, `{two}` and so on."""
        for real, name in self._names():
            text = text.replace(name, real)
        return text

    def empty(self, text: str) -> str:
        """The reverse."""
        for real, name in self._names():
            text = text.replace(real, name)
        return text

    def _names(self) -> list[tuple[str, str]]:
        """What stands for each address, for one that is part of a query, and for its host."""
        named = self.addresses.items()
        return [
            *((address, f"{{{name}}}") for name, address in named),
            *((quote(address, safe=""), f"{{{name}:quoted}}") for name, address in named),
            *((address.partition("://")[2], f"{{{name}:host}}") for name, address in named),
        ]


class Misbehaving(ThreadingHTTPServer):
    """One listening socket; all of them play the same script."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, script: Script, certificate: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATES / f"test-only-{certificate}.pem")
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up, as they should, are no news."""


def start() -> tuple[Script, list[Misbehaving], socket.socket]:
    """The servers, and a port that is taken and refuses all."""
    script = Script()
    servers = [Misbehaving(script, each) for each in ("", "self-signed", "expired", "unknown-issuer")]
    refusing = socket.socket()
    refusing.bind(("127.0.0.1", 0))
    plain, self_signed, expired, unknown = (server.server_address[1] for server in servers)
    script.addresses = {
        "one": f"http://127.0.0.1:{plain}",
        "two": f"http://localhost:{plain}",
        "refused": f"http://127.0.0.1:{refusing.getsockname()[1]}",
        "self-signed": f"https://localhost:{self_signed}",
        "other-name": f"https://127.0.0.1:{self_signed}",
        "expired": f"https://localhost:{expired}",
        "unknown-issuer": f"https://localhost:{unknown}",
        "no-tls": f"https://127.0.0.1:{plain}",
    }
    return script, servers, refusing
