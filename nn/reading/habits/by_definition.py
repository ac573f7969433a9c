r"""Rename what code and plain lines call things, by how each is defined and used.

``u = p @ x + c``, ``h = f(u)``, ``v = q @ h + d`` say that p and q are weights, u and v
what goes into a layer, and h what comes out, whatever the names are. What is multiplied
by an activation, and is none, is the delta of the layer behind; that product is the
derivative by its weights. Functions that the text defines are put in where they are
called, so that it does not matter whether a derivative is one of z or of a.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from nn.reading.code.spelling import in_one_spelling

__all__ = ["by_definitions"]


class _Line(NamedTuple):
    """An assignment: the place of its line, what is before it, and its two sides."""

    number: int
    before: str
    target: str
    sign: str
    text: str
    value: ast.expr


@dataclass(slots=True)
class _Roles:
    """Which quantity each name is, such as W1; and what defined functions compute."""

    names: dict[str, str] = field(default_factory=dict)
    depth: int = 0

    def give(self, name: str, quantity: str) -> None:
        self.names.setdefault(name, quantity)

    def layer(self, name: str, kind: str) -> int | None:
        """Return the layer of a name if it is of a kind: 1 for ``h`` as A1."""
        found = self.names.get(name, "")
        if kind == "A" and found == "X":
            return 0
        rest = found.removeprefix(kind)
        return int(rest) if rest != found and rest.isdecimal() else None


def by_definitions(text: str) -> str:
    r"""Return a text with our names for what its lines define; itself, if unclear.

    >>> lines = ["u = x @ p + c", "h = f(u)", "v = h @ q + d", "o = f(v)"]
    >>> lines += ["e = (o - t) * o * (1 - o)", "gq = h.T @ e"]
    >>> print(by_definitions("\n".join(lines)).replace("\n", "; "))
    z1 = x @ W1 + b1; a1 = f(z1); z2 = a1 @ W2 + b2; a2 = f(z2); dz2 = (a2 - y) * a2 * (1 - a2); dW2 = a1.T @ dz2
    """  # noqa: E501
    if len(text) > _LONGEST:
        return text
    try:
        return _renamed_text(text)
    except RecursionError:  # a formula that is too deep
        return text


def _renamed_text(text: str) -> str:
    lines = in_one_spelling(text).split("\n")
    functions = dict(_functions(lines))
    given = list(_assignments(lines, functions))
    roles = _roles_of(given)
    if roles is None:
        return text
    of_batch = any(_OF_BATCH.search(one.text) for one in given if "**" not in one.text)
    if not (of_batch or any(map(_OF_EACH_EXAMPLE.match, lines))):
        roles.names = {
            name: quantity if quantity.lstrip("d")[0] in "Wb" else quantity.lower()
            for name, quantity in roles.names.items()
        }  # small letters are of one example
    for one in given:
        if one.target in functions:
            lines[one.number] = ""
            continue
        right = _renamed(one.text, one.value, roles, functions)
        left = roles.names.get(one.target, one.target)
        lines[one.number] = f"{one.before}{left}{one.sign}{right}"
    numbers = {one.number for one in given}
    lines = [
        _NAME.sub(lambda found: roles.names.get(found[0], found[0]), line)
        if i not in numbers and _IN_PLACE.match(line)
        else line
        for i, line in enumerate(lines)
    ]  # delta[range(n), y] -= 1, of what was renamed
    for function, (of, body) in functions.items():
        head = re.compile(rf"^(\s*){re.escape(function)}(?=\(\w+\)\s*=)")
        usual = _usual(body, of)
        lines = [
            (head.sub(rf"\1{usual}", line) if usual else "")
            if head.match(line)
            else line
            for line in lines
        ]
    return "\n".join(lines)


# ---- What a text defines -------------------------------------------------------------


def _functions(lines: Sequence[str]) -> Iterator[tuple[str, tuple[str, ast.expr]]]:
    """Yield the functions that a text defines by one formula."""
    for i, line in enumerate(lines):
        found = _DEFINED.match(line) or _LAMBDA.match(line)
        body = found["body"] if found is not None else ""
        head = _DEF.match(line)
        if head is not None:
            returned = [_RETURN.match(each) for each in lines[i + 1 : i + 4]]
            body = next((one["body"] for one in returned if one), "")
            found = head
        value = _parsed(body) if body else None
        if found is None or value is None:
            continue
        if set(_names(value)) <= {found["of"]}:  # and of no name within the function
            yield found["name"], (found["of"], value)


def _assignments(
    lines: Sequence[str], functions: dict[str, tuple[str, ast.expr]]
) -> Iterator[_Line]:
    for number, line in enumerate(lines):
        found = _ASSIGNED.match(line)
        if found is None or "\\" in line or "$" in line or _LAMBDA.match(line):
            continue
        text = found["value"].partition("  #")[0].partition(" # ")[0].rstrip(" ;,.")
        text = text.translate(_SIGNS)
        value = _parsed(text)
        target = _parsed(found["target"])
        if value is not None and target is not None and _is_name(target):
            key = ast.unparse(target)
            yield _Line(number, found["before"], key, found["sign"], text, value)


def _parsed(text: str) -> ast.expr | None:
    if len(text) > _LONGEST_LINE or text.count("(") > _DEEPEST:
        return None
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


# ---- What is what --------------------------------------------------------------------


def _roles_of(lines: Sequence[_Line]) -> _Roles | None:
    """Return which quantity each name is; None if there are no two layers in a row."""
    roles = _Roles()
    layers = _layers(lines)
    if layers is None:
        return None
    for k, (z, a, w, x, b) in enumerate(layers, 1):
        roles.give(x, "X" if k == 1 else f"A{k - 1}")
        roles.give(w, f"W{k}")
        roles.give(z, f"Z{k}")
        if a:
            roles.give(a, f"A{k}")
        if b:
            roles.give(b, f"b{k}")
    roles.depth = len(layers)
    output = layers[-1][1] or layers[-1][0]
    made = {one.target for one in lines}
    for one in lines:
        for node in ast.walk(one.value):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
                pair = _key(node.left), _key(node.right)
                other = next((name for name in pair if name != output), "")
                if output in pair and other and other not in made:
                    roles.give(other, "Y")
    _place_gradients(lines, roles)
    given = list(roles.names.values())
    if len(set(given)) < len(given):
        return None
    every = {name for one in lines for name in (one.target, *_names(one.value))}
    if any(quantity in every and quantity not in roles.names for quantity in given):
        return None
    return roles


def _layers(lines: Sequence[_Line]) -> list[tuple[str, str, str, str, str]] | None:
    """Return z, a, W, what goes in and b of each layer, the first one first."""
    sums, after = _sums(lines)
    targets = [one[0] for one in sums]
    for one in lines:
        names = set(_names(one.value))
        if len(names) == 1 and one.target not in targets and one.sign.strip() == "=":
            (z,) = names
            if z in targets and z != one.target and not _is_slope(one.value):
                after.setdefault(z, one.target)
    outs = {a: z for z, a in after.items()}
    firsts = [k for k, one in enumerate(sums) if one[1] in outs or one[2] in outs]
    found: list[tuple[str, str, str, str, str]] = []
    of_rows: set[bool] = set()
    for k in firsts:
        z, left, right, b = sums[k]
        if (left in outs) == (right in outs) or z in outs:
            return None
        of_rows.add(left in outs)
    if len(of_rows) != 1:
        return None
    rows = of_rows.pop()
    by_input: dict[str, tuple[str, str, str, str, str]] = {}
    for z, left, right, b in sums:
        x, w = (left, right) if rows else (right, left)
        by_input.setdefault(x, (z, after.get(z, ""), w, x, b))
    starts = [x for x in by_input if x not in outs]
    starts = [x for x in starts if by_input[x][1] in by_input]
    if len(starts) != 1:
        return None
    x = starts[0]
    while x in by_input and len(found) < _MOST_LAYERS:
        found.append(by_input[x])
        x = found[-1][1]
    return found


def _sums(
    lines: Sequence[_Line],
) -> tuple[list[tuple[str, str, str, str]], dict[str, str]]:
    """Return each weighted sum, both its factors and its bias, with new weights.

    The second part says what is computed of a sum that has no name, by the name that it
    is given here.
    """
    sums: list[tuple[str, str, str, str]] = []
    used, computed = set[str](), set[str]()
    after: dict[str, str] = {}
    for one in lines:
        pair, made = _affine(one.value), one.target
        if pair is None and (within := _argument(one.value)) is not None:
            pair = _affine(within)  # h = f(x @ W + b), in which z has no name
            made = f"{one.target}{_UNNAMED}"
        if pair is not None and not {*pair[:2]} <= used | computed:
            sums.append((made, *pair))  # with weights that are new
            used.update(pair[:2])
            computed.add(one.target)
            if made != one.target:
                after[made] = one.target
        elif computed & set(_names(one.value)):
            computed.add(one.target)
    return sums, after


def _argument(value: ast.expr) -> ast.expr | None:
    """Return what a function of one argument is called with, as in ``f(x)``."""
    if not isinstance(value, ast.Call) or value.keywords or len(value.args) != 1:
        return None
    return value.args[0] if _product(value) is None else None


def _affine(value: ast.expr) -> tuple[str, str, str] | None:
    """Return both factors of ``W @ x + b``, and b or ""."""
    b = ""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        for one, other in ((value.left, value.right), (value.right, value.left)):
            if _product(one) is not None and _key(other):
                value, b = one, _key(other)
                break
    pair = _product(value)
    if pair is None:
        return None
    left, right = _key(pair[0]), _key(pair[1])
    return (left, right, b) if left and right else None


def _product(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """Return the factors of a product of matrices, or of an outer product."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return node.left, node.right
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    name, of, given = node.func.attr, node.func.value, node.args
    if name in _PRODUCTS and isinstance(of, ast.Name) and of.id in _MODULES:
        return (given[0], given[1]) if len(given) == 2 else None  # noqa: PLR2004
    return (of, given[0]) if name == "dot" and len(given) == 1 else None


def _place_gradients(  # noqa: PLR0912
    lines: Sequence[_Line], roles: _Roles
) -> None:
    """Find deltas and derivatives by how they are used, and by updates."""
    made = {one.target: one for one in lines}
    for one in lines:  # W -= rate * g
        for kind in ("W", "b"):
            layer = roles.layer(one.target, kind)
            step = one.sign.strip() in {"-=", "+="} or one.target in _names(one.value)
            of = [n for n in _names(one.value) if n in made and n not in roles.names]
            if layer is not None and step and len(of) == 1:
                roles.give(of[0], f"d{kind}{layer}")
    names = dict(roles.names)
    for target in made:
        for name, quantity in names.items():
            if (
                quantity[:1] in "Wb"
                and target not in roles.names
                and _is_d(target, name)
            ):
                roles.give(target, f"d{quantity}")
    products: list[tuple[str, ast.expr, ast.expr]] = []
    for one in lines:
        for node in ast.walk(one.value):
            pair = _product(node) if isinstance(node, ast.expr) else None
            if pair is not None:
                products += [(one.target, *pair), (one.target, pair[1], pair[0])]
    for target, first, second in products:
        layer, other = roles.layer(_key(first), "A"), _key(second)
        is_known = roles.names.get(target, "dW")[:2] != "dW"
        if layer is None or other not in made or is_known or target == other:
            continue
        if other in roles.names and not roles.names[other].startswith("dZ"):
            continue
        roles.give(other, f"dZ{layer + 1}")
        if roles.names[other] == f"dZ{layer + 1}":
            roles.give(target, f"dW{layer + 1}")
    for _, first, second in products:  # what W passes back is the delta of its layer
        layer, delta = roles.layer(_key(first), "W"), _key(second)
        if layer and layer > 1 and delta in made and delta not in roles.names:
            roles.give(delta, f"dZ{layer}")
    for target, first, second in products:
        layer, other = roles.layer(_key(first), "dZ"), roles.names.get(_key(second), "")
        if layer and target not in roles.names and other[:1] in {"A", "Z", "X"}:
            roles.give(target, f"dW{layer}")
    for target, quantity in list(roles.names.items()):
        if quantity[:2] == "db" and target in made:
            of = [n for n in _names(made[target].value) if n in made]
            is_free = f"dZ{quantity[2:]}" not in roles.names.values()
            if len(of) == 1 and of[0] not in roles.names and is_free:
                roles.give(of[0], f"dZ{quantity[2:]}")
    for one in lines:
        of = _names(one.value)
        layer = roles.layer(of[0], "dZ") if len(set(of)) == 1 else None
        if layer is not None and one.target not in roles.names:
            roles.give(one.target, f"db{layer}")
    for target, first, second in products:
        layer = roles.layer(_key(first), "W")
        of_delta = roles.layer(_key(second), "dZ")
        if (
            layer is not None
            and layer == of_delta
            and layer > 1
            and target not in roles.names
        ):
            value = made[target].value
            whole = _product(value.operand if isinstance(value, ast.UnaryOp) else value)
            if whole is not None:
                roles.give(target, f"dA{layer - 1}")
    _place_derivatives_by_outputs(lines, roles, made)


def _place_derivatives_by_outputs(
    lines: Sequence[_Line], roles: _Roles, made: Mapping[str, _Line]
) -> None:
    """Find dy in ``dz = dy * y * (1 - y)``, which by its name is of y, and no delta."""
    given = list(roles.names.items())
    for one in lines:
        layer = roles.layer(one.target, "dZ")
        if layer is None:
            continue
        outputs = [name for name, quantity in given if quantity == f"A{layer}"]
        for other in _names(one.value):
            is_free = other in made and other not in roles.names
            if is_free and any(_is_d(other, name) for name in outputs):
                roles.give(other, f"dA{layer}")


def _is_d(target: str, name: str) -> bool:
    """Return whether a name is called a derivative of another: ``grad_W`` of W."""
    of, by = (
        _PLAIN.sub("", one.replace("self.", "")).lower() for one in (target, name)
    )
    rest = of.replace(by, "", 1)
    return len(by) > 0 and by in of and rest in _DERIVATIVES


def _is_slope(value: ast.expr) -> bool:
    """Return whether a formula is the derivative of a function, by its name."""
    return isinstance(value, ast.Call) and bool(
        re.search("deriv|prime|grad|slope|ableitung", ast.unparse(value.func).lower())
    )


# ---- Names ---------------------------------------------------------------------------


def _is_name(node: ast.AST) -> bool:
    """Return whether it names something: ``W``, ``self.W1``, ``W[0]``, ``p['W1']``."""
    if isinstance(node, ast.Subscript):
        index = node.slice
        if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub):
            index = index.operand
        return isinstance(index, ast.Constant) and _is_name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr not in _METHODS and (
            isinstance(node.value, ast.Name) and node.value.id not in _MODULES
        )
    return isinstance(node, ast.Name) and node.id not in _MODULES


def _key(node: ast.expr) -> str:
    """Return the name that a factor is, also transposed or negated, or ""."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    if isinstance(node, ast.Attribute) and node.attr == "T":
        node = node.value
    return ast.unparse(node) if _is_name(node) else ""


def _parts(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the names in a formula, without those of functions that are called."""
    stack: list[ast.AST] = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, ast.expr) and _is_name(one):
            yield one
        elif isinstance(one, ast.Call):
            method = isinstance(one.func, ast.Attribute)
            inner = [one.func.value] if isinstance(one.func, ast.Attribute) else []
            is_module = method and not _parts_of_value(inner)
            stack += one.args if is_module else [*inner, *one.args]
        elif isinstance(one, ast.Attribute) and one.attr == "shape":
            continue
        else:
            stack += reversed(list(ast.iter_child_nodes(one)))


def _parts_of_value(inner: Sequence[ast.expr]) -> bool:
    (of,) = inner
    return not (isinstance(of, ast.Name) and of.id in {*_MODULES, "self"})


def _names(node: ast.AST) -> list[str]:
    return [ast.unparse(one) for one in _parts(node) if not _is_rate(one)]


def _is_rate(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in _RATES


class _Renamer(ast.NodeTransformer):
    """Puts in our names, and what the functions of the text compute."""

    def __init__(
        self, roles: _Roles, functions: dict[str, tuple[str, ast.expr]]
    ) -> None:
        self.roles, self.functions = roles, functions

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = ast.unparse(node.func).removeprefix("self.")
        given = [self.visit(one) for one in node.args]
        if name in self.functions and len(given) == 1:
            of, body = self.functions[name]
            usual = _usual(body, of)
            if usual:
                return ast.Call(ast.Name(usual), given, [])
            new: ast.AST = self.visit(_Put(of, given[0]).visit(_copy(body)))
            return new
        func = node.func
        if isinstance(func, ast.Attribute) and _parts_of_value([func.value]):
            func = ast.Attribute(self.visit(func.value), func.attr)
        return ast.Call(func, given, node.keywords)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and _is_name(node):
            name = self.roles.names.get(ast.unparse(node))
            return node if name is None else ast.Name(name)
        return super().generic_visit(node)

    visit_Name = visit_Attribute = visit_Subscript = generic_visit  # noqa: N815


class _Put(ast.NodeTransformer):
    """Puts what a function is given in the place of its argument."""

    def __init__(self, of: str, given: ast.expr) -> None:
        self.of, self.given = of, given

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self.given if node.id == self.of else node


def _copy(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(node), mode="eval").body


def _usual(body: ast.expr, of: str) -> str:
    """Return the name of a usual function, if a formula is that: sigmoid or tanh."""
    text = ast.unparse(body).replace("np.", "").replace("math.", "").replace(" ", "")
    text = re.sub(rf"\b{re.escape(of)}\b", "x", text)
    return _USUAL.get(text, "")


def _renamed(
    text: str,
    value: ast.expr,
    roles: _Roles,
    functions: dict[str, tuple[str, ast.expr]],
) -> str:
    """Return a right side with our names; as it stands, if it has none of them."""
    called = {ast.unparse(n.func) for n in ast.walk(value) if isinstance(n, ast.Call)}
    known = {name.removeprefix("self.") for name in called} & functions.keys()
    if not known and not roles.names.keys() & set(_names(value)):
        return text
    return ast.unparse(_Renamer(roles, functions).visit(_copy(value)))


_LONGEST: Final = 40_000
_LONGEST_LINE: Final = 400
_DEEPEST: Final = 30
_UNNAMED: Final = "()"  # behind the name of an activation, for its z
_MOST_LAYERS: Final = 8
_MODULES: Final = frozenset({"np", "numpy", "torch", "math", "jnp", "xp"})
_PRODUCTS: Final = frozenset({"dot", "matmul", "outer"})
_METHODS: Final = frozenset({"T", "dot", "shape", "sum", "mean", "copy", "reshape"})
_RATES: Final = frozenset({"lr", "eta", "alpha", "rate", "learning_rate", "η", "α"})
_DERIVATIVES: Final = frozenset({
    "d", "grad", "gradient", "dl", "dldd", "dld", "nabla", "delta", "dj", "djd", "dc",
    "dcd", "de", "dlossd", "gradients", "grads",
})  # fmt: skip
_USUAL: Final = {
    "1/(1+exp(-x))": "sigmoid", "1.0/(1.0+exp(-x))": "sigmoid", "tanh(x)": "tanh",
    "1/(1.0+exp(-x))": "sigmoid", "1.0/(1+exp(-x))": "sigmoid",
}  # fmt: skip
_OF_BATCH: Final = re.compile(
    r"\bsum\(|\bmean\(|shape|axis|keepdims|\blen\(|[/*] ?[mnN]\b|\b1(?:\.0?)? ?/ ?\w"
)
_PLAIN: Final = re.compile(r"[^\w]|_")
_SIGNS: Final = str.maketrans({"·": "@", "⊙": "*", "−": "-", "×": "*"})
_NAME: Final = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?![\w(])")
_OF_EACH_EXAMPLE: Final = re.compile(r"\s*\w+\[(?:np\.a|a)?range\(")
_IN_PLACE: Final = re.compile(r"\s*[A-Za-z_]\w*\[[^\]=]{1,80}\]\s*[-+*/]?=(?!=)")
_ASSIGNED: Final = re.compile(
    r"^(?P<before>\s*(?:[-*] )?)(?P<target>[^\W\d][\w.]*(?:\[[^\[\]]{1,20}\])?)"
    r"(?P<sign>\s*[-+]?=\s*)(?P<value>[^=].*)$"
)
_DEF: Final = re.compile(
    r"^\s*def (?P<name>\w+)\((?:self,\s*)?(?P<of>\w+)(?:\s*:[^)]*)?\)[^:]*:\s*$"
)
_RETURN: Final = re.compile(r"^\s*return (?P<body>.{1,200})$")
_DEFINED: Final = re.compile(
    r"^\s*(?:def )?(?P<name>[^\W\d]\w*)\((?P<of>[^\W\d]\w*)\)\s*(?:=|:\s*return)\s*"
    r"(?P<body>[^=].{0,200})$"
)
_LAMBDA: Final = re.compile(
    r"^\s*(?P<name>\w+)\s*=\s*lambda (?P<of>\w+):\s*(?P<body>.{1,200})$"
)
