"""`python -m docs`: build the site with warnings as errors, and serve it."""

from __future__ import annotations

import argparse
import shutil
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from sphinx.cmd.build import build_main

from docs.site import in_browser, sources

DOCS: Final = Path(__file__).parent
SETTINGS: Final = DOCS / "site"
PAGES: Final = DOCS / "build" / "pages"
EXTRA: Final = DOCS / "build" / "extra"
SITE: Final = DOCS / "build" / "html"


def main() -> int:
    """Build; then serve on this machine alone, until interrupted."""
    options = _options()
    shutil.rmtree(SITE, ignore_errors=True)
    sources.write(DOCS.parent, PAGES)
    in_browser.write(DOCS.parent, EXTRA / "try")
    strict = ["-W", "--keep-going", "-q"]
    failed = build_main([*strict, "-c", str(SETTINGS), str(PAGES), str(SITE)])
    if failed or options.build:
        return failed
    handler = partial(SimpleHTTPRequestHandler, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", options.port), handler) as server:
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)  # noqa: T201
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m docs", description=__doc__)
    parser.add_argument("--build", action="store_true", help="build only")
    parser.add_argument("--port", type=int, default=8000, help="default: 8000")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
