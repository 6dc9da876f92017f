"""A web server on this machine that does what a test tells it to, including what no server should."""

import socket
import ssl
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CERTIFICATES = Path(__file__).parent / "data" / "certificates"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answers = self.server.answers.get(self.path, [{}])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer.get("do") == "hang":
            with suppress(OSError):
                self.connection.recv(1)  # until the client gives up
        self.close_connection = "do" in answer
        if not self.close_connection:
            self._send(**answer)

    def _send(self, status: int = 200, body: str = "", headers: dict[str, str] | None = None) -> None:
        if status == 200 and self.path == "/cookie" and "Cookie" not in self.headers:
            status, headers = 302, {"Location": "/cookie", "Set-Cookie": "seen=1"}
        self.send_response_only(status)
        for name, value in {"Content-Type": "text/html", "Content-Length": len(body), **(headers or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal quiet."""


class Server(ThreadingHTTPServer):
    """`answers`: path -> the answers one after another, of which the last is repeated; `asked`: paths in order."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, certificate: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, list[dict]] = {}
        self.asked: list[str] = []
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATES / f"test-only-{certificate}.pem")
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def play(self, answers: dict[str, dict | list[dict]]) -> None:
        """Begin a test."""
        self.answers = {path: list(each) if isinstance(each, list) else [each] for path, each in answers.items()}
        self.asked = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are expected."""


class Hosts:
    """Host names that lychee finds on this machine: see `lychee`."""

    def __init__(self) -> None:
        self.server = Server()
        self._others = [Server("expired"), Server("unknown-issuer")]
        self._refusing = socket.socket()
        self._refusing.bind(("127.0.0.1", 0))  # and never listens
        port, expired, unknown = (each.server_address[1] for each in (self.server, *self._others))
        refusing = self._refusing.getsockname()[1]
        self.addresses = {
            "http://one.example": f"http://127.0.0.1:{port}",
            "https://doi.org": f"http://127.0.0.1:{port}",
            "http://two.example": f"http://localhost:{port}",
            "http://refused.example": f"http://127.0.0.1:{refusing}",
            "http://closed.example": f"http://localhost:{refusing}",
            "http://down.example": f"http://127.0.0.2:{refusing}",
            "https://expired.example": f"https://localhost:{expired}",
            "https://unknown.example": f"https://localhost:{unknown}",
        }
        # Whatever is not remapped to this machine is excluded.
        remap = [f"^{name.replace('.', '[.]')}(/.*)?$ {address}$1" for name, address in self.addresses.items()]
        self.config = f"""
exclude_all_private = false
include = ['^https?://(127[.]0[.]0[.]|localhost:)']
host_request_interval = "1ms"
timeout = 1
retry_wait_time = 0
remap = {remap}
"""

    def close(self) -> None:
        for server in (self.server, *self._others):
            server.shutdown()
            server.server_close()
        self._refusing.close()
