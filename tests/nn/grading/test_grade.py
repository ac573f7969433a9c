"""`grade`: mistakes that people made are found and named, and nothing else is."""

import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd_scalar import DataError, OperandError
from nn import MLP, grade
from nn.grading.judge import told_apart
from nn.grading.mistakes import MISTAKES
from nn.reading.code.plain import in_one_name
from nn.reading.code.program import Program
from nn.reading.formula.numpy_spelling import read_name, read_tree

DATA = Path(__file__).parents[2] / "data"
ROWS = {row["id"]: row for row in json.loads((DATA / "mistakes.json").read_text())}

# ---- Backpropagation by hand, a line of which is replaced ----------------------------

HAND = """
import numpy as np

def sg(z):
    return 1 / (1 + np.exp(-z))

def g(z):
    return {g}

def ds(z):
    return {dg}

def softmax(z):
    t = np.exp(z - z.max(axis=0))
    return t / t.sum(axis=0)

def backprop(W, b, X, Y):
    (W1, W2), (b1, b2), x, y, m = W, b, X, Y, X.shape[1]
    z1 = W1 @ x + b1
    a1 = g(z1)
    z2 = W2 @ a1 + b2
    a2 = {a2}
    s = softmax(z2)
    up, ysm = -y / s, y
    dA2 = {dA2}
    d2 = {d2}
    dW2 = {dW2}
    db2 = {db2}
    dA1 = {dA1}
    d1 = {d1}
    dW1 = {dW1}
    db1 = {db1}
    return dict(dA2=dA2, d2=d2, dW2=dW2, db2=db2, dA1=dA1, d1=d1, dW1=dW1, db1=db1)
"""
LINES = {
    "g": "sg(z)",
    "dg": "sg(z) * (1 - sg(z))",
    "a2": "g(z2)",
    "dA2": "(a2 - y) / m",
    "d2": "dA2 * ds(z2)",
    "dW2": "d2 @ a1.T",
    "db2": "d2.sum(axis=1, keepdims=True)",
    "dA1": "W2.T @ d2",
    "d1": "dA1 * ds(z1)",
    "dW1": "d1 @ x.T",
    "db1": "d1.sum(axis=1, keepdims=True)",
}
CROSS_ENTROPY = {"dA2": "-(y / a2 - (1 - y) / (1 - a2)) / m"}
SOFTMAX = {"a2": "z2", "dA2": "(s - y) / m", "d2": "dA2"}
TANH = {"g": "np.tanh(z)", "dg": "1 - np.tanh(z)**2"}
OF_THE_LOSS = {
    "dA2": "a2 - y", "dW2": "d2 @ a1.T / m", "dW1": "d1 @ x.T / m",
    "db2": "d2.sum(axis=1, keepdims=True) / m",
    "db1": "d1.sum(axis=1, keepdims=True) / m",
}  # fmt: skip


def by_hand(**lines):
    namespace = {}
    exec(HAND.format(**LINES | lines), namespace)
    return namespace["backprop"]


def graded(**lines):
    loss, outer, hidden = "half_squared_error", "sigmoid", "sigmoid"
    if lines.get("a2") == "z2":
        loss, outer = "softmax_cross_entropy", "linear"
    elif "1 - y" in lines.get("dA2", ""):
        loss = "binary_cross_entropy"
    if "tanh" in lines.get("g", ""):
        hidden = outer = "tanh"
    net = MLP(3, [4, 2], activation=hidden, output_activation=outer, rng=1)
    for i, parameter in enumerate(net.parameters()):
        parameter.data = math.sin(3.0 * i + 1.0)
    loss = lines.pop("loss", loss)
    return grade(by_hand(**lines), net=net, loss=loss)


def wrong(report):
    """The statuses of what is charged, by quantity."""
    return {
        name: verdict.mistake
        for name, verdict in report.verdicts.items()
        if not verdict.is_right and verdict.status != "follows"
    }


# Where a row of the collection stands in the derivation: the line, the others that it
# needs, and the id it goes by here, if two rows give the same numbers.
PLACES = {
    "out-missing-sigma-prime": ("d2", {"d2": "(a2 - y) / m"}),
    "out-extra-sigma-prime": ("d2", CROSS_ENTROPY | {"d2": "(a2 - y) * ds(z2) / m"}),
    "out-sign-lost": ("dA2", {"dA2": "(y - a2) / m", "d2": "-dA2 * ds(z2)"}),
    "out-sign-swapped": (
        "d2", {"d2": "(y - a2) * ds(z2) / m", "dA1": "-W2.T @ d2", "dW2": "-d2 @ a1.T"},
    ),
    "out-factor-2": ("dA2", {"loss": "squared_error", "dA2": "(a2 - y) / m"}),
    "out-scalar-mean": ("dA2", {"dA2": "np.mean(a2 - y)"}),
    "ce-second-sign": ("dA2", {"dA2": "-(y / a2 + (1 - y) / (1 - a2)) / m"}),
    "softmax-as-elementwise": ("d2", SOFTMAX | {"d2": "up * s * (1 - s) / m"}),
    "softmax-one-path": (
        "d2", SOFTMAX | {"d2": "-ysm / s * s * (1 - s) / m"}, "softmax-as-elementwise",
    ),
    "act-of-error": ("d2", {"d2": "(a2 - y) * (1 - (a2 - y)) / m"}),
    "act-tanh-sech": ("d1", TANH),
    "act-tanh-reciprocal": ("d1", TANH),
    "act-prime-times-z": ("d1", TANH),
    "act-a-for-gprime": ("d2", {"d2": "dA2 * a1"}),
    "hid-raw-error": ("dA1", {"dA1": "W2.T @ dA2"}),
    "hid-split-by-share": (
        "dA1", {"dA1": "(W2 / W2.sum(1, keepdims=True)).T @ d2"},
    ),
    "hid-outputs-for-deltas": ("dA1", {"dA1": "W2.T @ a2"}),
    "hid-stale-weights": ("dA1", {"dA1": "(W2 - 0.5 * d2 @ a1.T).T @ d2"}),
    "hid-wrong-layer-weights": ("dA1", {"dA1": "W1.T @ d2"}),
    "hid-wrong-matrix": ("dA1", {"dA1": "a1 @ d2.T"}),
    "row-column-mixed": ("dA1", {}),
    "paths-one-only": ("dA1", {}),
    "hid-bias-column": ("dA1", {"d1": "W2.T @ d2 * ds(z1)"}),
    "dW-weight-for-activation": ("dW2", {}),
    "dW-transposed": ("dW1", {}),
    "dW-index-swapped": ("dW2", {}, "dW-transposed"),
    "dW-own-delta": ("dW2", {"dW2": "(W2.T @ d2 * ds(z1)) @ a1.T"}),
    "batch-1m-missing": ("dW1", OF_THE_LOSS | {"dW1": "d1 @ x.T"}),
    "batch-wrong-count": ("dW1", OF_THE_LOSS | {"dW1": "d1 @ x.T / 150"}),
    "db-not-summed": ("db1", {}),
    "db-summed-over-all": ("db1", {}),
    "db-times-input": ("db1", {}),
    "keepdims-lost": ("db1", {}),
    "gate-copy-paste": ("db1", {"db1": "d2.sum(1, keepdims=True)"}, "dW-own-delta"),
    "reg-without-W": ("dW1", {}),
    "hid-delta-index": None,  # needs three layers, and its own test
    # Not of the gradients of a network, whatever its derivation gives:
    "update-ascent": None, "update-uses-weights": None, "dropout-mask-lost": None,
    "dropout-mask-guessed": None, "bn-total-for-partial": None, "bn-term-missing": None,
    "compose-as-product": None, "sum-index-slip": None, "ad-no-topological-sort": None,
    "ad-postorder": None, "ad-assign": None, "ad-fires-per-user": None,
    "ad-first-branch-only": None, "ad-stale-interior": None, "ad-set-of-parents": None,
}  # fmt: skip


def place(name):
    """The line to replace and its wrong formula, the row's own unless it is adapted."""
    line, others, *known_as = PLACES.get(name, ("d1", {}))
    return {line: ROWS[name].get("numpy_wrong")} | others, (known_as or [name])[0]


def test_every_row_of_the_collection_has_its_place():
    assert set(PLACES) <= set(ROWS)


@pytest.mark.parametrize("name", [n for n in ROWS if PLACES.get(n, ()) is not None])
def test_mistakes_that_people_made_are_named(name):
    lines, known_as = place(name)
    report = graded(**lines)
    assert not report.passed
    assert next(iter(wrong(report).values())) == known_as, str(report)


@pytest.mark.parametrize("lines", [
    {}, OF_THE_LOSS, CROSS_ENTROPY, SOFTMAX, TANH,
    {"dg": "sg(z) - sg(z)**2"},
    CROSS_ENTROPY | {"d2": "(a2 - y) / m"},
    {"dA2": "a2 - y"},  # the sum of the losses: 1/m is the optimiser's
    {"dA2": "(y - a2) / m"},  # error = y - a, and w += eta * delta * x
    {"dA2": "(y - a2) / m", "dW2": "-d2 @ a1.T", "dW1": "-d1 @ x.T",
     "db1": "-d1.sum(axis=1, keepdims=True)", "db2": "-d2.sum(axis=1, keepdims=True)"},
])  # fmt: skip
def test_what_is_right_is_right(lines):
    report = graded(**lines)
    assert report.passed, str(report)
    assert report.headline == "All 8 quantities are right."


def test_relu_at_the_output_is_right():
    relu = {"g": "np.maximum(z, 0)", "dg": "(z > 0) * 1.0", "d1": "dA1 * ds(a1)"}
    net = MLP(3, [4, 2], activation="relu", output_activation="relu", rng=1)
    assert grade(by_hand(**relu), net=net).passed


def test_the_8th_digit_is_rounding():
    noisy = by_hand(d1="dA1 * ds(z1) * (1 + 1e-10)")
    assert grade(noisy).verdicts["dZ1"].status == "right to rounding"


def test_one_error_is_charged_once():
    report = graded(d2="(a2 - y) / m")
    assert report.mistakes == ("out-missing-sigma-prime",)
    later = ("dW2", "db2", "dA1", "dZ1", "dW1", "db1")
    assert all(report.verdicts[name].status == "follows" for name in later)
    assert report.verdicts["dW1"].message == "right for your own dZ1"
    assert report.headline.startswith(
        "1 of 8 quantities is wrong; 6 more only follow from it. Start with dZ2: wrong"
    )


def test_two_mistakes_are_charged_apart():
    report = graded(d2="(a2 - y) / m", dW1="d1 @ x.T * 2")
    assert wrong(report) == {"dZ2": "out-missing-sigma-prime", "dW1": "factor"}


def test_an_unknown_mistake_is_shown_at_its_worst_entry():
    report = graded(d1="np.sin(dA1) * ds(z1)")
    verdict = report.verdicts["dZ1"]
    assert (verdict.status, verdict.mistake) == ("wrong", "")
    assert verdict.message.startswith("20 of 20 entries differ; not in the table")
    assert verdict.where[:4] == "dZ1["


def lists(W, b, X, Y):
    """Nielsen's way: (nabla_b, nabla_w), and a mistake in the hidden layer."""
    made = by_hand(d1="dA1 * a1")(W, b, X, Y)
    return [made["db1"], made["db2"]], [made["dW1"], made["dW2"]]


def test_the_lists_of_nielsen():
    report = grade(lists)
    assert wrong(report) == {"dW1": "act-a-for-gprime"}
    assert report.verdicts["db1"].status == "follows"


def in_rows(W, b, X, Y):
    (W1, W2), m = W, len(X)
    a1 = 1 / (1 + np.exp(-(X @ W1 + b[0])))
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b[1])))
    d2 = (a2 - Y) * a2 * (1 - a2) / m
    d1 = d2 @ W2.T * a1 * (1 - a1)
    return {"dW": [X.T @ d1, a1.T @ d2], "db": [d1.sum(0), d2.sum(0)], "dz1": d1}


def test_one_example_per_row_is_recognised():
    report = grade(in_rows)
    assert report.passed, str(report)
    assert report.notation == "Read as: one example per row."


def test_arrays_of_ones_own_network():
    net = MLP(2, [3, 1], activation="tanh", output_activation="tanh", rng=3)
    X, Y = [[0.5, -1.0], [1.0, 2.0]], [[1.0], [0.0]]
    from nn.grading.cases import NetworkCase

    case = NetworkCase(net, X, Y, "half_squared_error")
    theirs = {f"d{n}{i}": case.quantity(f"d{n}", i) for n in "Wb" for i in (1, 2)}
    assert grade(theirs, net=net, batch=(X, Y)).passed
    theirs["dW1"] = theirs["dW1"] * 3.0
    report = grade(theirs, net=net, batch=(X, Y))
    assert wrong(report) == {"dW1": "factor"}
    with pytest.raises(OperandError, match="needs net= and batch= for a dictionary"):
        grade(theirs)


def test_shapes_that_do_not_fit_are_named_in_a_network_of_equal_widths():
    report = grade(by_hand(d1="np.c_[W2, b2].T @ d2"))
    assert report.verdicts["dA1"].is_right
    with pytest.raises(DataError, match="the derivation raised NameError: name 'q' is"):
        grade(by_hand(d1="q"))
    report = grade(by_hand(dA1="W2 @ d2"))
    verdict = report.verdicts["dA1"]
    assert (verdict.status, verdict.mistake) == ("does not fit", "row-column-mixed")
    assert "in a 3-4-2 network it raises ValueError" in verdict.message


# ---- Equations as text ---------------------------------------------------------------


def test_equations_for_any_layer():
    report = grade("""
        dZ[L] = (A[L] - Y) * dg(Z[L]) / m   # a comment
        dA[l] = W[l+1].T @ dZ[l+1]
        dZ[l] = dA[l] * dg(Z[l])
        dW[l] = np.dot(dZ[l], A[l-1].T)
        db[l] = dZ[l].sum(axis=1, keepdims=True)
    """)
    assert report.passed, str(report)
    assert [*report.verdicts] == [
        "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        (
            """
            dA2 = A2 - Y
            dZ2 = dA2 * A2 * (1 - A2)
            dW2 = dZ2 @ A1.T / m
            db2 = sum(dZ2, axis=1, keepdims=True) / m
            dZ1 = (W2.T @ dZ2) * dg(Z1)
            dW1 = dZ1 @ X.T / m
            """,
            "dA and dZ are derivatives of the loss of each example",
        ),
        ("dZ2 = (Y - A2) * dg(Z2) / m\ndW2 = -dZ2 @ A1.T", "dA and dZ are minus the"),
        ("dZ2 = (A2 - Y) * dg(Z2)\ndW2 = dZ2 @ A1.T", "of the sum of the losses"),
    ],
)
def test_equations_in_another_convention_are_right(text, notation):
    report = grade("\n".join(line.strip() for line in text.splitlines()))
    assert report.passed, str(report)
    assert notation in report.notation


def test_one_equation_alone_makes_no_convention():
    assert wrong(grade("dA2 = (Y - A2) / m")) == {"dA2": "out-sign-lost"}


def test_a_missing_1_over_m_is_found_where_it_stands_before_dw():
    report = grade("""
        dZ2 = (A2 - Y) * dg(Z2)
        dW2 = dZ2 @ A1.T / m
        dZ1 = (W2.T @ dZ2) * dg(Z1)
        dW1 = dZ1 @ X.T
    """)
    assert wrong(report) == {"dW1": "batch-1m-missing"}


def test_a_delta_of_another_layer():
    net = MLP(3, [4, 4, 2], activation="sigmoid", output_activation="sigmoid", rng=0)
    report = grade("dZ1 = (W2.T @ dZ3) * dg(Z1)", net=net)
    verdict = report.verdicts["dZ1"]
    assert (verdict.status, verdict.mistake) == ("does not fit", "hid-delta-index")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("dW1 = dZ1 @ X.T", "dW[1] = dZ[1] @ A[0].T"),
        ("delta2 = (a2 - t) ⊙ sigma_prime(z2)", "dZ[2] = (A[2] - Y) * dg(Z[2])"),
        ("W1 -= eta * dW1", "W[1] = W[1] - (eta * dW[1])"),
        ("db2 = np.sum(dZ2, axis=1)", "db[2] = sum(dZ[2], axis=1)"),
        (
            "db2 = d2.mean(-1, keepdims=True)",
            "db[2] = mean(dZ[2], axis=1, keepdims=True)",
        ),
        ("dA1 = np.transpose(W2).dot(dZ2)", "dA[1] = W[2].T @ dZ[2]"),
        ("dW1 = np.outer(dZ1, X)", "dW[1] = dZ[1] @ A[0].T"),
        ("A1 = np.square(-Z1)", "A[1] = (-1 * Z[1]) ** 2"),
        ("dZ1 = dA1 * (1 - a1^2)", "dZ[1] = dA[1] * (1 - (A[1] ** 2))"),
    ],
)
def test_spellings(text, shown):
    (statement,) = read(text)
    assert str(statement) == shown


def read(text):
    return Program([in_one_name(text, frozenset())]).statements(0)


@pytest.mark.parametrize("name", ["q", "dQ1", "delta2x", "__import__", "W²"])
def test_names_that_are_no_quantity(name):
    assert read_name(name) is None


@pytest.mark.parametrize(
    "text",
    [
        "dW1", "dW1 = ", "= dZ1", "dW1 = dZ1 @@ X", "dW1 = q1", "dW1, db1 = W1",
        "dW1 = __import__('os').system('true')", "dW1 = dZ1.__class__", "dW1 = open(X)",
        "dW1 = [W1 for W1 in X]", "dW1 = lambda: 1", "dW1 = 'W1'", "dW1: int",
        "dW1 = True",
        "dW1 = np.sum(dZ1, axis=2)", "dW1 = np.sum()", "dW1 = np.exp(W1, W1)",
        "dW1 = W1 if W1 else W1", "W[q] = W1", "W1[0] = W1", "dW1 = W1\0",
        f"dW1 = {'(' * 10**5}W1{')' * 10**5}", f"dW1 = {'-' * 10**4}W1", "dW1 = W1\nW2",
        f"dW1 = {'W1+' * 1500}W1",
    ],
)  # fmt: skip
def test_nothing_else_is_read_and_nothing_is_run(text):
    with pytest.raises(DataError):
        read(text)


@pytest.mark.parametrize(
    "text", ["dW1 = 10**9**9**9 * W1", "dW1 = W1**1e308", "dW1 = exp(exp(exp(9*W1)))"]
)
def test_huge_powers_are_numbers_like_others(text):
    assert grade(text).verdicts["dW1"].status in {"wrong", "does not fit"}


def test_trees_print_as_they_are_read():
    for text in ("(W[2].T @ dZ[2]) * dg(Z[1])", "sum(dZ[1], axis=1, keepdims=True)"):
        assert str(read_tree(text)) == text


# ---- The report and the table --------------------------------------------------------


def test_the_report_as_text_html_and_json():
    report = graded(d2="(a2 - y) / m")
    text, page = str(report), report._repr_html_()
    assert text.startswith("3-4-2 network (sigmoid, sigmoid), half_squared_error, mean")
    assert "dZ2       wrong    out-missing-sigma-prime" in text
    assert "sigma&#x27;(z) of the output layer is missing" in page
    loaded = json.loads(report.to_json())
    assert loaded["passed"] is False
    assert [each["mistake"] for each in loaded["verdicts"]][:2] == [
        "", "out-missing-sigma-prime",
    ]  # fmt: skip
    assert repr(report) == f"<Grade: {report.headline}>"


def test_every_row_of_the_table_can_be_read():
    for row in MISTAKES:
        assert row.words
        assert row.right
        for text in (*row.wrong, *row.plus):
            assert str(read_tree(text))


@pytest.mark.parametrize(
    ("derivation", "error", "text"),
    [
        (5, OperandError, "grade takes a function .* got int: 5"),
        ("", DataError, "grade needs equations such as .* got none"),
        ("dW = dZ1", DataError, "does not say of which layer"),
        (lambda W, b, X, Y: {"q": 1}, DataError, "there is no gradient of a network"),
        (lambda W, b, X, Y: None, DataError, "there is no gradient of a network"),
        (lambda: None, DataError, "it is called as backprop"),
        (lambda W, b, X, Y: sys.exit(0), DataError, r"ends the program: SystemExit\(0"),
        (lambda W, b, X, Y: {"dW1": "?"}, DataError, r"^dW1: expected an array"),
        ("notes.md", DataError, r"to grade a file, pass pathlib.Path\('notes.md'\)"),
        ("d = (A - Y) (-1)", DataError, "line 1, 'd =.* names no layer"),
    ],
)
def test_what_cannot_be_graded_is_named(derivation, error, text):
    with pytest.raises(error, match=text):
        grade(derivation)


@pytest.mark.parametrize("derivation", ["dW1 = dZ1 @ X.T", lambda W, b, X, Y: {}])
def test_a_batch_without_its_network_is_not_passed_over(derivation):
    with pytest.raises(OperandError, match=r"batch= needs net="):
        grade(derivation, batch=([[0.1, 0.2, 0.3]], [[1.0, 0.0]]))


def test_numbers_that_differ_late_are_told_apart():
    assert told_apart(1.0, 1.0 + 1e-9) == ("1", "1.000000001")
    assert told_apart(1.0, 1.0 + 2**-52) == ("1", "1.0000000000000002")
    assert told_apart(math.nan, 0.5) == ("nan", "0.5")


def test_none_of_one_is_right():
    report = grade("dW999999999 = dZ999999999 @ A999999998.T")
    assert report.headline == "0 of 1 statement is right. 1 of 1 cannot be read."


NOTES_OF_SOFTMAX = "dZ2 = (A2 - Y) / m\ndZ1 = (W2.T @ dZ2) * (1 - A1**2)"


def test_a_network_with_softmax_outputs_is_graded_as_its_logits():
    net = nn.MLP(3, [4, 3], activation="tanh", output_activation="softmax", rng=0)
    batch = [[0.1, 0.2, 0.3], [1.0, 2.0, -1.0]], [[1, 0, 0], [0, 1, 0]]
    for loss in ("categorical_cross_entropy", nn.categorical_cross_entropy):
        report = nn.grade(NOTES_OF_SOFTMAX, net=net, batch=batch, loss=loss)
        assert report.passed, str(report)
        assert "the outputs a are softmax of z" in str(report)
    wrong = nn.grade(
        NOTES_OF_SOFTMAX.replace("(A2 - Y)", "(A2 - Y) * A2 * (1 - A2)"),
        net=net,
        batch=batch,
        loss="categorical_cross_entropy",
    )
    assert wrong.mistakes == ("softmax-as-elementwise",)
    fresh = nn.grade("dZ2 = (A2 - Y) / m", net=net, loss="categorical_cross_entropy")
    assert fresh.passed, str(fresh)  # on a network of that kind, with biases
    assert net.layers[1].neurons[0].activation.name == "softmax"  # as it was


def test_a_layer_without_slopes_is_graded_but_for_its_slope():
    net = nn.MLP(3, [4, 2], activation=["softmax", "linear"], rng=0)
    for parameter in net.parameters():
        parameter.data += 0.1  # no bias is 0
    notes = "dW2 = dZ2 @ A1.T\ndA1 = W2.T @ dZ2\ndZ1 = dA1 * g'(Z1)\ndW1 = dZ1 @ A0.T"
    report = nn.grade(notes, net=net)
    found = [verdict.status for verdict in report.verdicts.values()]
    assert found == ["right", "right", "does not fit", "right"]
    assert "depends on all of z1" in str(report)
