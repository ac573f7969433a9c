r"""Code of other languages as Python's: Eigen's arrays, Rust's references, prompts.

Octave, Julia and R are read by their signs, in `nn.reading.code.octave`; here is what
is said by a word, such as ``rowwise().sum()``. Each is looked for only where a sign of
its language stands.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["in_python"]


def in_python(text: str) -> str:
    r"""Return the text with Python's words for those of other languages.

    >>> in_python("db = d.rowwise().sum(); e = a.array() * b.array();")
    'db = d.sum(axis=1, keepdims=True); e = a .* b;'
    >>> in_python("let dw = d.dot(&x.t());\nlet e = &d * &g(&z);")
    'let dw = d.dot(x.t());\nlet e = d * g(z);'
    >>> in_python("let db = d.sum_axis(Axis(1)).insert_axis(Axis(1));")
    'let db = d.sum(axis=1, keepdims=True);'
    >>> in_python("const e = math.dotMultiply(math.multiply(w, d), s);")
    'const e = np.multiply(np.dot(w, d), s);'
    >>> in_python(">>> dw = d @ x.T\nIn [3]: db = d")
    'dw = d @ x.T\ndb = d'
    """
    for sign, rules in _RULES:
        if sign in text:
            for pattern, new in rules:
                text = pattern.sub(new, text)
    return text


def _rules(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.MULTILINE), new) for pattern, new in pairs)


_RULES: Final = (
    (">>> ", _rules((r"^[ \t]*(?:>>>|\.\.\.)[ ]", ""))),
    ("In [", _rules((r"^[ \t]*In[ ]?\[[ \d]{0,4}\]:[ \t]?", ""))),
    ("julia> ", _rules((r"^[ \t]*julia>[ ]", ""))),
    (
        "wise()",
        _rules(
            (r"\.rowwise\(\)\.sum\(\)", ".sum(axis=1, keepdims=True)"),
            (r"\.colwise\(\)\.sum\(\)", ".sum(axis=0, keepdims=True)"),
            (r"\.rowwise\(\)\.mean\(\)", ".mean(axis=1, keepdims=True)"),
            (r"\.colwise\(\)\.mean\(\)", ".mean(axis=0, keepdims=True)"),
        ),
    ),
    (
        ".array()",
        _rules((r"\.array\(\)[ ]?\*", " .*"), (r"\.(?:array|matrix)\(\)", "")),
    ),
    (
        "sum_axis(",
        _rules(
            (
                r"\.sum_axis\(Axis\(([01])\)\)\.insert_axis\(Axis\(\1\)\)",
                r".sum(axis=\1, keepdims=True)",
            ),
            (r"\.sum_axis\(Axis\(([01])\)\)", r".sum(axis=\1)"),
        ),
    ),
    ("let ", _rules((r"(?<=[(=*+/-])([ ]?)&(?=[A-Za-z(])", r"\1"))),
    (
        "math.dot",
        _rules(
            (r"\bmath\.multiply\(", "np.dot("),
            (r"\bmath\.dotMultiply\(", "np.multiply("),
        ),
    ),
    ("math.multiply(", _rules((r"\bmath\.multiply\(", "np.dot("))),
)
