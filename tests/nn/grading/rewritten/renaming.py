"""How a thing gets another name in a whole note: in LaTeX, code and typed text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

__all__ = ["FONT", "GREEK", "maths", "pieces", "renamed", "symbol", "symbols"]

_PARTS: Final = re.compile(
    r"(?P<code>```.*?```|`[^`\n]+`)"
    r"|(?P<math>\$\$.*?\$\$|\$[^$\n]+\$|\\\[.*?\\\]|\\\(.*?\\\)"
    r"|\\begin\{(?P<of>align\*?|equation\*?|aligned|gather\*?)\}.*?\\end\{(?P=of)\})",
    re.DOTALL,
)
FONT: Final = r"\\(?:mathbf|boldsymbol|bm|vec|pmb|bf|mathrm|mathit)(?![A-Za-z])"
_ACCENT: Final = r"\\(?:hat|widehat|tilde|widetilde|bar|overline)(?![A-Za-z])"
_TOKEN: Final = re.compile(
    r"\\(?:text|mbox|textrm|textbf|textit|mathrm|operatorname|label|tag|ref|eqref|begin"
    r"|end|textcolor|color|hspace|vspace)\*?\s*\{[^{}]*\}|(?<=\\rm )[a-z]+"
    rf"|{_ACCENT}\s*(?:\{{\s*(?:{FONT}\s*)?[A-Za-z]\s*\}}"
    rf"|\{{\s*{FONT}\s*\{{\s*[A-Za-z]\s*\}}\s*\}}|[A-Za-z]|{FONT}\s*\{{?[A-Za-z]\}}?)"
    r"|\\mathcal\s*(?:\{\s*[A-Z]\s*\}|[A-Z])|\\[A-Za-z]+|\\."
    r"|(?:net|exp|log|max|min|sum|out|hid|if|for|and)(?![A-Za-z])|[A-Za-z]{4,}|[^\W\d_]"
    r"|\W|\d|_",
    re.DOTALL,
)
_NAMES_OF_GREEK: Final = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta lambda mu nu xi rho "
    "sigma tau phi varphi psi omega Delta Theta Omega ell"
)
GREEK: Final = dict(
    zip(_NAMES_OF_GREEK.split(), "αβγδεεζηθλμνξρστφφψωΔΘΩℓ", strict=True)
)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a note, each with its kind: math, code, or prose."""
    at = 0
    for match in _PARTS.finditer(text):
        yield "prose", text[at : match.start()]
        yield ("code" if match["code"] else "math"), match[0]
        at = match.end()
    yield "prose", text[at:]


def maths(text: str) -> str:
    """Return the formulas of a note."""
    return " ".join(piece for kind, piece in pieces(text) if kind == "math")


def symbol(token: str) -> str:
    r"""Return an accented letter without fonts and braces: ``\hat y``."""
    accent = re.match(_ACCENT, token)
    if accent is not None:
        return f"{accent[0]} {re.sub(r'[^A-Za-z]', '', token)[-1]}"
    return re.sub(r"\s", "", token) if token.startswith(r"\mathcal") else token


def symbols(text: str) -> set[str]:
    """Return the letters, words and signs in the formulas of a note."""
    return {symbol(match[0]) for match in _TOKEN.finditer(maths(text))}


def _word(name: str) -> str:
    """Return a name as code has it: eta, net, y_hat."""
    accent = re.match(r"\\(\w+)[ {](\w)", name)
    if accent is not None and re.match(_ACCENT, name):
        return f"{accent[2]}_{accent[1]}"
    return re.sub(r"\\(?:text|mathrm|mathcal|operatorname)\b|\W", "", name)


def _place(name: str) -> str:
    """Return the pattern of a name in code or typed text, also of its derivative."""
    word = _word(name)
    if word in {"a", "A", "I"}:  # which are English words too
        return rf"(?<![A-Za-z'’])(d|){word}(?=[\d_^\[(])"
    same = f"(?:{word}|{GREEK.get(word, word)})"
    return rf"(?<![A-Za-z0-9_'’])(d|d_|grad_|){same}(?=[\d_]|(?![A-Za-z]))"


def _is_taken(text: str, name: str) -> bool:
    word = _word(name)
    if {name, word, GREEK.get(word, word)} & symbols(text):
        return True
    if re.search(rf"\\(?:text|mathrm)\{{\s*{word}\s*\}}", text):
        return True
    typed = "".join(piece for kind, piece in pieces(text) if kind != "math")
    return re.search(_place(name), typed) is not None


def renamed(text: str, names: Mapping[str, str], accents: bool = True) -> str:
    """Return the note with each name replaced wherever it stands; itself if taken."""
    if any(_is_taken(text, new) for new in names.values()):
        return text
    is_typed = not maths(text)

    def written(kind: str, piece: str) -> str:
        if kind == "math":
            return _in_math(piece, names, accents)
        for old, new in names.items():
            word = _word(new)
            if kind == "prose" or re.search(r"[∂δΣσ]", piece):
                word = GREEK.get(word, word)
            whole = kind == "code" or is_typed
            place = _place(old) + ("" if whole else r"(?=\d)")
            piece = re.sub(place, lambda found, word=word: found[1] + word, piece)
        return piece

    return "".join(written(kind, piece) for kind, piece in pieces(text))


def _in_math(piece: str, names: Mapping[str, str], accents: bool) -> str:
    tokens = [match[0] for match in _TOKEN.finditer(piece)]
    found = ""
    for i, token in enumerate(tokens):
        name = symbol(token)
        new = names.get(name, "")
        if not new and accents and name[-2:-1] == " " and name[-1] in names:
            new = f"{name[:-2]}{{{names[name[-1]]}}}"
        if not new:
            found += token
            continue
        of_font = re.search(rf"{FONT}\s*(\{{?)\s*$", found)
        if of_font is not None and new.startswith((r"\text", r"\mathrm")):
            new = _word(new)
        in_script = found.rstrip()[-1:] in {"_", "^"}
        if len(new) > 1 and (in_script or (of_font is not None and not of_font[1])):
            new = f"{{{new}}}"
        after = tokens[i + 1] if i + 1 < len(tokens) else ""
        joins = re.search(r"\\[A-Za-z]+$", found) and new[0].isalpha()
        ends = len(new) > 1 and new[-1].isalpha() and after[:1].isalpha()
        found += f"{' ' if joins else ''}{new}{' ' if ends else ''}"
    return found
