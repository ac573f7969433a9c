r"""Find the equations in a text: formulas one a line, or Markdown with formulas in it.

In Markdown they stand between ``$``, ``$$``, ``%%``, ``\(...\)``, ``\[...\]``, or alone
on a line. An equation that begins with ``=`` goes on with the one above. Code between
fences is read where there is nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Final, TypeAlias

from autograd_scalar import DataError
from nn.reading.claims import (
    OF_NUMBERS,
    ClaimReader,
    LeftOut,
    Notes,
    Piece,
    target_of,
    with_last_layers,
    with_steps_taken_off,
)
from nn.reading.code.any_signs import in_numpys_signs
from nn.reading.code.helpers import (
    helpers_of,
    with_slopes_returned,
    without_bodies,
    without_local_names,
)
from nn.reading.code.neurons import as_neurons
from nn.reading.code.octave import in_numpys_spelling, is_octave, says_no_product
from nn.reading.code.plain import (
    costs_of,
    in_entries,
    in_one_name,
    names_of_outputs,
    with_outputs_called_y,
    without_remarks,
    without_sizes,
)
from nn.reading.code.program import Program
from nn.reading.code.worded import in_words
from nn.reading.equations import Chain, Side, read_chains
from nn.reading.formula.numpy_spelling import LONGEST, read_name
from nn.reading.formula.tree import (
    Binary,
    Symbol,
    parts,
    rewritten,
)
from nn.reading.habits.any_functions import of_any_functions
from nn.reading.habits.by_forward_pass import in_our_letters
from nn.reading.habits.index_letters import with_layers_of_indices
from nn.reading.habits.updates import (
    takes_means_of_gradients,
)
from nn.reading.habits.words import with_layers_of_words
from nn.reading.habits.written_out import written_out
from nn.reading.letters.dialect import Dialect, dialect_of
from nn.reading.markup.differentials import is_a_rule
from nn.reading.markup.pieces import joined, of_lines_people_write, pieces_of
from nn.reading.markup.prose import (
    costs_one_example,
    has_one_neuron_a_layer,
    has_rows,
    is_by_neurons,
    line_of_a_batch,
    says_no_biases,
    speaks_of_one_example,
    writes_one_example_out,
)
from nn.reading.rewriting import rewritten_formulas, rewritten_text

__all__ = ["OF_A_CASE", "OF_OTHERS", "Ways", "has_code", "has_words", "read_notes"]


@dataclass(frozen=True, slots=True)
class Ways:
    """How a text may be read.

    Attributes:
        maths_first: what stands alone on its line as mathematics, if that is possible;
            else as code, if that is.
        by_shape: what a letter is follows from the shape of the definitions.
        by_neuron: every neuron is written out, and the sums say which weight is which.
        written_out: so, and every symbol is given the layer and number that it has.
        with_code: with what stands between fences, though there is something else.
        as_words: mathematics whose names are words as code.
        renamed: in our letters, as the forward pass says what each is.
        respelled: a text without LaTeX in NumPy's spelling, whichever signs it writes.
    """

    maths_first: bool = False
    by_shape: bool = False
    by_neuron: bool = False
    written_out: bool = False
    with_code: bool = False
    as_words: bool = False
    renamed: bool = False
    respelled: bool = False


PLAINLY: Final = Ways()
_Formula: TypeAlias = tuple[
    int, str, bool
]  # its line, and whether it stands in no marks


def has_code(text: str) -> bool:
    """Return whether something stands between fences."""
    return "```" in text or "~~~" in text


def has_words(text: str) -> bool:
    """Return whether names of mathematics are words, such as dscores."""
    return len(_WORDS.findall(text)) >= _ENOUGH_WORDS


def read_notes(text: str, ways: Ways = PLAINLY) -> Notes:
    r"""Return what a text states, in its order.

    >>> text = r"As $\delta^L = a^L - y$, it is $\partial C/\partial b^L = \delta^L$."
    >>> notes = read_notes(text)
    >>> [f"{claim.target} = {claim.formula}" for claim in notes.claims]
    ['dZ[L] = A[L] - Y', 'db[L] = dZ[L]']

    What stands alone on its line may be code or mathematics. It is read as code if it
    can be, or as `Ways` says.

    Raises:
        DataError: the text is too long, or has too many equations.
    """
    text = of_lines_people_write(text)
    given = in_numpys_signs(text) if ways.respelled else text
    if ways.respelled and given == text:
        return Notes(is_reread=False)
    text = rewritten_text(given)
    stated = without_local_names(without_bodies(with_slopes_returned(text)))
    pieces = joined(pieces_of(stated, of_code=ways.with_code))
    found = islice(in_words(pieces) if ways.as_words else pieces, _MOST_PIECES + 1)
    notes = _notes_of(found, text, ways)
    if not any(claim.kind not in {"unread", "name"} for claim in notes.claims):
        code = list(islice(pieces_of(stated, of_code=True), _MOST_PIECES + 1))
        of_code = _notes_of(code, text, ways)
        if len(of_code.claims) > len(notes.claims):
            return of_code
    return notes


def _notes_of(  # noqa: PLR0915
    given: Iterable[tuple[int, str, bool]],
    text: str,
    ways: Ways,
) -> Notes:
    """Return what some formulas of a text state."""
    notes = Notes()
    pieces = []
    given = [one for one in given if not _ORDER_OF_COST.fullmatch(one[1])]
    asides = [
        (one, reason) for reason, of in _ASIDES.items() for one in of(given, text)
    ]
    notes.left_out += [LeftOut(n, one.strip(), why) for (n, one, _), why in asides]
    aside = {one for one, _ in asides}
    found = [
        (n, without_sizes(one) if is_bare else one, is_bare)
        for n, one, is_bare in given
        if (n, one, is_bare) not in aside
    ]
    found = _with_conditions(found)
    short = [one for _, one, is_bare in found if is_bare and len(one) <= LONGEST]
    plain = iter(in_entries(short))
    found = [
        (n, next(plain) if is_bare and len(one) <= LONGEST else one, is_bare)
        for n, one, is_bare in found
    ]
    alike = rewritten_formulas([formula for _, formula, _ in found])
    found = [(n, new, bare) for (n, _, bare), new in zip(found, alike, strict=True)]
    if ways.renamed:
        marked = [formula for _, formula, bare in found if not bare]
        ours = in_our_letters(marked)
        if ours is None:
            notes.is_reread = False
            return notes
        new = iter(ours)
        found = [(n, one if bare else next(new), bare) for n, one, bare in found]
    neurons, placed = None, set[int]()
    if ways.written_out:
        found = [(n, without_remarks(a) if bare else a, bare) for n, a, bare in found]
        as_code = _with_neurons(found, text) if ways.with_code else found
        neurons = written_out([(one, bare) for _, one, bare in as_code])
        found = found if neurons is None else as_code
        words = None
        if neurons is None and any("\\" in one for _, one, _ in found):
            said = [one for _, one, _ in found]
            words = with_layers_of_words(said) or with_layers_of_indices(said)
        if neurons is None and words is None:
            notes.is_reread = False
            return notes
        if words is not None:
            notes.is_defined = not ways.with_code
            found = [  # code beside mathematics keeps the names of its own
                (n, one if bare and _OF_CODE.search(one) else new, bare)
                for (n, one, bare), new in zip(found, words, strict=True)
            ]
    if neurons is not None:
        every = list(zip(found, neurons.formulas, strict=True))
        pairs = [(one, new) for one, new in every if new is not None]
        notes.left_out += [
            LeftOut(n, one.strip(), OF_NUMBERS)
            for (n, one, _), new in every
            if new is None
        ]
        found = [(n, new, bare and new == one) for (n, one, bare), new in pairs]
        placed = {
            n + k
            for (n, one, _), new in pairs
            if new != one
            for k in range(new.count("\n") + 1)
        }
    formulas = [one for _, one, bare in found if not (bare and _OF_WORDS.search(one))]
    braced = list(map(_with_layers_braced, formulas))
    dialect = dialect_of(braced, text, ways.by_shape, ways.by_neuron)
    notes.letters.update(dialect.shaped or dialect.letters)
    maths = [one for _, one, is_bare in given if not is_bare]
    notes.of_one_example = speaks_of_one_example(text)
    notes.of_one_example |= costs_one_example(maths, text)
    notes.of_one_example |= writes_one_example_out(maths, text)
    notes.of_one_example |= takes_means_of_gradients([one for _, one, _ in given])
    notes.batch_from = line_of_a_batch(text)
    notes.of_one_neuron = has_one_neuron_a_layer(text)
    notes.has_rows = has_rows(text)
    notes.says_no_biases = says_no_biases(text)
    notes.sizes = neurons.sizes if neurons else dialect.neurons.sizes
    notes.has_lines = any(is_bare for *_, is_bare in found)
    is_new = not ways.by_shape or dialect.shaped
    if not is_new or (ways.by_neuron and not dialect.neurons.sizes):
        notes.is_reread = False
        return notes
    bare = [
        formula if len(formula) <= LONGEST and "\\" not in formula else ""
        for _, formula, is_bare in found
        if is_bare
    ]
    bare = with_outputs_called_y(bare)
    of_octave, one_product = is_octave(bare), says_no_product(bare)
    is_mean = any(_MEAN_FORMULA.search(one) for _, one, is_bare in found if not is_bare)
    is_mean = is_mean or _MEAN_RETURNED.search(text) is not None
    notes.cost_is_mean = any(map(_MEAN_COST.match, bare)) or (
        is_mean and not any(map(_DIVIDED_STEP.match, bare))
    )
    costs = costs_of(bare)
    lines = [
        in_numpys_spelling(in_one_name(without_remarks(each), costs), of_octave)
        for each in bare
    ]
    blocks = _blocks(text, [n for n, _, is_bare in found if is_bare])
    program = Program(
        lines, of_octave, one_product, helpers_of(text), names_of_outputs(text), blocks
    )
    number = 0
    maths_first = ways.maths_first or ways.by_neuron
    for line, formula, is_bare in found:
        read = _as_mathematics(line, formula, dialect) if maths_first else None
        read = read or _read(line, formula, is_bare, dialect, program, number)
        number += is_bare
        pieces += [_with_any_product(piece) for piece in read] if one_product else read
        if len(pieces) > _MOST_PIECES:
            msg = f"a text to grade has at most {_MOST_PIECES} formulas"
            raise DataError(msg)
    sides = [s for one in pieces for chain in one.chains for s in chain.sides]
    of_loss = any(side.of_loss for side in sides)
    two_costs = of_loss and not any(_SAME_COST.fullmatch(one) for _, one, _ in given)
    mixed, of_vectors = any(map(_has_delta, sides)), _OF_VECTORS.search(text)
    reader = ClaimReader(notes, two_costs, mixed, of_vectors is not None)
    for each in pieces:
        reader.add(each)
        if len(notes.claims) + len(notes.left_out) > _MOST:
            msg = f"a text to grade has at most {_MOST} equations"
            raise DataError(msg)
    notes.claims[:] = [
        replace(one, is_placed=True) if one.line in placed else one
        for one in with_steps_taken_off(with_last_layers(notes.claims))
    ]
    return notes


def _of_any_functions(given: Sequence[_Formula], text: str) -> list[_Formula]:
    """Return the formulas that recall the chain rule of any functions."""
    recalled = of_any_functions([formula for _, formula, _ in given])
    return [one for one, is_any in zip(given, recalled, strict=True) if is_any]


def _of_momentum(given: Sequence[_Formula], text: str) -> list[_Formula]:
    """Return the formulas of steps that go on from the last one."""
    return [one for one in given if _OF_MOMENTUM.search(one[1])]


def _of_rules(given: Sequence[_Formula], text: str) -> list[_Formula]:
    """Return the rules of differentials."""
    return [one for one in given if is_a_rule(one[1])]


def _of_notation(given: Sequence[_Formula], text: str) -> list[_Formula]:
    """Return the formulas that write out a vector of derivatives, and go not on."""
    following = [*(formula for _, formula, _ in given[1:]), ""]
    return [
        one
        for one, after in zip(given, following, strict=False)  # of none, none
        if is_by_neurons(one[1]) and not _GOES_ON.match(after)
    ]


def _with_neurons(
    found: list[tuple[int, str, bool]], text: str
) -> list[tuple[int, str, bool]]:
    """Return the formulas with lines of code as equations of single neurons."""
    code = [one for _, one, bare in found if bare]
    spelled = iter(as_neurons(code, helpers_of(text)))
    return [(n, next(spelled) if bare else one, bare) for n, one, bare in found]


def _blocks(text: str, numbers: Sequence[int]) -> list[int]:
    r"""Return which piece of code each line is of: prose and fences part them.

    >>> text = "W = W - d\n\n# back\na = W.T\nNow the next one is:\nb = a"
    >>> _blocks(text, [1, 4, 6])
    [0, 0, 1]
    """
    found: list[int] = []
    lines, block, before = text.split("\n"), 0, 0
    for number in numbers:
        between = lines[before : number - 1] if before else []
        block += any(_PROSE.match(line) is not None for line in between)
        found.append(block)
        before = number
    return found


def _in_one_case(
    given: list[tuple[int, str, bool]], text: str
) -> list[tuple[int, str, bool]]:
    r"""Return the formulas behind ``k = c:`` of which c is no index: of one class.

    The next sentence is of no case any more. Nor is what follows where the condition
    tells which term of a sum is left, as in "all but ``k = j`` vanish".

    >>> given = [(1, "k = j", False), (1, "a = z + 1", False)]
    >>> texts = "If $k = j$, $a = z + 1$", "(only $k = j$ is left.) So $a = z + 1$"
    >>> [len(_in_one_case(given, text)) for text in texts]
    [1, 0]
    >>> len(_in_one_case(given, "Only the term $k = j$ is left: $a = z + 1$"))
    0
    """
    found = []
    lines = text.split("\n")
    for (line, condition, _), after in pairwise(given):
        match = _CONDITION.fullmatch(condition)
        if match is not None and after[0] - line <= 1 and "=" in after[1]:
            here = "\n".join(lines[line - 1 : after[0]])
            before, _, said = here.partition(condition.strip())
            of_terms = _OF_TERMS.search(before[-_NEAR:] + said[:_NEAR])
            if _ONE_TERM.search(before) and of_terms:
                continue
            if _NEXT_SENTENCE.search(said.partition(after[1].strip())[0]):
                continue
            indices = set(re.findall(r"[_^]\{?([A-Za-z]{1,3})", after[1]))
            if not set(match.groups()) <= set("".join(indices)):
                found.append(after)
    return found


def _with_conditions(
    given: list[tuple[int, str, bool]],
) -> list[tuple[int, str, bool]]:
    r"""Put ``i \neq j`` behind the derivative that holds where the prose says so.

    It stands before the derivative, as in "when $i \neq j$", or behind it in its line.

    >>> pair = (r"\frac{\partial s_i}{\partial z_j}", r"i \neq j")
    >>> given = [(1, f"{pair[0]} = 0", False), (1, pair[1], False)]
    >>> _with_conditions(given)[0][1]
    '\\frac{\\partial s_i}{\\partial z_j} = 0 , i \\neq j'
    """
    found, taken = list(given), set[int]()
    for i, (line, text, _) in enumerate(given):
        match = _CONDITION.fullmatch(text)
        if match is None or len({*match.groups()}) < 2:  # noqa: PLR2004
            continue
        for k in (i - 1, i + 1):
            if not 0 <= k < len(given) or k in taken:
                continue
            number, formula, bare = given[k]
            near = number == line if k < i else number - line <= _SOON
            if near and _is_of_pair(formula, match.groups()):
                found[k] = number, f"{formula.rstrip(' .,;')} , {text.strip()}", bare
                taken.add(k)
                break
    return found


def _is_of_pair(formula: str, pair: Sequence[str]) -> bool:
    """Return whether it is one equation, of a derivative with both indices."""
    left, *others = formula.split("=")
    derived = _OF_ENTRIES_DERIVED.search(left)
    return len(others) == 1 and derived is not None and {*derived.groups()} == {*pair}


def _of_others(
    given: list[tuple[int, str, bool]], text: str
) -> list[tuple[int, str, bool]]:
    """Return the formulas that a text says to be of others, who choose another sign."""
    found = []
    for said in _OF_ANOTHER_SIGN.finditer(text):
        line = text.count("\n", 0, said.start()) + 1
        after = [
            one for one in given if line <= one[0] <= line + _SOON and "=" in one[1]
        ]
        found += after[:1]
    return found


def _with_any_product(piece: Piece) -> Piece:
    """Return what was read where ``*`` may be a product of matrices too."""
    statement = piece.statement
    if statement is None:
        return piece
    formula = statement.formula
    for part in list(parts(formula)):
        if isinstance(part, Binary) and part.operator == "*":
            new = replace(part, operator="·")
            formula = rewritten(formula, part, new)
    return replace(piece, statement=replace(statement, formula=formula))


def _is_unread(sides: Sequence[Side], text: str) -> bool:
    """Return whether a side has an error, or is code that was taken for words.

    That is so for gradients: Z = cache says nothing of how it is computed.
    """
    symbol = read_name(text.partition("=")[0].strip())
    is_gradient = symbol is not None and symbol.name in {"dA", "dZ", "dW", "db"}
    is_lost = is_gradient and len(sides) == 1 and _IS_CODE.search(text) is not None
    return not sides or is_lost or any(side.error for side in sides)


def _as_mathematics(line: int, text: str, dialect: Dialect) -> list[Piece] | None:
    """Return an equation that stands alone on a line as mathematics, if it is that."""
    if _OF_CODE.search(text):
        return None
    try:
        chains = _chains(text, dialect)
    except DataError:
        return None
    sides = [side for chain in chains for side in chain.sides]
    if _is_unread(sides, text):
        return None
    if not any(target_of(list(chain.sides)) for chain in chains):
        return None
    return [Piece(line, text, True, chains=chains)]


def _read(  # noqa: PLR0913, PLR0917
    line: int, text: str, bare: bool, dialect: Dialect, program: Program, number: int
) -> list[Piece]:
    if bare and "\\" not in text:
        try:
            statements = program.statements(number)
        except DataError as error:
            if _LIKE_NUMPY.match(text):  # what only NumPy has, such as W[l], or words
                reason = str(error)
                if _OF_A_NAME.search(text):
                    return [Piece(line, text, bare, error=reason)]
                try:
                    chains = _chains(text, dialect)
                except DataError:
                    return [Piece(line, text, bare, error=reason)]
                sides = [side for chain in chains for side in chain.sides]
                if _is_unread(sides, text):
                    return [Piece(line, text, bare, error=reason)]
                return [Piece(line, text, bare, chains=chains)]
        else:
            return [Piece(line, text, bare, each) for each in statements]
    if bare and _OF_A_NAME.search(text):
        return [Piece(line, text, bare, error=_BY_NAME)]
    try:
        return [Piece(line, text, bare, chains=_chains(text, dialect))]
    except DataError as error:
        return [Piece(line, text, bare, error=str(error))]


def _chains(text: str, dialect: Dialect) -> tuple[Chain, ...]:
    return tuple(read_chains(_with_layers_braced(text), dialect))


def _with_layers_braced(text: str) -> str:
    r"""Return a formula with braces around what stands above in round brackets.

    >>> _with_layers_braced("∂z^(L)/∂a^(L-1) = w^(L)")
    '∂z^{(L)}/∂a^{(L-1)} = w^{(L)}'

    So do two indices, where a layer stands above:

    >>> _with_layers_braced("∂C/∂w^l_jk = δ^l_j a^(l-1)_k")
    '∂C/∂w^l_{jk} = δ^l_j a^{(l-1)}_k'
    """
    text = _ROUND_ABOVE.sub(r"^{(\1)}", text)
    return text if "\\" in text else _PAIR_BELOW.sub(r"\g<above>_{\g<pair>}", text)


def _has_delta(side: Side) -> bool:
    symbols = parts(side.tree) if side.tree is not None else ()
    return any(isinstance(each, Symbol) and each.name == "dZ" for each in symbols)


# O(n^2), of how long something takes
_ORDER_OF_COST: Final = re.compile(
    r"\s*(?:O|\\mathcal\s*\{?\s*O\s*\}?)\s*(?:\\left\s*)?\([^=]{1,60}\)\s*"
)
_PAIR_BELOW: Final = re.compile(
    r"(?<=[wW])(?P<above>\^(?:\w|\{[^{}]{1,9}\}))_(?P<pair>[i-n]{2})(?!\w)"
)
_ROUND_ABOVE: Final = re.compile(r"\^\(([A-Za-z0-9]{1,2}(?:\s?[-+−–]\s?[1-9])?)\)")
# d[:, None] * x[None, :]
_OF_VECTORS: Final = re.compile(
    r"\bouter\(|\bger\(|\[:,\s?(?:None|np\.newaxis)\]|\[(?:None|np\.newaxis),\s?:\]"
)
_SAME_COST: Final = re.compile(
    r"\s*[CEJ]\s*=\s*L\s*[.,]?\s*|\s*L\s*=\s*[CEJ]\s*[.,]?\s*"
)
_PROSE: Final = re.compile(
    r"\s*(?:```|~~~|#{2,}\s)"
    r"|\s*(?![#%/\"'])[^=\n]{0,300}[A-Za-z]{2,}\s+[A-Za-z]{2,}\s+[A-Za-z]{2,}"
)
_MOST: Final = 400
_MOST_PIECES: Final = 2_000
_OF_CODE: Final = re.compile(r"@|\bnp\.|\.dot|\.T\b|\.sum|\*\*|_grad|[-+*/]=")
_OF_WORDS: Final = re.compile(r"\bself\.|\bnp\.|[A-Za-z]_[a-z]{3,}")
_WORDS: Final = re.compile(
    r"\\(?:mathit|text|mathrm|texttt|operatorname)\{\w{3,20}\}"
    r"|[A-Za-z][A-Za-z0-9]*(?:\\_[A-Za-z0-9]+)+"
    r"|\\partial\s*(?:\\[,;!]\s*)?[A-Za-z]{3,}"
    r"|(?<![\\{\w])d?(?:scores|logits|hidden|probs|[Ww]\d|h\d)(?!\w)"
)
_ENOUGH_WORDS: Final = 4
_MEAN_COST: Final = re.compile(
    r"\s*(?:self\.)?(?:[CJEL]|[Ll]oss|[Cc]ost|data_loss|mse|MSE|bce|nll)\s*=[^=]*"
    r"(?:\bmean\(|\bF\.(?:cross_entropy|nll_loss)\((?![^\n]*reduction)"
    r"|/\s?(?:m|n|N|B|len\(\w+\)|batch_size|num_examples|\w+\.shape\[\d\])(?!\w))"
)
# def mse(outputs, targets): return (outputs - targets).pow(2).mean()
_MEAN_RETURNED: Final = re.compile(
    r"^[ \t]*def[ \t]+(?!\w{0,40}(?:grad|prime|deriv|back))\w{0,20}"
    r"(?:mse|loss|cost|nll|bce)\w{0,20}\([^()\n]{1,100}\)[^:\n]{0,40}:\s{1,40}return\b[^\n=]{1,200}\bmean\(",
    re.MULTILINE,
)
# C = 1/N \sum_n ..., of examples: n counts them where another sum stands within
_MEAN_FORMULA: Final = re.compile(
    r"^[^=]{1,60}=[\s&-]*\\[dt]?frac\s*\{\s*1\s*\}\s*"
    r"(?:\{\s*[mN]\s*\}(?=[^=]{0,9}\\sum)|\{\s*n\s*\}(?=[^=]{0,9}\\sum[^=]{0,60}\\sum))"
    r"(?=[^=]*(?:\\?\b(?:log|ln)\b|\^\s*\{?\s*2))",
)
# W1 -= lr / m * dW1, in which the mean is taken
_DIVIDED_STEP: Final = re.compile(
    r"\s*(?:self\.)?\w*(?:\[\w+\])?\s*(?:[-+]=|=[^=]*(?:lr|eta|alpha|rate|epsilon))[^=]*"
    r"/\s?(?:\(?float\()?(?:m|n|N|B|len\(|batch|num_|\w+\.shape|\w+\.size)"
)
# some authors take the minus out of the delta: ...
_OF_ANOTHER_SIGN: Final = re.compile(
    r"\b(?:some|other|many|certain)\s+(?:\w+\s+){0,2}?(?:sources|authors|books|people"
    r"|papers|references|tutorials|implementations)\b[^.\n]{0,80}\b(?:sign|minus)\b",
    re.IGNORECASE,
)
_NEXT_SENTENCE: Final = re.compile(r"^[^.]{0,80}\.\)?\s+[A-Z]")
# only the term with $k = j$ is left, all but $k = j$ vanish
_ONE_TERM: Final = re.compile(
    r"\b(?:only|all(?:\s+(?:the\s+)?(?:other\s+)?terms)?\s+(?:but|except)|except|unless"
    r"|terms?)(?:\s+(?:the|one|single|non-?zero|terms?|for|with|of|where|which|at|is"
    r"|has|index)){0,5}\s*(?:\$|\\{1,2}\(|`){0,3}\s*$",
    re.IGNORECASE,
)
_OF_TERMS: Final = re.compile(
    r"\bterms?\b|\bsummands?\b|\bsum\b|\bvanish|\bzeros?\b|\bleft\b|\bremain|\bsurviv"
    r"|\bdrop|\bcancel|\bdisappear",
    re.IGNORECASE,
)
_NEAR: Final = 60  # letters
_SOON: Final = 2  # lines
OF_A_CASE: Final = "it holds in one case alone: not judged"
_CONDITION: Final = re.compile(
    r"\s*([cijklnpqr])\s*(?:=|\\neq?\b|\\not\s*=|≠|!=)\s*([cijklnpqry])\s*"
)
OF_NOTATION: Final = "it says what a notation means: not judged"
_GOES_ON: Final = re.compile(r"[\s&{}]*=")
OF_A_RULE: Final = "a rule of differentials: not judged"
OF_ANY_FUNCTIONS: Final = "it recalls the chain rule, of any functions"
OF_MOMENTUM: Final = "the step before is part of it: not judged"
# w(t+1) = w(t) - \eta g + \alpha (w(t) - w(t-1))
_OF_MOMENTUM: Final = re.compile(
    r"^[\s&]*(?P<after>[wWb])[^=]{0,20}\((?P<step>[tnk])\s*\+\s*1\)[^=]{0,9}=[^=]{1,200}"
    r"(?P=after)[^=+]{0,20}\((?P=step)\s*-\s*1\)"
)
_OF_ENTRIES_DERIVED: Final = re.compile(
    r"\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*\{?\\?[A-Za-z]+\}?\s*_\s*\{?\s*([a-z])\s*\}?\s*\}"
    r"\s*\{\s*(?:\\partial|d)\s*\{?\\?[A-Za-z]+\}?\s*_\s*\{?\s*([a-z])\s*\}?\s*\}"
)
OF_OTHERS: Final = "it is what others write, with another sign: not judged"
_LIKE_NUMPY: Final = re.compile(r"\s*[A-Za-z_]\w*\s*(?:\[[^\]]*\]\s*)?[-+]?=[^=]")
# what stands behind the = is one name, or a function is called in it
_IS_CODE: Final = re.compile(r"=\s*\w+\s*$|=\s*[\w.]+(?: · )?\(|=.*\w\(")
_OF_A_NAME: Final = re.compile(r"[A-Za-z]{3,}\[\s*[\"']?[A-Za-z]\w+[\"']?\s*\]")
_BY_NAME: Final = "cannot read an entry by the name of its neuron, such as out[h1]"
# What is set aside, and why, before the rest is read.
_ASIDES: Final[dict[str, Callable[[list[_Formula], str], list[_Formula]]]] = {
    OF_OTHERS: _of_others,
    OF_A_CASE: _in_one_case,
    OF_ANY_FUNCTIONS: _of_any_functions,
    OF_MOMENTUM: _of_momentum,
    OF_A_RULE: _of_rules,
    OF_NOTATION: _of_notation,
}
