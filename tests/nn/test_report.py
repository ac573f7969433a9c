"""The report: well-formed, self-contained, readable without eyes, safe, repeatable."""

import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from nn.data.columns import load_iris
from nn.data.dataset import Dataset
from nn.experiment.charts import LABEL_GAP, _spread, line_chart, ticks
from nn.experiment.page import report_html
from nn.experiment.run import Settings, run
from nn.training.fit import History

SETTINGS = Settings((3,), "tanh", 2, 0.05, 16, 0.3, seed=0)
HOSTILE = "</td><script>alert(1)</script>\"'&\u202e"
VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """Checks that tags nest, and keeps what they say."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def hostile_data(classes):
    X = tuple((float(i), float(i % 3)) for i in range(24))
    names = (HOSTILE, "other")
    labels = (f"a{HOSTILE}", "b") if classes else ()
    return Dataset(names, f"t{HOSTILE}", X, (0.0, 1.0) * 12, labels, (HOSTILE,))


@pytest.fixture(scope="module")
def iris():
    return run(load_iris(), SETTINGS)


@pytest.fixture(scope="module")
def regression():
    return run(hostile_data(classes=False), SETTINGS)


def test_the_page_is_well_formed_and_tells_the_result(iris):
    page = Page(report_html(iris, "Fisher's iris", "autograd-scalar demo"))
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == 1
    assert len(page.all("h2")) == 6
    for part in (
        f"{iris.accuracy:.1%}",
        f"{iris.right} of 45",
        iris.deltas.verdict,
        "dC/dW1",
        "versicolor",
        "autograd-scalar demo",
        "NumPy",
        "softmax_cross_entropy",
    ):
        assert part in page.text
    assert "interrupted" not in page.text


@pytest.mark.parametrize("kind", ["iris", "regression"])
def test_nothing_is_loaded_and_nothing_runs(kind, request):
    html = report_html(request.getfixturevalue(kind), "t", "c")
    page = Page(html)
    assert not page.all("script")
    assert not page.all("link")
    for _, attrs in page.tags:
        assert not any(name.startswith("on") for name in attrs)
        for name in ("src", "href", "data", "poster"):
            assert attrs.get(name, "data:").startswith("data:")
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize("kind", ["iris", "regression"])
def test_pictures_and_tables_have_words(kind, request):
    outcome = request.getfixturevalue(kind)
    page = Page(report_html(outcome, "t", "c"))
    assert all(len(attrs["alt"]) > 40 for attrs in page.all("img"))
    charts = page.all("svg")
    assert charts
    assert all(attrs["role"] == "img" for attrs in charts)
    assert len(page.all("title")) == len(page.all("desc")) + 1 == len(charts) + 1
    headed = [attrs for attrs in page.all("th") if attrs.get("scope")]
    assert len(headed) == len(page.all("th"))
    # All tables have a caption but the folded list of nodes, which has a summary.
    assert len(page.all("table")) - len(page.all("caption")) <= 1


def test_light_and_dark_are_both_styled(iris):
    html = report_html(iris, "t", "c")
    assert "color-scheme: light dark" in html
    assert "prefers-color-scheme: dark" in html


@pytest.mark.parametrize("classes", [True, False])
def test_hostile_names_stay_text(classes):
    outcome = run(hostile_data(classes), SETTINGS)
    page = Page(report_html(outcome, HOSTILE, HOSTILE))
    assert not page.all("script")
    assert "\u202e" not in page.text
    assert page.text.count("<script>alert(1)</script>") >= 4


def test_regressions_show_predictions(regression):
    page = Page(report_html(regression, "t", "c"))
    assert "test R²" in page.text
    assert "RMSE" in page.text
    dots = [c for c in page.all("circle") if "open" in c["class"]]
    assert len(dots) == len(regression.regression.true)


def test_the_diagonal_of_the_confusion_table_is_marked_right(iris):
    page = Page(report_html(iris, "t", "c"))
    right = [attrs for attrs in page.all("td") if attrs.get("class") == "right"]
    wrong = [attrs for attrs in page.all("td") if attrs.get("class") == "wrong"]
    assert (len(right), len(wrong)) == (3, 6)
    assert "td.wrong { --tint: var(--miss); }" in page.text  # another colour


def test_what_is_said_of_a_wide_table_does_not_scroll_with_it(iris):
    html = report_html(iris, "t", "c")
    style = " ".join(html.partition("</style>")[0].split())
    assert ".wide caption, .wide > p, .wide > details { position: sticky;" in style
    assert "left: 0; max-width: 100cqi;" in style
    page = Page(html)
    assert [attrs["class"] for attrs in page.all("table") if "class" in attrs] == [
        "confusion",
        "settings",
    ]


def test_an_interrupted_run_says_so(iris):
    history = History(iris.history.losses[:1], interrupted=True)
    early = replace(iris, history=history, test_losses=iris.test_losses[:1])
    assert "interrupted after epoch 1 of 2" in Page(report_html(early, "t", "c")).text
    none = replace(iris, history=History((), interrupted=True), test_losses=())
    assert "interrupted after epoch 0" in Page(report_html(none, "t", "c")).text


def test_a_disagreement_is_the_headline(iris):
    first, *rest = iris.deltas.blocks
    wrong = replace(first, scalar=-first.scalar)
    bad = replace(iris, deltas=replace(iris.deltas, blocks=(wrong, *rest)))
    page = Page(report_html(bad, "t", "c"))
    assert {"class": "verdict bad"} in page.all("p")
    assert "The first, from the output back, is that of" in page.text


def test_a_failed_training_is_the_headline():
    data = hostile_data(classes=False)
    failed = run(data, replace(SETTINGS, activation="relu", learning_rate=1e3))
    page = Page(report_html(failed, "t", "c"))
    verdicts = [attrs["class"] for attrs in page.all("p") if "class" in attrs]
    assert verdicts[:3] == ["lead", "verdict bad", "verdict good"]
    assert failed.training.headline.startswith("Training failed: the root mean square")
    for words in (*failed.training.findings, "Try a smaller --learning-rate."):
        assert words[1:] in page.text
    assert HOSTILE not in report_html(failed, "t", "c")
    assert not failed.succeeded


def test_a_baseline_without_a_finite_loss_has_no_line(iris):
    constant = iris.training.baseline._replace(loss=math.inf)
    training = replace(iris.training, baseline=constant)
    text = report_html(replace(iris, training=training), "t", "c")
    assert len(Page(text).all("polyline")) == 2 + len(iris.training.layers)
    assert len(Page(report_html(iris, "t", "c")).all("polyline")) == 3 + len(
        iris.training.layers
    )


def test_a_seed_gives_the_same_page(iris):
    again = run(load_iris(), SETTINGS)
    assert report_html(again, "t", "c") == report_html(iris, "t", "c")


RANGES = [(0, 1.1), (0, 0), (0, 1e-5), (-3, 7), (12345, 12400), (5, 5), (-5, -5)]
WIDE = [(-1e150, 1e150), (0, 1e-310), (0, 1e300), (1, 1 + 1e-15), (0, 2000)]


@pytest.mark.parametrize(("low", "high"), [*RANGES, *WIDE])
def test_ticks_are_few_even_and_enclose(low, high):
    marks = ticks(low, high)
    assert 2 <= len(marks) <= 7
    assert marks[0] <= low
    assert high <= marks[-1] * (1 + 1e-8) + 1e-300
    steps = [b - a for a, b in pairwise(marks)]
    assert all(math.isclose(step, steps[0], rel_tol=1e-6) for step in steps)


def points(svg):
    lines = Page(svg).all("polyline")
    return [
        [tuple(map(float, p.split(","))) for p in a["points"].split()] for a in lines
    ]


def test_curves_stay_in_the_picture_and_fall_when_the_loss_falls():
    svg = line_chart(
        {"a": [4.0, 2.0, 1.0], "<b>": [3.0, 2.5, 1.0]},
        title="t & t",
        description="d",
        x_label="x",
        y_label="y",
    )
    assert "&lt;b&gt;" in svg
    for curve in points(svg):
        xs, ys = zip(*curve, strict=True)
        assert list(xs) == sorted(xs)
        assert list(ys) == sorted(ys)  # down is up in SVG
        assert all(0 <= x <= 640 and 0 <= y <= 300 for x, y in curve)


def test_names_at_the_ends_do_not_overlap():
    svg = line_chart(
        {"a": [1.0, 0.5], "b": [1.0, 0.5]},
        title="t",
        description="d",
        x_label="x",
        y_label="y",
    )
    names = [a for a in Page(svg).all("text") if a.get("class", "").startswith("name")]
    heights = [float(a["y"]) for a in names]
    assert abs(heights[0] - heights[1]) >= 15.9


def test_names_of_lines_that_end_close_together_are_moved_apart():
    for first, second in ((100.0, 104.0), (104.0, 100.0), (100.0, 100.0)):
        moved = _spread({"first": first, "second": second})
        assert list(moved) == ["first", "second"]
        assert abs(moved["first"] - moved["second"]) == LABEL_GAP
        assert moved["first"] + moved["second"] == first + second
        assert (moved["first"] - moved["second"]) * (first - second) >= 0.0
    apart = {"a": 1.0, "b": 1.0 + LABEL_GAP}
    assert _spread(apart) == apart  # `>` or `>=` is the same: moved by nothing


def test_three_names_are_moved_apart_together():
    gap = LABEL_GAP
    assert _spread({"a": 2.0, "b": 1.0, "c": 3.0}) == {
        "a": 2.0,
        "b": 2.0 - gap,
        "c": 2.0 + gap,
    }
    # The third is far from the first two, until they are moved apart.
    moved = _spread({"a": 0.0, "b": 0.0, "c": gap})
    assert [moved[name] for name in "abc"] == pytest.approx(
        [gap / 3 - gap, gap / 3, gap / 3 + gap]
    )


def test_a_logarithmic_axis_has_decades_and_room_for_0():
    svg = line_chart(
        {"a": [1.0, 0.01, 0.0], "b": [10.0, 100.0, 1e999]},
        title="t",
        description="d",
        x_label="x",
        y_label="y",
        logarithmic=True,
        every=10,
    )
    marks = re.findall(r'text-anchor="end" x="[^"]*" y="([^"]*)">([^<]*)<', svg)
    assert marks[0][1] == "1e-2"
    ys = [
        [float(pair.split(",")[1]) for pair in points.split()]
        for points in re.findall(r'points="([^"]*)"', svg)
    ]
    bottom = float(marks[0][0]) - 4
    assert ys[0][1] == ys[0][2] == pytest.approx(bottom)  # 0.01, and 0 beside it
    assert ys[0][0] - ys[1][0] == pytest.approx(ys[1][0] - ys[1][1])  # 1, 10, 100
    assert re.search(r'text-anchor="middle" x="[^"]*" y="[^"]*">30<', svg)
    alone = line_chart(
        {"a": [0.0, 0.0]}, title="t", description="d", x_label="x", y_label="y",
        logarithmic=True,
    )  # fmt: skip
    assert ">1e0<" in alone


def test_the_report_has_a_line_of_norms_for_each_layer_over_the_steps():
    outcome = run(load_iris(), Settings((4, 3), "tanh", 8, 0.05, 5, 0.3, 0))
    page = report_html(outcome, "t", "c")
    chart = page.partition("<title>Gradient norms by step")[2].partition("</svg>")[0]
    assert chart.count("<polyline") == 3
    assert "over 168 steps, on a logarithmic axis, each dot" in chart
    for state in outcome.training.layers:
        assert f"layer {state.number} from {state.of_steps[0]:.4g} to" in chart
