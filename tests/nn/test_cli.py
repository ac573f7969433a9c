"""The command: what it prints, writes and returns, in process and as a program."""

import ast
import errno
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import autograd_scalar as ag
import nn
from autograd_scalar import __version__
from nn.cli import doctor, line
from nn.cli.main import main
from nn.grading import five_texts
from nn.grading.own_code.edits import WORDS

FAST = ["--epochs", "2", "--hidden", "3"]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module", autouse=True)
def _texts_graded_once():
    """Grade each of the five texts once for all commands: `check` does so each time."""
    kept, grade_notes = {}, five_texts.grade_notes

    def once(text, case_of):
        if text not in kept:
            kept[text] = grade_notes(text, case_of)
        return kept[text]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(five_texts, "grade_notes", once)
        yield


def table(tmp_path, content="x,z,y\n" + "1,2,a\n2,1,b\n3,0,a\n5,1,b\n" * 4):
    (tmp_path / "t.csv").write_text(content)
    return "t.csv"


# ---- demo ----------------------------------------------------------------------------


def test_demo_learns_checks_and_reports(command, tmp_path):
    code, out, err = command("demo")
    assert code == 0
    accuracy = float(re.search(r"test accuracy: ([\d.]+)%", out)[1])
    assert accuracy >= 93.0
    for layer in (1, 2, 3):
        for kind in "azWb":
            assert f"dC/d{kind}{layer}" in out
    assert "report: report.html" in out
    assert "<h1>Fisher&#x27;s iris</h1>" in (tmp_path / "report.html").read_text(
        "utf-8"
    )
    assert err == ""
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_demo_repeats_itself_for_a_seed(command, tmp_path):
    first = command("demo", *FAST, "--seed", 7)
    page = (tmp_path / "report.html").read_bytes()
    assert command("demo", *FAST, "--seed", 7) == first
    assert (tmp_path / "report.html").read_bytes() == page
    assert command("demo", *FAST, "--seed", 8) != first


def test_json_is_all_that_is_printed(command):
    code, out, _ = command("--json", "demo", *FAST, "--output", "r.html")
    document = json.loads(out)
    assert code == 0
    assert document["deltas"]["passed"] is True
    assert document["layers"] == [4, 3, 3]
    assert len(document["training_losses"]) == len(document["test_losses"]) == 2
    assert sum(map(sum, document["confusion"])) == document["examples"]["test"]
    assert document["report"] == "r.html"
    assert {"of", "nodes", "differ", "worst"} == set(document["deltas"]["gradients"][0])


def test_global_options_stand_before_or_after_the_command(command):
    before = command("--json", "--seed", 3, "demo", *FAST)
    assert command("demo", *FAST, "--json", "--seed", 3) == before


def test_quiet_prints_nothing(command, tmp_path):
    assert command("demo", *FAST, "--quiet") == (0, "", "")
    assert (tmp_path / "report.html").exists()


def test_the_printed_command_makes_the_same_report(command, tmp_path):
    document = json.loads(command("demo", *FAST, "--json", "--seed", 5)[1])
    page = (tmp_path / "report.html").read_bytes()
    (tmp_path / "report.html").unlink()
    _, *argv = shlex.split(document["command"])
    assert command(*argv)[0] == 0
    assert (tmp_path / "report.html").read_bytes() == page


@pytest.mark.thorough
def test_a_wrong_closed_form_ends_with_1(command, monkeypatch):
    from nn.deltas.check import matrix

    right = matrix.backprop

    def wrong(*args):
        result = right(*args)
        return result._replace(dW=[-dW for dW in result.dW])

    monkeypatch.setattr(matrix, "backprop", wrong)
    code, out, _ = command("demo", *FAST)
    assert code == 1
    assert "The first, from the output back, is that of" in out
    code, out, _ = command("check")
    assert code == 1
    assert "DIFFERS" in out


# ---- train ---------------------------------------------------------------------------


def test_train_classifies(command, tmp_path):
    options = ["--target", "y", "--epochs", 40, "--hidden", "8"]
    code, out, err = command("train", table(tmp_path), *options)
    assert (code, err) == (0, "")
    assert "test accuracy" in out
    assert "<h1>y from t.csv</h1>" in (tmp_path / "report.html").read_text("utf-8")


def test_train_regresses(command, tmp_path):
    rows = "".join(f"{i},{i % 4},{3 * i - i % 4}.5\n" for i in range(40))
    path = table(tmp_path, "x,z,y\n" + rows)
    options = ["--epochs", 60, "--hidden", 6, "--learning-rate", 0.02]
    code, out, _ = command("train", path, "--target", "y", *options, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["loss"] == "half_squared_error"
    assert document["r2"] > 0.9
    assert "accuracy" not in document


def test_train_tells_what_it_did_with_columns(command, tmp_path):
    rows = "1,7,red,a\n2,7,blue,b\n,7,red,a\n" * 6
    path = table(tmp_path, "x,k,c,y\n" + rows)
    options = ["--target", "y", "--missing", "drop", *FAST]
    code, _, err = command("train", path, *options)
    assert code in {0, 1}  # so little data: it may learn nothing
    assert [line.split(":")[0] for line in err.splitlines()] == ["note"] * 3
    assert "rows left out, as values are missing: 6 of 18" in err
    document = json.loads(
        command("train", path, *options, "--ignore", "c", "--json")[1]
    )
    assert document["features"] == ["x"]
    assert "--ignore c" in document["command"]


def test_train_on_a_table_as_european_spreadsheets_write_it(command, tmp_path):
    rows = "".join(
        f"{i},5;{'rot' if i % 2 else 'blau'};{3 * i},25\n" for i in range(40)
    )
    table(tmp_path, ";;\n".join(["", rows]) + "?;rot;12,25\n3,5;;12,75\n1,5;rot;\n")
    argv = ["--no-header", "--decimal", ",", "--missing", "median", "--epochs", 60]
    argv += ["--hidden", 8]
    argv += ["--target", "3", "--save", "net.json", "--json"]
    code, out, _ = command("train", "t.csv", *argv)
    document = json.loads(out)
    assert (code, document["features"]) == (0, ["1", "2=blau", "2=rot"])
    assert document["notices"][0] == ("rows left out, as values are missing: 1 of 43")
    assert document["r2"] > 0.9
    _, *again = shlex.split(document["command"])
    assert json.loads(command(*again, "--json")[1])["r2"] == document["r2"]
    (tmp_path / "new.csv").write_text("?;rot\n20,5;\n")
    argv = ["--weights", "net.json", "--no-header", "--decimal", ",", "--json"]
    out = command("predict", "new.csv", *argv)[1]
    fill = json.loads((tmp_path / "net.json").read_text())["fill"]
    text = ("blau", "rot")[fill.index(1.0, 1) - 1]
    whole = f"{fill[0]};rot\n20.5;{text}\n".replace(".", ",")
    (tmp_path / "new.csv").write_text(whole)
    assert command("predict", "new.csv", *argv)[1] == out


def test_all_problems_of_a_table_are_told_at_once(command, tmp_path):
    table(tmp_path, "x,z,y\n,1,a\n2,7o,b\n3,1,a,a\n" + "4,5,b\n1,2,a\n" * 4)
    code, out, err = command("train", "t.csv", "--target", "y")
    assert (code, out) == (2, "")
    assert err.splitlines()[0] == "autograd-scalar: t.csv has 3 problems:"
    words = [line.split()[:2] for line in err.splitlines()[1:]]
    assert words[:3] == [["line", "2,"], ["line", "3,"], ["line", "4:"]]
    assert words[3:] == [["fill", "in"], ["correct", "what"]]
    out = command("train", "t.csv", "--target", "y", "--json")[1]
    assert json.loads(out)["error"] == err.strip().removeprefix("autograd-scalar: ")


@pytest.mark.parametrize(("content", "count"), [("x,y\n", 1), ("x,z,y\n", 2)])
def test_features_are_counted_in_english(command, tmp_path, content, count):
    row = "1,2,a\n" if count == 2 else "1,a\n"
    rows = row + row.replace("1", "3").replace("2", "4").replace("a", "b")
    path = table(tmp_path, content + rows * 4)
    _, out, _ = command("train", path, "--target", "y", *FAST)
    words = "1 feature" if count == 1 else "2 features"
    assert f": 8 examples, {words}, 2 classes; " in out
    assert f" from {words}: " in (tmp_path / "report.html").read_text("utf-8")


def test_no_hidden_layer_is_a_linear_model(command, tmp_path):
    argv = ["train", table(tmp_path), "--target", "y", "--hidden", "none", "--json"]
    assert json.loads(command(*argv)[1])["layers"] == [2, 2]


# case: (content or None for no file, options, parts of the message)
BAD = {
    "no file": (None, [], ["cannot read t.csv: No such file"]),
    "empty": ("", [], ["t.csv: it has no rows", "expected a header"]),
    "header only": ("x,y\n", [], ["it has no rows"]),
    "no header": ("1,2,a\n2,3,b\n", [], ["looks like data"]),
    "ragged": ("x,y\n1,a\n2,b,c\n3,b\n", [], ["line 3", "expected 2 cells", "got 3"]),
    "missing": (
        "x,y\n1,a\n,b\n1,a\n2,b\n",
        [],
        ["line 3, column 'x'", "--missing drop"],
    ),
    "inf": ("x,y\n1,a\n-inf,b\n1,a\n2,b\n", [], ["1e+150, got '-inf'"]),
    "names twice": ("x,x,y\n1,2,a\n", [], ["are named 'x'"]),
    "one class": ("x,y\n1,a\n2,a\n", [], ["'a' in every row"]),
    "rows": ("x,y\n1,a\n2,b\n", [], ["2 classes in 2 rows"]),
    "few rows": ("x,y\n1,1.5\n2,2.5\n", [], ["2 usable rows are too few", "add"]),
    "target": ("X1,Y\n1,a\n2,b\n", [], ["no column 'y'; the columns are 'X1', 'Y'"]),
    "task": ("x,y\n1,a\n2,b\n", ["--task", "regression"], ["regression needs"]),
    "loss": (
        "x,y\n1,.5\n2,1.5\n3,4.5\n4,7\n",
        ["--loss", "hinge"],
        ["hinge does not fit a regression"],
    ),
    "folder": (
        "x,y\n1,a\n",
        ["--output", "nope/r.html"],
        ["no folder 'nope'", "--output"],
    ),
    "output": ("x,y\n1,a\n", ["--output", "."], ["'.': it is a folder"]),
    "input": ("x,y\n1,a\n", ["--output", "t.csv"], ["t.csv: expected", ".html"]),
    "long": ("x,y\n1,a\n", ["--output", "a" * 300 + ".html"], ["name too long"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_2_and_nothing_written(command, tmp_path, case):
    content, options, parts = BAD[case]
    if content is not None:
        table(tmp_path, content)
    before = sorted(tmp_path.iterdir())
    code, out, err = command("train", "t.csv", "--target", "y", *options)
    assert (code, out) == (2, "")
    assert err.startswith("autograd-scalar: ")
    assert err.count("\n") == 1
    for part in parts:
        assert part in err
    assert sorted(tmp_path.iterdir()) == before


def test_the_printed_command_of_train_makes_the_same_report(command, tmp_path):
    text = "x,z,-k,y\n" + "1,2,5,a\n2,1,6,b\n3,0,7,a\n5,1,8,b\n" * 4
    (tmp_path / "-t u.csv").write_text(text)
    argv = ["--ignore=-k", "--target=y", "--output=-r.html", "--loss", "hinge"]
    document = json.loads(command("train", *argv, *FAST, "--json", "--", "-t u.csv")[1])
    page = (tmp_path / "-r.html").read_bytes()
    (tmp_path / "-r.html").unlink()
    _, *again = shlex.split(document["command"])
    assert command(*again)[0] == 0
    assert (tmp_path / "-r.html").read_bytes() == page


def test_a_table_is_not_overwritten_by_its_report(command, tmp_path):
    content = "x,y\n1,a\n2,b\n"
    path = tmp_path / "t.html"
    path.write_text(content)
    (tmp_path / "link.html").symlink_to(path)
    for output in ("t.html", "link.html"):
        argv = ["train", "t.html", "--target", "y", "--output", output]
        code, _, err = command(*argv)
        assert code == 2
        assert f"{output} is the input" in err
    assert path.read_text() == content


def test_a_pipe_is_rejected_before_training(command, tmp_path):
    os.mkfifo(tmp_path / "p.html")
    code, out, err = command("demo", "--output", "p.html")
    assert (code, out) == (2, "")
    assert "not a regular file" in err
    assert (tmp_path / "p.html").is_fifo()


@pytest.mark.parametrize("argv", [["demo"], ["train", "t.csv", "--target", "y"]])
def test_an_unwritable_folder_is_found_before_training(
    command, tmp_path, monkeypatch, argv
):
    """Even where permissions promise otherwise, as in /proc to an administrator."""
    table(tmp_path)
    opened = os.open

    def denied(path, flags, *args, **kwargs):
        if flags & os.O_EXCL:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return opened(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", denied)
    monkeypatch.setattr("nn.cli.train.run", pytest.fail)
    code, out, err = command(*argv, *FAST)
    assert (code, out) == (2, "")
    assert "cannot write 'report.html': no file can be made in '.': No such" in err
    assert err.endswith("; name another with --output\n")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_no_file_can_be_made_in_proc(command):
    code, out, err = command("demo", *FAST, "--output", "/proc/x.html")
    assert (code, out) == (2, "")
    assert "cannot write '/proc/x.html': no" in err


def test_the_deltas_are_explained_below_their_table(command):
    out = command("demo", *FAST)[1]
    _, found, rest = out.partition("The difference in eps decides: where large")
    assert found
    assert all(len(line) <= 88 for line in rest.splitlines())


@pytest.mark.thorough
@pytest.mark.parametrize(("activation", "found"), [("relu", "dead"), ("tanh", "satur")])
def test_a_training_that_learnt_nothing_ends_with_1(
    command, tmp_path, activation, found
):
    rows = "".join(f"{i % 9},{i % 7},{3 * (i % 9) - i % 7}.5\n" for i in range(60))
    path = table(tmp_path, "x,z,y\n" + rows)
    argv = ["train", path, "--target", "y", "--activation", activation, "--hidden", 8]
    code, out, _ = command(*argv, "--learning-rate", "1000")
    assert code == 1
    assert "✗ Training failed: the root mean square error of y on test examples" in out
    assert f"{found}" in out
    assert "exploding: the training loss was" in out
    assert "try a smaller --learning-rate" in out
    document = json.loads(command(*argv, "--learning-rate", "1000", "--json")[1])
    assert document["training"]["learned"] is False
    assert document["deltas"]["passed"] is True
    code, out, _ = command(*argv)
    assert (code, "✓ Training worked" in out) == (0, True)


def test_a_diverging_run_ends_with_1_and_leaves_the_old_report(command, tmp_path):
    (tmp_path / "report.html").write_text("old")
    rows = "".join(f"{i},{i * i}.5\n" for i in range(20))
    path = table(tmp_path, "x,y\n" + rows)
    argv = ["train", path, "--target", "y", "--learning-rate", "1e200", "--hidden", "3"]
    code, _, err = command(*argv)
    assert code == 1
    assert "smaller learning rate" in err
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["report.html", "t.csv"]
    assert (tmp_path / "report.html").read_text() == "old"


def test_hostile_names_are_escaped_everywhere(command, tmp_path):
    rows = "1,<script>a,x\n2,</title><script>,\x1b[31my\n" * 8
    path = table(tmp_path, "f,<script>t\x1b[2J,<img src=x>\n" + rows)
    code, out, err = command("train", path, "--target", "<img src=x>", *FAST)
    assert code == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "\x1b" not in page + out + err


# ---- check and draw ------------------------------------------------------------------


@pytest.fixture(scope="module")
def checked():
    """What `check` prints, as text and as JSON."""
    texts = []
    for argv in (["check"], ["check", "--json"]):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            assert main(argv) == 0
        assert err.getvalue() == ""
        texts.append(out.getvalue())
    return texts[0], json.loads(texts[1])


@pytest.mark.thorough
def test_check_prints_every_convention(checked):
    from nn.deltas.conventions import CONVENTIONS

    out, document = checked
    for name in CONVENTIONS:
        assert name in out
    assert document["passed"] is True
    assert [row["name"] for row in document["conventions"]] == list(CONVENTIONS)


def test_check_shows_the_five_texts_equation_by_equation(checked):
    out, document = checked
    assert out.count(", against the scalar graph\n") == 5
    for part in (
        "  dA1 WRONG [sum-index-slip]: the index on the left is the one that is summed",
        r"  18  \left[ 1 \\ 2 \right] \odot\left[ 3 \\ 4 \right]=\l…  s ⊙ t right",
        "dA2 WRONG [ce-second-sign]: the sign of the second term",
        "(it says on what the cost depends)",
        "143 displays, 264 statements: ",
        ", as a reader found by hand",
    ):
        assert part in out
    texts = document["texts"]
    assert all(equation["as_expected"] for t in texts for equation in t["equations"])
    assert sum(len(text["equations"]) for text in texts) == 143


def test_check_says_which_equation_is_judged_otherwise(command, monkeypatch):
    monkeypatch.setitem(five_texts.BY_HAND, "definition", lambda row, case: iter(()))
    code, out, _ = command("check")
    assert code == 1
    assert out.count("UNEXPECTED") == 10
    assert "10 unexpected" in out


# ---- grade and mistakes --------------------------------------------------------------

NOTES = r"""# Notes
$\delta^L = (a^L - y) \odot \sigma'(z^L)$ and $\delta^l = (W^{l+1})^T \delta^{l+1}$.
"""


def test_grade_names_the_mistake_and_its_line(command, tmp_path):
    (tmp_path / "notes.md").write_text(NOTES, "utf-8")
    code, out, err = command("grade", "notes.md", "--html", "out.html")
    assert (code, err) == (1, "")
    assert "2     dZ1       wrong    act-missing" in out
    page = (tmp_path / "out.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "<h1>Grade of notes.md</h1>" in page
    assert "act-missing" in page
    code, out, _ = command("grade", "notes.md", "--json")
    document = json.loads(out)
    assert (code, document["passed"], document["mistakes"]) == (
        1, False, ["act-missing"],
    )  # fmt: skip
    assert document["verdicts"][1]["line"] == 2
    (tmp_path / "notes.md").write_text(NOTES.replace("l+1}$", "l+1} g'(z^l)$"), "utf-8")
    assert command("grade", "notes.md", "--quiet") == (0, "", "")


def test_grade_takes_a_network_and_a_cost(command, tmp_path):
    (tmp_path / "f.txt").write_text("dZ2 = (A2 - Y) * (1 - A2**2)\ndW2 = dZ2 @ A1.T\n")
    options = ["--layers", "2,3,1", "--activation", "tanh", "--reduction", "sum"]
    code, out, _ = command("grade", "f.txt", *options)
    assert code == 0
    assert out.startswith("2-3-1 network (tanh, tanh), half_squared_error, sum over m")
    (tmp_path / "f.txt").write_text("dZ2 = (A2 - Y) / m\n")
    options = ["--loss", "binary_cross_entropy", "--output-activation", "sigmoid"]
    code, out, _ = command("grade", "f.txt", "--activation", "relu", *options)
    assert code == 0
    assert "(relu, sigmoid), binary_cross_entropy" in out


BACKPROP = """
def backprop(W, b, X, Y):
    a1 = 1 / (1 + 2.718281828459045 ** -(W[0] @ X + b[0]))
    a2 = 1 / (1 + 2.718281828459045 ** -(W[1] @ a1 + b[1]))
    d2 = (a2 - Y) * a2 * (1 - a2) / X.shape[1]
    return {"dZ2": d2, "dW2": d2 @ a1.T, "dZ1": W[1].T @ d2}

number = 3
"""


def test_grade_runs_a_function(command, tmp_path):
    (tmp_path / "graded_by_test.py").write_text(BACKPROP)
    code, out, _ = command("grade", "graded_by_test:backprop")
    assert code == 1
    assert "dZ1       wrong    act-missing" in out
    code, _, err = command("grade", "graded_by_test:number")
    assert (code, "is no function; write module:function" in err) == (2, True)
    (tmp_path / "broken_by_test.py").write_text("1 / 0\n")
    code, _, err = command("grade", "broken_by_test:f")
    assert (code, "cannot import broken_by_test: ZeroDivisionError" in err) == (2, True)
    assert str(tmp_path) not in sys.path
    (tmp_path / "ends_by_test.py").write_text("raise SystemExit(0)\n")
    code, _, err = command("grade", "ends_by_test:f")
    assert (code, "cannot import ends_by_test: SystemExit: 0" in err) == (2, True)
    code, _, err = command("grade", "graded_by_test.py:backprop")
    assert (code, "; write graded_by_test:backprop" in err) == (2, True)
    code, _, err = command("grade", "ends_by_test.py")
    assert (code, "of that file, write ends_by_test:function" in err) == (2, True)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["none.md"], "cannot read 'none.md': No such file"),
        (["f.txt", "--loss", "love"], "unknown loss 'love'"),
        (["f.txt", "--layers", "3"], "expected 2 to 10 sizes, up to 32 each"),
        (["f.txt", "--layers", "3,99"], "expected 2 to 10 sizes, up to 32 each"),
        (["f.txt", "--layers", "3,x"], "expected sizes from 1 to 1024 such as 3,4,2"),
        (["f.txt", "--html", "f.txt"], "--html f.txt: expected a name that ends in"),
        (["f.html", "--html", "f.html"], "is the input and would be overwritten"),
        (["f.html"], "grade needs equations"),
    ],
)
def test_what_cannot_be_graded_ends_with_2(command, tmp_path, argv, message):
    (tmp_path / "f.txt").write_text("dW1 = dZ1 @ X.T\n")
    (tmp_path / "f.html").write_text("hello\n")
    code, out, err = command("grade", *argv)
    assert (code, out) == (2, "")
    assert message in err


def document_of(command, mistake):
    """Return what the JSON says of the worst entry of a mistake."""
    smallest = json.loads(command("mistakes", mistake, "--json")[1])["smallest"]
    return max(smallest["entries"], key=lambda e: abs(e["right"] - e["wrong"]))


@pytest.mark.thorough
def test_a_mistake_is_shown_in_its_smallest_network(command, tmp_path):
    code, out, err = command("mistakes", "act-missing")
    assert (code, err) == (0, "")
    assert "shows it: 1-1-1 network (sigmoid, sigmoid), half_squared_error, 1 ex" in out
    right, wrong = re.search(r"dZ1\[0\]\(0\)  (\S{6})\S*\s+(\S{6})", out).groups()
    assert right != wrong
    assert "reverse sweep [" in out  # the player
    both = rf"{re.escape(right)}\S* +{re.escape(wrong)}\S* +≠"
    assert re.search(rf"z1\[0\]\(0\) .* {both}", out)
    page = tmp_path / "mistake.html"
    code, out, _ = command("mistakes", "act-missing", "--output", str(page))
    assert (code, page.read_text("utf-8")[:15]) == (0, "<!DOCTYPE html>")
    assert "act-missing" in page.read_text("utf-8")
    assert f"player: {page}" in out
    code, out, _ = command("mistakes", "act-missing", "--play")
    assert re.search(r"^ +0  .*\n +1  ", out, re.MULTILINE)  # every step is printed
    assert command("mistakes", "keepdims-lost")[1].count("There it does not fit: ") == 1
    assert "no network shows it" in command("mistakes", "sum-index-slip")[1]
    assert json.loads(command("mistakes", "sum-index-slip", "--json")[1])[
        "smallest"
    ] is None  # fmt: skip


def test_mistakes_that_an_edit_mends_have_words_and_no_network(command):
    assert "not-reset" in command("mistakes")[1]
    assert "not set back" in command("mistakes", "not-reset")[1]
    document = json.loads(command("mistakes", "overwritten", "--json")[1])
    assert document == {"edits": {"overwritten": WORDS["overwritten"]}}
    code, _, err = command("mistakes", "not-reset", "--play")
    assert (code, "no network to step through" in err) == (2, True)
    assert "constant factor" in command("mistakes", "factor")[1]
    assert "is missing, and a constant" in command("mistakes", "act-missing+factor")[1]
    lines = command("mistakes")[1].splitlines()
    assert len(set(lines)) == len(lines) - 1  # but for an empty one


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        (["--play"], "which mistake?"),
        (["--output", "m.html"], "which mistake?"),
        (["act-missing", "--output", "m.txt"], "m.txt"),
        (["sum-index-slip", "--play"], "there is no network to step through"),
    ],
)
def test_what_cannot_be_stepped_through(command, argv, text):
    code, _, err = command("mistakes", *argv)
    assert code == 2
    assert text in err


def test_the_page_has_the_verdicts_beside_the_notes(command, tmp_path):
    notes, page = tmp_path / "notes.md", tmp_path / "grade.html"
    notes.write_text(
        "# <b>Mine</b>\n\n$\\delta^L = a^L - y$ and $C = (a^L - y)^2$\n"
        "∂C/∂bˡ = δˡ\nδˡ = ♥\n",
        encoding="utf-8",
    )
    code, _, _ = command("grade", str(notes), "--html", str(page))
    text = page.read_text("utf-8")
    assert code == 1
    assert '<td class="text"># &lt;b&gt;Mine&lt;/b&gt;</td><td></td>' in text
    rows = text.split("<tr")
    assert rows[4].startswith(' class="wrong"><th scope="row">3</th>')
    assert "<strong>✗ dZ2: wrong</strong> <code>out-missing-sigma-prime</code>" in text
    assert "yours -0." in rows[4] or "yours 0." in rows[4]
    assert "not judged: " in rows[4]
    assert rows[5].startswith(' class="right"><th scope="row">4</th>')
    assert rows[5].count("✓") == 2
    assert "– dZ[l]: cannot be read" in rows[6]
    assert "prefers-color-scheme:dark" in text
    assert "http" not in text.split("<body>")[0]


def test_mistakes_are_listed_and_shown(command):
    code, out, err = command("mistakes")
    assert (code, err) == (0, "")
    assert re.search(r"^act-missing +dZ\[l\] +sigma'\(z\)", out, re.MULTILINE)
    code, out, _ = command("mistakes", "hid-stale-weights")
    assert code == 0
    assert "wrong: dA[l] plus a factor of dW[l+1].T @ dZ[l+1]" in out
    code, out, _ = command("mistakes", "out-sign-lost", "--json")
    (row,) = json.loads(out)["mistakes"]
    assert row["wrong"] == ["-dA[L]"]
    assert document_of(command, "out-sign-lost")["entry"] == "dA1[0](1)"
    code, _, err = command("mistakes", "act-misssing")
    assert (code, "did you mean act-missing?" in err) == (2, True)
    assert command("mistakes", "\x1bzzz")[2].startswith(
        r"autograd-scalar: there is no mistake \x1bzzz; autograd-scalar mistakes lists"
    )


def test_draw_prints_gradients_and_writes_a_graph(command, tmp_path):
    argv = ["draw", "tanh(x*w + b)", "--set", "x=2", "--set", "w=-3"]
    code, out, err = command(*argv)
    assert (code, err) == (0, "")
    t = np.tanh(-5.0)
    lines = {line.split()[0]: line.split() for line in out.splitlines() if line}
    assert float(lines["tanh(x*w"][-1]) == pytest.approx(t)
    assert float(lines["x"][2]) == pytest.approx(-3 * (1 - t * t))
    assert float(lines["w"][2]) == pytest.approx(2 * (1 - t * t))
    assert "not set" in " ".join(lines["b"])
    assert "not set" not in " ".join(lines["x"])
    assert (tmp_path / "graph.svg").read_text("utf-8").startswith("<svg")


@pytest.mark.parametrize(
    "argv",
    [
        ["-x**2", "--set", "x=3"],
        ["--set", "x=3", "-x**2"],
        ["--set", "x=3", "--", "-x**2"],
        ["--quiet", "-(x)**2", "--set", "x=3", "--json"],
    ],
)
def test_a_formula_may_begin_with_a_minus(command, argv):
    code, out, _ = command("--json", "draw", *argv)
    assert code == 0
    document = json.loads(out)
    assert document["value"] == -9.0
    assert document["expression"].startswith("-")


def test_how_to_give_other_minus_signs_is_in_the_help(command):
    assert "draw -- " in command("draw", "-h")[1]
    assert command("draw", "--json", "--", "--x")[0] == 0
    code, _, err = command("draw", "x", "--output", "-g.svg")
    assert (code, "--output: expected one argument" in err) == (2, True)


def test_e_is_a_name_and_that_is_said(command):
    assert "(Euler's is 2.718281828459045)" in command("draw", "x*e")[1]
    assert "Euler" not in command("draw", "x*e", "--set", "e=2")[1]


@pytest.mark.parametrize(
    ("name", "start"), [("g.svg", "<svg"), ("g.HTML", "<!"), ("g.dot", "digraph")]
)
def test_the_suffix_decides_the_format(command, tmp_path, name, start):
    code, out, _ = command("draw", "x*x", "--output", name, "--json")
    assert code == 0
    assert json.loads(out) == {
        "expression": "x*x",
        "value": 1.0,
        "names": {"x": {"value": 1.0, "grad": 2.0, "set": False}},
        "not_finite": [],
        "graph": name,
    }
    assert (tmp_path / name).read_text("utf-8").startswith(start)


def test_draw_says_where_a_nan_begins(command):
    code, out, _ = command("draw", "log(x) + 1", "--set", "x=-1")
    assert code == 0
    assert "non-finite value: log('x' = -1.0) = nan: no operand is" in out
    document = json.loads(command("draw", "1/x", "--set", "x=0", "--json")[1])
    kinds = [words.split(":")[0] for words in document["not_finite"]]
    assert kinds == ["non-finite value", "non-finite adjoint"]
    assert "non-finite" not in command("draw", "log(x)")[1]


def test_draw_writes_a_png(command, tmp_path):
    pytest.importorskip("resvg_py")
    code, out, err = command("draw", "x*x", "--output", "g.png")
    assert (code, err) == (0, "")
    assert "graph: g.png" in out
    assert (tmp_path / "g.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_draw_says_what_a_png_needs(command, tmp_path, monkeypatch):
    for package in ("resvg_py", "graphviz"):
        monkeypatch.setitem(sys.modules, package, None)
    code, out, err = command("draw", "x*x", "--output", "g.png")
    assert (code, out) == (2, "")
    assert "pip install 'autograd-scalar[png]'" in err
    assert list(tmp_path.iterdir()) == []


# ---- quiz ----------------------------------------------------------------------------


def test_quiz_asks_and_a_pipe_answers(command, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("2\n6\nshow\n"))
    code, out, err = command("quiz", "w*x*1.5", "--set", "x=4", "--set", "w=-3")
    assert (code, err) == (0, "")
    assert "q1: What is" in out
    assert "wrong: you gave 2" in out
    assert "revealed" in out
    monkeypatch.setattr(sys, "stdin", None)
    assert "q1: What is" in command("quiz", "x*y")[1]


def test_quiz_prints_json_and_writes_a_page(command, tmp_path):
    argv = ["quiz", "-tanh(w*x)", "--most", "2", "--output", "q.html"]
    code, out, _ = command(*argv, "--hide", "local-derivatives", "--json")
    document = json.loads(out)
    assert code == 0
    assert [question["kind"] for question in document["questions"]] == [
        "local derivative",
        "local derivative",
    ]
    assert document["page"] == "q.html"
    assert "data-quiz" in (tmp_path / "q.html").read_text("utf-8")
    assert command(*argv)[1] == "quiz: q.html\n"
    assert command("quiz", "x*y", "--quiet") == (0, "", "")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["x*y", "--output", "q.svg"], ".html"),
        (["x*y", "--hide", "grads"], "invalid choice"),
        (["x*y", "--most", "0"], "an integer from 1 up"),
        (["x", "--set", "y=1"], "'y' is not in the formula"),
    ],
)
def test_quiz_says_what_it_cannot_use(command, argv, message):
    code, out, err = command("quiz", *argv)
    assert (code, out) == (2, "")
    assert message in err


def test_quiz_in_a_terminal():
    pty = pytest.importorskip("pty")
    terminal, inner = pty.openpty()
    command = [sys.executable, "-m", "nn", "quiz", "x*x", "--set", "x=3"]
    child = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner)
    os.close(inner)
    shown = b""
    while not shown.endswith(b"> "):
        shown += os.read(terminal, 4096)
    os.write(terminal, b"6\n")
    code, last = child.wait(60), os.read(terminal, 4096).decode()
    os.close(terminal)
    assert code == 0
    assert "right" in last
    assert "1 of 1 question right" in last


def test_json_has_no_nan(command):
    _, out, _ = command("draw", "log(x)/0", "--set", "x=-1", "--json")
    assert json.loads(out, parse_constant=pytest.fail)["value"] == "nan"


@pytest.mark.parametrize(
    ("argv", "part"),
    [
        (["x^2"], "^ is not a power here: write **\n  x^2\n  ^^^"),
        (["x", "--set", "y=1"], "'y' is not in the formula"),
        (["x", "--set", "x"], "expected NAME=NUMBER"),
        (["x", "--set", "x=two"], "expected NAME=NUMBER"),
        (["x", "--set", "x=nan"], "expected a finite number"),
        (["x", "--set", "x=1", "--set", "x=2"], "gives x twice"),
        (["x", "--output", "g.gif"], ".svg, .html, .dot, .png"),
        (["x", "--output", "no/g.svg"], "no folder 'no'"),
        (["__import__('os').system('touch pwned')"], "no attributes"),
    ],
)
def test_bad_formulas_write_nothing(command, tmp_path, argv, part):
    code, out, err = command("draw", *argv)
    assert (code, out) == (2, "")
    assert part in err
    assert list(tmp_path.iterdir()) == []


# ---- play ----------------------------------------------------------------------------


def test_play_prints_every_step_where_no_one_presses_keys(command):
    code, out, err = command("play", "w*x", "--set", "w=2", "--learning-rate", "0.5")
    assert (code, err) == (0, "")
    w, x = ag.Value(2.0, "w"), ag.Value(1.0, "x")
    root = (w * x).named("result")
    player = ag.play(root, parameters=[w, x], learning_rate=0.5)
    sentences = [player.to(k).sentence for k in range(len(player) + 1)]
    lines = [f"{k:4}  {sentence}" for k, sentence in enumerate(sentences)]
    assert out == "\n".join([*lines, "", player.text(), ""])


def test_play_prints_json(command):
    code, out, err = command("play", "-x**2", "--set", "x=3", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert (document["expression"], document["page"]) == ("-x**2", None)
    assert (
        "x reaches v2 through the power: \u22121 \u00d7 6 = \u22126"
        in document["steps"][-2]
    )
    assert command("play", "x", "--quiet") == (0, "", "")


def test_play_writes_a_page(command, tmp_path):
    code, out, _ = command("play", "tanh(w*x)", "--output", "play.html")
    assert (code, out) == (0, "player: play.html\n")
    page = (tmp_path / "play.html").read_text("utf-8")
    assert "<title>tanh(w*x)</title>" in page
    assert "data-player" in page


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["x", "--output", "play.svg"], ".html"),
        (["x", "--set", "y=1"], "'y' is not in the formula"),
        (["x", "--learning-rate", "-1"], "a number above 0"),
        (["x +"], "cannot read the formula"),
    ],
)
def test_play_says_what_it_cannot_use(command, argv, message):
    code, out, err = command("play", *argv)
    assert (code, out) == (2, "")
    assert message in err


def typed(keys, *argv):
    """The screens that the command shows in a terminal, key after key."""
    pty = pytest.importorskip("pty")
    terminal, inner = pty.openpty()
    command = [sys.executable, "-m", "nn", *argv]
    child = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner)
    os.close(inner)
    shown = [b""]
    for key in keys:
        while not shown[-1].endswith(b"quit\r\n"):
            shown[-1] += os.read(terminal, 4096)
        shown.append(b"")
        os.write(terminal, key)
    code = child.wait(60)
    os.close(terminal)
    return code, [screen.decode() for screen in shown[:-1]]


def test_play_by_keys_in_a_terminal():
    keys = [b"}", b".", b"\x1b[C", b",", b"w", b"u", b">", b"]", b"}", b"r", b"q"]
    code, screens = typed(keys, "play", "w*x + w", "--set", "w=2")
    assert code == 0
    positions = [int(re.search(r"\] (\d+) of 8", screen)[1]) for screen in screens]
    assert positions == [0, 4, 5, 6, 5, 4, 5, 7, 8, 8, 0]
    assert all(screen.startswith("\x1b[2J\x1b[H") for screen in screens)


# ---- The command line itself ---------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "part"),
    [
        ([], "required: COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["demo", "--epochs", "0"], "an integer from 1 up, got '0'"),
        (["demo", "--epochs", "x"], "an integer from 1 up, got 'x'"),
        (["demo", "--seed", "-1"], "an integer from 0 up, got '-1'"),
        (["demo", "--learning-rate", "nan"], "a number above 0, got 'nan'"),
        (["demo", "--learning-rate", "inf"], "a number above 0, got 'inf'"),
        (["demo", "--test-fraction", "1"], "between 0 and 1, got '1'"),
        (["demo", "--hidden", "8,,8"], "such as 16,16, or none, got '8,,8'"),
        (["demo", "--hidden", "9999"], "sizes from 1 to 1024"),
        (["demo", "--activation", "step"], "invalid choice: 'step'"),
        (["train", "t.csv"], "required: --target"),
        (["demo", "--epoch", "3"], "unrecognized arguments"),
    ],
)
def test_usage_errors_say_what_was_expected(command, argv, part):
    code, out, err = command(*argv)
    assert (code, out) == (2, "")
    assert part in err


@pytest.mark.parametrize(
    "argv",
    [
        *([], ["demo"], ["train"], ["check"], ["draw"], ["play"], ["quiz"]),
        *(["grade"], ["mistakes"], ["derive"], ["doctor"]),
    ],
)
def test_help_documents_the_exit_codes(command, argv):
    code, out, _ = command(*argv, "--help")
    assert code == 0
    for number in ("0", "1", "2", "130", "141"):
        assert re.search(rf"^ *{number}  \w", out, re.MULTILINE)


# ---- doctor --------------------------------------------------------------------------


def test_doctor_says_what_is_installed(command):
    code, out, err = command("doctor")
    assert (code, err) == (0, "")
    assert f"autograd-scalar {__version__} in " in out
    assert re.search(rf"^numpy +{re.escape(np.__version__)} ", out, re.MULTILINE)
    assert f"engine: {ag.implementation}, because " in out
    document = json.loads(command("doctor", "--json")[1])
    assert document["missing"] == []
    assert document["engine"]["implementation"] == ag.implementation
    assert {part["name"] for part in document["parts"]} >= {"safetensors", "dot"}


def test_doctor_names_what_is_missing(command, monkeypatch):
    def version(name):
        raise doctor.metadata.PackageNotFoundError

    monkeypatch.setattr(doctor.metadata, "version", version)
    code, out, _ = command("doctor")
    assert code == 1
    assert "numpy, graphviz, mpmath, tqdm: needed, and not there" in out
    assert re.search(r"^numpy +MISSING .*pip install numpy$", out, re.MULTILINE)
    assert re.search(r"^resvg-py +- .*'autograd-scalar\[png\]'$", out, re.MULTILINE)


def installed(monkeypatch, direct_url=None):
    """Let doctor see a plain wheel from an index, or the installation described."""

    class Distribution:
        def read_text(self, name):
            assert name == "direct_url.json"
            return direct_url

    monkeypatch.setattr(ag, "implementation", "plain")
    monkeypatch.setattr(doctor, "_has_binaries", lambda: False)
    monkeypatch.setattr(doctor.metadata, "distribution", lambda name: Distribution())


def test_doctor_says_why_the_engine_is_plain(monkeypatch, tmp_path):
    found = doctor.sysconfig.get_config_var
    installed(monkeypatch, '{"dir_info": {"editable": true}}')
    assert "editable" in doctor.engine().why
    installed(monkeypatch)
    (tmp_path / "Python.h").write_text("")
    monkeypatch.setattr(doctor.sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setattr(doctor, "which", lambda name: name)
    assert "a C compiler is here now" in doctor.engine().why
    assert doctor.engine().change.startswith("AUTOGRAD_SCALAR_NATIVE=require pip")
    (tmp_path / "Python.h").unlink()
    assert doctor.engine().why.endswith("Python.h")
    assert "install Python's headers, then" in doctor.engine().change
    monkeypatch.setattr(doctor, "which", lambda name: None)
    monkeypatch.setenv("CC", "gcc -O3")
    assert "there is no C compiler gcc" in doctor.engine().why
    monkeypatch.setattr(
        doctor.sysconfig,
        "get_config_var",
        lambda name: 1 if name == "Py_GIL_DISABLED" else found(name),
    )
    assert "free-threaded" in doctor.engine().why
    monkeypatch.setattr(doctor.sys, "implementation", SimpleNamespace(name="pypy"))
    assert "only CPython" in doctor.engine().why

    def distribution(name):
        raise doctor.metadata.PackageNotFoundError

    monkeypatch.setattr(doctor.metadata, "distribution", distribution)
    assert "run from its folder of sources" in doctor.engine().why


def test_doctor_says_which_of_two_forms_runs(monkeypatch):
    monkeypatch.setattr(ag, "implementation", "compiled")
    assert doctor.engine().change.startswith("set AUTOGRAD_SCALAR_PLAIN=1")
    installed(monkeypatch)
    monkeypatch.setattr(doctor, "_has_binaries", lambda: True)
    monkeypatch.setenv("AUTOGRAD_SCALAR_PLAIN", "1")
    assert doctor.engine().why == "AUTOGRAD_SCALAR_PLAIN is set"
    monkeypatch.setenv("AUTOGRAD_SCALAR_PLAIN", "0")
    assert "between interpreters" in doctor.engine().why


def test_python_m_runs_the_command(tmp_path):
    for package in ("autograd_scalar", "nn"):
        ran = subprocess.run(
            [sys.executable, "-m", package, "doctor", "--json"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(Path(nn.__file__).parents[1])},
        )
        assert json.loads(ran.stdout)["version"] == __version__


# ---- Errors as JSON ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "kind", "part"),
    [
        (["draw"], "usage", "EXPRESSION"),
        (["nonsense"], "usage", "invalid choice"),
        ([], "usage", "COMMAND"),
        (["draw", "foo("], "input", "cannot read the formula"),
        (["train", "none.csv", "--target", "y"], "input", "none.csv"),
        (["grade", "none.md"], "input", "none.md"),
        (["mistakes", "none"], "input", "there is no mistake none"),
        (["play", "x +"], "input", "formula"),
    ],
)
def test_errors_are_json_where_json_is_asked_for(command, argv, kind, part):
    code, out, err = command("--json", *argv)
    document = json.loads(out)
    assert (code, err) == (2, "")
    assert (document["kind"], document["exit_code"]) == (kind, 2)
    assert part in document["error"]
    code, out, err = command(*argv)
    assert (code, out) == (2, "")
    assert part in err


def test_a_divergence_is_json_too(command, tmp_path):
    rows = "".join(f"{i},{i * i}.5\n" for i in range(20))
    argv = ["train", table(tmp_path, "x,y\n" + rows), "--target", "y", "--hidden", "3"]
    code, out, err = command(*argv, "--learning-rate", "1e200", "--json")
    assert (code, err) == (1, "")
    assert json.loads(out)["kind"] == "diverged"


def test_ctrl_c_is_json_too(command, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(line, "run", interrupted)
    code, out, err = command("demo", "--json")
    assert (code, err) == (130, "")
    assert json.loads(out) == {
        "error": "interrupted; nothing was written",
        "kind": "interrupted",
        "exit_code": 130,
    }


def test_version(command):
    assert command("--version") == (0, f"autograd-scalar {__version__}\n", "")


def test_ctrl_c_outside_training_ends_with_130(command, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("nn.cli.check.check", interrupted)
    code, _, err = command("check")
    assert code == 130
    assert "interrupted" in err


def test_ctrl_c_while_a_command_is_loaded_ends_with_130(command, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(line, "import_module", interrupted)
    assert command("draw", "x")[0] == 130


def test_all_is_loaded_inside_main():
    code = (
        "import sys; old = set(sys.modules); import nn.cli.main;"
        "print({*sys.modules} - old)"
    )
    out, _ = start_python("-c", code).communicate(timeout=30)
    assert ast.literal_eval(out) == {"nn", "nn.cli", "nn.cli.main"}


INTERRUPTED_AT = """
import signal, sys
left = int(sys.argv.pop(1))
def hook(event, arguments):
    global left
    left -= event == "import" and "nn.cli.main" in sys.modules
    if left == 0:
        left = -1
        signal.raise_signal(signal.SIGINT)
sys.addaudithook(hook)
from nn.cli.main import main
sys.exit(main())
"""


@pytest.mark.parametrize("moment", [1, 2, 3, 10, 30, 60, 90])
def test_ctrl_c_while_python_imports_ends_with_130(moment):
    """At the n-th import that the command causes: it is sure to be under way."""
    process = start_python("-c", INTERRUPTED_AT, str(moment), "check")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err == "autograd-scalar: interrupted; nothing was written\n"


# ---- As a program --------------------------------------------------------------------


def obey_ctrl_c():
    signal.signal(signal.SIGINT, signal.default_int_handler)


def start(*argv):
    return start_python("-m", "nn.cli.main", *argv)


def start_python(*argv):
    return subprocess.Popen(
        [sys.executable, *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(Path(nn.__file__).parents[1])},
        # A test run in the background may have been told to ignore Ctrl-C.
        preexec_fn=obey_ctrl_c,
    )


@pytest.mark.thorough
def test_ctrl_c_in_training_leaves_a_marked_report(tmp_path):
    process = start("demo", "--epochs", "100000")
    assert "Fisher's iris" in process.stdout.readline()
    time.sleep(2.0)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    done = re.search(r"interrupted after epoch (\d+) of 100000", err)[1]
    assert "test accuracy" in out
    page = (tmp_path / "report.html").read_text("utf-8")
    assert f"interrupted after epoch {done}" in page
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_a_reader_that_goes_away_is_no_traceback():
    process = start("mistakes", "--json")
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=30) == 141
    assert err == ""


def in_shell(redirected, *argv):
    words = shlex.join([sys.executable, "-m", "nn.cli.main", *argv])
    return subprocess.run(
        ["sh", "-c", f"{words} {redirected}"],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
        env=os.environ | {"PYTHONPATH": str(Path(nn.__file__).parents[1])},
        # A test run in the background may have been told to ignore Ctrl-C.
        preexec_fn=obey_ctrl_c,
    )


class FullDisk(io.StringIO):
    """An output that takes no more."""

    def flush(self):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.thorough
def test_a_full_disk_is_named(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", FullDisk())
    assert main(["check", "--quiet"]) == 2
    message = f"cannot write the output: {os.strerror(errno.ENOSPC)}; send it elsewhere"
    assert capsys.readouterr().err == f"autograd-scalar: {message}\n"


@pytest.mark.parametrize(
    ("redirected", "argv", "code"),
    [
        (">&-", ["mistakes"], 0),
        (">&-", ["demo", *FAST], 0),
        (">&- 2>&-", ["demo", *FAST], 0),
        ("2>&-", ["demo", *FAST], 0),
        ("2>&-", ["draw", "x", "--output", "no/g.svg"], 2),
        ("2>&-", ["fly"], 2),
        (">&- 2>&- <&-", ["draw", "x"], 0),
        ("<&-", ["play", "x", "--quiet"], 0),
    ],
)
def test_a_closed_stream_is_no_traceback(tmp_path, redirected, argv, code):
    done = in_shell(redirected, *argv)
    assert done.returncode == code
    assert done.stderr == ""
    if "demo" in argv:
        page = (tmp_path / "report.html").read_text("utf-8")
        assert page.startswith("<!doctype html>")
        assert page.endswith("</html>\n")


# ---- derive --------------------------------------------------------------------------


def test_derive_prints_the_equations_of_a_network(command):
    code, out, err = command("derive", "3,4,2")
    assert (code, err) == (0, "")
    lines = [" ".join(each.split()) for each in out.splitlines()]
    assert lines[0] == (
        "3-4-2 network, sigmoid, half_squared_error, mean over 5 examples"
    )
    for expected in (
        "W1 4×3",
        "Z1 4×5 = W1 X + b1",
        "T1 2×5 = A2 - Y",
        "dZ1 4×5 = (W2ᵀ dZ2) ⊙ sigmoid′(Z1)",
        "dW1 4×3 = dZ1 Xᵀ",
    ):
        assert expected in lines


@pytest.mark.parametrize("loss", nn.LOSSES)
def test_derive_takes_every_loss(command, loss):
    output = "sigmoid" if loss == "binary_cross_entropy" else "linear"
    argv = ["--loss", loss, "--output-activation", output, "--examples", 3, "--json"]
    code, out, _ = command("derive", "2,3,2", *argv, "--reduction", "sum")
    document = json.loads(out)
    assert code == 0
    assert document["derived from"].endswith(f"{loss}, sum over 3 examples")
    assert document["products"] == 2
    assert "dW1 = dZ1 Xᵀ" in document["equations"]


def test_derive_of_one_example_and_of_another_seed(command):
    out = command("derive", "3, 4,2", "--examples", 1, "--seed", 3)[1]
    assert "mean over 1 example\n" in out
    assert "X 3×1" in out


def test_derive_prints_the_equations_of_a_formula(command):
    code, out, _ = command("derive", "tanh(w*x + b)")
    assert code == 0
    assert out.startswith("tanh(w*x + b)\nmatrix program of 6 nodes")
    assert "dT1  = tanh′(T1)\n" in out
    assert "dw 1 = dT1 ⊙ x\n" in out
    assert "dx 1 = -1" in command("derive", "-x")[1]


def test_derive_writes_latex_and_numpy(command):
    out = command("derive", "3,4,2", "--latex")[1]
    assert out.startswith("\\begin{aligned}\nZ^{(1)} &= W^{(1)}\\, X + b^{(1)} \\\\\n")
    assert out.endswith("\\sum_j dZ^{(1)}\n\\end{aligned}\n")
    space = {}
    exec(command("derive", "w*x + w", "--numpy")[1], space)
    value, gradient = space["program"](np.array([3.0, 2.0]))
    assert (value, gradient.tolist()) == (9.0, [3.0, 3.0])


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["3,100,2"], "expected 2 to 10 sizes, up to 32 each"),
        (["3,0"], "expected sizes from 1"),
        (["3,4", "--loss", "best"], "a loss is one of"),
        (["3,4", "--latex", "--numpy"], "not allowed with argument"),
        (["3"], "there is no name in the formula"),
        (["lgamma(x)", "--numpy"], "has no plain NumPy form of lgamma"),
        (["3,4", "--loss", "binary_cross_entropy", "--activation", "exp"], "choose"),
    ],
)
def test_derive_says_what_does_not_fit(command, argv, words):
    code, _, err = command("derive", *argv)
    assert code == 2
    assert words in err
