"""A trained network in a file, and what it predicts of a table."""

import csv
import json

import numpy as np
import pytest

from autograd_scalar import DataError
from nn.data.columns import load_iris
from nn.data.csv import parse_csv
from nn.experiment.model import load_model, save_model
from nn.experiment.run import CLASSIFICATION, Settings, run
from nn.files import check_writable
from nn.training.evaluation import predict

SETTINGS = Settings((4,), "tanh", 3, 0.05, 16, 0.3, seed=0)
ROWS = "".join(
    f"{i % 9},{'red' if i % 2 else 'blue'},{3 * (i % 9)}.5\n" for i in range(40)
)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def iris():
    return run(load_iris(), SETTINGS)


def of_iris(rows):
    head = ",".join(load_iris().features)
    return parse_csv("\n".join([head, *(",".join(map(str, row)) for row in rows)]))


def by_hand(outcome, row):
    """The outputs of the network in NumPy."""
    a = (np.array(row) - outcome.scale.means) / outcome.scale.deviations
    for layer in outcome.net.layers:
        W = np.array([[w.data for w in n.w] for n in layer.neurons])
        z = W @ a + np.array([n.b.data for n in layer.neurons])
        a = np.tanh(z) if layer.number == 1 else z
    return a


def test_a_saved_network_is_the_same(iris, tmp_path):
    save_model(iris.model, tmp_path / "net.json")
    model = load_model(tmp_path / "net.json")
    rows = load_iris().X[::17]
    scaled = iris.scale.standardise(rows)
    assert predict(model.net, scaled) == predict(iris.net, scaled)
    assert model.classes == load_iris().classes
    for row, found in zip(rows, model.predict(of_iris(rows)), strict=True):
        e = np.exp(by_hand(iris, row))
        assert found == pytest.approx(e / e.sum(), rel=1e-12)


@pytest.mark.parametrize("loss", CLASSIFICATION)
def test_outputs_are_probabilities_where_the_loss_says_so(loss):
    outcome = run(load_iris(), Settings((4,), "tanh", 1, 0.05, 16, 0.3, 0, loss))
    row = load_iris().X[60]
    z = by_hand(outcome, row)
    (found,) = outcome.model.predict(of_iris([row]))
    if loss in {"softmax_cross_entropy", "categorical_cross_entropy"}:
        assert found == pytest.approx(np.exp(z) / np.exp(z).sum(), rel=1e-12)
        assert sum(found) == pytest.approx(1.0)
    elif "hinge" in loss:
        assert found == pytest.approx(z, rel=1e-12)
    else:
        assert found == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-12)


@pytest.mark.thorough
def test_train_saves_and_predict_reads(command, tmp_path):
    (tmp_path / "t.csv").write_text("x,c,y\n" + ROWS)
    argv = ["train", "t.csv", "--target", "y", "--save", "net.json", "--json"]
    code, out, _ = command(*argv)
    assert (code, json.loads(out)["saved"]) == (0, "net.json")
    (tmp_path / "new.csv").write_text("c,more,x\nred,?,3\nblue,?,8\n")
    code, out, err = command("predict", "new.csv", "--weights", "net.json")
    assert (code, err) == (0, "")
    rows = list(csv.reader(out.splitlines()))
    assert rows[0] == ["y"]
    assert [float(row[0]) for row in rows[1:]] == pytest.approx([9.5, 24.5], abs=3.0)
    document = json.loads(
        command("predict", "new.csv", "--weights", "net.json", "--json")[1]
    )
    assert document["predictions"] == [float(row[0]) for row in rows[1:]]
    assert document["outputs"] is None
    code, out, _ = command(
        "predict", "new.csv", "--weights", "net.json", "--output", "p.csv"
    )
    assert (code, out) == (0, "predictions: p.csv\n")
    text = (tmp_path / "p.csv").read_text()
    assert list(csv.reader(text.splitlines())) == rows


def test_classes_have_a_column_each(command, tmp_path):
    assert command("demo", "--epochs", 5, "--save", "net.json")[0] == 0
    head = ",".join(load_iris().features)
    (tmp_path / "new.csv").write_text(f"{head}\n5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n")
    out = command("predict", "new.csv", "--weights", "net.json")[1]
    rows = list(csv.reader(out.splitlines()))
    assert rows[0] == ["species", *(f"species={c}" for c in load_iris().classes)]
    assert [row[0] for row in rows[1:]] == ["setosa", "virginica"]
    for row in rows[1:]:
        assert sum(map(float, row[1:])) == pytest.approx(1.0)


@pytest.mark.thorough
def test_what_the_network_does_not_know_is_named(command, tmp_path):
    (tmp_path / "t.csv").write_text("x,c,y\n" + ROWS)
    assert command("train", "t.csv", "--target", "y", "--save", "net.json")[0] == 0
    for content, message in [
        ("x,c\n1,green\n", "line 2, column 'c': 'green' is none of the texts.*'blue'"),
        ("x,y\n1,2\n", "there is no column 'c', which the network needs; the col"),
        ("c,y\nred,2\n", "there is no column 'x', which the network needs; the col"),
        (
            "x,c\n,red\n",
            "column 'x': the value is missing; fill in what is",
        ),
        ("x,c\n1_0,red\n", "1e\\+150, got '1_0'"),
        ("x,c\ninf,red\n", "1e\\+150, got 'inf'"),
        ("x,c\nten,red\n", "1e\\+150, got 'ten'"),
        ('x,c\n"1,5",red\n', "got '1,5'; if .*, say --decimal ,"),
        (
            "x,c\n?,green\n1,\n",
            r"has 3 problems:\n.*\n.*'green'.*\n  line 3.*\n  fill",
        ),
    ]:
        (tmp_path / "new.csv").write_text(content)
        code, out, err = command("predict", "new.csv", "--weights", "net.json")
        assert (code, out) == (2, ""), content
        with pytest.raises(DataError, match=message):
            load_model(tmp_path / "net.json").predict(parse_csv(content, "new.csv"))
        assert "Traceback" not in err


def changed(**parts):
    return lambda document: document | parts


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: [], 'no "format": "autograd-scalar model"'),
        (changed(format="x"), 'no "format"'),
        (changed(version=2), "needs version 1, got '2'"),
        (changed(features=5), "a list of names was expected"),
        (changed(features=["a"]), "scale does not fit"),
        (changed(classes=["a"]), "do not fit its features and classes"),
        (changed(layers=[]), "it is damaged"),
        (changed(layers=[4, 3, 2]), "do not fit its features and classes"),
        (changed(layers=[4, 10**9, 3]), "weights, expected at most 1,000,000"),
        (changed(layers=[4, float("inf"), 3]), "it is damaged"),
        (changed(layers=[4, 5, 3]), "needs the shape"),
        (changed(W=[]), "one matrix for each of 2 layers"),
        (changed(b=[[float("nan")] * 4, [0.0] * 3]), "a weight is not finite"),
        (
            changed(scale={"means": [0.0] * 4, "deviations": [0.0] * 4}),
            "scale does not",
        ),
        (changed(scale=None), "it is damaged"),
        (changed(unit={"means": [1.0], "deviations": [1.0]}), "scale does not fit"),
        (changed(fill=[0.0]), "fills in missing values does not fit"),
        (changed(fill=[0.0, 0.0, 0.0, float("inf")]), "fills in missing values"),
        (changed(fill=5), "it is damaged"),
        (changed(activation=["tanh", "tanh"]), "a list of names was expected"),
        (changed(activation="nonsense"), "no activation is called 'nonsense'"),
        (lambda d: {k: v for k, v in d.items() if k != "loss"}, "it is damaged"),
    ],
)
def test_damaged_files_are_rejected(iris, tmp_path, change, message):
    path = tmp_path / "net.json"
    save_model(iris.model, path)
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(DataError, match=message) as caught:
        load_model(path)
    assert "name a file that train --save wrote" in str(caught.value)


def test_a_file_of_version_0_2_without_fill_is_read(iris, tmp_path):
    path = tmp_path / "net.json"
    save_model(iris.model, path)
    document = json.loads(path.read_text())
    del document["fill"]
    path.write_text(json.dumps(document))
    assert load_model(path).fill == ()


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    with pytest.raises(DataError, match=r"cannot read .*No such file"):
        load_model(tmp_path / "none.json")
    with pytest.raises(DataError, match=r"cannot read .*it is no file"):
        load_model(tmp_path)
    (tmp_path / "cut.json").write_text('{"format": ')
    with pytest.raises(DataError, match="not JSON, or cut off"):
        load_model(tmp_path / "cut.json")
    monkeypatch.setattr("nn.experiment.model.MAX_BYTES", 5)
    with pytest.raises(DataError, match="larger than 5 bytes"):
        load_model(tmp_path / "cut.json")


def test_what_must_not_be_written_is_named_before_training(command, tmp_path):
    (tmp_path / "t.json").write_text("x,c,y\n" + ROWS)
    code, _, err = command("train", "t.json", "--target", "y", "--save", "t.json")
    assert (code, "--save t.json is the input" in err) == (2, True)
    code, _, err = command("demo", "--save", "net.txt")
    assert (code, "--save net.txt: expected a name that ends in .json" in err) == (
        2,
        True,
    )
    assert not (tmp_path / "report.html").exists()
    with pytest.raises(DataError, match="name another with --weights"):
        check_writable(tmp_path, option="--weights")
