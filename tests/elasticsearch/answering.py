"""A server that answers as it is told: for what a real cluster cannot be brought to say."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[str, str, bytes], tuple[int, object] | None]


@contextlib.contextmanager
def answering(answer: Answer, *, product: str = "Elasticsearch") -> Iterator[str]:
    """Its address. `answer` gets method, path and body; None hangs up."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            answered = answer(self.command, self.path.partition("?")[0], body)
            if answered is None:
                self.close_connection = True
                return
            status, data = answered
            content = json.dumps(data).encode()
            self.send_response(status)
            if product:
                self.send_header("X-Elastic-Product", product)
            self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 (the names are the library's)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (so is this)
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/league"
        server.shutdown()
        thread.join()
