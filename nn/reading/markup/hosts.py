r"""Put formulas between dollars, and code in fences, however their host marks them.

Forums, with ``[tex]a = b[/tex]``, blogs, card decks and generators of sites each
have marks of their own, as ``$latex a = b$``, ``{{< math >}}`` or ``\\(a = b\\)``. No
line is added or lost.
"""

from __future__ import annotations

import re
from typing import Final

from nn.reading.markup.pictures import with_formulas_of_pictures

__all__ = ["with_marks_of_hosts"]


def with_marks_of_hosts(text: str) -> str:
    r"""Return the text with dollars for the marks of its host.

    >>> with_marks_of_hosts("[tex]a = b[/tex], $latex c = d$, :math:`e = f`, $`g = h`$")
    '$a = b$, $c = d$, $e = f$, $g = h$'
    >>> with_marks_of_hosts("{% raw %}$a = b${% endraw %}, {{c1::$c = d$}}")
    '$a = b$, $c = d$'
    >>> with_marks_of_hosts(r"So \\(a = b\\), and \[c = d\]")
    'So $a = b$, and $$c = d$$'

    Code has a fence, and remarks that no page shows are left out:

    >>> with_marks_of_hosts("#+BEGIN_SRC python\na = b\n#+END_SRC\n<!-- c = d -->")
    '```python\na = b\n```\n'

    Brackets stay where a single dollar may be money:

    >>> print(with_marks_of_hosts(r"It costs $5, and \(a = b\)."))
    It costs $5, and \(a = b\).
    """
    text = _SPACES.sub(" ", _UNSEEN.sub("", text))
    text = text.translate(_WIDE) if "＝" in text else text
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    text = with_formulas_of_pictures(_CODE_ENDS.sub("```", _CODE.sub(_fence, text)))
    text = _TAGGED.sub(_in_dollars, _SHORTCODE.sub(_in_dollars, text))
    text = _SQUARED.sub(_in_dollars, _ROLE.sub(_in_dollars, text))
    text = _BACKTICKED.sub(r"$\g<inside>$", text)
    text = _OPTIONS.sub("", _WORDPRESS.sub("$", text)) if "$latex" in text else text
    text = _CLOZE_WITHIN.sub("{{", _CLOZE.sub(r"\g<inside>", _AROUND.sub("", text)))
    text = _SPANNED.sub(r"\g<inside>", text)
    text = _DOUBLED.sub(lambda found: found[0].replace("\\\\", "\\", 1), text)
    if "\\(" in text or "\\[" in text:
        text = text if _ONE_DOLLAR.search(text) else _BRACKETED.sub(_of_brackets, text)
    return text


def _fence(found: re.Match[str]) -> str:
    return f"```{(found['org'] or found['latex'] or found['jekyll'] or '').lower()}"


def _in_dollars(found: re.Match[str]) -> str:
    mark = "$$" if "\n" in found["inside"] else "$"
    return f"{mark}{found['inside']}{mark}"


def _of_brackets(found: re.Match[str]) -> str:
    if found["inline"]:
        return f"${found['inline']}$"
    return f"$${found['display']}$$" if found["display"] else found[0]


_WIDE: Final = str.maketrans("＝＋－＊／（）［］＾＿＜＞", "=+-*/()[]^_<>")
_UNSEEN: Final = re.compile("[\ufeff\u200b-\u200d\u2060\r]")
_SPACES: Final = re.compile("[\u00a0\u2002-\u200a\u202f\u205f\u3000]")
# #+BEGIN_SRC python, \begin{lstlisting}[language=Python], {% highlight python %}
_CODE: Final = re.compile(
    r"^[ \t]{0,8}(?:#\+begin_(?:src|example)\b[ \t]*(?P<org>\w{0,20})"
    r"|\\begin\{(?:lstlisting|minted|verbatim)\}(?:\[(?:[^\]\n]{0,80}language=)?"
    r"(?P<latex>\w{0,20})[^\]\n]{0,80}\])?(?:\{\w{1,20}\})?"
    r"|\{%-?\s*highlight\s+(?P<jekyll>\w{1,20})\b[^%\n]{0,40}%\}).*$",
    re.IGNORECASE | re.MULTILINE,
)
_CODE_ENDS: Final = re.compile(
    r"^[ \t]{0,8}(?:#\+end_(?:src|example)|\\end\{(?:lstlisting|minted|verbatim)\}"
    r"|\{%-?\s*endhighlight\s*-?%\})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_COMMENT: Final = re.compile(r"<!--(?:(?!-->|<!--)[\s\S]){0,2000}-->")
_TAGGED: Final = re.compile(
    r"<(?P<tag>math|script)(?:(?<=math)[^<>]{0,80}|\stype=.math/tex[^<>]{0,80})>"
    r"(?P<inside>(?:(?!<(?:math|script))[^$]){1,5000}?)</(?P=tag)>",
    re.DOTALL,
)
# of forums, and of cards: [tex]...[/tex], [$]...[/$]
_SQUARED: Final = re.compile(
    r"\[(?P<tag>i?tex|latex|math|imath|\$\$?)\](?P<inside>(?:(?!\[(?P=tag)\])[^$]){1,5000}?)"
    r"\[/(?P=tag)\]",
    re.IGNORECASE,
)
_OF_MATHS: Final = r"\w{0,20}(?:math|katex|latex|tex|equation)\w{0,20}"
# of Hugo: {{< math >}} ... {{< /math >}}, if there are no dollars in it
_SHORTCODE: Final = re.compile(
    rf"\{{\{{[<%]\s*(?P<name>{_OF_MATHS})\b[^{{}}]{{0,40}}[>%]\}}\}}"
    r"(?P<inside>(?:(?!\{\{[<%])[^$]){1,5000}?)"
    r"\{\{[<%]\s*/\s*(?P=name)\s*[>%]\}\}"
)
# what stands around dollars, or around all of a page
_AROUND: Final = re.compile(
    rf"\{{\{{[<%]\s*/?\s*{_OF_MATHS}\b[^{{}}]{{0,40}}[>%]\}}\}}"
    r"|\{%-?\s*(?:end)?raw\s*-?%\}"
)
_ROLE: Final = re.compile(r":math:`(?P<inside>[^`\n]{1,5000})`")
_BACKTICKED: Final = re.compile(r"\$`(?P<inside>[^`\n]{1,5000})`\$")
_WORDPRESS: Final = re.compile(r"(?<!\$)\$latex(?![A-Za-z])[ ]?(?:\\displaystyle\s)?")
_OPTIONS: Final = re.compile(r"&(?:s|bg|fg)=[0-9a-f]{1,6}(?=[&$])")  # its size, colours
_CLOZE: Final = re.compile(
    r"\{\{c[0-9]{1,2}::\s*(?P<inside>\$\$[^$]{1,5000}\$\$|\$[^$\n]{1,2000}\$"
    r"|\\\((?:(?!\\\)).){1,2000}\\\)|\\\[(?:(?!\\\]).){1,2000}\\\])"
    r"(?:::[^{}\n]{0,80})?\s*\}\}"
)
_CLOZE_WITHIN: Final = re.compile(r"\{\{c[0-9]{1,2}::")
_SPANNED: Final = re.compile(
    r"<span\s+class=.{0,40}?\bmath\b[^<>\n]{0,80}>(?P<inside>[^<>$]{1,2000}?)</span>"
)
_DOUBLED: Final = re.compile(
    r"(?<!\\)\\\\(?:\[(?!\s*-?[0-9.]+\s*[a-z]{2}\s*\])|[\]()])"
)
_ONE_DOLLAR: Final = re.compile(r"(?<![\$\\])\$(?!\$)")
_BRACKETED: Final = re.compile(
    r"\$\$[^$]{1,9000}\$\$"
    r"|(?<!\\)\\\((?P<inline>(?:(?!\\\(|\\\)|\n[ \t]*\n)[^$]){1,5000})\\\)"
    r"|(?<!\\)\\\[(?P<display>(?:(?!\\\[|\\\]|\n[ \t]*\n)[^$]){1,9000})\\\]"
)
