"""No text in a picture is wider than the room it was given, in a real browser."""

import os
import shutil
import sys
import unicodedata

import pytest

from autograd_scalar import Value, draw
from autograd_scalar.render.geometry import NAME_SIZE
from autograd_scalar.reporting.advances import ADVANCES
from autograd_scalar.reporting.escape import text_width, visible
from nn import MLP

pytestmark = pytest.mark.browser

LABELS = [
    *(
        "w1",
        "W1[0,3]",
        "a0[0](12)",
        "loss",
        "MMMMWWWW",
        "iiiillll",
        "x_hat",
        "AVAVAVAV",
    ),
    *("θ₁", "∂C/∂w", "w⁽¹⁾₂₃", "σ′(z¹)", "δˡ⁺¹ⱼ", "Wᵀδ", "∇C", "‖a²−t‖²", "ẋ", "x̄ȳ"),
    *("∑ₖ wₖⱼ δₖ", "a ⊙ b", "ℒ(θ)", "η·∂E/∂w", "α β γ ζ ω Ω", "½(y−a)²", "λ‖w‖²"),
    *("𝓛", "𝐖𝐱", "ℝⁿ", "→ ⇒ ⟹ ↦", "x″", "Größe", "façade", "naïve", "Ångström"),
    *(
        "вес",
        "Щука",
        "βάρος",
        "重み",
        "权重",
        "가중치",
        "損失関数",
        "ｆｕｌｌ",
        "かな",
        "ﾊﾝｶｸ",
    ),
    *("😀", "👩‍👩‍👧‍👦", "❤️", "🏳️‍🌈", "1️⃣", "🇫🇷", "⚠", "✓", "★"),
    *("שלום", "عربى", "ﷺ", "ที่", "क़ुं", "e\u0301\u0302\u0303", "Việt", "\u0301x"),
    *("a b  c", "tab\there", "\u202eabc", "€ ₿ %", "‰ ‱ …", "ǆ ĳ ŉ", "㎏ ㍿ ①②③"),
]

ROUNDED = 0.5  # pixels: a browser may round what it draws

SHOWN = """() => [...document.querySelectorAll('g.node')].map(g => [
    g.getBBox().width,
    [...g.querySelectorAll('text')].map(t => t.getComputedTextLength()),
    [...g.querySelectorAll('text')].map(t => {
        const own = t.getBBox(), all = g.querySelector('rect,path').getBBox();
        return own.x >= all.x - .5 && own.x + own.width <= all.x + all.width + 8.5;
    }),
])"""


@pytest.fixture(scope="module")
def page():
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"]
        )
        yield chromium.new_page(viewport={"width": 1200, "height": 900})
        chromium.close()


def lengths(page, texts):
    """The advance of each text as the name of a box is drawn."""
    page.set_content(draw(Value(1.0, "x")).html)
    return page.evaluate(
        """texts => {
            const name = document.querySelector('text.n');
            return texts.map(text => {
                name.textContent = text;
                return name.getComputedTextLength();
            });
        }""",
        texts,
    )


@pytest.mark.one_in(3)
@pytest.mark.parametrize("label", LABELS, ids=ascii)
def test_a_label_has_room_and_is_not_stretched(page, label):
    (length,) = lengths(page, [visible(label)])
    room = text_width(visible(label), NAME_SIZE)
    assert length <= room + ROUNDED
    if all(c.isascii() or c in ADVANCES or c == "\u0301" for c in visible(label)):
        assert room <= length * 1.35 + 4


def test_no_character_of_the_table_is_wider_than_it_says(page):
    texts = [character * 8 for character in ADVANCES]
    texts += [chr(code) * 8 for code in range(33, 127)]
    wider = [
        (text[0], length, text_width(text, NAME_SIZE))
        for text, length in zip(texts, lengths(page, texts), strict=True)
        if length > text_width(text, NAME_SIZE) + ROUNDED
    ]
    assert not wider


def test_no_character_at_all_is_wider_than_it_is_held_to_be(page):
    """One of every 7 printable characters, in the fonts there are."""
    texts = [
        chr(code) * 4
        for code in range(161, min(0x20000, sys.maxunicode), 7)
        if chr(code).isprintable() and unicodedata.category(chr(code))[0] != "M"
    ]
    wider = [
        (text[0], length)
        for text, length in zip(texts, lengths(page, texts), strict=True)
        if length > text_width(text, NAME_SIZE) + ROUNDED
    ]
    assert wider == []


def pictures():
    x = Value(-0.000123456, LABELS[0])
    total = x
    for label in LABELS:
        total = (total * Value(1234567.0, label)).named(label).tanh()
    total.backward()
    net = MLP(2, [3, 2], activation="tanh", rng=1)
    outputs = [y for row in ([0.5, 1.0], [-3.0, 2.0]) for y in net(row)]
    return {
        "labels": lambda: draw(total, fold=False),
        "down": lambda: draw(total, fold=False, direction="TB"),
        "folded": lambda: draw(outputs, fold=True),
        "network": lambda: draw(outputs, fold=False),
    }


@pytest.mark.parametrize("which", ["labels", "down", "folded", "network"])
def test_every_text_of_a_box_lies_inside_it(page, which):
    page.set_content(pictures()[which]().html)
    shown = page.evaluate(SHOWN)
    assert len(shown) > 6
    for width, texts, inside in shown:
        assert max(texts) <= width
        assert all(inside)


def test_nothing_is_squeezed_or_stretched():
    svg = draw(Value(1.0, "θ₁") * Value(2.0, "漢字")).svg
    assert "textLength" not in svg
    assert "lengthAdjust" not in svg
