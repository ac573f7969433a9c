"""Put scripts, styles and data inside of HTML, and a page around them.

A page forbids itself the network, by a Content-Security-Policy with the hashes of the
scripts and the style that it has.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from autograd_scalar.reporting.escape import markup

__all__ = ["json_text", "lines_of", "page", "resource", "squeezed", "with_numbers"]

# Of a script: what is quoted, and spaces beside a sign, which mean nothing elsewhere.
_QUOTED: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*'|`(?:[^`\\]|\\.)*`)""")
_SPACES: Final = re.compile(r"\s*([{}()\[\];,<>=+*/%!?:&|-])\s*")
_POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src {};"
    " base-uri 'none'; form-action 'none'"
)


def page(title: str, body: str, style: str, *scripts: str) -> str:
    """Return a whole page, which runs these scripts and loads nothing."""
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    policy = _POLICY.format(_hash(style), hashes)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{markup(title)}</title></head>\n"
        f"<body><main>{body}</main></body></html>\n"
    )


def json_text(data: dict[str, Any]) -> str:
    r"""Return JSON that stays inside its element: no <, no line ends of JavaScript.

    >>> json_text({"a": "</script>"})
    '{"a":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def squeezed(source: str) -> str:
    r"""Return a script without its comments and without spaces that mean nothing.

    >>> squeezed("// why\nlet a = 1;\nif (a) b('x = y');")
    "let a=1;if(a)b('x = y');"
    """
    lines = [line.strip() for line in source.splitlines()]
    code = "\n".join(line for line in lines if not line.startswith("//"))
    return "".join(
        part
        if part[:1] in {'"', "`", "'"}
        else _SPACES.sub(r"\1", part).replace(";}", "}")
        for part in _QUOTED.split(code)
    )


def lines_of(source: str) -> str:
    r"""Return a text without its indentation.

    >>> lines_of("a {\n  b: c;\n}\n")
    'a {\nb: c;\n}'
    """
    return "\n".join(line.strip() for line in source.splitlines())


def with_numbers(source: str) -> str:
    """Return a script with `numbers.js` in the place that it has for it."""
    return source.replace("NUMBERS", resource("numbers.js"), 1)


@cache
def resource(name: str) -> str:
    """Return the text of a file of this package."""
    return (files("autograd_scalar.explain") / name).read_text("utf-8")


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
