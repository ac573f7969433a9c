"""Hostile labels: harmless in SVG, HTML and DOT."""

import re
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_scalar import Value, draw, primitive, to_dot
from autograd_scalar.render.scene import number, signed
from autograd_scalar.render.viewer import VIEWER_SCRIPT
from autograd_scalar.reporting.escape import (
    dot_quoted,
    figures_width,
    line_of,
    record_field,
    shortened,
    text_width,
    visible,
)

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]>--><!--",
    "&lt;&amp;&#0;&unknown;",
    "a\\nb\\N\\G\\T",
    '"',
    "\\",
    '\\\\"',
    "{a|b}<port>",
    "<<b>bold</b>>",
    '}];\n evil [URL="javascript:alert(1)"',
    "line\nline\r\n\ttab",
    "\x00\x01\x0b\x1b[31m\x7f\x85",
    "\u202eleft\u202d\u2066\u2069\u200e\u200f\u061c",
    "\ud800lone\udfff",
    "\ufffe\uffff\ufeff",
    "\u2028\u2029",
    "e" + "\u0301" * 500,
    "漢字かな交じり文" * 20,
    "\u202f\u3000 spaces \u00a0",
    "x" * 10_000,
    "&\n" * 3_000,
    "👩‍👩‍👧‍👦",
    "שלום عربى",
    "﷽" * 30,
    "' onload='x",
    "\U000e0041\U0010ffff\ue000",
]

# Letters and marks that no font draws: Hangul's, Khmer's and Mongolian's fillers.
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def graph(label: str) -> Value:
    a, b = Value(1.0, label), Value(2.0, label)
    return ((a * b).named(label) + a).named(label)


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("fold", [False, True])
def test_svg_is_well_formed_and_html_has_only_our_tags(label: str, fold: bool) -> None:
    drawing = draw(graph(label), title=label, fold=fold)
    root = ET.fromstring(drawing.svg)
    assert not [name for e in root.iter() for name in e.attrib if name.startswith("on")]
    for page in (drawing.html, drawing._repr_html_()):
        page.encode()  # no lone surrogates
        tags = _Tags()
        assert page.count(VIEWER_SCRIPT) == 1
        tags.feed(page.replace(f"<script>{VIEWER_SCRIPT}</script>", ""))
        assert not tags.tags & {"script", "a", "b", "object", "iframe"}
        assert not {name for name in tags.attributes if name.startswith("on")}
        assert "src" not in tags.attributes or page.count("<img") == 1


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("fold", [False, True])
def test_dot_stays_one_statement_a_line(label: str, fold: bool) -> None:
    text = to_dot(graph(label), title=label, fold=fold)
    text.encode()
    string = r'"(?:[^"\\\n]|\\.)*"'
    word = rf"(?:[\w.]+=(?:{string}|[\w.]+))"
    statement = rf"\t(?:graph|node|edge|n\d+|n\d+ -> n\d+) \[{word}(?: {word})*\]"
    lines = text.splitlines()
    assert lines[0] == "digraph {"
    assert lines[-1] == "}"
    for line in lines[1:-1]:
        assert re.fullmatch(statement, line), line
        assert max(map(len, re.findall(string.encode(), line.encode()))) < 16384
    assert "URL" not in re.sub(string, "", text)
    assert "href" not in re.sub(string, "", text)


@pytest.mark.one_in(3)
@pytest.mark.graphviz
@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_dot_reads_it(label: str) -> None:
    text = to_dot(graph(label), title=label)
    done = subprocess.run(
        ["dot", "-Tsvg"], input=text.encode(), capture_output=True, check=True
    )
    assert b"syntax" not in done.stderr
    ET.fromstring(done.stdout)


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(exclude_categories=())))
def test_any_label_makes_well_formed_svg(label: str) -> None:
    ET.fromstring(draw(Value(1.0, label) * 2.0).svg)


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(exclude_categories=())))
def test_visible_text_is_printable_and_stable(text: str) -> None:
    shown = visible(text).replace("\u200c", "").replace("\u200d", "")
    assert all(c.isprintable() or c == " " for c in shown)
    assert visible(visible(text)) == visible(text)


def test_no_format_character_is_shown_raw_but_the_joiners() -> None:
    """Unicode's own lists, not Python's `isprintable`: Cc and Cf, and what is blank."""
    unseen = [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Zl", "Zp"}
    ]
    assert {"\u200b", "\u2060", "\u202e", "\ufeff", "\u00ad"} <= set(unseen)
    named = {"\n": "⏎", "\r": "␍", "\t": "⇥", "\u200c": "\u200c", "\u200d": "\u200d"}
    for character in [*unseen, *FILLERS]:
        shown = named.get(character, f"<{ord(character):04X}>")
        assert visible(f"a{character}b") == f"a{shown}b"


@pytest.mark.parametrize(
    "mark",
    ["\u0301", "\u0489", "\u20dd", "\u0e34", "\u0301\u200d", "\ufe0f", "\U000e0100"],
    ids=ascii,
)
def test_marks_are_not_piled_up(mark: str) -> None:
    shown = visible("e" + mark * 500 + "f" + mark)
    assert shown == "e" + (mark * 3)[:3] + "f" + mark
    assert visible(shown) == shown
    label = Value(1.0, "e" + mark * 500) * 2.0
    for text in (draw(label).svg, draw(label).html, to_dot(label)):
        assert mark * 4 not in text


def test_marks_without_a_character_are_counted_from_the_first() -> None:
    assert visible("\u0301" * 5 + "e") == "\u0301" * 3 + "e"


def test_fillers_are_spelled_out_however_many() -> None:
    assert visible("\u034f" * 5) == "<034F>" * 5


def test_what_scripts_write_with_marks_stays_whole() -> None:
    for word in ("क़ुं", "ที่", "Việt", "می‌خواهم", "র‍্য", "👩‍❤️‍👨", "שׁ"):
        assert visible(word) == word


@given(st.text(), st.floats(20, 300))
def test_shortened_text_fits(text: str, room: float) -> None:
    assert text_width(shortened(text, 12.0, room), 12.0) <= room


def test_text_that_fits_stays_whole_and_other_text_loses_no_more_than_it_must() -> None:
    for text in ("abc", "W" * 30, "漢字 x", "e\u0301" * 9, "x" * 1000):
        width = text_width(text, 12.0)
        assert shortened(text, 12.0, width) == text
        cut = shortened(text, 12.0, width - 1e-6)
        assert cut[-1] == "…"
        assert text_width(cut, 12.0) < width
        head = cut[:-1]
        assert text.startswith(head)
        more = text_width(text[: len(head) + 1] + "…", 12.0)
        assert more > width - 1e-6
    assert line_of("x" * 1000) == "x" * 1000
    assert line_of("x" * 1001) == "x" * 999 + "…"
    assert shortened("i" * 1001, 1.0, 1e9) == "i" * 1000 + "…"


def test_marks_take_no_room_and_wide_characters_as_much_as_they_are_high() -> None:
    assert text_width("e\u0301\u0301x\u200d", 10.0) == text_width("ex", 10.0)
    assert 10.0 <= text_width("漢", 10.0) <= 12.0


@pytest.mark.parametrize(
    ("label", "least", "most"),
    [
        ("θ₁", 11.0, 12.0),
        ("∂C/∂w", 31.0, 36.0),
        ("σ′(z¹)", 28.0, 34.0),
        ("ẋ", 6.0, 7.0),  # as wide as x
        ("ᾍ", 7.0, 16.0),
        ("❤️", 12.5, 18.0),
        ("漢字", 20.0, 22.0),
        ("﷽", 80.0, 100.0),
        ("ที่", 10.0, 40.0),
        ("\u17c6", 14.0, 20.0),
        ("ᚏ", 18.0, 20.0),
    ],
)
def test_labels_are_measured_character_by_character(label, least, most):
    assert least <= text_width(label, 10.0) <= most


@given(st.floats())
def test_figures_are_never_wider_than_estimated(x: float) -> None:
    for text in (number(x), signed(x), f"{number(x)} … {number(x)}"):
        assert figures_width(text, 10.0) >= text_width(text, 10.0)


def test_an_overlong_label_is_cut_but_whole_in_the_tooltip() -> None:
    label = "activation_of_the_" * 20
    svg = draw(Value(1.0, label) * 2.0).svg
    assert svg.count(label) == 2  # in the tooltips of the box and its edge
    assert "…</text>" in svg


@pytest.mark.parametrize("fold", [True, False])
def test_a_label_as_long_as_a_book_makes_no_book(fold: bool) -> None:
    label = "\u202e" * 1_000_000
    operation = primitive(partials=lambda x, y: (1.0,), symbol=label)(lambda x: x)
    root = operation(graph(label))
    drawing = draw(root.named(label), title=label, fold=fold)
    for text in (drawing.svg, drawing.html, drawing.dot, drawing._repr_html_()):
        assert len(text) < 500_000
    ET.fromstring(drawing.svg)


def test_dot_strings_keep_backslashes_and_entities() -> None:
    assert dot_quoted("\\N") == '"\\\\N"'
    assert dot_quoted("&lt;") == '"&amp;lt;"'
    assert record_field("a b") == "a b"
    assert record_field('"<{|}>') == '\\"\\<\\{\\|\\}\\>'
