r"""Code of one layer, in which names bear no number: ``dA_prev = np.dot(W.T, dZ)``.

A function that is given dZ computes of some layer l, so that it is dZ[l], and A_prev is
A[l-1]. Of a class the forward method says what its inputs, weights and outputs are.
Such lines are written as claims about any layer: ``dA[l-1] = np.dot(W[l].T, dZ[l])``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nn.reading.code.helpers import is_slope_of
from nn.reading.code.names import is_of_slope
from nn.reading.code.results import is_one_formula
from nn.reading.formula.numpy_spelling import read_name

__all__ = ["with_any_layer"]


@dataclass(frozen=True, slots=True)
class _Function:
    """A function with its parameters; ``of`` is the line of its class, or its own."""

    name: str
    parameters: tuple[str, ...]
    body: range
    of: int


@dataclass(frozen=True, slots=True)
class _Step:
    """What the names in a function stand for, and what it returns.

    ``is_slope`` is whether it leads through the activation, from dA to dZ.
    """

    roles: Mapping[str, str]
    returned: str
    is_slope: bool


def with_any_layer(text: str) -> str:
    r"""Return the text with ``[l]`` for the layer of such code, line for line.

    >>> lines = ["def linear_backward(dZ, cache):", "    A_prev, W, b = cache"]
    >>> lines += ["    dW = np.dot(dZ, A_prev.T)", "    dA_prev = np.dot(W.T, dZ)"]
    >>> print(*with_any_layer("\n".join(lines)).split("\n")[2:], sep="\n")
        dW[l] = np.dot(dZ[l], A[l-1].T)
        dA[l-1] = np.dot(W[l].T, dZ[l])
    """
    if "def " not in text or len(text) > _LONGEST:
        return text
    lines = text.split("\n")
    functions = list(_functions(lines))
    has_one_activation = len({f.lower() for f in _ACTIVATION.findall(text)}) <= 1
    new = list(lines)
    for function in functions:
        if not _BACKWARD.search(function.name):
            continue
        own = _with_names_of_gradients(lines, function)
        if not function.parameters and own == lines:
            continue
        steps = _steps(own, function, functions, sets_gradients=own != lines)
        goes = set(function.parameters)
        is_of_layer = bool(goes & _GOES["in"] and goes & _GOES["out"])
        for i in function.body if is_of_layer and not steps else ():
            new[i] = _without_gradient(lines[i])
        for i, found in steps:
            if not _is_in_another_branch(lines, i):
                read = _read(own[i], found, has_one_activation)
                as_given = read == own[i] != lines[i]
                new[i] = _without_gradient(lines[i]) if as_given else read
        own_steps = [found for i, found in steps if i in function.body]
        if own_steps and own_steps[0].is_slope and not has_one_activation:
            for i, line in _slopes(lines, function, own_steps[0]):
                new[i] = line
    return "\n".join(new)


def _without_gradient(line: str) -> str:
    """Return no line for one that sets a gradient of which no layer is known.

    What goes into any layer may have the name of the inputs.
    """
    return "" if _SETS_GRADIENT.match(_HEAD.sub("", line)) else line


def _steps(
    lines: Sequence[str],
    function: _Function,
    functions: Sequence[_Function],
    sets_gradients: bool,
) -> list[tuple[int, _Step]]:
    """Return the lines of a function and of that forward, with what names are there."""
    forward = [
        each
        for each in functions
        if each.of == function.of and _FORWARD.match(each.name) and each.parameters
    ]
    of_names = _of_what_goes_in if sets_gradients else _of_names
    step = of_names(lines, function)
    both = [function]
    if len(forward) == 1:
        of_forward = _of_forward(lines, forward[0], function)
        if of_forward is not None:
            step, both = of_forward, [function, forward[0]]
    return [(i, step) for each in both for i in each.body] if step is not None else []


# ---- Where code is -------------------------------------------------------------------


def _functions(lines: Sequence[str]) -> Iterator[_Function]:
    """Yield the functions in code; a line that is not indented more ends one."""
    fenced = any(line.lstrip().startswith("```") for line in lines)
    in_code, of, found = not fenced, (-1, -1), 0
    for i, line in enumerate(lines):
        if line.lstrip().startswith("```"):
            in_code, of = not in_code, (-1, -1)
        depth = len(line) - len(line.lstrip())
        if in_code and line.strip() and depth <= of[1]:
            of = -1, -1
        if in_code and _CLASS.match(line):
            of = i, depth
        begins = _DEF.match(line) if in_code else None
        if begins is None:
            continue
        given = [_PARAMETER.match(one) for one in begins["parameters"].split(",")]
        names = tuple(one[1] for one in given if one is not None and one[1] != "self")
        last = i + 1
        while last < min(len(lines), i + _MOST_LINES) and (
            not lines[last].strip()
            or len(lines[last]) - len(lines[last].lstrip()) > depth
        ):
            if lines[last].lstrip().startswith("```"):
                break
            last += 1
        body = range(i + 1, last)
        if _SETS_GRADIENT.match(line, begins.end()):
            body = range(i, i + 1)  # on the line of its head
        # A method that stands alone is of no class: its own line tells it from others.
        yield _Function(begins["name"], names, body, of[0] if of[0] >= 0 else i)
        found += 1
        if found == _MOST_FUNCTIONS:
            return


def _with_names_of_gradients(lines: list[str], function: _Function) -> list[str]:
    """Return the lines with ``dh`` for ``h.g`` in a function that sets such.

    >>> lines = ["def relu_grad(z, h): z.g = (z > 0) * h.g"]
    >>> (function,) = _functions(lines)
    >>> print(*_with_names_of_gradients(lines, function))
     dz = (z > 0) * dh
    """
    found = list(lines)
    for i in function.body:
        found[i] = _HEAD.sub("", found[i])
    if not any(_SETS_GRADIENT.match(found[i]) for i in function.body):
        return lines
    for i in function.body:
        found[i] = _GRADIENT.sub(r"\1d\2", found[i])
    return found


# ---- What names stand for ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Named:
    """A quantity by name: W, b, Z or A, its layer from l on, and whether it is a d."""

    kind: str
    offset: int
    has_suffix: bool
    is_derivative: bool


def _named(name: str) -> _Named | None:
    """Return what a name without a number says.

    >>> _named("dLdA"), _named("self.weights")
    (_Named(kind='A', offset=0, has_suffix=False, is_derivative=True), \
_Named(kind='W', offset=0, has_suffix=False, is_derivative=False))
    """
    found = _QUANTITY.fullmatch(_attribute(name))
    if found is None:
        return None
    kind = _KINDS.get(found["kind"], found["kind"])
    suffix = found["suffix"] or ""
    return _Named(kind, _SUFFIXES[suffix], bool(suffix), bool(found["of"]))


def _attribute(name: str) -> str:
    """Return a name without ``self.`` or the dictionary in which it is."""
    inner = _KEY.search(name)
    return inner[1] if inner is not None else name.removeprefix("self.")


def _names(lines: Sequence[str], function: _Function) -> list[str]:
    found = list(function.parameters)
    for i in function.body:
        made = _LINE.fullmatch(_code(lines[i]).rstrip())
        found += [made["place"]] if made is not None and made["place"] else []
        found += [one[0] for one in _NAME.finditer(_code(lines[i]))]
    return found


def _code(line: str) -> str:
    return line.partition("#")[0]


def _of_names(lines: Sequence[str], function: _Function) -> _Step | None:
    """Return what the names of a function say that is given dZ or dA, if they do."""
    body = [_code(lines[i]) for i in function.body]
    if any(map(_OF_PARTS.search, body)):
        return None  # a loop over pixels, or entries
    names = _names(lines, function)
    if any(_is_of_another(name) for name in names):
        return None
    known = {name: said for name in names if (said := _named(name)) is not None}
    given = [known[name] for name in function.parameters if name in known]
    upstream = next((g for g in given if g.is_derivative and g.kind in "zZaA"), None)
    if upstream is None or (upstream.kind in "aA" and upstream.offset):
        return None
    has_neighbours = any(said.offset for said in known.values())
    if any(said.kind in "aA" and said.offset > 0 for said in known.values()):
        return None  # a_next is of the next time
    of_inputs = upstream.kind in "zZ" and not has_neighbours
    roles = {}
    for name, said in known.items():
        offset = said.offset
        if of_inputs and said.kind in "aA" and not said.has_suffix:
            offset = -1
        of = "d" if said.is_derivative else ""
        roles[name] = (
            f"{of}{said.kind}[l{offset:+d}]" if offset else f"{of}{said.kind}[l]"
        )
    letter = "A" if upstream.kind.isupper() else "a"
    if upstream.kind in "zZ":
        return _Step(roles, f"d{letter}[l-1]", is_slope=False)
    sum_ = "Z" if upstream.kind.isupper() else "z"
    is_whole = any(said.kind in "wW" for said in known.values())
    return _Step(roles, "" if is_whole else f"d{sum_}[l]", is_slope=True)


def _of_what_goes_in(lines: Sequence[str], function: _Function) -> _Step | None:
    """Return what the names of a function stand for that sets gradients of those.

    What goes in and what comes out have these names. With weights it is the weighted
    sum that comes out, with neither weights nor targets the activation; with targets
    it is the cost, of what the network puts out.
    """
    names = _names(lines, function)
    if any(map(_is_of_another, names)):
        return None
    plain = {name: _attribute(name) for name in names}
    kinds = {kind: {n for n, said in plain.items() if said in words}
             for kind, words in _GOES.items()}  # fmt: skip
    if not kinds["in"] or len({plain[name] for name in kinds["in"]}) > 1:
        return None
    roles: dict[str, str] = {}
    body = "\n".join(_code(lines[i]) for i in function.body)
    used = {_attribute(one[0]) for one in _NAME.finditer(body)}
    compared = used & _GOES["targets"] or _OUT_COMPARED.search(body)
    if kinds["W"] and compared:
        return None  # it is more than one layer
    if kinds["W"]:
        of = {"in": "A[l-1]", "out": "Z[l]", "W": "W[l]", "b": "b[l]"}
    elif kinds["out"]:
        of = {"in": "Z[l]", "out": "A[l]"}
    elif kinds["targets"]:
        squashed = _SQUASHED.search(body) is not None  # of the sums, in the cost
        of = {"in": "Z[L]" if squashed else "A[L]", "targets": "Y"}
    else:
        return None
    for kind, role in of.items():
        roles |= dict.fromkeys(kinds[kind], role)
    roles |= _derivatives(names, roles)
    return _Step(roles, "", is_slope=not kinds["W"])


def _is_of_another(name: str) -> bool:
    """Return whether a name bears a number, or is of a recurrent network."""
    plain = _attribute(name)
    if _RECURRENT.fullmatch(plain):
        return True
    symbol = read_name(plain)
    return plain[-1:].isdecimal() and symbol is not None


def _of_forward(
    lines: Sequence[str], forward: _Function, backward: _Function
) -> _Step | None:
    """Return what the names of a class are by its forward method, if of one layer."""
    names = [*_names(lines, forward), *_names(lines, backward)]
    if any(map(_is_of_another, names)):
        return None
    if any(_OF_PARTS.search(_code(lines[i])) for i in backward.body):
        return None
    inputs, computed = {forward.parameters[0]}, []
    for i in forward.body:
        found = _ASSIGNED.fullmatch(_code(lines[i]).rstrip())
        if found is None or ".shape" in found["value"] or "ones(" in found["value"]:
            continue
        if found["value"] in inputs:
            inputs.add(found["name"])
        elif _NAME.fullmatch(found["value"]) is None:
            computed.append(found)
    if len(computed) != 1:
        return None
    output, formula = computed[0]["name"] or "", computed[0]["value"]
    given = next(iter(backward.parameters), "")
    product = _PRODUCT.search(formula)
    if product is None:
        used = {one[0] for one in _NAME.finditer(formula)} - {"np", "numpy", "math"}
        if not used <= inputs or not used:
            return None
        roles = {**dict.fromkeys(inputs, "Z[l]"), output: "A[l]", given: "dA[l]"}
        roles |= _derivatives(names, roles)
        return _Step(roles, "dZ[l]", is_slope=True)
    pair = [product["left"] or product["one"], product["right"] or product["other"]]
    weights = [name for name in pair if name not in inputs]
    added = _ADDED.search(formula)
    if len(weights) != 1 or added is None:
        return None
    roles = {**dict.fromkeys(inputs, "A[l-1]"), output: "Z[l]", given: "dZ[l]"}
    roles |= {weights[0]: "W[l]", added["name"]: "b[l]"}
    roles |= _derivatives(names, roles)
    return _Step(roles, "dA[l-1]", is_slope=False)


def _derivatives(names: Sequence[str], roles: Mapping[str, str]) -> dict[str, str]:
    """Return what those names stand for that are made of one of the others."""
    plain = {_attribute(name): role for name, role in roles.items() if name}
    found = {}
    for name in names:
        said = _DERIVED.fullmatch(_attribute(name))
        role = plain.get(said["of"] or said["by"]) if said is not None else None
        if role is not None and role[0] != "d" and name not in roles:
            found[name] = f"d{role}"
    return found


# ---- One activation of several -------------------------------------------------------


def _is_in_another_branch(lines: Sequence[str], at: int) -> bool:
    """Return whether a line calls the slope of an activation where another is asked.

    >>> lines = ['if activation == "relu":', "    dZ = sigmoid_backward(dA, cache)"]
    >>> _is_in_another_branch(lines, 1)
    True
    """
    called = _SLOPE_OF.search(lines[at][:_LONGEST_LINE])
    named = _ACTIVATION.search(called["name"]) if called else None
    if named is None:
        return False
    depth = len(lines[at]) - len(lines[at].lstrip())
    for line in reversed(lines[max(0, at - _MOST_LINES) : at]):
        if line.strip() and len(line) - len(line.lstrip()) < depth:
            branch = _BRANCH.match(line)
            asked = _ACTIVATION.search(branch["value"]) if branch else None
            return asked is not None and asked[0].lower() != named[0].lower()
    return False


def _slopes(
    lines: Sequence[str], function: _Function, step: _Step
) -> Iterator[tuple[int, str]]:
    """Yield the lines that compute dZ as what they say of the slope, ``dg[l] = ...``.

    The function says of which activation, by its name or that of its class. It is left
    as it is, if it has not the values of that.
    """
    named = _ACTIVATION.search(function.name) or _ACTIVATION.search(lines[function.of])
    if named is None:
        return
    roles, made = step.roles, dict[str, str]()
    for i in function.body:
        found = _LINE.fullmatch(_code(lines[i]).rstrip(" ;\t"))
        if found is None or found["sign"] not in {None, "="}:
            continue
        place, value = found["place"], found["value"]
        target = roles.get(place) if place else step.returned
        masked = _MASK.fullmatch(found[0].strip()) if found["mask"] else None
        if masked is not None:
            value = f"1 * ({masked['by']} > 0)"
        elif found["mask"]:
            continue
        elif place and target is None:
            value = _NAME.sub(lambda one: _put_in(one[0], made, roles), value)
            if len(value) <= _LONGEST_LINE:
                made[place] = value
            continue
        elif _COPY.fullmatch(value):
            if place and _is_masked(lines, function, place):
                yield i, f"{found['indent']}{place} = {place}"
            continue
        value = _NAME.sub(lambda one: _put_in(one[0], made, roles), value)
        of = {
            n[0] for n in _NAME.finditer(value) if roles.get(n[0], "")[:1] in _SIGNALS
        }
        if (
            (target or "")[:2] not in {"dZ", "dz"}
            or len(of) != 1
            or len(value) > _LONGEST_LINE
        ):
            continue
        (name,) = of
        formula = _NAME.sub(lambda one: "x" if one[0] == name else one[0], value)  # noqa: B023
        if is_slope_of(named[0].lower(), formula, roles[name][0] in "aA"):
            value = _NAME.sub(lambda one: roles.get(one[0], one[0]), value)
            yield i, f"{found['indent']}dg[l] = {value}"


def _put_in(name: str, made: Mapping[str, str], roles: Mapping[str, str]) -> str:
    """Return what a name of a function was made as, and 1 for what comes back to it."""
    if roles.get(name, "")[:2] in {"dA", "da"}:
        return "1"
    return f"({made[name]})" if name in made else name


def _is_masked(lines: Sequence[str], function: _Function, name: str) -> bool:
    """Return whether entries of a name are set to 0 further on."""
    masks = [_MASK.match(lines[i].strip()) for i in function.body]
    return any(mask is not None and mask["name"] == name for mask in masks)


# ---- Lines ---------------------------------------------------------------------------


def _read(  # noqa: PLR0912
    line: str, step: _Step, has_one_activation: bool
) -> str:
    """Return a line with the layers of its names, or as it is."""
    code = _code(line).rstrip(" ;\t")
    if "Y" in step.roles.values():  # it is the cost, in a function of its own
        code = _SIZE.sub("m", code)
    found = _LINE.fullmatch(code)
    if found is None or _LEFT.search(code):
        return line
    roles, place, value = step.roles, found["place"], found["value"]
    masked = _MASK.fullmatch(code.strip()) if found["mask"] else None
    if masked is not None:
        of, by = roles.get(masked["name"], ""), roles.get(masked["by"], "")
        if (
            not has_one_activation
            or of[:2] not in {"dZ", "dz"}
            or by[:1] not in set("zZaA")
        ):
            return line
        given = of.replace("dZ", "dA").replace("dz", "da")
        return f"{found['indent']}{of} = {given} * ({by} > 0)"
    if found["mask"]:
        return line
    target = roles.get(place) if place else step.returned
    if not place and not (target and is_one_formula(value)):
        return line
    copied = _COPY.fullmatch(value)
    if copied is not None:
        return line  # a name handed on, from one layer to the next or to itself
    whole = _SLOPE_OF.fullmatch(value)
    if whole is not None:
        of = roles.get(whole["given"], "")
        sums = target.replace("d", "", 1) if target else ""
        if not target or target[:2] not in {"dZ", "dz"} or of[:2] not in {"dA", "da"}:
            return line
        if not is_of_slope(whole["name"]) or not _is_of_sums(whole["of"], roles, sums):
            return line
        value = f"{of} * df({sums})"
    elif _through_activation(target) and not has_one_activation:
        by_name = any(is_of_slope(one) for one in _CALLED.findall(value))
        if not by_name:
            return line  # the slope of one activation of several
    if whole is None:
        value = _NAME.sub(lambda one: roles.get(one[0], one[0]), value)
        value = _ONES.sub("np.ones((m, 1))", _COUNT.sub("m", value))
    if target is None:
        return f"{found['indent']}{place} {found['sign']} {value}"
    return f"{found['indent']}{target} {found['sign'] or '='} {value}"


def _through_activation(target: str | None) -> bool:
    return target is None or target[:2] in {"dZ", "dz"}


def _is_of_sums(name: str, roles: Mapping[str, str], sums: str) -> bool:
    return roles.get(name) == sums or "cache" in name


_LONGEST: Final = 100_000
_MOST_LINES: Final = 60  # of a function
_MOST_FUNCTIONS: Final = 100
_LONGEST_LINE: Final = 300
_SIGNALS: Final = frozenset({"Z", "z", "A", "a"})
_BRANCH: Final = re.compile(
    r"\s*(?:el)?if\b[^\n]{0,60}(?:==|\bis\b)\s*[\"'](?P<value>\w{1,30})[\"']\s*\)?\s*:"
)
_ACTIVATION: Final = re.compile(
    r"(?i:sigmoid|tanh|relu|softplus|swish|silu|gelu|leaky|\belu)"
)
_CLASS: Final = re.compile(r"[ \t]*class[ \t]+\w+")
_DEF: Final = re.compile(
    r"[ \t]*def[ \t]+(?P<name>\w{1,60})[ \t]*\((?P<parameters>[^()]{0,200})\)"
    r"[^:\n]{0,40}:"
)
_PARAMETER: Final = re.compile(r"\s*(\w{1,40})")
_HEAD: Final = re.compile(r"[ \t]*def[ \t]+\w{1,60}[ \t]*\([^()]{0,200}\)[^:\n]{0,40}:")
_SETS_GRADIENT: Final = re.compile(
    r"[ \t]*(?:self\.)?[A-Za-z_]\w{0,40}\.(?:g|grad)[ \t]*\+?=(?!=)"
)
_GRADIENT: Final = re.compile(
    r"(?<![\w.])((?:self\.)?)([A-Za-z_]\w{0,40})\.(?:g|grad)(?![\w(])"
)
_OUT_COMPARED: Final = re.compile(
    r"(?:\bout(?:puts?)?\s*-|-\s*(?:self\.)?out(?:puts?)?\b)"
)
_SQUASHED: Final = re.compile(r"\b(?:log_?)?(?:softmax|sigmoid)\(")
_GOES: Final = {
    "in": frozenset({"inp", "input", "inputs", "x"}),
    "out": frozenset({"out", "output", "outputs"}),
    "W": frozenset({"w", "W", "weight", "weights"}),
    "b": frozenset({"b", "bias"}),
    "targets": frozenset({"targ", "targets", "target", "labels", "y", "t"}),
}
_BACKWARD: Final = re.compile(r"(?i:back|bprop|grad|bwd)")
_FORWARD: Final = re.compile(r"(?i:forward|__call__|fprop)")
_KEYED: Final = r"\[[\"']\w{1,20}[\"']\]"
_WORD: Final = rf"(?:self\.)?[A-Za-z_]\w{{0,40}}(?:{_KEYED})?"
_NAME: Final = re.compile(rf"(?<![\w.\"']){_WORD}(?![\w(\"'])(?!\s*=(?!=))")
_KEY: Final = re.compile(r"\[[\"'](\w{1,20})[\"']\]$")
_SUFFIXES: Final = {
    "": 0, "_curr": 0, "_current": 0, "_cur": 0, "_prev": -1, "_previous": -1,
    "_next": 1,
}  # fmt: skip
_QUANTITY: Final = re.compile(
    r"(?P<of>d[LCJE]_?d_?|grad_|d_?)?"
    r"(?P<kind>[WwbZzAa]|weights?|bias(?:es)?)"
    rf"(?P<suffix>{'|'.join(filter(None, _SUFFIXES))})?"
)
_KINDS: Final = {"weight": "W", "weights": "W", "bias": "b", "biases": "b"}
_RECURRENT: Final = re.compile(r"d?(?:W[a-z]{1,3}|xt|[ach]t)(?:_\w+)?")
_OF_PARTS: Final = re.compile(r"\w\[[^\]\n\"']{0,40}[,:][^\]\n]{0,40}\]|^\s*for\b")
_ASSIGNED: Final = re.compile(
    rf"\s*(?:(?P<name>{_WORD})\s*=(?!=)|return\b)\s*(?P<value>\S.{{0,200}}?)"
)
_TIMES: Final = r"(?:\.T|\.transpose\(\))?"
_PRODUCT: Final = re.compile(
    rf"(?:np|numpy)\.(?:dot|matmul)\(\s*(?P<left>{_WORD}){_TIMES}\s*,\s*(?P<right>{_WORD})"
    rf"{_TIMES}\s*\)|(?<![\w.])(?P<one>{_WORD}){_TIMES}(?:\s*@\s*|\.dot\(\s*)"
    rf"(?P<other>{_WORD})"
)
_ADDED: Final = re.compile(
    rf"\+\s*(?:[\w.]{{1,40}}\s*@\s*)?(?P<name>{_WORD}){_TIMES}\s*$"
)
_DERIVED: Final = re.compile(
    r"(?:d[LCJE]_?d_?|grad_|d_?)(?P<of>[A-Za-z]\w{0,40})"
    r"|(?P<by>[A-Za-z]\w{0,40}?)_(?:error|grad|gradient)"
)
_LINE: Final = re.compile(
    rf"(?P<indent>\s*)(?:return\s+|(?P<place>{_WORD})(?P<mask>\[[^\]]{{1,40}}\])?\s*"
    r"(?P<sign>[-+*/]?=)(?!=)\s*)(?P<value>\S.{0,300})"
)
_LEFT: Final = re.compile(
    r"\.shape|\bstr\(|np\.(?:zeros|ones|random)|\b(?:Y|y|AL|Y_?hat|y_?hat|targets?)\b"
)
_MASK: Final = re.compile(
    rf"(?P<name>{_WORD})\[(?P<by>{_WORD})\s*<=?\s*0\]\s*=\s*0(?:\.0?)?"
)
_COPY: Final = re.compile(
    rf"(?P<one>{_WORD})(?:\.copy\(\))?|np\.(?:array|copy)\(\s*(?P<other>{_WORD})[^()]{{0,40}}\)"
)
_SLOPE_OF: Final = re.compile(
    rf"(?:self\.)?(?P<name>\w{{1,60}})\(\s*(?P<given>{_WORD})\s*,\s*(?P<of>{_WORD})\s*\)"
)
_SIZE: Final = re.compile(
    r"(?<![\w.])(?:len\(\s*(?:self\.)?\w{1,40}\s*\)"
    r"|(?:self\.)?\w{1,40}\.(?:shape\[0\]|size\(0\)|__len__\(\)))(?!\w)"
)
_ONES: Final = re.compile(r"(?<![\w.])(?:self\.)?[Oo]nes(?![\w(.\[])")
_COUNT: Final = re.compile(r"(?<![\w.])self\.(?:N|m|n_examples|batch_size)(?![\w(.\[])")
_CALLED: Final = re.compile(r"(\w{1,60})\(")
