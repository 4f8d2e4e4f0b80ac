"""The server for tests: taken from Maven Central, made whole by a plugin of a few lines.

The distribution that Maven Central has is the server without its modules. The one that the index needs is the filter
`cjk_bigram`; `plugin/CjkBigram.java` gives it that, and three stand-ins let the server make its index of users and API
keys. Users, roles, API keys and TLS are the real ones.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

VERSION = os.environ.get("LEAGUE_TEST_ELASTICSEARCH_VERSION", "9.5.0")
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
FIRST_JAVA = 21
PLUGIN = Path(__file__).parent / "plugin"
DESCRIPTOR = f"""name=league-test-analysis
description=cjk_bigram for the distribution that lacks it
version=1
elasticsearch.version={VERSION}
java.version={FIRST_JAVA}
"""
COMPONENTS = {
    "org.elasticsearch.plugin.analysis.TokenFilterFactory": {
        "cjk_bigram": "league.CjkBigram",
        "pattern_capture": "league.PatternCapture",
        "unique": "league.Unique",
    },
    "org.elasticsearch.plugin.analysis.TokenizerFactory": {"uax_url_email": "league.Words"},
}


class UnavailableError(Exception):
    """This machine has not what the server needs; the message says what."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A JDK, and the server unpacked for it."""

    java: Path
    home: Path


def installed(folder: Path) -> Installed:
    """The server in a folder; an UnavailableError where Maven, a JDK or the network is missing."""
    java = find_java()
    home = _unpacked(download(), folder)
    _build_plugin(java, home)
    return Installed(java, home)


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
