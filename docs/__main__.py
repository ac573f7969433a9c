"""`python -m docs`: build the site with warnings as errors, and serve it."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Final

from sphinx.cmd.build import build_main

from docs.site import (
    in_browser,
    jupyterlite,
    links,
    not_found,
    serving,
    shared,
    sources,
)

DOCS: Final = Path(__file__).parent
SETTINGS: Final = DOCS / "site"
BUILD: Final = DOCS / "build"
PAGES: Final = BUILD / "pages"
EXTRA: Final = BUILD / "extra"
SITE: Final = BUILD / "html"


def main() -> int:
    """Build; then serve on this machine alone, until interrupted."""
    options = _options()
    failed = _build()
    if not failed and not options.build:
        serving.serve(SITE, options.port)
    return failed


def _build() -> int:
    shutil.rmtree(SITE, ignore_errors=True)
    sources.write(DOCS.parent, PAGES)
    in_browser.write(DOCS.parent, EXTRA / "try")
    jupyterlite.write(DOCS.parent, EXTRA / "jupyter", EXTRA / "try")
    strict = ["-W", "--keep-going", "-q"]
    where = ["-c", str(SETTINGS), "-d", str(BUILD / "doctrees"), str(PAGES), str(SITE)]
    failed = build_main([*strict, *where])
    if failed:
        return failed
    # JupyterLite's are its own.
    pages = sorted({*SITE.rglob("*.html")} - {*(SITE / "jupyter").rglob("*.html")})
    shared.share(SITE, pages)
    wrong = list(links.broken(SITE, pages))
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)  # noqa: T201
    not_found.finish(SITE)
    return bool(wrong)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m docs", description=__doc__)
    parser.add_argument("--build", action="store_true", help="build only")
    parser.add_argument("--port", type=int, default=8000, help="default: 8000")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
