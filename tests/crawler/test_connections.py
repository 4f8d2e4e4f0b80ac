"""How many requests a host sees at once, from a whole crawl."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

from crawler.politeness import LOOPBACK_CONNECTIONS
from tests.crawler.server import Answer, Asked, Site, html, serve

CRAWL = """
import json, sys
from pathlib import Path
from archive_api.settings import Settings
from crawler.source import source_for_url
from spiders.run import run_crawl
print(json.dumps(run_crawl(source_for_url(sys.argv[2]), Settings(home=Path(sys.argv[1])), delay=0).to_json()))
"""


def test_a_loopback_host_that_is_asked_without_delay_never_sees_more_than_its_limit(tmp_path: Path) -> None:
    lock, now, most = threading.Lock(), 0, 0

    def page(asked: Asked) -> Answer:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.05)
        with lock:
            now -= 1
        return html(asked.path, "<p>云汀</p>")

    links = "".join(f"<a href='/{number}.htm'>第{number}页</a>" for number in range(60))
    site = Site(pages={"/": html("云汀", links)}, otherwise=page)
    with serve(site):
        command = [sys.executable, "-c", CRAWL, str(tmp_path), f"{site.url}/"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout)["counts"]["fetched"] >= 60
    assert 1 < most <= LOOPBACK_CONNECTIONS
