"""Grade the equations of a text: each statement by itself, with the line it stands on.

The equations are found (`nn.reading.notes`), how the text writes is inferred
(`nn.grading.notation`), and each is judged (`nn.grading.statements`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from autograd_scalar import DataError
from nn.grading.functions_by_layer import with_functions_by_letter
from nn.grading.inputs_in_rows import with_inputs_in_columns
from nn.grading.linear_outputs import with_slopes_at_linear_outputs
from nn.grading.mistakes import MISTAKES
from nn.grading.notation import (
    DEEPEST,
    OF_LOGITS,
    Group,
    Notation,
    all_parts,
    cases_like,
    claims_of_single_neurons,
    groups_of,
    leaves_out_biases,
    name_of,
    notation_of,
    read_as,
    with_outputs_counted,
    words_for,
)
from nn.grading.report import Grade, Verdict
from nn.grading.statements import NO_FORWARD_PASS, Grader, written_widths
from nn.reading.claims import OF_NUMBERS, OF_THE_COST
from nn.reading.code.set_in_latex import set_in_latex
from nn.reading.formula.numpy_spelling import read_name
from nn.reading.formula.tree import (
    Call,
    Layer,
    Symbol,
    parts,
)
from nn.reading.habits.by_definition import by_definitions
from nn.reading.markup.pieces import long_equations, of_lines_people_write
from nn.reading.notes import OF_A_CASE, OF_OTHERS, Ways, has_code, has_words, read_notes

if TYPE_CHECKING:
    from nn.grading.cases import NetworkCase
    from nn.reading.claims import Claim, Notes
    from nn.reading.formula.tree import Tree

__all__ = ["Sizes", "default_sizes", "grade_notes", "score"]

Sizes: TypeAlias = "tuple[int, ...]"

_ONE_LAYER: Final[tuple[Sizes, ...]] = ((3, 1), (3, 2))
_FORWARD: Final = 100
_HARDLY_ANY: Final = 2  # lines that are right where a text was not understood
_ORDER: Final = ("Z", "A", "dA", "dZ", "dW", "db", "W", "b")


def default_sizes(depth: int) -> Sizes:
    """Return sizes that are unlike: 3-4-2, or more hidden layers between.

    >>> default_sizes(2), default_sizes(4)
    ((3, 4, 2), (3, 4, 6, 4, 2))
    """
    return 3, *(4 + 2 * (i % 2) for i in range(depth - 1)), 2


def _depth_of(notes: Notes) -> int:
    """Return how many layers the network of a text has, 2 or more."""
    depth = 2
    for claim in notes.claims:
        for tree in (claim.target, claim.formula):
            for part in parts(tree) if tree is not None else ():
                if isinstance(part, Symbol) and part.layer is not None:
                    base, offset = part.layer.base, part.layer.offset
                    named = part.name in {"W", "b", "dW", "db"}
                    if not base and named:
                        depth = max(depth, min(offset, DEEPEST))
                    if base == "L" and part is claim.target:
                        depth = max(depth, min(1 - offset, DEEPEST))
    return depth


def _names_no_layer(notes: Notes) -> bool:
    """Return whether a text may be about one layer: inputs, weights, outputs."""
    layers = [
        part.layer
        for claim in notes.claims
        for tree in (claim.target, claim.formula)
        if tree is not None
        for part in all_parts(tree)
        if isinstance(part, Symbol) and part.layer is not None
    ]
    one = {Layer("", 0), Layer("", 1), Layer("L"), Layer("l")}
    return one.issuperset(layers)


def score(grade: Grade) -> int:
    """Return how much of a text is right, to choose the network that it is about.

    A statement of the forward pass counts for many: a definition is not where mistakes
    are.
    """
    return sum(
        _FORWARD if verdict.quantity[:1] in {"A", "Z"} else 1
        for verdict in grade.judged
        if verdict.is_right
    )


def grade_notes(
    text: str, case_of: Callable[[Sizes], NetworkCase], searches: bool = True
) -> Grade:
    """Grade what a text states; ``case_of`` gives a network of such sizes, or its own.

    Without ``searches`` what is not in the table of mistakes has no name: it is faster.

    Raises:
        DataError: nothing in it can be read as an equation of a network.
    """
    read: list[Notes] = []
    grades: list[Grade] = []
    failures: list[DataError] = []
    defined: list[Grade] = []
    beside: list[Grade] = []  # of mathematics as code, which is set as well
    too_long = long_equations(text)
    text = of_lines_people_write(text)
    is_right = False
    renamed, in_latex = by_definitions(text), set_in_latex(text)
    again = [(renamed, ways) for ways in _OF_RENAMED if renamed != text]
    for text_, ways in _readings(text, in_latex) + again:
        may_differ = ways.respelled or (ways.written_out and not ways.with_code)
        is_other = text_ != text and text_ == renamed
        if is_right and not (is_other or (may_differ and text_ == text)):
            continue  # only what follows may find more
        of_code, of_words = ways.with_code, ways.as_words
        if (of_code and not has_code(text)) or (of_words and not has_words(text)):
            continue
        if read and len(text) > _LONGEST_READ_AGAIN:
            break
        if ways.maths_first and not read[0].has_lines:
            continue
        notes = _read_once(text_, ways)
        if not notes.is_reread or notes in read:
            continue
        if is_right and ways.written_out and not _says_otherwise(notes, read[0]):
            continue
        read.append(notes)
        try:
            one = _in_best_network(notes, case_of, searches)
        except DataError as error:
            failures.append(error)
            continue
        if not failures or any(each.is_right for each in one.judged):
            as_code = ways.with_code and text_ == text != in_latex
            (beside if as_code else grades).append(one)
            defined += [one] if notes.is_defined else []
        all_right = all(each.is_right for each in one.judged)
        whole = all(_is_a_loss(said, why) for _, said, why in one.left_out)
        is_right = is_right or (all_right and whole and not has_code(text))
    grades += beside if _judged_lines(beside) > _judged_lines(grades) else []
    if not grades and too_long:
        line, left, why = too_long[0]
        msg = f"{failures[0]}; line {line}, {left!r}, was not read: {why}"
        raise DataError(msg) from failures[0]
    if not grades:
        raise failures[0]
    plain = {each.line for each in grades[0].judged}
    most = max(_understood_lines(one, plain)[0] for one in grades)
    best = max(
        [one for one in defined if _is_clear(one, most)] or grades,
        key=lambda one: _understood_lines(one, plain),
    )
    return _with_long(_without_other_sides(_without_doubtful(best)), too_long)


def _readings(text: str, in_latex: str) -> list[tuple[str, Ways]]:
    """Return the ways to read a text as it stands, and as it is set in LaTeX."""
    found = [(text, ways) for ways in _READINGS]
    if in_latex != text:
        of_lines = (Ways(maths_first=True), Ways(respelled=True))
        found += [(in_latex, ways) for ways in _READINGS if ways not in of_lines]
    return found


def _judged_lines(grades: Sequence[Grade]) -> int:
    """Count the lines that are judged, in the grade in which most are."""
    return max(
        (
            len({v.line for v in one.judged if v.status != "cannot be read"})
            for one in grades
        ),
        default=0,
    )


def _with_long(grade: Grade, too_long: Sequence[tuple[int, str, str]]) -> Grade:
    """Say what was not read as it is too long; a gradient is none that is right."""
    judged, left_out = [*grade.judged], [*grade.left_out]
    for line, left, why in too_long:
        symbol = read_name(left)
        if symbol is not None and symbol.name in {"dA", "dZ", "dW", "db"}:
            judged.append(Verdict(left, "cannot be read", message=why, line=line))
        else:
            left_out.append((line, f"{left} = ...", why))
    return replace(grade, judged=tuple(judged), left_out=tuple(left_out))


def _says_otherwise(notes: Notes, plain: Notes) -> bool:
    """Return whether the layers by definitions are others than those read plainly."""
    said, other = (
        [(one.line, str(one.target), str(one.formula)) for one in each.claims]
        for each in (notes, plain)
    )
    return notes.is_defined and said != other


def _is_clear(grade: Grade, most: int) -> bool:
    """Return whether a reading by definitions leaves nothing unread, and most is right.

    Of what it calls wrong others may make something right, as they do not know which
    layer a name is of; they are not to be believed.
    """
    lines: dict[int, bool] = {}
    for each in grade.judged:
        lines[each.line] = lines.get(each.line, True) and each.is_right
    wrong = len(lines) - sum(lines.values())
    unread = any(each.status == "cannot be read" for each in grade.judged)
    unread = unread or any(why.startswith("cannot") for *_, why in grade.left_out)
    return not unread and len(lines) >= most and wrong <= (1 - _NEARLY_ALL) * len(lines)


def _without_other_sides(grade: Grade) -> Grade:
    """Leave out what cannot be read of a forward pass where it is right as well.

    One side of ``a = g(z) = ...`` says what it is, and another needs no reading.
    """
    known = {
        (each.line, each.text)
        for each in grade.judged
        if each.is_right and _is_forward(each)
    }
    judged = [
        each
        for each in grade.judged
        if not (
            each.status == "cannot be read"
            and _is_forward(each)
            and (each.line, each.text) in known
        )
    ]
    return replace(grade, judged=tuple(judged))


def _is_forward(verdict: Verdict) -> bool:
    return verdict.quantity[:1] in {"A", "Z"}


def _without_doubtful(grade: Grade) -> Grade:
    """Call nothing wrong in a text of which next to nothing was understood.

    Where a line or two are right and more cannot be read, what seems to be a mistake is
    most often notation that was misread.
    """
    lines: dict[int, set[str]] = {}
    for each in grade.judged:
        word = "right" if each.is_right else each.status
        lines.setdefault(each.line, set()).add(word)
    right = sum(words == {"right"} for words in lines.values())
    unread = {line for line, words in lines.items() if "cannot be read" in words}
    unread |= {line for line, _, why in grade.left_out if why.startswith("cannot read")}
    if right > _HARDLY_ANY or len(unread) <= max(right, _HARDLY_ANY):
        return grade
    words = "too little of the text was understood to call this a mistake"
    judged = [
        replace(
            each,
            status="cannot be read",
            mistake="",
            message=f"{words}: {each.message}",
        )
        if each.status in {"wrong", "does not fit"}
        else each
        for each in grade.judged
    ]
    return replace(grade, judged=tuple(judged))


def _is_a_loss(text: str, reason: str) -> bool:
    """Return whether what was left out is the cost, or of numbers or others."""
    return reason in {OF_A_CASE, OF_NUMBERS, OF_OTHERS} or (
        reason == OF_THE_COST and _OF_LOSSES.search(text) is not None
    )


# in each setting that a text may be about
_read_once = lru_cache(maxsize=64)(read_notes)


def _understood_lines(grade: Grade, plain: set[int]) -> tuple[int, int, int, int]:
    """Count the lines that are right, those that are not, and mistakes by name.

    What is not judged of the lines of the plain reading is none that is right: no
    reading is better as it leaves out a mistake. A reading that explains a mistake by
    one of the table understands more of it; so does one that reads a line which no
    other can, where nearly all others are right.
    """
    lines: dict[int, bool] = {}
    for each in grade.judged:
        fits = each.is_right or each.status == "follows"
        lines[each.line] = lines.get(each.line, True) and fits
    right = sum(lines.values())
    known = {row.id for row in MISTAKES}
    named = sum(each.mistake in known for each in grade.judged)
    unread = {each.line for each in grade.judged if each.status == "cannot be read"}
    unread |= plain - lines.keys()
    every = len(lines.keys() | plain)
    most = right >= _NEARLY_ALL * every
    return right, right - every, named, -len(unread) if most else -every


def _in_best_network(
    notes: Notes, case_of: Callable[[Sizes], NetworkCase], searches: bool
) -> Grade:
    """Grade what was found in a text, on one layer if it may be about one."""
    if not any(claim.kind not in {"unread", "name"} for claim in notes.claims):
        raise DataError(_nothing(notes))
    case = case_of(default_sizes(_depth_of(notes)))
    best = _graded(notes, case, searches)
    softmax = OF_LOGITS.get(case.loss_name) == "softmax"
    for sizes in _ONE_LAYER if _names_no_layer(notes) else ():
        if softmax and sizes[-1] == 1:
            continue
        case = case_of(sizes)
        if case.sizes == sizes:
            other = _graded(notes, case, searches)
            best = max(best, other, key=_lines_right)
    return best


def _lines_right(grade: Grade) -> tuple[int, int, int]:
    """Count the lines in which all is right, those of the forward pass many times.

    Of a network with more layers a line may say more. Then mistakes by name count.
    """
    lines: dict[int, bool] = {}
    forward = {each.line for each in grade.judged if _is_forward(each)}
    for each in grade.judged:
        lines[each.line] = lines.get(each.line, True) and each.is_right
    right = [
        _FORWARD if n in forward else 1 for n, is_right in lines.items() if is_right
    ]
    return sum(right), len(grade.mistakes), score(grade)


def _graded(notes: Notes, case: NetworkCase, searches: bool) -> Grade:
    """Grade what was found in a text, in one network and others of its kind."""
    claims = with_outputs_counted(notes.claims, case, notes.of_one_example)
    claims = with_slopes_at_linear_outputs(claims, case)
    claims = with_functions_by_letter(claims, case)
    claims, turned = with_inputs_in_columns(claims)
    biases = not leaves_out_biases(claims, notes.says_no_biases)
    found: list[tuple[tuple[int, ...], Verdict]] = []
    words: list[str] = []
    notations: list[Notation] = []
    title = ""
    for group in groups_of(claims, case, notes.of_one_example, notes.batch_from):
        cases = cases_like(case, group.one_example, biases, notes.sizes)
        title = title or _title(cases[0])
        of_mean = notes.cost_is_mean and all(one.numpy for one in group.claims)
        notation = notation_of(group, claims, cases[0], of_mean, notations)
        notations.append(notation)
        words.append(group.named + words_for(group, notation, case.loss_name))
        if not biases:
            words[-1] += "; without biases"
        read = read_as(group.claims, notation)
        of_neurons: Sequence[Claim] = group.claims
        if not notes.of_one_neuron:
            of_neurons = claims_of_single_neurons(group.claims)
        of_single = {id(one) for one in of_neurons}
        graders = [
            Grader(cases, notation, biases, is_single, read, searches)
            for is_single in (False, True)
        ]
        verdicts = [
            verdict
            for claim, of in zip(read, group.claims, strict=True)
            for grader in [graders[id(of) in of_single]]
            for verdict in (
                _in_either_layout(grader, claim)
                if notes.has_rows
                else grader.verdicts(claim)
            )
        ]
        found += [
            ((*_place(each.quantity, case.last), each.line), each)
            for each in _sure(
                _understood(verdicts, _has_unknown_names(group, notes)), claims
            )
            for each in [_in_rows(each) if notes.has_rows else each]
        ]
    found.sort(key=lambda pair: pair[0])
    left = [(o.line, o.text, o.reason) for o in notes.left_out]
    asides = _asides([verdict for _, verdict in found])
    left += dict.fromkeys((one.line, one.text, _OF_ANOTHER) for one in asides)
    found = [pair for pair in found if pair[1] not in asides]
    judged = {verdict.line for _, verdict in found}
    left += [
        (claim.line, claim.text, "it gives a name to a formula")
        for claim in claims
        if claim.kind == "name" and claim.line not in judged
    ]
    left_out = tuple(sorted(left))
    letters = sorted(notes.letters.items())
    if letters:
        shown = (f"{_plain(one)} as {_plain(other)}" for one, other in letters)
        words[0] += f"; {', '.join(shown)}"
    words[0] += f"; {turned}" if turned else ""
    said = f"Read as: {'. '.join(words)}."
    return Grade(title, said, tuple(v for _, v in found), left_out)


def _in_either_layout(grader: Grader, claim: Claim) -> list[Verdict]:
    """Judge a claim of a text that says that derivatives by vectors are rows.

    It may turn to columns further on, as for a batch: so either layout is right.
    """
    found = grader.verdicts(claim)
    if all(each.is_right for each in found):
        return found
    for rows in (grader.in_rows(), grader.in_rows("db")):
        others = rows.verdicts(claim)
        if all(each.is_right for each in others):
            return others
    return found


def _asides(verdicts: Sequence[Verdict]) -> list[Verdict]:
    r"""Return what is said of z or a that is none of this network, which is said too.

    A rule that is recalled, "for ``z = W x`` it is ...", has no biases and no layers.
    """
    said = {one.quantity for one in verdicts if one.is_right}
    return [
        one
        for one in verdicts
        if one.message.startswith(NO_FORWARD_PASS) and one.quantity in said
    ]


def _has_unknown_names(group: Group, notes: Notes) -> bool:
    """Return whether a name stands in a formula of which nothing was understood."""
    errors = [claim.error for claim in group.claims]
    errors += [one.reason for one in notes.left_out]
    return any(_UNKNOWN in error for error in errors)


def _understood(verdicts: list[Verdict], has_unknown_names: bool) -> list[Verdict]:
    """Call unread what is wrong, where most of a text is and no mistake explains it.

    There it is the notation that was not understood; so too where there are names that
    are not known. Mistakes of the table are kept.
    """
    judged = [each for each in verdicts if _QUANTITY.fullmatch(each.quantity)]
    known = {row.id for row in MISTAKES}
    explained = sum(each.is_right or each.mistake in known for each in judged)
    few_right = len(judged) >= _FEW and explained * 2 < len(judged)
    if not few_right and not has_unknown_names:
        return verdicts
    words = "its notation was not understood: most of the text is not right as it was"
    if not few_right:
        words = "its notation was not understood: other names could not be"
    return [
        _as_unread(each, f"{words} read")
        if each.status in {"wrong", "does not fit"}
        and each.mistake not in known
        and (few_right or each in judged or each.quantity.startswith("update"))
        else each
        for each in verdicts
    ]


def _sure(verdicts: list[Verdict], claims: Sequence[Claim]) -> list[Verdict]:
    """Call unread what takes one letter for another, where one is not known for sure.

    What is called a may be a sum or an activation, if what says so was not read.
    """
    unread = {name_of(one.target) for one in claims if one.kind == "unread"}
    if any(one.kind == "unread" and _calls_g(one.target) for one in claims):
        lines = {one.line for one in claims if one.formula and _calls_g(one.formula)}
        words = "what the function is was not understood"
        verdicts = [
            _as_unread(each, words)
            if each.line in lines and each.status in {"wrong", "does not fit"}
            else each
            for each in verdicts
        ]
    written = "\n".join(one.text for one in claims)
    words = "nothing says whether what is in the brackets is a sum or an activation"
    verdicts = [
        _as_unread(each, words)
        if each.mistake == "act-sigmoid-twice"
        and (of := _SLOPE_AT.search(each.text)) is not None
        and not re.search(_OF_AN_ACTIVATION.format(re.escape(of["letter"])), written)
        else each
        for each in verdicts
    ]
    if not unread & {"Z", "A"}:
        return verdicts
    words = "which letter is the activation was not understood"
    return [
        _as_unread(each, words) if each.mistake == "other-quantity" else each
        for each in verdicts
    ]


def _in_rows(verdict: Verdict) -> Verdict:
    """Call a derivative by a vector right that is a row, where the text says so."""
    if verdict.mistake != "transposed" or verdict.quantity[:2] not in {"dA", "dZ"}:
        return verdict
    words = "derivatives by vectors are rows here"
    return Verdict(
        verdict.quantity, "right by another convention", line=verdict.line,
        message=words,
    )  # fmt: skip


def _calls_g(tree: Tree) -> bool:
    """Return whether a function that is no usual one is taken of something."""
    return any(isinstance(part, Call) and part.function == "g" for part in parts(tree))


def _as_unread(verdict: Verdict, words: str) -> Verdict:
    message = f"{words}; {verdict.message}"
    return replace(verdict, status="cannot be read", message=message)


def _plain(letter: str) -> str:
    r"""Return a letter as it is shown: ``\yhat`` is the output."""
    return {r"\yhat": "the output", "t": "the target"}.get(letter, letter.lstrip("\\"))


def _nothing(notes: Notes) -> str:
    msg = "grade needs equations such as 'dW1 = dZ1 @ X.T', got none"
    unread = next((claim.error for claim in notes.claims if claim.error), "")
    if unread:
        return f"{msg} that can be read: {unread}"
    if notes.left_out:
        left = notes.left_out[0]
        return f"{msg}; line {left.line}, {left.text!r}: {left.reason}"
    if notes.claims:
        first = notes.claims[0]
        return f"{msg}; line {first.line}, {first.text!r}, names no layer that is known"
    return msg


def _place(quantity: str, last: int) -> tuple[int, ...]:
    """Order verdicts: forward, from the output back, then what is no quantity."""
    match = _QUANTITY.fullmatch(quantity)
    if match is None:
        return 2, 0, 0
    name, layer = match[1], int(match[2])
    if name in {"Z", "A"}:
        return 0, layer, _ORDER.index(name)
    return 1, last - layer, _ORDER.index(name)


def _title(case: NetworkCase) -> str:
    names = ", ".join(g.name for g in case.activations)
    examples = f"m = {case.m} examples" if case.m > 1 else "1 example"
    network = f"{written_widths(case)} network ({names})"
    return f"{network}, {case.loss_name}, {case.reduction} over {examples}"


# What stands alone as code or as mathematics first, code between fences or not, and
# mathematics in words as code or not: the reading in which most is right is taken.
_READINGS: Final = (
    Ways(),
    Ways(renamed=True),
    Ways(written_out=True),
    Ways(by_shape=True),
    Ways(by_neuron=True),
    Ways(maths_first=True),
    Ways(with_code=True),
    Ways(renamed=True, with_code=True),
    Ways(by_shape=True, with_code=True),
    Ways(written_out=True, with_code=True),
    Ways(as_words=True),
    Ways(as_words=True, with_code=True),
    Ways(respelled=True),
)

# f'(a_k), and what shows that such an a is an activation: a = f(..), a - y, W a, a^T
_SLOPE_AT: Final = re.compile(
    r"'\s*(?:\\big|\\Big|\\left)?\s*[({]\s*(?P<letter>\\?[A-Za-z]+)"
)
_OF_AN_ACTIVATION: Final = (
    r"(?<![\\A-Za-z'(])(?:{0}(?:[_^]\{{?[^{{}}=]{{0,9}}\}}?){{0,2}}\s*(?:=\s*\\?[a-zA-Z]+'?\s*(?:\\left)?\(|[-−]\s*[ytYT]|\^\s*\{{?[^{{}}=]{{0,9}}(?:T|\\top))"
    r"|[ytYT](?:[_^]\{{?\w{{0,5}}\}}?)?\s*[-−]\s*{0})"
    r"|[Ww](?:[_^]\{{?[^{{}}=]{{0,9}}\}}?){{0,2}}\s*{0}(?![A-Za-z])"
)
_NEARLY_ALL: Final = 0.8
_OF_RENAMED: Final = (Ways(), Ways(with_code=True))

_LONGEST_READ_AGAIN: Final = 40_000  # characters, as no notes have more

_OF_LOSSES: Final = re.compile(r"\\sum|∑|Σ|\\?log|\\?ln\b|\^\{?2|²|\*\*\s?2")

_OF_ANOTHER: Final = "what this layer computes stands elsewhere: not judged"

_UNKNOWN: Final = "there is no such quantity"

_FEW: Final = 5  # statements, of which one or two may well be wrong

_QUANTITY: Final = re.compile(r"(dA|dZ|dW|db|Z|A)([0-9]+)")
