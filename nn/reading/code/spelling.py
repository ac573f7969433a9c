"""Python's code in one spelling: functions of other libraries, transposes, remarks.

``torch.mm``, ``tf.reduce_sum`` and ``math.exp`` are NumPy's ``matmul``, ``sum`` and
``exp``; ``a.transpose()`` and ``np.swapaxes(a, 0, 1)`` are ``a.T``. Only what is called
is renamed, so that a name of the text's own stays.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from nn.reading.code.languages import in_python

__all__ = ["in_one_spelling"]


@lru_cache(maxsize=16)  # each reading of a text asks for the same one
def in_one_spelling(text: str) -> str:
    r"""Return the text with NumPy's functions for those of other libraries.

    >>> in_one_spelling("z = cp.dot(w, x); s = tf.math.reduce_sum(z, axis=0)")
    'z = np.dot(w, x); s = np.sum(z, axis=0)'
    >>> in_one_spelling("s = np.add.reduce(torch.mul(a, b)); m = th.max(z)")
    's = np.sum(np.multiply(a, b)); m = th.max(z)'
    >>> in_one_spelling("d.mm(np.transpose(h)) + w[l].mT.matmul(e.transpose(1, 0))")
    'd.dot(h.T) + w[l].T.dot(e.T)'

    An assignment is one of Python. What says of which type a name is, or only shows it,
    is left out:

    >>> in_one_spelling("dw ← d @ x.T"), in_one_spelling(r"$w ← w - \eta g$")
    ('dw = d @ x.T', '$w ← w - \\eta g$')
    >>> in_one_spelling("dw: np.ndarray = d @ x.T; print(dw.shape)  # (3, 2)")
    'dw = d @ x.T  # (3, 2)'
    """
    text = _ASSIGNED.sub(r"\1 = ", in_python(text))
    text = _SHOWN.sub("", _HINT.sub(r"\1 =", text))
    text = _OTHER.sub(_renamed, _ALIKE.sub("np.", text))
    return _METHOD.sub(".dot(", _TRANSPOSED.sub(".T", _TURNED.sub(_turned, text)))


def _renamed(found: re.Match[str]) -> str:
    return f"np.{_OF_NUMPY[found['name']]}"


def _turned(found: re.Match[str]) -> str:
    return f"{found[1] or found[2]}.T"


_OF_NUMPY: Final = {
    **dict.fromkeys(("mm", "mv", "bmm", "matmul", "matvec"), "matmul"),
    **dict.fromkeys(("mul", "multiply"), "multiply"),
    **dict.fromkeys(("ger", "outer"), "outer"),
    **dict.fromkeys(("sum", "reduce_sum", "reduce"), "sum"),
    **dict.fromkeys(("mean", "reduce_mean"), "mean"),
    **dict.fromkeys(("sub", "subtract"), "subtract"),
    **dict.fromkeys(("div", "divide"), "divide"),
    **dict.fromkeys(("pow", "power"), "power"),
    **dict.fromkeys(("transpose", "t"), "transpose"),
    **{name: name for name in ("add", "dot", "exp", "log", "sqrt", "square", "tanh")},
}
_ALIKE: Final = re.compile(  # modules in which all is called as in NumPy
    r"(?<![\w.])(?:numpy|cp|cupy|jnp|jax\.numpy|mx\.nd|mx\.np|nd|anp|onp|mnp|xp)"
    r"\.(?=[a-z]\w{0,20}(?:\.reduce)?\()"
)
_OTHER: Final = re.compile(
    r"(?<![\w.])(?:(?:torch|th|tf|math|tf\.(?:math|linalg)|K|sp|scipy)\.(?=\w+\()"
    r"|np\.add\.(?=reduce\())"
    rf"(?P<name>{'|'.join(sorted(_OF_NUMPY))})(?=\()"
)
_A_NAME: Final = r"(?:self\.)?[A-Za-z_]\w{0,40}(?:\[[^\[\]()\n]{1,20}\])?"
_TURNED: Final = re.compile(
    rf"\bnp\.(?:transpose\(\s?({_A_NAME})\s?\)"
    rf"|swapaxes\(\s?({_A_NAME}),\s?(?:0,\s?1|1,\s?0|-1,\s?-2|-2,\s?-1)\s?\))"
)
_TRANSPOSED: Final = re.compile(
    r"(?<=[\w\])])\.(?:transpose\((?:\(1,\s?0\)|1,\s?0|0,\s?1)?\)|t\(\)|mT\b"
    r"|swapaxes\((?:0,\s?1|1,\s?0)\)|permute\(1,\s?0\))"
)
_METHOD: Final = re.compile(r"(?<=[\w\])])\.(?:mm|mv|matmul)\(")
_HINT: Final = re.compile(  # dw: np.ndarray =
    r"^([ \t]*(?:self\.)?[A-Za-z_]\w{0,40})[ \t]*:[ \t]*[\"']?(?:[a-z]{1,10}\.)?"
    r"(?:\w{0,20}(?:[Aa]rray|Tensor|Matrix|Vector)\w{0,10}|float|int|Any)"
    r"(?:\[[^\n=]{0,60}\])?[\"']?[ \t]*=(?!=)",
    re.MULTILINE,
)
_SHOWN: Final = re.compile(
    r";[ \t]*(?:print\(|display\(|assert[ \t])[^\n#]{0,120}?(?=[ \t]*(?:#|$))",
    re.MULTILINE,
)
_ASSIGNED: Final = re.compile(  # dw ← d @ x.T, which no LaTeX is
    r"^([ \t]*[A-Za-z_][\w.]{0,40}(?:\[[^\[\]\n]{1,20}\])?)[ \t]*(?:←|:=)[ \t]*"
    r"(?=[^\\$\n]*$)",
    re.MULTILINE,
)
