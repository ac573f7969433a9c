"""Find where the formulas of a text stand: between marks, on lines, in code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from autograd_scalar import DataError
from nn.files import printable
from nn.reading.markup.marks import (
    code_spans,
    without_bullet,
    without_words_behind,
)

__all__ = ["joined", "long_equations", "of_lines_people_write", "pieces_of"]


def of_lines_people_write(text: str) -> str:
    r"""Return the text, without what no equation is: lines such as those of a picture.

    >>> of_lines_people_write(f"a = b\n![]({'x' * 20_000})\nc = d")
    'a = b\n\nc = d'

    Raises:
        DataError: it is too long.
    """
    if len(text) > _LONGEST:
        msg = f"a text to grade has at most {_LONGEST} characters, this has {len(text)}"
        raise DataError(msg)
    lines = text.split("\n")
    return "\n".join(line if len(line) <= _LONGEST_LINE else "" for line in lines)


def long_equations(text: str) -> list[tuple[int, str, str]]:
    r"""Return lines that are too long to be read: number, left side, and why.

    >>> [(n, left) for n, left, _ in long_equations("a = b\ndW1 = " + 20_000 * "(")]
    [(2, 'dW1')]
    """
    why = f"the line is longer than {_LONGEST_LINE} characters"
    found = [
        (n, _LEFT_SIDE.match(line))
        for n, line in enumerate(text.split("\n"), 1)
        if len(line) > _LONGEST_LINE
    ]
    return [(n, printable(left[1]), why) for n, left in found if left is not None]


def pieces_of(  # noqa: PLR0912
    text: str, of_code: bool = False
) -> Iterator[tuple[int, str, bool]]:
    """Yield line, formula, and whether it stands alone on its line, without marks.

    ``of_code`` yields the assignments between fences as well.
    """
    at, line, start, opening = 0, 1, 0, ""
    plain: list[str] = []  # the text between formulas, on the line that is read

    def counted(upto: int) -> int:
        nonlocal at, line
        line += text.count("\n", at, upto)
        at = upto
        return line

    in_code, place = False, 0
    left = ""  # of an equation between fences
    while place <= len(text):
        match = _MARK.search(text, place)
        mark = match[0] if match else "\n"
        here = match.start() if match else len(text)
        place = here + len(mark)
        if opening:
            if mark == _closing(opening):
                if not (_GOES_ON.match(text, start) and _CODE_BEFORE.search(plain[-1])):
                    yield counted(start), text[start:here], False
                opening, start = "", place
                plain.append(_FORMULA)
            elif match is None or (mark.count("\n") > 1 and opening in {"$", r"\("}):
                if opening == "$":  # an amount of money: what follows is text
                    place = start
                    plain.append(opening)
                opening = ""
                start = place
            continue
        plain.append(text[start:here])
        start = place
        if mark.startswith("\n"):
            whole = _LABEL.sub("", "".join(plain)) if in_code else "".join(plain)
            plain = []
            if whole.lstrip().startswith(("```", "~~~")):
                in_code = not in_code
            elif in_code and of_code and _STATES_IN_CODE.match(whole):
                code = printable(whole.partition("#")[0].strip())
                assigned = _ASSIGNED.match(code)
                left = assigned[0] if assigned else ""
                yield counted(here), code, True
            elif in_code and of_code and left and _GOES_ON.match(whole):
                code = printable(whole.partition("#")[0].strip())
                yield counted(here), f"{left}{code[1:]}", True
            elif in_code:
                left = ""
            elif _STATES.search(_ADDRESS.sub("", whole)):
                bare = without_words_behind(_stated_on(_ADDRESS.sub("", whole)))
                alone = [] if _FORMULA in whole else _statements(without_bullet(bare))
                for one in code_spans(bare) or alone:
                    yield counted(here), printable(one), True
        elif not in_code and _closing(mark):
            opening = mark


def _stated_on(line: str) -> str:
    """Return a line of code without its remark, or the derivative in a remark.

    >>> _stated_on("dW = d @ x.T  # as above"), _stated_on("## Now `dZ2 = A2 - Y`")
    ('dW = d @ x.T', 'Now `dZ2 = A2 - Y`')
    """
    heading = _HEADING.match(line)
    if heading is not None:
        return line[heading.end() :].strip()
    remark = _REMARK.match(line)
    return remark[1].replace("*", "·") if remark else line.partition("#")[0].strip()


def _closing(opening: str) -> str:
    """Return the mark that closes a formula, or "" if this one opens none."""
    if opening.startswith(_BEGIN):
        return opening.replace(_BEGIN, r"\end", 1)
    return _CLOSING.get(opening, "")


def _statements(line: str) -> list[str]:
    """Part a line of code at its semicolons, if each part is an equation."""
    found = [one.strip() for one in line.split(";") if one.strip()]
    whole = "\\" in line or not all(map(_ASSIGNS.match, found))
    return [line] if whole else found


def joined(pieces: Iterator[tuple[int, str, bool]]) -> Iterator[tuple[int, str, bool]]:
    r"""Put formulas together of which the first ends in an operator.

    An equation that ends in ``= \\`` goes on in the next formula, as a line does.

    >>> list(joined(iter([(1, r"a = b = \\", False), (2, "c", False)])))
    [(1, 'a = b ', False), (2, '= c', False)]
    """
    open_: tuple[int, str] | None = None
    goes_on = False
    for line, text, bare in pieces:
        if goes_on and not bare:
            text = f"= {text}"  # noqa: PLW2901
        end = None if bare else _ENDS_A_LINE.search(text)
        goes_on = end is not None and "=" in text[: end.start()]
        if end is not None and goes_on:
            text = text[: end.start()]  # noqa: PLW2901
        if open_ is not None and not bare:
            first, start = open_
            rows = "\n" * max(1, line - first - start.count("\n"))
            line, text = first, f"{start}{rows}{text}"  # noqa: PLW2901
        elif open_ is not None:
            yield *open_, False
        open_ = None
        end = None if bare else _OPEN_END.search(text)
        if end is not None and text[: end.start()].strip():  # more than a sign
            open_ = line, text
        else:
            yield line, text, bare
    if open_ is not None:
        yield *open_, False


_LONGEST: Final = 400_000
_LONGEST_LINE: Final = 20_000
_LEFT_SIDE: Final = re.compile(r"[\s$]{0,9}([^\s=$]{1,40})\s{0,9}[-+]?=")
_FORMULA: Final = "\0"
_MARK: Final = re.compile(
    r"\\(?:begin|end)\{(?:equation|displaymath|align|alignat|flalign|gather|multline"
    r"|eqnarray|math)\*?\}|%%|\$\$|\\\[|\\\]|\\\(|\\\)|\\\\\||\$|\n\s*\n|\n"
)
_OPEN_END: Final = re.compile(r"\S\s*(?:\\times|\\cdot|\\odot|\\circ|[-+=])\s*$")
_ENDS_A_LINE: Final = re.compile(r"=\s*(?:\\\\)?\s*$")
_ASSIGNS: Final = re.compile(
    r"\s*(?:[∇∂]_?)?[^\W\d][\w.]*\s*(?:\[[^\]]*\]\s*)?"
    r"(?:,\s*[^\W\d][\w.]*\s*(?:\[[^\]]*\]\s*)?){0,6}[-+*/:]?=[^=]"
)
_ASSIGNED: Final = re.compile(r"[^=+*]{1,40}?\s*:?=(?!=)")  # what stands on the left
_GOES_ON: Final = re.compile(r"\s*=[^=]")
_CODE_BEFORE: Final = re.compile(r"`[^`\n]{1,60}`\s*$")  # of which `dA` $= ...$ is said
_STATES_IN_CODE: Final = re.compile(
    rf"{_ASSIGNS.pattern}|\s*(?:[∂d]\w{{0,9}}\s*/\s*[∂d]|[δΔ∇])[^\s=]{{1,20}}\s*[=≡][^=]"
)
# # dC/da3 = w4.T * dz4, in which * is any product; without a transpose it is a sketch
_REMARK: Final = re.compile(
    r"\s*#+\s*([∂d][A-Z]\s?/\s?[∂d]\w{1,6}\s*=(?=[^=#]*(?:\.T\b|ᵀ))"
    r"(?:(?![A-Za-z]{4,}\s+[A-Za-z]{2,})[^=#])*)$"
)
# a heading with code in it, which is no remark
_HEADING: Final = re.compile(r"\s{0,3}#{1,6}\s+(?=[^`=]*`[^`=\n]{1,60}=[^`\n]{1,200}`)")
_LABEL: Final = re.compile(  # Backward: dW = ..., 2. Error of the last layer: δ^L = ...
    r"^\s*(?:[-*•]\s+)?[A-Z][A-Za-z]{2,12}(?: [A-Za-z]{2,12}){0,3}:\s+(?=[∂dδΔ∇A-Za-z])"
    r"|^\s*(?:(?:[-*•#%]|//|[1-9][.)])\s+){1,2}"
    r"(?:[^\W\d_]{1,20}[ ]){0,8}[^\W\d_]{1,20}:\s+(?=[∂δ∇])"
    # a remark with layers above; without them it is a sketch
    r"|^\s*(?:#+|//+|/\*+|%+)\s*(?=[∂δ∇][^\s=]{0,20}\s*=[^=#:]{0,60}\^\(?[lL0-9])"
    r"(?![^#]*[^\W\d_]{4,}\s[^\W\d_]{2,})"
    r"|\s*\*/\s*$"
)
_STATES: Final = re.compile("[=←≡]")
# of a page, with what is asked of it: it states nothing
_ADDRESS: Final = re.compile(r"\(?https?://[^\s`<>]{1,2000}")
_BEGIN: Final = r"\begin"
_CLOSING: Final = {
    "%%": "%%", "$$": "$$", r"\[": r"\]", r"\(": r"\)", r"\\|": r"\\|", "$": "$",
}  # fmt: skip
