"""Replay captures with pywb, in pywb's own environment: it needs other versions of our packages.

Arguments: an empty folder, a JSON list of (timestamp, url), WARC files. Prints a JSON list of
(status, headers, base64 of the body).
"""

# mypy: disable-error-code="import-not-found,import-untyped,no-untyped-call"
# ruff: noqa: E402  gevent patches before anything is imported
from gevent.monkey import patch_all

patch_all()

import base64
import json
import os
import sys

from pywb.apps.frontendapp import FrontEndApp
from pywb.manager.manager import main as wb_manager
from werkzeug.test import Client


def main() -> None:
    folder, captures, files = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]
    os.chdir(folder)
    printed, sys.stdout = sys.stdout, sys.stderr
    wb_manager(["init", "berita"])
    wb_manager(["add", "berita", *files])
    client = Client(FrontEndApp())
    replayed = []
    for timestamp, url in captures:
        response = client.get(f"/berita/{timestamp}id_/{url}")
        replayed.append((response.status, list(response.headers), base64.b64encode(response.data).decode()))
    print(json.dumps(replayed), file=printed)


if __name__ == "__main__":
    main()
