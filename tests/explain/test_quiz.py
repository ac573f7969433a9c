"""Quiz: what is asked, how answers are marked, and which mistakes are named.

Expected numbers are written out by hand on small graphs.
"""

import math
from fractions import Fraction

import pytest
from hypothesis import given

import autograd_scalar as ag
from autograd_scalar import (
    DrawingError,
    OperandError,
    Value,
    gradients,
    quiz,
    topological_order,
)
from autograd_scalar.explain.mistakes import MISTAKES
from autograd_scalar.explain.quiz import OF_ADJOINTS, OF_LOCAL_DERIVATIVES, OF_VALUES
from nn import MLP

from ..strategies import programs


def two_paths():
    """y = p q with p = 5 x and q = 7 x: at x = 2 the adjoint is 5*14 + 7*10 = 140."""
    x = Value(2.0, "x")
    p, q = (x * 5.0).named("p"), (x * 7.0).named("q")
    return x, p, q, (p * q).named("y")


def chain():
    """y = 1.5 z, z = w x: ∂y/∂w = 1.5 * 4 = 6, ∂y/∂x = 1.5 * -3 = -4.5."""
    w, x = Value(-3.0, "w"), Value(4.0, "x")
    z = (w * x).named("z")
    return w, x, z, (z * 1.5).named("y")


# ---- Marking -------------------------------------------------------------------------


def third():
    """An adjoint of 1/3."""
    x = Value(2.0, "x")
    return x, x * Value(1.0 / 3.0, "t")


@pytest.mark.parametrize(
    ("given_answer", "verdict"),
    [
        (1.0 / 3.0, "right"),
        ("1/3", "right"),
        (" 2 / 6 ", "right"),
        (Fraction(1, 3), "right"),
        ("0.3333333333333333", "right"),
        ("0.333", "right to rounding"),
        (0.333, "right to rounding"),
        ("0.33", "right to rounding"),
        (".33", "right to rounding"),
        ("3.33e-1", "right to rounding"),
        ("0.34", "wrong"),
        ("0.32", "wrong"),
        ("0.3", "wrong"),
        ("0.3333332", "right to rounding"),  # within 1e-6
        ("0.333332", "wrong"),
        ("33/100", "wrong"),
        ("1/2", "wrong"),
        (0, "wrong"),
        ("-1/3", "wrong"),
        ("\u22121/3", "wrong"),
        ("inf", "wrong"),
        ("nan", "wrong"),
    ],
)
def test_how_an_answer_is_marked(given_answer, verdict):
    x, y = third()
    found = quiz(y, x).answer("q1", given_answer)
    assert found.verdict == verdict
    assert bool(found) == (verdict != "wrong")


@pytest.mark.parametrize(
    ("adjoint", "given_answer", "verdict"),
    [
        (2.0 / 3.0, "0.67", "right to rounding"),  # rounded
        (2.0 / 3.0, "0.66", "right to rounding"),  # cut
        (2.0 / 3.0, "0.68", "wrong"),
        (-2.0 / 3.0, "-0.66", "right to rounding"),
        (-2.0 / 3.0, "0.67", "wrong"),
        (0.98, "1", "wrong"),  # a whole number is exact
        (0.98, 1.0, "wrong"),
        (0.98, "1.0", "right to rounding"),
        (12.4, "12", "wrong"),
        (1e-9, 0, "wrong"),
        (1e-9, "0.0", "wrong"),
        (0.0, "0", "right"),
        (0.0, "0.00", "right"),
        (math.inf, "inf", "right"),
        (math.inf, "\u221e", "right"),
        (-math.inf, "-inf", "right"),
        (math.inf, 3, "wrong"),
        (math.nan, "nan", "right"),
        (math.nan, 3, "wrong"),
        (3.0, math.nan, "wrong"),
        (1e308, Fraction(10**400), "wrong"),
        (math.inf, Fraction(10**400), "right"),
        (-math.inf, Fraction(-(10**400)), "right"),
        (math.inf, "9" * 30 + "e999", "right"),
    ],
)
def test_marking_at_the_edges(adjoint, given_answer, verdict):
    x = Value(2.0, "x")
    test = quiz(ag.prod([x, Value(adjoint)]), x)
    assert test.answer(0, given_answer).verdict == verdict


def test_what_a_cancellation_leaves_is_right():
    x = Value(1.0, "x")
    y = ag.sum([x * 0.1, x * 0.2, x * -0.3])
    assert gradients(y, x) != 0.0
    assert quiz(y, x).answer(x, 0).verdict == "right"


@pytest.mark.parametrize(
    "text",
    ["", "one", "1/0", "1/", "/2", "1/2/3", "0x10", "1_000", "1,5", "e3", "1e9999",
     "--1", "1" * 61, "__import__('os')", "1+1", "½"],
)  # fmt: skip
def test_text_that_is_no_number_is_an_error_and_no_verdict(text):
    x, y = third()
    test = quiz(y, x)
    with pytest.raises(OperandError, match=r"answer\(\) needs a number.*0\.75, 3/4"):
        test.answer("q1", text)
    assert test.score.right == 0
    assert test.answer("q1", "1/3")
    assert test.score.unaided == 1


@given(programs(size=6))
def test_the_engine_s_own_numbers_are_right(program):
    root = program.build()[-1]
    nodes = topological_order(root)
    test = quiz(root, nodes)
    assert {question.node for question in test.questions} == {*nodes}
    for question in test.questions:
        assert test.answer(question, gradients(root, question.node))
    assert test.score.unaided == len(nodes)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["values", "local derivatives", "adjoints"])
@given(program=programs(size=6))
def test_every_kind_can_be_answered(kind, program):
    root = program.build()[-1] * 1.5
    test = quiz(root, kind, most=5)
    assert 0 < len(test.questions) <= 5
    for question in test.questions:
        if question.kind == "value":
            number = question.node.data
        elif question.kind == "adjoint":
            number = gradients(root, question.node)
        else:
            number = question.node.local_derivatives[question.operand]
        assert test.answer(question.id, repr(number))
    assert "?" not in str(test)


# ---- Mistakes are named --------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_answer", "mistake", "words"),
    [
        (
            4,
            "upstream forgotten",
            "∂z/∂w alone; multiply it by the upstream ∂y/∂z",
        ),
        (1.5, "local derivative forgotten", "which is 4"),
        ("5.5", "added for multiplied", "upstream 1.5 and the local derivative 4"),
        ("0.375", "divided for multiplied", "multiply them"),
        (-3, "value for derivative", "the value of w"),
        (-6, "sign", "other sign"),
        ("1/6", "reciprocal", "the reciprocal"),
        (12, None, "twice the adjoint (doubled), or what a sweep with the mistake"),
        (3, "halved", "half"),
        ("-4.5", None, ", or the adjoint with ∂z/∂x, by the other operand (local"),
        (-18, "local derivative: value for derivative", "value of z"),
        (100, None, "no known mistake gives; ∂y/∂w is one product"),
    ],
)
def test_a_mistake_on_one_path(given_answer, mistake, words):
    w, _, _, y = chain()
    verdict = quiz(y, [w]).answer(w, given_answer)
    assert verdict.verdict == "wrong"
    assert verdict.mistake == mistake
    assert words in verdict.message
    assert f"you gave {given_answer}" in str(verdict)


@pytest.mark.parametrize(
    ("given_answer", "mistake", "words"),
    [
        (12, "upstream forgotten", "sum of the local derivatives"),
        (24, "local derivative forgotten", "sum of the upstream adjoints"),
        (70, None, "or half the adjoint (halved)"),
        (4900, "contributions multiplied", "they are added"),
        ("4.228571", "divided for multiplied", "upstream divided"),
        (2, "value for derivative", "the value of x"),
        (-140, "sign", "other sign"),
        (280, None, "twice the adjoint (doubled), or"),
    ],
)
def test_a_mistake_on_two_paths(given_answer, mistake, words):
    x, _, _, y = two_paths()
    verdict = quiz(y, x).answer(0, given_answer)
    assert verdict.mistake == mistake
    assert words in verdict.message


def three_paths():
    """y = 2 x + 4 x + 9 x, with named terms."""
    x = Value(0.3, "x")
    terms = [(x * k).named(f"t{k:.0f}") for k in (2.0, 4.0, 9.0)]
    return x, ag.sum(terms).named("y")


@pytest.mark.parametrize(
    ("given_answer", "mistake", "words"),
    [
        (4, "one path only", "through t4 alone; 3 are added"),
        (13, "path left out", "without the contribution through t2"),
        (11, "path left out", "without the contribution through t4"),
        (2, "assign", "as = leaves it; += adds all 3"),
        (72, "contributions multiplied", "the product"),
        (3, "local derivative forgotten", "sum of the upstream adjoints"),
    ],
)
def test_a_mistake_on_three_paths(given_answer, mistake, words):
    x, y = three_paths()
    verdict = quiz(y, x).answer(x, given_answer)
    assert verdict.mistake == mistake
    assert words in verdict.message


def test_one_mistake_in_several_places():
    x = Value(5.0, "x")
    y = ag.sum([x * 2.0, x * 2.0, x * 2.0, x * 9.0])
    verdict = quiz(y, x).answer(x, 13)
    assert verdict.mistake == "path left out"
    assert "in one of 3 places" in verdict.message


@pytest.mark.parametrize(
    "mistake", ["breadth first", "no topological sort", "stale interior", "post-order"]
)
def test_the_number_of_a_wrong_sweep(mistake):
    a = Value(2.0, "a")
    b = (a * 4.0).named("b")
    c = (b * b * 0.5).named("c")
    root = ag.sum([b * 3.0, c])
    wrong = ag.wrong_backward(root, mistake)
    assert wrong[a] != gradients(root, a)
    assert mistake in quiz(root, [a]).answer(a, wrong[a]).mistakes


def test_only_sweeps_that_are_wrong_here_are_looked_up():
    x, y = three_paths()
    assert "breadth first" not in quiz(y, x).answer(x, 15).mistakes


@pytest.mark.parametrize(
    ("make", "given_answer", "mistake"),
    [
        (lambda x: x**3, 3 * 1.7**3, "exponent kept"),
        (lambda x: x**3, 1.7**2, "factor forgotten"),
        (lambda x: x**3, 1.7, "operand itself"),
        (lambda x: x**3, 1.7**3, "value for derivative"),
        (lambda x: x.sigmoid(), 1.7 * (1 - 1.7), "operand for output"),
        (lambda x: x.tanh(), 1 - math.tanh(1.7), "square forgotten"),
        (lambda x: x.tanh(), 1 / (1 - math.tanh(1.7) ** 2), "reciprocal"),
        (lambda x: x.sin(), math.cos(math.sin(1.7)), "derivative at the output"),
        (lambda x: x.sin(), 1.7 * math.cos(1.7), "times the operand"),
        (lambda x: x.sin(), -math.cos(1.7), "sign"),
        (lambda x: x * Value(5.0, "k"), 1.7, None),
        (lambda x: x - Value(5.0, "k"), -1.0, None),
    ],
)
def test_a_mistake_in_a_local_derivative(make, given_answer, mistake):
    x = Value(1.7, "x")
    y = make(x)
    test = quiz(y * 0.3, "local derivatives")
    (question,) = [q for q in test.questions if q.node is y and q.operand == 0]
    verdict = test.answer(question, given_answer)
    assert not verdict
    assert verdict.mistake == mistake
    assert mistake or len(verdict.mistakes) > 1


def test_the_contribution_for_the_local_derivative():
    x = Value(2.0, "x")
    test = quiz((x.sin() * 0.3).named("y"), "local derivatives")
    verdict = test.answer("q1", 0.3 * math.cos(2.0))
    assert verdict.mistake == "upstream included"
    assert "without the upstream 0.3" in verdict.message


@pytest.mark.parametrize(
    ("make", "given_answer", "mistake"),
    [
        (lambda a, b: a * b, 8.0, "other operation"),
        (lambda a, b: a * b, -2.0, "other operation"),
        (lambda a, b: a * b, 243.0, "other operation"),
        (lambda a, b: a + b, 15.0, "other operation"),
        (lambda a, b: a + b, 3.0, "operand passed through"),
        (lambda a, b: a + b, 1.0, "derivative for value"),
        (lambda a, b: a + b, -8.0, "sign"),
        (lambda a, b: b.sin(), math.sin(math.radians(5.0)), "degrees"),
        (lambda a, b: b.exp(), 2 * math.exp(5.0), "doubled"),
    ],
)
def test_a_mistake_in_a_value(make, given_answer, mistake):
    test = quiz(make(Value(3.0, "a"), Value(5.0, "b")).named("y"), "values")
    verdict = test.answer("q1", given_answer)
    assert not verdict
    assert verdict.mistake == mistake


def test_a_right_step_after_a_wrong_one_is_said_to_follow():
    w, _, z, y = chain()
    test = quiz(y, [z, w])
    assert test.answer(z, 15).mistake is None
    verdict = test.answer(w, 60)  # 15 times 4
    assert verdict.mistake == "carried forward"
    assert "follows from your answers before" in verdict.message
    assert test.answer(z, "1.5")
    assert test.answer(w, 60).mistake is None  # it follows from nothing now
    assert test.answer(w, 6)


def test_following_and_a_mistake_of_the_table_are_both_told():
    w, _, z, y = chain()
    test = quiz(y, [z, w])
    test.answer(z, 3)
    verdict = test.answer(w, 12)
    assert verdict.mistakes == ("carried forward", "doubled", "stale interior")
    assert verdict.mistake is None


def test_values_follow_too():
    a = Value(3.0, "a")
    b = (a * a).named("b")
    test = quiz((b + a).named("c"), "values")
    test.answer(b, 5)
    assert test.answer("q2", 8).mistake == "carried forward"


def test_a_right_answer_may_hide_a_mistake():
    x = Value(2.0, "x")
    y = (x * 3.0).named("y")
    verdict = quiz(y, x).answer(x, 3)
    assert verdict.verdict == "right"
    assert verdict.mistake is None
    assert "upstream forgotten" in verdict.mistakes  # the upstream is 1
    assert "a mistake gives the same number here (upstream forgotten" in str(verdict)


def test_what_is_no_mistake_here_is_not_taken_for_one():
    z = Value(3.0, "z")
    test = quiz((z * z) * 0.7, "local derivatives")
    assert "operand itself" not in test.answer("q1", 3).mistakes
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    test = quiz((a * b + a**2).named("c"), [a])
    assert test.answer(a, -3).mistake == "assign"  # the exponent is no operand to move


def test_a_question_tells_as_many_mistakes_as_have_a_number_of_their_own():
    x = Value(3.0, "x")
    y = x - Value(5.0, "k")
    told = set()
    test = quiz(y * 0.7, "local derivatives")
    for given_answer in (3.0, -2.0, -1.0, 0.7, 2.0, 0.5):
        told.add(test.answer("q1", given_answer).mistake)
    own = told - {None}
    found = test._answers["q1"]
    assert found.number == 1.0
    assert found.telling() == len(own) == 5  # -1 is "sign" and "other operand"


def test_rows_have_names_of_their_own():
    for table in (OF_ADJOINTS, OF_VALUES, OF_LOCAL_DERIVATIVES):
        names = [row.id for row in table]
        assert len({*names}) == len(names)
    # One name in both tables is the same mistake.
    assert {row.id for row in OF_ADJOINTS} & {*MISTAKES} == {"assign"}


# ---- What is asked -------------------------------------------------------------------


def test_questions_by_which_mistakes_can_be_told_apart_come_first():
    x = Value(0.7, "x")
    y = x
    for _ in range(5):
        y = y + Value(0.0)  # all mistakes give 1 here, or 0
    z = (y.tanh() * 3.0).named("z")
    (question,) = quiz(z.sin() * 1.7, "local derivatives", most=1).questions
    assert question.node.op in {"tanh", "mul", "sin"}


def test_questions_are_asked_in_an_order_in_which_they_can_be_answered():
    net = MLP(2, [3, 1], rng=0)
    root = net([0.3, 0.4])
    place = {node: k for k, node in enumerate(topological_order(root))}
    asked = [place[q.node] for q in quiz(root).questions]
    assert len(asked) == 10
    assert asked == sorted(asked, reverse=True)
    asked = [place[q.node] for q in quiz(root, "values").questions]
    assert asked == sorted(asked)


@pytest.mark.parametrize(("share", "count"), [(0.5, 3), (1, 5), (1e-9, 1)])
def test_a_share_of_the_adjoints(share, count):
    a = Value(1.5, "a")
    y = a.sin().cos().exp().tanh().relu()
    assert len(quiz(y, share).questions) == count


def test_constants_and_fixed_operands_are_not_asked_for():
    x = Value(1.5, "x")
    y = (x**2) * 3.0
    assert [q.node for q in quiz(y).questions] == [y.parents[0], x]
    local = quiz(y, "local derivatives").questions
    assert [(q.node, q.operand) for q in local] == [(y.parents[0], 0), (y, 0)]


def test_the_root_can_be_asked_for():
    _, _, _, y = chain()
    test = quiz(y, [y], seed=2.0)
    (question,) = test.questions
    assert question.prompt == "What is ∂y/∂y? The sweep begins at y."
    assert str(test.hint(question)) == "∂y/∂y is the seed of the sweep"
    assert test.answer(y, 2)
    assert str(test.reveal(y)) == "∂y/∂y is the seed of the sweep: 2.0"


def test_nothing_is_changed():
    w, x, z, y = chain()
    test = quiz(y)
    test.answer("q1", 3)
    str(test), test.hint(0), test.reveal(0)
    assert [v.grad for v in (w, x, z, y)] == [0.0] * 4


# ---- What is shown -------------------------------------------------------------------


def test_the_sheet_with_blanks():
    w, x, _, y = chain()
    test = quiz(y, [x, w])
    assert str(test).splitlines() == [
        "node  computed as  value  local derivatives  adjoint",
        "----  -----------  -----  -----------------  -------",
        "w                  -3                        q2 = ?",
        "x                  4                         q1 = ?",
        "z     w * x        -12    4, -3              1.5",
        "v3                 1.5                       -12",
        "y     z * v3       -18    1.5, -12           1",
        "q1: What is ∂y/∂x? x is used by z = w * x.",
        "q2: What is ∂y/∂w? w is used by z = w * x.",
    ]
    test.answer(x, "-4.5")
    text = str(test)
    assert "q1" not in text
    assert "q2 = ?" in text
    page = test._repr_html_()
    assert "<td>q2 = ?</td>" in page
    assert "<p>q2: What is ∂y/∂w? w is used by z = w * x.</p>" in page
    test.answer(w, 6)
    assert str(test).splitlines()[-1] == str(test.score)
    assert repr(test) == "<Quiz: 2 questions on adjoints>"


def test_beside_an_infinite_number_no_other_is_near():
    x = Value(0.0, "x")
    verdict = quiz(x.log().named("y"), "values").answer("q1", "1/3")
    assert (verdict.verdict, verdict.mistakes) == ("wrong", ())


def test_a_quiz_that_is_done_has_nothing_to_mark():
    w, _, _, y = chain()
    test = quiz(y, [w])
    assert "<form" not in test._repr_html_()  # the script makes them
    assert test._repr_html_().count("<script") == 2
    test.answer(w, 6)
    assert "<script" not in test._repr_html_()
    assert str(test.score) in test._repr_html_()


def test_in_a_terminal_it_asks_until_the_answer_is_right():
    w, x, z, y = chain()
    test, shown = quiz(y, [z, x, w]), []
    inputs = ["4/3", "x", " 3/2 ", "", "hint", "show"]
    score = test.ask(lambda prompt: inputs.pop(0), shown.append)
    assert inputs == []
    assert shown[0].startswith("node")
    replies = shown[1:]
    assert replies[0] == "q1: What is \u2202y/\u2202z? z is used by y = z * v3."
    assert replies[1].startswith("wrong: you gave 4/3")
    assert replies[2] == "write a number, as 0.75, 3/4, -2 or 1.5e-3"
    assert replies[3:5] == [
        "right: but a mistake gives the same number here (upstream forgotten)",
        "q2: What is \u2202y/\u2202x? x is used by z = w * x.",
    ]
    assert replies[5].startswith("q3")
    assert replies[6].startswith("\u2202y/\u2202w is one product")
    assert replies[7].endswith(": 6.0")
    assert replies[8] == f"\n{score}"
    assert (score.right, score.revealed) == (1, 1)


def test_the_end_of_the_input_ends_the_questions():
    def at_the_end(prompt):
        raise EOFError

    *_, y = chain()
    for read in (at_the_end, lambda prompt: "quit"):
        assert quiz(y).ask(read, lambda text: None).right == 0
    for wrong in ({"read": None}, {"write": 3}):
        with pytest.raises(
            OperandError, match=r"ask\((read|write)=\) needs a function"
        ):
            quiz(y).ask(**wrong)


def test_it_is_saved_as_a_page_that_loads_nothing(tmp_path):
    *_, y = chain()
    page = quiz(y).save(tmp_path / "q.HTML").read_text("utf-8")
    assert page == quiz(y).html
    assert "default-src 'none'" in page
    assert "<h1>Quiz on y</h1>" in page
    for path, message in ((tmp_path / "q.svg", "as .html"), (None, "needs a path")):
        with pytest.raises(DrawingError, match=message):
            quiz(y).save(path)
    with pytest.raises(DrawingError):
        quiz(y).save(tmp_path / "none" / "q.html")


def test_no_message_tells_what_another_question_asks():
    w, _, z, y = chain()
    test = quiz(y, [z, w])
    verdict = test.answer(w, 4)
    assert verdict.message.endswith("multiply it by the upstream ∂y/∂z")
    assert "1.5" not in test.answer(w, 5.5).message.replace("5.5", "")
    hints = [str(test.hint(w)) for _ in range(4)]
    assert hints[2:] == ["∂y/∂w = ∂y/∂z · ∂z/∂w", "∂y/∂w = ∂y/∂z · 4"]


def test_no_column_gives_a_hidden_number_away():
    _, _, _, y = chain()
    values = str(quiz(y, "values")).splitlines()
    assert values[0].split() == ["node", "computed", "as", "value"]
    assert values[4].split() == ["z", "w", "*", "x", "q1", "=", "?"]
    local = str(quiz(y, "local derivatives")).splitlines()
    assert local[0].split()[-2:] == ["local", "derivatives"]
    assert local[4].endswith("q1 = ?, q2 = ?")


HINT = (
    "∂y/∂x is the sum of 2 products, one for each use of x: upstream times local"
    " derivative"
)


def test_hints_say_more_each_time():
    x, _, _, y = two_paths()
    test = quiz(y, x)
    assert [str(test.hint(x)) for _ in range(5)] == [
        HINT,
        "∂y/∂x = ∂y/∂q · ∂q/∂x + ∂y/∂p · ∂p/∂x",
        "∂y/∂x = 10 · ∂q/∂x + 14 · ∂p/∂x",
        "∂y/∂x = 10 · 7 + 14 · 5",
        "∂y/∂x = 10 · 7 + 14 · 5",
    ]
    assert str(test.reveal(x)) == "∂y/∂x = 10 · 7 + 14 · 5: 140.0"
    assert test.hint(x)._repr_html_() == "<p>∂y/∂x = 10 · 7 + 14 · 5</p>"
    local = quiz(y, "local derivatives")
    last = len(local.questions) - 1
    assert str(local.hint(last)).endswith("p * q by q, with all other operands held")
    assert str(local.reveal(last)) == "differentiate p * q by q, at q = 14: 10.0"
    values = quiz(y, "values")
    assert str(values.reveal(2)) == "y = p * q: 140.0"
    assert str(values.reveal(0)) == "p = x * v1, with x = 2, v1 = 5: 10.0"
    alone = quiz(x.sin(), "local derivatives")
    assert str(alone.hint(0)) == "differentiate sin(x) by x"


def test_the_score():
    w, x, z, y = chain()
    test = quiz(y, [w, x, z])
    assert str(test.score) == (
        "0 of 3 questions right, 0 of them at once and without a hint; 0 revealed"
    )
    test.answer(z, 1.5)
    test.answer(x, 3)
    test.answer(x, -4.5)
    test.reveal(w)
    test.answer(w, 6)  # too late
    test.reveal(z)  # it was right before
    score = test.score
    assert (score.questions, score.right, score.unaided, score.revealed) == (3, 2, 1, 1)
    helped = quiz(y, [w])
    helped.hint(w)
    helped.answer(w, 6)
    assert (helped.score.right, helped.score.unaided) == (1, 0)


def test_a_question_by_itself_by_id_by_index_or_by_node():
    w, _, _, y = chain()
    test = quiz(y, [w])
    for question in (test.questions[0], "q1", 0, w):
        assert test.answer(question, 6)
    for wrong in ("q2", 1, -1, True, None, Value(1.0), "w"):
        with pytest.raises(OperandError, match="the questions q1 to q1; got"):
            test.answer(wrong, 6)


def test_verdicts_are_frozen_and_read_well_in_a_notebook():
    w, _, _, y = chain()
    verdict = quiz(y, [w]).answer(w, "12")
    with pytest.raises(AttributeError):
        verdict.mistake = "sign"
    page = verdict._repr_html_()
    for text in (
        "<td>q1</td>",
        "<td>12</td>",
        "<td>wrong</td>",
        "twice the adjoint (doubled)",
    ):
        assert text in page


def test_hostile_labels_stay_text():
    x = Value(2.0, "<script>\n\x1b[31m\u202e")
    y = (x * x).named("</td><b>")
    test = quiz(y, x)
    outputs = [
        str(test),
        str(test.answer(x, 3)),
        str(test.hint(x)),
        str(test.reveal(x)),
    ]
    pages = [test, test.answer(x, 2), test.hint(x)]
    for text in outputs:
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert len(text.splitlines()) < 10
    assert quiz(y, x)._repr_html_().count("<script") == 2  # its own
    for page in pages:
        html = page._repr_html_()
        assert "<script" not in html
        assert "<b>" not in html


def test_a_page_stays_small_where_a_node_is_used_often():
    x = Value(0.5, "x")
    page = quiz(sum([x * 1.0 for _ in range(2_000)]).named("y"), x)._repr_html_()
    assert '"terms":null' in page
    assert len(page) < 100_000
    few = quiz((x * x).named("y"), x)._repr_html_()
    assert '"terms":[[null,1.0,0.5],[null,1.0,0.5]]' in few


def test_large_graphs():
    x = Value(0.5, "x")
    deep = x
    for _ in range(3_000):
        deep = deep.sin()
    test = quiz(deep)
    assert len(test.questions) == 10
    assert len(str(test).splitlines()) < 100
    assert "more nodes" in str(test)
    wide = ag.sum([x] * 5_000 + [x * 2.0] * 100 + [x.sin() for _ in range(10)])
    test = quiz(wide, x)
    assert "and 8 more." in test.questions[0].prompt
    assert test.answer(x, gradients(wide, x))
    assert not test.answer(x, 1)
    assert str(test.hint(0)).startswith("∂v13/∂x is the sum of 5,011 products")
    assert str(test.hint(0)).endswith(" + …")
    local = str(quiz(wide, "local derivatives"))
    assert ", …" in local
    assert len(local) < 10_000


def test_an_operand_far_back_is_given_with_its_derivative():
    leaves = [Value(1.0 + k, f"x{k}") for k in range(12)]
    y = ag.dot(leaves[::2], leaves[1::2]).named("y")
    (question,) = quiz(y, leaves[8]).questions
    assert question.prompt.endswith("where ∂y/∂x8 = 10.")


def test_too_many_paths_for_one_sweep():
    x = y = Value(1.0, "x")
    for _ in range(60):
        y = y + y
    assert quiz(y, x).answer(x, 2**61).mistake == "doubled"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: quiz(1.0), "needs a Value, got float: 1.0"),
        (lambda: quiz(Value(1.0)), "finds no adjoints to hide"),
        (lambda: quiz(Value(1.0), "values"), "finds no values to hide"),
        (lambda: quiz(Value(1.0), []), "finds no adjoints to hide"),
        (lambda: quiz(chain()[3], "adjoint"), "'adjoints', 'values', .* got 'adjoint'"),
        (lambda: quiz(chain()[3], 0), "a share above 0 and up to 1, got 0"),
        (lambda: quiz(chain()[3], math.nan), "a share above 0 and up to 1, got nan"),
        (lambda: quiz(chain()[3], True), "hide=.*got bool"),
        (lambda: quiz(chain()[3], None), "a kind of number, Values, or a share, got"),
        (lambda: quiz(chain()[3], [Value(1.0)]), "the root was computed from, got Val"),
        (lambda: quiz(chain()[3], ["z"]), "the root was computed from, got 'z'"),
        (lambda: quiz(chain()[3], most=0), "most=.*positive int, got 0"),
        (lambda: quiz(chain()[3], most=True), "most=.*positive int, got True"),
        (lambda: quiz(chain()[3], most="3"), "most=.*positive int, got '3'"),
        (lambda: quiz(chain()[3], seed="1"), "seed=.*got str"),
        (lambda: quiz(chain()[3]).answer(0, Value(1.0)), r"write \.data"),
        (lambda: quiz(chain()[3]).answer(0, None), "needs a real number"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(OperandError, match=message):
        call()


def test_a_page_gets_the_operation_of_a_value_if_it_knows_it():
    @ag.primitive(partials=lambda x, y: (1.0,))
    def random(x):
        return x + 1.0

    x = Value(2.0, "x")
    z = (x * 3.0).named("z")
    test = quiz((random(z) + z.tanh()).named("y"), "values")
    found = [(q["operation"], q["operands"]) for q in test._data()["questions"]]
    assert found == [
        ("mul", [(None, 2.0), (None, 3.0)]),
        (None, [("q1", 6.0)]),
        ("tanh", [("q1", 6.0)]),
        ("add", [("q2", 7.0), ("q3", z.tanh().data)]),
    ]
