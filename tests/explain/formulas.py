"""Evaluate what is printed: formulas in text, with mpmath's functions."""

import re

import mpmath

FUNCTIONS = {
    **{name: getattr(mpmath, name) for name in ("cos", "cosh", "digamma", "erfc")},
    **{name: getattr(mpmath, name) for name in ("exp", "hypot", "log", "sin")},
    **{name: getattr(mpmath, name) for name in ("sinh", "sqrt", "tanh")},
    "abs": abs,
    "leaky_relu": lambda x, slope: x if x > 0 else slope * x,
    "relu": lambda x: max(x, mpmath.mpf(0)),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "exp2": lambda x: mpmath.mpf(2) ** x,
    "fmod": lambda x, y: x - y * int(x / y),
    "mod": lambda x, y: x - y * mpmath.floor(x / y),
    "pi": mpmath.pi,
    "polygamma": mpmath.psi,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "sinc": mpmath.sincpi,
}
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def evaluate(text: str, numbers: dict[str, float]) -> mpmath.mpf:
    """The number that a printed formula has; names are those of ``numbers``."""
    code = text.translate(str.maketrans({"−": "-", "·": "*", "^": "**"}))
    code = code.replace("σ(", "sigmoid(").replace("π", "pi")
    code = re.sub(r"√(\w+)", r"sqrt(\1)", code).replace("√(", "sqrt(")
    code = re.sub(
        "[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: "**" + found[0].translate(DIGITS), code
    )
    known = {name: mpmath.mpf(number) for name, number in numbers.items()}
    return mpmath.mpf(eval(code, {"__builtins__": {}}, {**FUNCTIONS, **known}))
