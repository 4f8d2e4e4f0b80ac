"""A server that speaks nothing newer than TLS 1.0, and the two handlers."""

import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from crawler.tls import legacy_context

FETCH = """
import json, sys
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from crawler.failures import failure_reason
got = {}

class Both(Spider):
    name = "both"
    async def start(self):
        for tls in ("default", "legacy"):
            yield Request(sys.argv[1], self.parse, errback=self.failed, meta={"tls": tls}, dont_filter=True)
    def parse(self, response):
        certificate = response.certificate
        got[response.meta["tls"]] = [response.text, str(response.ip_address), len(certificate) > 300]
    def failed(self, failure):
        got[failure.request.meta["tls"]] = failure_reason(failure.value)

process = AsyncCrawlerProcess({"TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "LOG_ENABLED": False,
    "RETRY_ENABLED": False, "DOWNLOAD_HANDLERS": {"https": "crawler.tls.DownloadHandler"}})
process.crawl(Both)
process.start()
print(json.dumps(got))
"""


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write("云汀".encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base's signature
        return


class Quiet(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the base's signature
        return


def certificate(folder: Path) -> Path:
    """A self-signed certificate with a key of 1024 bits, as old sites have them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tw.yunting.example")])
    began = datetime(2010, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, began, began + timedelta(days=365))
    signed = builder.sign(key, hashes.SHA256())
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def old_server(tmp_path: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= ssl.OP_NO_TLSv1_2 | ssl.OP_NO_TLSv1_3
    context.load_cert_chain(certificate(tmp_path))
    server = Quiet(("127.0.0.1", 0), Page)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.filterwarnings("ignore:ssl.OP_NO_SSL:DeprecationWarning")
def test_only_the_legacy_handler_reaches_a_server_with_old_tls_and_keeps_its_certificate(old_server: str) -> None:
    command = [sys.executable, "-W", "error", "-c", FETCH, old_server]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"default": "tls", "legacy": ["云汀", "127.0.0.1", True]}


def test_the_legacy_context_checks_no_certificate_and_takes_weak_ciphers() -> None:
    context = legacy_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_NONE, False)
    assert context.security_level == 0
