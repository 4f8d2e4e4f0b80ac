"""A real Elasticsearch for tests: taken from Maven Central, made whole by a plugin of one class, run on loopback.

The distribution that Maven Central has is the server without its modules. The one that the index needs is the filter
`cjk_bigram`; `plugin/CjkBigram.java` gives it that. Users, passwords and TLS are the real ones.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from tests.elasticsearch.certificates import write_certificate

VERSION = "9.5.0"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
USER, PASSWORD = "league", "云汀-secret/1"
STARTED = re.compile(r"publish_address \{127\.0\.0\.1:(\d+)\}")
FIRST_JAVA = 21
START_SECONDS = 120
PLUGIN = Path(__file__).parent / "plugin"
DESCRIPTOR = f"""name=league-test-analysis
description=cjk_bigram for the distribution that lacks it
version=1
elasticsearch.version={VERSION}
java.version={FIRST_JAVA}
"""
COMPONENTS = {"org.elasticsearch.plugin.analysis.TokenFilterFactory": {"cjk_bigram": "league.CjkBigram"}}


class UnavailableError(Exception):
    """This machine has not what the server needs; the message says what."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a cluster is: an address as `open_index` takes it, but without an index's name."""

    url: str

    def address(self, name: str, *, secret: str | None = None, options: str | None = None) -> str:
        """The address of an index in it, for `open_index`; with another secret, or other options."""
        parts = urlsplit(self.url)
        user, _, place = parts.netloc.rpartition("@")
        if secret is not None:
            user = f"{user.partition(':')[0]}:{secret}"
        return urlunsplit((parts.scheme, f"{user}@{place}" if user else place, name, options or parts.query, ""))


@contextlib.contextmanager
def running() -> Iterator[Cluster]:
    """One node for as long as the context lasts; an UnavailableError where Maven, a JDK or the network is missing."""
    java = find_java()
    archive = download()
    folder = Path(tempfile.mkdtemp(prefix="league-elasticsearch-"))
    try:
        home = _unpacked(archive, folder)
        _build_plugin(java, home)
        _configure(home)
        with _node(java, home) as port:
            yield Cluster(f"https://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}?ca={home / 'config' / 'ca.pem'}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_java() -> Path:
    """The home of a JDK that the server runs on."""
    named = os.environ.get("JAVA_HOME")
    compiler = shutil.which("javac")
    roots = [Path("/usr/lib/jvm"), *([Path(compiler).resolve().parents[2]] if compiler else [])]
    homes = [Path(named)] if named else []
    homes += [home for root in roots if root.is_dir() for home in sorted(root.iterdir())]
    for home in homes:
        if (home / "bin" / "javac").is_file() and _java_version(home) >= FIRST_JAVA:
            return home
    raise UnavailableError(f"no JDK {FIRST_JAVA} or newer in JAVA_HOME or below {', '.join(map(str, roots))}")


def _java_version(home: Path) -> int:
    try:
        match = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return 0
    return int(match[1]) if match else 0


def download() -> Path:
    """The server's archive, fetched once by Maven and kept in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "league-archive"
    kept = cache / f"elasticsearch-{VERSION}.zip"
    if kept.is_file():
        return kept
    maven = shutil.which("mvn")
    if not maven:
        raise UnavailableError("Maven (mvn) is not installed")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        command = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=900, check=False)
        if done.returncode:
            raise UnavailableError(f"Maven could not fetch {ARTIFACT}: {done.stdout.strip()[-500:]}")
        (fetched,) = Path(folder).glob("*.zip")
        fetched.replace(kept)
    return kept


def _unpacked(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    (home,) = folder.iterdir()
    for program in (home / "bin").iterdir():
        program.chmod(0o755)
    return home


def _build_plugin(java: Path, home: Path) -> None:
    target = home / "plugins" / "league-test-analysis"
    classes = home.parent / "classes"
    target.mkdir(parents=True)
    sources = [str(path) for path in PLUGIN.glob("*.java")]
    jars = f"{home / 'lib'}/*"
    release = ["--release", str(FIRST_JAVA)]
    subprocess.run(
        [java / "bin" / "javac", *release, "-proc:none", "-cp", jars, "-d", classes, *sources],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with zipfile.ZipFile(target / "league-test-analysis.jar", "w") as jar:
        for path in classes.rglob("*.class"):
            jar.write(path, path.relative_to(classes).as_posix())
    (target / "stable-plugin-descriptor.properties").write_text(DESCRIPTOR, encoding="utf-8")
    (target / "named_components.json").write_text(json.dumps(COMPONENTS), encoding="utf-8")


def _configure(home: Path) -> None:
    config = home / "config"
    write_certificate(config)
    settings = {
        "cluster.name": "league-test",
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": "0",
        "transport.port": "0",
        "cluster.routing.allocation.disk.threshold_enabled": False,
        "xpack.security.enabled": True,
        "xpack.security.enrollment.enabled": False,
        "xpack.security.authc.password_hashing.algorithm": "pbkdf2_1000",
        "xpack.security.transport.ssl.enabled": False,
        "xpack.security.http.ssl.enabled": True,
        "xpack.security.http.ssl.key": "node.key",
        "xpack.security.http.ssl.certificate": "node.pem",
    }
    lines = [f"{name}: {json.dumps(value)}" for name, value in settings.items()]
    (config / "elasticsearch.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (config / "users").write_text(f"{USER}:{_hashed(PASSWORD)}\n", encoding="utf-8")
    (config / "users_roles").write_text(f"superuser:{USER}\n", encoding="utf-8")


def _hashed(password: str) -> str:
    salt = os.urandom(32)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 1000, 32)
    return f"{{PBKDF2}}1000${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


@contextlib.contextmanager
def _node(java: Path, home: Path) -> Iterator[int]:
    """The port of a node that answers. It ends with the context, and with this process."""
    owner = "nobody" if os.geteuid() == 0 else None
    if owner:
        home.parent.chmod(0o755)
        for path in [home.parent, *home.parent.rglob("*")]:
            shutil.chown(path, owner)
    environment = {
        "ES_JAVA_HOME": str(java),
        "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
        "PATH": os.environ["PATH"],
        "HOME": str(home.parent),
        "TMPDIR": str(home.parent),
    }
    log = (home.parent / "output.log").open("wb")
    process = subprocess.Popen(
        [home / "bin" / "elasticsearch"],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=home,
        env=environment,
        user=owner,
        start_new_session=True,
    )
    try:
        yield _port(process, Path(log.name))
    finally:
        _end(process)
        log.close()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        text = log.read_text(encoding="utf-8", errors="replace")
        ports = [match[1] for line in text.splitlines() if "HttpServer" in line and (match := STARTED.search(line))]
        if ports and "] started" in text:
            return int(ports[0])
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise UnavailableError(f"Elasticsearch did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """The launcher hands its signals on to the server; the session of its own holds both, and nothing else."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
