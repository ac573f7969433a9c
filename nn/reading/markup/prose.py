"""What the prose says of its formulas: that they are of one example, or in rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = [
    "costs_one_example",
    "has_one_neuron_a_layer",
    "has_rows",
    "is_by_neurons",
    "letter_of_the_last_layer",
    "line_of_a_batch",
    "says_no_biases",
    "speaks_of_one_example",
    "writes_one_example_out",
]


def speaks_of_one_example(text: str) -> bool:
    """Return whether the prose names one example, and never several.

    A text that says so of all its formulas may name a batch as well, for its steps.

    >>> speaks_of_one_example("We look at one training example (x, y).")
    True
    >>> speaks_of_one_example("Each column is one example of the batch.")
    False
    >>> speaks_of_one_example("One example x throughout. A step takes a mini-batch.")
    True
    >>> speaks_of_one_example("Wir betrachten ein einzelnes Beispiel x.")
    True
    """
    if _ONE_EXAMPLE_THROUGHOUT.search(text):
        return True
    return bool(_ONE_EXAMPLE.search(text)) and not _EXAMPLES.search(text)


def line_of_a_batch(text: str) -> int:
    r"""Return the line in which a matrix has the examples in it; 0 if none has.

    Its cost is a sum over them then, and of one example it speaks no more behind.

    >>> cost = r"$C = \sum_{i=1}^m (a^{(i)} - y^{(i)})^2$"
    >>> line_of_a_batch("Then\nlet the $m$ examples be the columns of $X$: " + cost)
    2
    """
    said = _IN_COLUMNS.search(text)
    if said is None or _ONE_EXAMPLE.search(text, said.end()):
        return 0
    if _SUM_OF_EXAMPLES.search(text) is None:
        return 0
    return text.count("\n", 0, said.start()) + 1


def has_one_neuron_a_layer(text: str) -> bool:
    """Return whether the prose says that each layer has one neuron alone.

    >>> has_one_neuron_a_layer("The simplest network has one neuron in each layer.")
    True
    >>> has_one_neuron_a_layer("Das einfachste Netz mit einem Neuron pro Schicht.")
    True
    """
    return _ONE_NEURON.search(text) is not None


def has_rows(text: str) -> bool:
    """Return whether the prose says that derivatives by vectors are rows.

    >>> has_rows("Gradients are row vectors here.")
    True
    """
    return _OF_ROWS.search(text) is not None


def says_no_biases(text: str) -> bool:
    """Return whether the prose says that layers have no biases.

    >>> says_no_biases("Two layers without bias terms."), says_no_biases("a bias of 0")
    (True, False)
    """
    return _NO_BIASES.search(text) is not None


def costs_one_example(formulas: Sequence[str], text: str) -> bool:
    r"""Return whether the cost is one square, which is no sum, and no prose names more.

    >>> costs_one_example([r"L = \frac{1}{2}(A^{(2)} - y)^2"], "Our loss:")
    True
    >>> costs_one_example([r"L = \sum_k (A_k - Y_k)^2"], "Our loss:")
    False
    """
    costs = [one for one in formulas if _COST_FORMULA.match(one)]
    is_one = bool(costs) and all(map(_OF_ONE_SQUARE.fullmatch, costs))
    return is_one and not _EXAMPLES.search(text)


def writes_one_example_out(formulas: Sequence[str], text: str) -> bool:
    r"""Return whether a matrix is one example: its derivatives are those by neurons.

    >>> row = r"[\frac{\partial E}{\partial x_1} \quad \dots]"
    >>> writes_one_example_out([rf"\frac{{\partial E}}{{\partial X}} = {row}"], "So:")
    True
    >>> writes_one_example_out([rf"\frac{{\partial E}}{{\partial W}} = {row}"], "So:")
    False
    """
    found = any(map(_BY_NEURONS.match, formulas))
    return found and not _EXAMPLES.search(text)


def is_by_neurons(formula: str) -> bool:
    r"""Return whether a formula only writes out which derivatives a vector has.

    >>> by_x = r"\frac{\partial E}{\partial X} = [\frac{\partial E}{\partial x_1}"
    >>> is_by_neurons(rf"{by_x} \quad ... \quad \frac{{\partial E}}{{\partial x_i}}]")
    True
    >>> is_by_neurons(rf"{by_x} \quad 2 \frac{{\partial E}}{{\partial x_i}}]")
    False
    """
    if len(formula) > _LONGEST or not _BY_NEURONS.match(formula):
        return False
    right = _SPACES.sub("", formula.partition("=")[2]).lstrip("&")
    return _NOTHING_ELSE.fullmatch(right) is not None


def letter_of_the_last_layer(prose: str) -> str:
    """Return the letter that is said to be how many layers there are, if not L.

    >>> letter_of_the_last_layer("- $n$ = number of layers")
    'n'
    >>> letter_of_the_last_layer("a network with N layers")
    'N'
    >>> letter_of_the_last_layer("$L$ is the number of layers, $n$ that of inputs")
    ''
    """
    found = {one[0] or one[1] or one[2] for one in _NUMBER_OF_LAYERS.findall(prose)} - {
        "L",
        "l",
    }
    return found.pop() if len(found) == 1 else ""


_LONGEST: Final = 2_000
_ONE_EXAMPLE: Final = re.compile(
    r"\b(?:is|as) (?:a|one) (?:single )?column\b(?! (?:per|of (?!x\b)))|"
    r"\b(?:one|single|lone|an?\s+individual)\s+(?:[a-z]{1,12}\s+){0,2}"
    r"(?:example|sample|instance|observation|pattern|data\s?point|input)\b(?!\s+(?:per|in)\b)"
    r"|(?<![\w\\])[Xx](?:\^\w)?\$?(?:\s+and\s+\$?\w\$?)?\s+(?:is\s+a|are)\s+column\s+vectors?\b"
    r"|\b(?:since|as|because|here|with|take|let)\s+\$?\s*m\s*=\s*1\b(?![.\d])"
    r"|\b(?:ein(?:em|en)? (?:einzig|einzeln)(?:es|en?|em) (?:Trainings)?-?"
    r"(?:Beispiel|Muster)"
    r"|u[nm] (?:seul|solo|[uú]nico|singolo) (?:exemple|ejemplo|exemplo|esempio)"
    r"|одного примера|один пример|tek (?:bir )?örnek)\b"
    r"|(?:单个|單個|一个|一個|一つの)(?:训练|訓練|学習)?(?:样本|樣本|サンプル|例)"
    r"|하나의 (?:훈련 )?(?:샘플|예제)",
    re.IGNORECASE,
)
_ONE: Final = (
    r"\b(?:one|single|fixed)\s+(?:training\s+|input\s+|data\s+)?"
    r"(?:example|sample|instance|observation|pattern|data\s?point|pair)\b"
)
_ALWAYS: Final = (
    r"\b(?:throughout|everywhere|all along|in (?:all|everything) (?:that|which) follows"
    r"|in what follows|from (?:here|now) on)\b"
)
_OF_ONE: Final = (
    r"(?:(?!\b(?:not?|each|every|per|columns?|rows?|batch)\b)[^.;\n]){0,%d}"
)
_ONE_EXAMPLE_THROUGHOUT: Final = re.compile(
    rf"{_ONE}{_OF_ONE % 40}{_ALWAYS}|{_ALWAYS}{_OF_ONE % 60}{_ONE}"
    r"|\b(?:everything|all (?:of this|formulas|equations|gradients|derivatives))\b"
    rf"[^.;\n]{{0,30}}\bfor (?:a |just |only )?{_ONE}",
    re.IGNORECASE,
)
_EXAMPLES: Final = re.compile(
    r"\b(?:examples|samples|instances|observations|patterns|data\s?points|inputs\s+at"
    r"|(?:mini)?-?\s?batch(?:es)?|average|averaged|vectori[sz]ed|columns? is|rows? is"
    r"|per\s+(?:row|column)"
    r"|Beispiele|Mustern?|exemples|ejemplos|exemplos|esempi|lotes?|примеров|примерам"
    r"|örnekler\w{0,4})\b|批|样本数|樣本數|バッチ|배치",
    re.IGNORECASE,
)
# a chain of layers with one neuron each; "in each layer" says so of every one
_ONE_NEURON: Final = re.compile(
    r"\b(?:one|a single|single|only one|1)\s+(?:hidden\s+)?(?:neuron|unit|node)s?\s+"
    r"(?:in|per|at|for|on|within)\s+(?:each|every|all(?: the)?|the)?\s*"
    r"(?:single\s+)?layers?\b"
    r"|\b(?:each|every)\s+layer\s+(?:has|contains|consists of|with)\s+"
    r"(?:only |just |exactly )?(?:one|a single|1)\s+(?:neuron|unit|node)\b"
    r"|\bone-neuron\s+(?:layers|chain)\b"
    r"|\bein(?:em|en)? (?:einzig(?:es|en) )?Neuron (?:pro|je|in jeder) Schicht\b"
    r"|\bjede Schicht (?:hat|besteht aus) (?:nur )?ein(?:em)?"
    r" (?:einzig(?:es|en) )?Neuron\b"
    r"|\bun (?:seul )?neurone (?:par|dans chaque) couche\b"
    r"|\b(?:una (?:sola )?neurona|um (?:único )?neur[oô]nio)"
    r" (?:por|e[nm] cada) ca(?:pa|mada)\b"
    r"|\bодин нейрон в каждом слое\b|每(?:一)?[层層](?:只|都|仅)?有?一[个個]神[经經]元"
    r"|各層に?(?:1|一)つのニューロン",
    re.IGNORECASE,
)
_OF_ROWS: Final = re.compile(
    r"numerator layout|分子布局"
    r"|(?:梯度|导数|導数|勾配)(?:都|は)?(?:是|为)?行(?:向量|ベクトル)"
    r"|Gradienten (?:\S+ ){0,3}Zeilenvektoren|gradients? (?:\S+ ){0,3}vecteurs? lignes?"
    r"|gradientes (?:\S+ ){0,3}vectores fila"
    r"|(?:gradients?|derivatives?|deltas?|they) (?:\S+ ){0,4}row vectors?",
    re.IGNORECASE,
)
_BIASES: Final = r"bias(?:es|\s+(?:terms?|vectors?|units?|nodes?|parameters?))?\b"
_NO_BIASES: Final = re.compile(
    rf"\b(?:(?:no|without|omit(?:ting)?|ignor(?:e|ing)|drop(?:ping)?|leav(?:e|ing) out"
    rf"|leave off|skip(?:ping)?|neglect(?:ing)?)\s+(?:any\s+|the\s+|all\s+)?{_BIASES}"
    rf"|bias(?:es)?\s+(?:(?:terms?|vectors?)\s+)?(?:is|are)\s+"
    r"(?:omitted|left out|ignored|dropped|skipped|neglected)|bias-free"
    r"|(?:ohne|keine)\s+Bias(?:es|-?Terme?)?\b|sans\s+biais\b|sin\s+sesgos?\b"
    r"|(?:sem|senza)\s+bias\b|без\s+смещени[йя]\b)"
    r"|(?:没有|忽略|省略|无)偏置|バイアス(?:なし|を省略)",
    re.IGNORECASE,
)
_IN_COLUMNS: Final = re.compile(
    r"\b(?:examples|samples|inputs|observations|patterns)\s+(?:\w+\s+){0,2}"
    r"(?:in|as|are|be)\s+(?:the\s+)?(?:columns|rows)\s+of\s+(?:the\s+|a\s+)?"
    r"(?:matrix\s+)?[$`\\]",
    re.IGNORECASE,
)
# the loss: \sum_{i=1}^m \|a_i - y_i\|^2, or with (i) above
_SUM_OF_EXAMPLES: Final = re.compile(
    r"\\sum(?:\\limits)?_\{?\s*(?P<of>[a-z])\s*=\s*[01]\s*\}?\s*\^\s*\{?\s*[BmMNn]\b"
    r"[^=$]{0,80}[_^]\s*\{?\s*\(?(?P=of)\b[^=$]{0,40}-[^=$]{0,40}[_^]\s*\{?\s*\(?(?P=of)\b"
)
_COST_FORMULA: Final = re.compile(
    r"\s*(?:[CEJL]|\\(?:mathcal|mathrm|text|mathscr)\s*\{(?:[CEJL]|[Ll]oss|[Cc]ost)\}"
    r"|\\ell\b)\s*(?:\([^=()]{1,30}\)\s*)?="
)
# (a - y)^2, or half of it
_OF_ONE_SQUARE: Final = re.compile(
    r"[^=]{1,60}=\s*(?:\\[dt]?frac\s*\{?\s*1\s*\}?\s*\{?\s*2\s*\}?|1\s*/\s*2|0?\.5)?"
    r"[\s*]*(?:\\cdot\s*)?(?:\\left)?\((?:[^()|=]|\([^()|=]{1,20}\)){1,60}(?:\\right)?\)"
    r"\s*\^\s*\{?\s*2\s*\}?[\s.,]*"
)
# dE/dX = [dE/dx_1 ... dE/dx_i]
_DERIVED: Final = (
    r"\s*\{?\s*\\[dt]?frac\s*\{\s*\\partial\s*\{?\\?[A-Za-z]{1,9}\}?\s*\}"
    r"\s*\{\s*\\partial\s*\{?\s*"
)
_OPENS: Final = (
    r"\s*(?:\\(?:left|[bB]ig)?)?\s*(?:[\[(]"
    r"|\\begin\s*\{[a-z]{0,6}(?:matrix|array)\}(?:\{[lcr]{1,9}\})?)"
)
_BY_NEURONS: Final = re.compile(
    rf"[\s&]*{_DERIVED}(?P<of>[XYZAH])\s*\}}{{1,2}}[\s}}&]*={_OPENS}"
    rf"{_DERIVED}(?i:(?P=of))\s*_\s*\{{?\s*[01]\s*(?![\d,\w])"
)
# of a formula without spaces; each part begins in its own way
_NOTHING_ELSE: Final = re.compile(
    r"(?:\\left)?(?:[\[(]|\\begin\{[a-z]{0,6}(?:matrix|array)\}(?:\{[lcr]{1,9}\})?)"
    r"(?:\{?\\[dt]?frac\{\\partial\{?\\?[A-Za-z]{1,9}\}{1,2}\{\\partial\{?[A-Za-z]"
    r"_(?:\{\w{1,3}\}|\w)(?:\^\*)?\}{1,3}"
    r"|\\(?:[lc]?dots|q?quad|\\|[,;:]|(?=\.))|[&,.])+"
    r"(?:\\right)?(?:[\])]|\\end\{\w{1,12}\})[.,]?"
)
_SPACES: Final = re.compile(r"\s+")
_NUMBER_OF_LAYERS: Final = re.compile(
    r"(?<![\w\\^{])([A-Za-z])[$`*)]{0,3}\s*(?:=|:|is|denotes|being)\s*(?:the\s+)?(?:total\s+)?"
    r"number of (?:weight )?layers\b"
    r"|\b(?:with|has|have|of)\s+[$`*]?([B-HJ-Zb-hj-z])[$`*]?\s+layers\b"
    r"|(?<![\w\\^{])[a-z]\s*=\s*([A-Za-z])[$`]?\s+is the (?:output|last|final) layer\b"
)
