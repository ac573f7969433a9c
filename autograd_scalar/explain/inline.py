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
from typing import TYPE_CHECKING, Any, Final

from autograd_scalar.reporting.escape import markup

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["json_text", "lines_of", "page", "resource", "squeezed", "with_files"]

# Of a script: what is quoted, and spaces beside a sign, which mean nothing elsewhere.
_QUOTED: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*'|`(?:[^`\\]|\\.)*`)""")
_SPACES: Final = re.compile(r"\s*([{}()\[\];,<>=+*/%!?:&|-])\s*")
# Names in capitals of numbers, which stand for these.
_NUMBERS: Final = re.compile(r"^const ((?:[A-Z]+ = [\d.]+(?:, |;\n))+)", re.MULTILINE)
_NUMBER: Final = re.compile(r"([A-Z]+) = ([\d.]+)")
_WORD: Final = re.compile(r"\b[A-Za-z]+\b")
_SHORT: Final = {"true": "!0", "false": "!1", "undefined": "void 0"}
_CONST: Final = re.compile(r"\bconst\b")  # `let` does the same in code that works
_SLOT: Final = re.compile(r"(?<=\$\{)[^}]+")  # of a template
_ONE_ARGUMENT: Final = re.compile(r"(?<!\w)\((\w+)\)=>")
_TOKEN: Final = re.compile(r";let\b ?|\blet\b ?|[^\w\s]|\w+|\s+")
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
    r"""Return a script without its comments, in fewer characters that mean the same.

    >>> squeezed("// why\nconst a = 1;\nconst b = (x) => x;\nif (a) b('x = y');")
    "let a=1,b=x=>x;if(a)b('x = y');"

    A name in capitals of a number gives way to it, also in the slot of a template.

    >>> squeezed("const ROOM = 80;\nf(`${x - ROOM} of ROOM`, true);")
    'f(`${x-80} of ROOM`,!0);'
    """
    lines = [line.strip() for line in source.splitlines()]
    code = "\n".join(line for line in lines if not line.startswith("//"))
    words = dict(_SHORT)
    for found in _NUMBERS.findall(code):
        words |= _NUMBER.findall(found)
    return _declared_together(_parts(_NUMBERS.sub("", code), words))


def _parts(code: str, words: dict[str, str]) -> list[str]:
    """Return code in parts that are quoted, as they were, and others, shorter."""

    def slot(found: re.Match[str]) -> str:
        return "".join(_parts(found[0], words))

    return [
        _SLOT.sub(slot, part)
        if part[:1] == "`"
        else part
        if part[:1] in {'"', "'"}
        else _shorter(part, words)
        for part in _QUOTED.split(code)
    ]


def _shorter(code: str, words: dict[str, str]) -> str:
    code = _WORD.sub(lambda word: words.get(word[0], word[0]), code)
    code = _SPACES.sub(r"\1", _CONST.sub("let", code)).replace(";}", "}")
    return _ONE_ARGUMENT.sub(r"\1=>", code)


def _declared_together(parts: Iterable[str]) -> str:
    """Join the parts, and neighbouring declarations: `let a=1;let b=2` by a comma."""
    found: list[str] = []
    declares = [
        False
    ]  # for each bracket that is open: whether its statement is a `let`
    for part in parts:
        if part[:1] in {'"', "`", "'"}:
            found.append(part)
            continue
        for token in _TOKEN.findall(part):
            is_let = token.strip(" ;") == "let"
            found.append("," if is_let and token[0] == ";" and declares[-1] else token)
            if token in {"(", "[", "{"}:
                declares.append(False)
            elif token in {")", "]", "}"}:
                declares.pop()
            elif is_let or token == ";":
                declares[-1] = is_let
    return "".join(found)


def lines_of(source: str) -> str:
    r"""Return a text without its indentation.

    >>> lines_of("a {\n  b: c;\n}\n")
    'a {\nb: c;\n}'
    """
    return "\n".join(line.strip() for line in source.splitlines())


def with_files(source: str, *names: str) -> str:
    """Return a script with files in the places that it has for them.

    >>> with_files("NUMBERS", "numbers") == resource("numbers.js")
    True
    """
    for name in names:
        source = source.replace(name.upper(), resource(f"{name}.js"), 1)
    return source


@cache
def resource(name: str) -> str:
    """Return the text of a file of this package."""
    return (files("autograd_scalar.explain") / name).read_text("utf-8")


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
