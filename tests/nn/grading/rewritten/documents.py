r"""The document around formulas, written otherwise: lists, hosts, languages, prose.

Each rewriting keeps the number of lines, and every formula on the line where it was.
"""

# ruff: noqa: E501  (a row of data stands in one line)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from random import Random
from typing import Final

from tests.nn.grading.rewritten.rewriting import Rewriting

__all__ = ["TRANSFORMS"]


def _kinds(lines: Sequence[str]) -> Iterator[str]:
    """Yield what each line is: code, inside a display, formula, bare, or another."""
    fenced, closing = False, ""
    program = any(re.match(r"\s*(?:def|for|import|class)\b", one) for one in lines)
    for line in lines:
        text = line.strip()
        opens = _OPENS.search(text)
        if text.startswith(("```", "~~~")) or fenced:
            fenced ^= text.startswith(("```", "~~~"))
            yield "code"
        elif closing:
            closing = "" if closing in text else closing
            yield "inside"
        elif not text:
            yield "blank"
        elif _ALONE.fullmatch(text):
            yield "formula"
        elif opens is not None:
            closing = _CLOSES.get(opens[0], opens[0].replace("begin", "end"))
            yield "inside"
        elif text[0] in "#|>-*+" or text[0].isdigit() or line[0].isspace():
            yield {"#": "heading", "|": "table"}.get(text[0], "item")
        elif _BARE.fullmatch(text) and "\\" not in text and "$" not in text:
            yield "program" if program else "bare"
        else:
            yield "prose"


def _lines(kinds: str, change: Callable[[str, int], str]) -> Rewriting:
    """Rewrite each line of some kinds; the number says how many were before."""

    def rewriting(text: str, random: Random) -> str:
        lines, count = text.split("\n"), 0
        for i, kind in enumerate([*_kinds(lines)]):
            if kind in kinds.split():
                lines[i] = change(lines[i], count)
                count += 1
        return "\n".join(lines)

    return rewriting


def _around(*pairs: str, kinds: str = "formula bare") -> Rewriting:
    """Put words around each formula in turn, as in ``Thus {}.``, or its number."""
    return _lines(kinds, lambda line, n: pairs[n % len(pairs)].format(line, n=n + 1))


def _marked(display: str, inline: str = "") -> Rewriting:
    """Put other marks around formulas in ``$$``, and around those in ``$``."""

    def formula(found: re.Match[str]) -> str:
        marks = display if found[0].startswith("$$") else inline or display
        is_other = not marks or r"\begin{align}" in found[0]
        return found[0] if is_other else marks.replace("%", found[0].strip("$"))

    def rewriting(text: str, random: Random) -> str:
        parts = _FENCED.split(text)  # what stands in fences has odd places
        parts[::2] = [_MATH.sub(formula, one) for one in parts[::2]]
        return "".join(parts)

    return rewriting


def _said(words: Mapping[str, str]) -> Rewriting:
    """Put words for others, but in formulas, in code, and in what states something."""
    known = re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)

    def word(found: re.Match[str]) -> str:
        new = words[found[0].lower()]
        return new.capitalize() if found[0][0].isupper() else new

    def line(text: str, number: int) -> str:
        if "=" in text:
            return text
        return _SAID.sub(
            lambda m: m[0] if m["formula"] else known.sub(word, m[0]), text
        )

    return _lines("prose item heading table", line)


def _sub(pattern: str, new: str) -> Rewriting:
    made = re.compile(pattern, re.MULTILINE)
    return lambda text, random: made.sub(new, text)


def _between(line: str, every: int) -> Rewriting:
    """Put a line for some of the blank ones."""
    return _lines("blank", lambda old, n: line if n % every == every - 1 else old)


def _first(line: str) -> Rewriting:
    """Put a line for the blank one behind the title, if there is one."""
    return _sub(r"\A(#.*)\n$", rf"\1\n{line.replace(chr(92), chr(92) * 2)}")


def _last(line: str) -> Rewriting:
    return lambda text, random: text + line if text.endswith("\n") else text


def _as_latex(text: str, random: Random) -> str:
    """Write a note in Markdown as a document in LaTeX."""
    if "|--" in text or "`" in text or "^*" in text or not text.startswith("#"):
        return text
    for pattern, new in _LATEX:
        text = re.sub(pattern, new, text, flags=re.MULTILINE)
    return rf"\documentclass{{article}} \begin{{document}} {text}\end{{document}}"


def _as_rst(text: str, random: Random) -> str:
    """Write a note in reStructuredText, if its displays have one line each."""
    if "```" in text or re.search(r"\$\$\s*\n[^$]*?\$\$|\\begin\{align", text):
        return text
    text = re.sub(r"(?<!\$)\$([^$\n]+)\$(?!\$)", r":math:`\1`", text)
    return re.sub(r"^\$\$([^$\n]*)\$\$$", r".. math:: \1", text, flags=re.MULTILINE)


def _blocks(opening: str, closing: str) -> Rewriting:
    """Put other lines for the lines ``$$`` around displays."""
    return _sub(r"^\$\$\n([^$]+?)\n\$\$$", rf"{opening}\n\1\n{closing}")


def _code(opening: str, closing: str) -> Rewriting:
    """Put other lines around code."""
    return _sub(r"^```python\n([^`]*?)\n```$", rf"{opening}\n\1\n{closing}")


def _pictures(text: str, random: Random) -> str:
    """Put pictures for formulas, which have the formula in their words."""
    return _MATH.sub(
        lambda m: f'<img alt="{escape(m[0])}" src="svgs/a1.svg" align=middle/>', text
    )


_ALONE: Final = re.compile(r"\$\$[^$]+\$\$[.,]?|\$[^$]+\$[.,]?|\\\[[^\[\]]+\\\][.,]?")
_OPENS: Final = re.compile(
    r"\$\$(?!.*\$\$)|\\\[(?!.*\\\])|\\begin\{(?:align|equation|gather|eqnarray)\*?\}(?!.*\\end)"
)
_CLOSES: Final = {"$$": "$$", r"\[": r"\]"}
_BARE: Final = re.compile(
    r"(?!.*[A-Za-z]{3,}[ ,]+[A-Za-z]{2,}[ ,])[^=:?!]{1,40}[=←][^=:?!]+"
)
_FENCED: Final = re.compile(r"((?:```|~~~).*?(?:```|~~~))", re.DOTALL)
_MATH: Final = re.compile(r"\$\$[^$]+\$\$|(?<!\\)\$[^$\n]+\$")
_SAID: Final = re.compile(r"(?P<formula>\$\$?[^$]+\$\$?|`[^`]+`|\\\(.*?\\\))|[^$`\\]+")
_LATEX: Final = (
    (r"^#{1}\s+(.*)$", r"\\title{\1} \\maketitle"),
    (r"^#{2}\s+(.*)$", r"\\section{\1}"),
    (r"^#{3,6}\s+(.*)$", r"\\subsection*{\1}"),
    (r"\*\*([^*$\n]+)\*\*", r"\\textbf{\1}"),
    (r"(?<!\*)\*([^*$\n ][^*$\n]*)\*(?!\*)", r"\\emph{\1}"),
    (r"^[-*]\s+", r"\\item "),
)
_ENGLISH: Final = "layer layers hidden output weights weight example examples elementwise where transpose row column sum loss error derivative input"
_LANGUAGES: Final = {
    "german": "Schicht Schichten verborgene Ausgabe Gewichte Gewicht Beispiel Beispiele elementweise wobei transponiert Zeile Spalte Summe Verlust Fehler Ableitung Eingabe",
    "french": "couche couches cachée sortie poids poids exemple exemples élémentaire où transposée ligne colonne somme perte erreur dérivée entrée",
    "spanish": "capa capas oculta salida pesos peso ejemplo ejemplos elemental donde traspuesta fila columna suma pérdida error derivada entrada",
    "portuguese": "camada camadas oculta saída pesos peso exemplo exemplos elementar onde transposta linha coluna soma perda erro derivada entrada",
    "russian": "слой слои скрытый выход веса вес пример примеры поэлементно где транспонирование строка столбец сумма потери ошибка производная вход",
    "chinese": "层 层 隐藏 输出 权重 权重 样本 样本 逐元素 其中 转置 行 列 求和 损失 误差 导数 输入",
    "japanese": "層 層 隠れ 出力 重み 重み 例 例 要素ごと ここで 転置 行 列 和 損失 誤差 微分 入力",
    "korean": "층 층 은닉 출력 가중치 가중치 예제 예제 원소별 여기서 전치 행 열 합 손실 오차 미분 입력",
    "turkish": "katman katmanlar gizli çıkış ağırlıklar ağırlık örnek örnekler elemanlı burada devrik satır sütun toplam kayıp hata türev giriş",
    "slips": "layr layrs hiden ouput wieghts wieght exmaple exmaples elemntwise were transpos rwo colum sumn los eror deriviative inptu",
}
_ASIDES: Final = {
    "perceptron": r"A perceptron fires if $\sum_i w_i x_i > 0$; Rosenblatt built one in 1958.",
    "square": r"As a reminder, the derivative of $x^2$ is $2x$, and $\frac{d}{dx} x^3 = 3x^2$.",
    "descent": "Gradient descent takes a small step against the gradient, and then another one.",
    "history": "Werbos had it in 1974 (p. 533). See https://example.org/a_b?c=d&e=f and [1].",
    "numbers": r"For example, $0.5 \cdot 0.2 = 0.1$ and $\sigma(0) = 0.5$.",
    "exercise": "**Exercise.** Derive the gradients of the network below. [4 points]",
}
# fmt: off
TRANSFORMS: Final[dict[str, Rewriting]] = {
    "in_lists": _around("- {}", "* {}", "+ {}", "• {}"),
    "numbered": _around("{n}. {}"),
    "numbered_brackets": _around("{n}) {}"),
    "lettered": _around("a) {}", "b) {}", "(c) {}"),
    "roman": _around("(i) {}", "(ii) {}", "(iii) {}", "(iv) {}"),
    "checkboxes": _around("- [ ] {}", "- [x] {}"),
    "quoted": _around("> {}", kinds="formula bare prose item heading blank"),
    "in_headings": _around("### {}", kinds="formula"),
    "in_bold": _around("**{}**"),
    "in_cells": _around("| {} |"),
    "in_rows": _around("| {n} | {} | chain rule |"),
    "in_footnotes": _around("[^{n}]: {}", kinds="formula"),
    "words_before": _around("Thus {}", "Hence, {}", "We get {}", "Therefore: {}", "and {}"),
    "steps_before": _around("Step {n}: {}", "**Step {n}:** {}", "Eq. ({n}): {}"),
    "arrows_before": _around("=> {}", "⇒ {}", "→ {}", "∴ {}"),
    "words_behind": _around("{}, as before.", "{} (chain rule)", "{} QED", "{} for all layers"),
    "signs_behind": _around("{} ✓", "{} ← this one!", "{} 🎉", "{} ✅"),
    "numbers_behind": _around("{}    ({n})"),
    "notes_behind": _around("{}[^1]", "{} [1]", r"{} \cite{{rumelhart}}", kinds="formula"),
    "commas_behind": _around("{},", "{}.", "{};"),
    "display_to_inline": _lines("formula", lambda line, n: line.replace("$$", "$")),
    "inline_to_display": _lines("formula", lambda line, n: re.sub(r"\$+", "$$", line)),
    "text_at_display": _around("It follows that {} by the chain rule.", kinds="formula"),
    "spaces_in_marks": _marked("$$ % $$", "$ % $"),
    "brackets": _marked(r"\[%\]", r"\(%\)"),
    "brackets_doubled": _marked(r"\\[%\\]", r"\\(%\\)"),
    "forum_tex": _marked("[tex]%[/tex]", "[itex]%[/itex]"),
    "forum_latex": _marked("[latex]%[/latex]"),
    "forum_math": _marked("[math]%[/math]"),
    "wordpress": _marked(r"$latex \displaystyle %&s=1$", "$latex %$"),
    "jekyll": _lines("formula", lambda s, n: f"{{% raw %}}{s}{{% endraw %}}"),
    "hugo": _marked("{{< math >}}$$%$${{< /math >}}", "{{< math >}}$%${{< /math >}}"),
    "katex": _marked("{{< katex display=true >}}%{{< /katex >}}", "{{< katex >}}%{{< /katex >}}"),
    "scripts": _marked('<script type="math/tex; mode=display">%</script>', '<script type="math/tex">%</script>'),
    "spans": _marked(r'<span class="math display">\[%\]</span>', r'<span class="math inline">\(%\)</span>'),
    "pictures": _pictures,
    "cards": _marked("{{c1::$$%$$}}", "{{c2::$%$::which?}}"),
    "cards_brackets": _marked("[$$]%[/$$]", "[$]%[/$]"),
    "gitlab": _marked("", "$`%`$"),
    "fences_math": _blocks("```math", "```"),
    "fences_latex": _blocks("~~~latex", "~~~"),
    "as_latex": _as_latex,
    "as_rst": _as_rst,
    "code_of_org": _code("#+BEGIN_SRC python :results none", "#+END_SRC"),
    "code_of_latex": _code(r"\\begin{lstlisting}[language=Python]", r"\\end{lstlisting}"),
    "code_of_jekyll": _code("{% highlight python %}", "{% endhighlight %}"),
    "fence_titles": _code('```python title="backprop.py" linenums="1"', "```"),
    "fence_braces": _code("``` {.python .numberLines}", "```"),
    "html": _around("<p>{}</p>", "<div align='center'>{}</div>", "<li>{}</li>", "{}<br>", kinds="formula bare prose"),
    "code_tags": _around("<code>{}</code>", "`{}`", kinds="bare"),
    "windows": _sub("$(?=\n)", "\r"),
    "indented": _around("\t{}", "   {}"),
    "unseen": _around("\ufeff{}", "\u200b{}"),
    "spaces_last": _sub(r"(?<=\S)$", "  "),
    "pictures_between": _between("![a net](img/net_2.png)", 4),
    "links_between": _between("See [the wiki](https://example.org/Chain_rule#a=b).", 5),
    "comments_between": _between("<!-- check: sign = minus? -->", 3),
    "headings_numbered": _lines("heading", lambda s, n: re.sub("^(#+) ", rf"\1 {n + 1}. 🚀 ", s)),
    "headings_bold": _lines("heading", lambda s, n: re.sub("^#+ (.*)$", r"**\1**", s)),
    **{f"{name}_first": _first(line) for name, line in _ASIDES.items()},
    **{f"{name}_last": _last(line) for name, line in _ASIDES.items()},
    **{name: _said(dict(zip(_ENGLISH.split(), words.split(), strict=True))) for name, words in _LANGUAGES.items()},
}
