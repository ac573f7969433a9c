"""A mistake in code that is in no table is named by the edit that mends it."""

import threading

import numpy as np
import pytest

from nn import MLP, grade
from nn.grading.own_code.edits import WORDS, code_edits
from nn.grading.own_code.program import program_of
from tests.nn.grading.unseen.case import relu
from tests.nn.grading.unseen.measure import graded_note


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


slope = lambda a: a * (1 - a)  # noqa: E731  (as people write it)


def wrong(report, name):
    verdict = report.verdicts[name]
    assert verdict.status == "wrong", str(report)
    return verdict


def not_set_back(W, b, X, Y):
    m, n = X.shape[1], len(b[0])
    dW1, db1 = np.zeros_like(W[0]), np.zeros_like(b[0])
    dW2, db2 = np.zeros_like(W[1]), np.zeros_like(b[1])
    back = np.zeros(n)
    for e in range(m):
        x = X[:, e]
        h = sigmoid(W[0] @ x + b[0][:, 0])
        o = sigmoid(W[1] @ h + b[1][:, 0])
        d = (o - Y[:, e]) * slope(o) / m
        for k in range(len(d)):
            back += W[1][k] * d[k]
        d1 = back * slope(h)
        dW2 += np.outer(d, h)
        db2[:, 0] += d
        dW1 += np.outer(d1, x)
        db1[:, 0] += d1
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def the_last_output_only(W, b, X, Y):
    m = X.shape[1]
    A1 = sigmoid(W[0] @ X + b[0])
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = (A2 - Y) * slope(A2) / m
    dA1 = np.zeros_like(A1)
    for j in range(len(A1)):
        for k in range(len(A2)):
            dA1[j] = W[1][k, j] * dZ2[k]
    dZ1 = dA1 * slope(A1)
    return {"dW2": dZ2 @ A1.T, "dW1": dZ1 @ X.T, "db1": dZ1.sum(1, keepdims=True)}


def the_wrong_column(W, b, X, Y):
    m = X.shape[1]
    ones = np.ones((1, m))
    A1 = np.vstack([ones, sigmoid(W[0] @ X + b[0])])
    T2 = np.hstack([b[1], W[1]])
    dZ2 = (sigmoid(T2 @ A1) - Y) / m
    dZ2 = dZ2 * slope(sigmoid(T2 @ A1))
    back = T2[:, :-1].T @ dZ2
    dZ1 = back * slope(A1[1:])
    return {"dW2": (dZ2 @ A1.T)[:, 1:], "dW1": dZ1 @ X.T}


def reshaped(W, b, X, Y):
    m = X.shape[1]
    A1 = sigmoid(W[0] @ X + b[0])
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = (A2 - Y) * slope(A2) / m
    return {"dZ2": dZ2, "dW2": dZ2 @ A1.reshape(m, -1)}


def brackets(W, b, X, Y):
    m = X.shape[1]
    Z1 = W[0] @ X + b[0]
    A1 = np.tanh(Z1)
    A2 = W[1] @ A1 + b[1]
    dZ2 = (A2 - Y) / m
    dZ1 = W[1].T @ dZ2 * (1 - np.tanh(Z1**2))
    return {"dZ2": dZ2, "dW1": dZ1 @ X.T}


def integers(W, b, X, Y):
    A1 = sigmoid(W[0] @ X + b[0])
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = (A2 - Y) * slope(A2) / X.shape[1]
    sums = np.full(b[1].shape, 0)
    for e in range(X.shape[1]):
        for k in range(len(sums)):
            sums[k, 0] += 1000 * dZ2[k, e]
    return {"dW2": dZ2 @ A1.T, "db2": sums / 1000}


def divided_in_the_loop(W, b, X, Y):
    m = X.shape[1]
    dW2 = np.zeros_like(W[1])
    for e in range(m):
        h = sigmoid(W[0] @ X[:, e] + b[0][:, 0])
        o = sigmoid(W[1] @ h + b[1][:, 0])
        dW2 += np.outer((o - Y[:, e]) * slope(o), h)
        dW2 /= m
    return {"dW2": dW2}


def one_name_for_a_sum(W, b, X, Y):
    m = X.shape[1]
    A1 = sigmoid(W[0] @ X + b[0])
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = (A2 - Y) * slope(A2) / m
    dZ1 = np.zeros_like(A1)
    for j in range(len(A1)):
        for k in range(len(A2)):
            back = W[1][k, j] * dZ2[k]
        dZ1[j] = back * slope(A1[j])
    return {"dZ2": dZ2, "dW1": dZ1 @ X.T}


class Dense:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        self.a = sigmoid(self.w @ x + self.b)
        return self.a

    def backward(self, da):
        dz = da * (self.a - self.a**3)
        self.dw = dz @ self.x.T
        return self.w.T @ dz


class Last(Dense):
    def backward(self, da):
        dz = da * slope(self.a)
        self.dw = dz @ self.x.T
        return self.w.T @ dz


def in_a_class(W, b, X, Y):
    one, two = Dense(W[0], b[0]), Last(W[1], b[1])
    out = two.forward(one.forward(X))
    one.backward(two.backward((out - Y) / X.shape[1]))
    return {"dW1": one.dw, "dW2": two.dw}


CASES = [
    (not_set_back, "dW1", "not-reset", "at the start of `for e in range(m):`"),
    (the_last_output_only, "dW1", "overwritten", "should be `dA1[j] += "),
    (the_wrong_column, "dW1", "wrong-index", "T2[:, 1:].T @ dZ2`"),
    (reshaped, "dW2", "reshape-for-transpose", "A1.T"),
    (integers, "db2", "wrong-number", "np.full(b[1].shape, 0.0)"),
    (divided_in_the_loop, "dW2", "wrong-place", "behind the loop `for e in"),
    (one_name_for_a_sum, "dW1", "overwritten", "from `back = 0.0` before the loop"),
]


@pytest.mark.parametrize(
    ("function", "name", "id_", "words"), CASES, ids=[c[0].__name__ for c in CASES]
)
def test_the_edit_names_the_mistake(function, name, id_, words):
    report = grade(function)
    verdict = wrong(report, name)
    assert verdict.mistake == id_, str(report)
    assert words in verdict.message
    line = int(verdict.message.split(":")[0].removeprefix("line "))
    first = function.__code__.co_firstlineno
    assert first < line < first + 20


def test_brackets_of_a_tanh_network():
    net = MLP(3, [4, 2], activation="tanh", output_activation="linear", rng=0)
    verdict = wrong(grade(brackets, net=net), "dW1")
    assert verdict.mistake == "brackets"
    assert "np.tanh(Z1) ** 2" in verdict.message


def test_what_the_same_edit_mends_follows():
    report = grade(not_set_back)
    assert report.verdicts["db1"].status == "follows"
    assert report.verdicts["dW2"].status == "right"


def test_a_method_of_a_class_is_edited():
    found = [edit for edit, _ in code_edits(in_a_class)]
    assert any("self.a ** 2" in edit.words for edit in found)
    report = grade(in_a_class)
    assert report.verdicts["dW1"].mistake, str(report)


def right(W, b, X, Y):
    A1 = sigmoid(W[0] @ X + b[0])
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = (A2 - Y) * slope(A2) / X.shape[1]
    return {"dZ2": dZ2, "dW2": dZ2 @ A1.T}


def test_what_is_right_is_not_edited(monkeypatch):
    def no_edits(_):
        msg = "no edit is needed"
        raise AssertionError(msg)

    monkeypatch.setattr("nn.grading.own_code.repair.code_edits", no_edits)
    assert grade(right).passed


def test_every_edit_of_a_function_is_a_program_and_is_undone():
    program = program_of(right)
    before = [*program.codes]
    edits = list(code_edits(right))
    assert len(edits) > 100
    assert {edit.id for edit, _ in edits} <= WORDS.keys()
    after = program_of(right)
    assert [c.co_code for c in after.codes] == [c.co_code for c in before]
    assert all(edit.words.startswith(f"line {edit.line}: ") for edit, _ in edits)


def with_a_function_of_another_file(W, b, X, Y):
    A1 = relu(W[0] @ X + b[0])
    dZ2 = (W[1] @ A1 + b[1] - Y) / X.shape[1]
    dZ1 = np.clip(W[1].T @ dZ2 * (A1 > 0), -0.01, 0.01)
    return {"dW2": dZ2 @ A1.T, "dW1": dZ1 @ X.T}


def test_functions_of_other_files_are_used_where_they_only_compute():
    net = MLP(3, [4, 2], activation="relu", output_activation="linear", rng=0)
    report = grade(with_a_function_of_another_file, net=net)
    assert report.mistakes == ("extra-function",)


class Unknown:
    """What no edited code may use."""


unknown = Unknown()


def annotated(W: unknown, b, X, Y) -> unknown:
    A1 = sigmoid(W[0] @ X + b[0])
    A2 = sigmoid(W[1] @ A1 + b[1])
    dZ2 = (A2 - Y) * slope(A2) / X.shape[1]
    dZ1 = np.clip(W[1].T @ dZ2 * slope(A1), -1e-4, 1e-4)
    return {"dW2": dZ2 @ A1.T, "dW1": dZ1 @ X.T}


def test_annotations_are_no_part_of_what_is_computed():
    assert grade(annotated).mistakes == ("extra-function",)


def with_one_that_does_more(W, b, X, Y):
    return {"dW2": graded_note(X)}


shadowed = print


def with_a_name_of_the_module(W, b, X, Y):
    shadowed = right(W, b, X, Y)
    shadowed["dW2"] = np.clip(shadowed["dW2"], -0.01, 0.01)
    return shadowed


def test_names_of_its_own_may_be_names_of_the_module_too():
    assert grade(with_a_name_of_the_module).mistakes == ("extra-function",)


def opens_a_file(W, b, X, Y):
    with open("/dev/null") as file:
        file.read()
    return right(W, b, X, Y)


def saves(W, b, X, Y):
    np.save("gradients", X)
    return right(W, b, X, Y)


def imports_more(W, b, X, Y):
    import os

    return {"dW2": os.getpid() * right(W, b, X, Y)["dW2"]}


def reaches_for_builtins(W, b, X, Y):
    return right.__globals__["right"](W, b, X, Y)


def draws(W, b, X, Y):
    return {"dW2": np.random.default_rng(0).normal(size=W[1].shape)}


def loops_while(W, b, X, Y):
    while len(W) < 2:
        W.append(X)
    return right(W, b, X, Y)


@pytest.mark.parametrize(
    "function",
    [
        opens_a_file,
        saves,
        imports_more,
        reaches_for_builtins,
        draws,
        loops_while,
        print,
    ],
)
def test_code_that_does_more_than_compute_is_not_edited(function):
    assert list(code_edits(function)) == []


def grows(W, b, X, Y):
    found = [X]
    for one in found[:3]:
        found.append(one @ one.T)  # noqa: PERF401
    d = right(W, b, X, Y)["dZ2"]
    total = np.zeros_like(W[1])
    for _ in found:
        total = total + np.abs(d) @ np.ones((X.shape[1], W[1].shape[1]))
    return {"dW2": total}


def test_an_edit_that_never_ends_or_grows_is_left():
    assert grade(grows).verdicts["dW2"].status == "wrong"


def test_prints_once_a_network_not_once_an_edit(capsys):
    def chatty(W, b, X, Y):
        print("called")  # noqa: T201
        return {"dW2": right(W, b, X, Y)["dW2"] * X.sum()}

    grade(chatty)
    assert capsys.readouterr().out.count("called") < 20


def test_two_threads_find_the_same():
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(str(grade(reshaped))))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1] == str(grade(reshaped))


def in_float32(W, b, X, Y):
    w1, w2, c1, c2, x, y = (a.astype(np.float32) for a in (*W, *b, X, Y))
    A1 = sigmoid(w1 @ x + c1)
    A2 = sigmoid(w2 @ A1 + c2)
    dZ2 = (A2 - y) * slope(A2) / x.shape[1]
    return {"dZ2": dZ2.astype(float), "dW2": (dZ2 @ A1.T).astype(float)}


def test_single_precision_inside_is_rounding():
    report = grade(in_float32)
    assert report.passed
    assert report.verdicts["dW2"].status == "right to rounding"


def test_a_mistake_in_the_fourth_digit_is_no_rounding():
    def off(W, b, X, Y):
        found = right(W, b, X, Y)
        return found | {"dW2": found["dW2"] * 1.0001}

    assert not grade(off).passed


def by_the_softmax(W, b, X, Y):
    m = X.shape[1]
    A1 = sigmoid(W[0] @ X + b[0])
    e = np.exp(W[1] @ A1 + b[1])
    P = e / e.sum(axis=0)
    dZ2 = (P - Y) / m
    return {"dA2": -Y / P / m, "dZ2": dZ2, "dW2": dZ2 @ A1.T}


def test_the_derivative_by_the_softmax_is_right_where_that_by_the_logits_is():
    net = MLP(3, [4, 3], activation="sigmoid", output_activation="softmax", rng=0)
    assert grade(by_the_softmax, net=net, loss="categorical_cross_entropy").passed

    def forgotten(W, b, X, Y):
        found = by_the_softmax(W, b, X, Y)
        return {"dA2": found["dA2"], "dZ2": found["dA2"]}

    report = grade(forgotten, net=net, loss="categorical_cross_entropy")
    assert "softmax-derivative-missing" in report.mistakes
