"""What mistakes are called that no row of the table has: every id has words."""

import re
from pathlib import Path

import pytest

import nn.grading
from nn import grade
from nn.grading.kinds import is_known, words_for_kinds
from nn.grading.mistakes import RIGHT, edits, slips_in_derivative, slips_in_loss
from nn.grading.repairs import factor_repairs, index_repairs, repairs
from nn.reading.formula.numpy_spelling import read_tree

FOLDER = Path(nn.grading.__file__).parent
# Ids that stand in the source as they are; "-" is in no other words of these files.
ID = re.compile(r'"([a-z]+(?:-[a-z0-9]+)+)"')


@pytest.mark.parametrize("file", ["judge", "mistakes", "repairs", "statements"])
def test_every_id_in_the_source_is_known(file):
    ids = ID.findall((FOLDER / f"{file}.py").read_text("utf-8"))
    assert ids
    assert [name for name in dict.fromkeys(ids) if not is_known(name)] == []


def test_every_edit_has_an_id_that_is_known():
    trees = [read_tree(text.replace("divisor", "m")) for text in RIGHT.values()]
    found = [edit for tree in trees for edit in edits(tree)]
    found += [edit for tree in trees for edit in repairs(tree)]
    found += [edit for tree in trees for edit in index_repairs(tree, tree)]
    found += [edit for tree in trees for edit in factor_repairs(tree, tree)]
    found += [*slips_in_derivative("sigmoid"), *slips_in_loss("squared_error")]
    assert len(found) > 50
    assert {edit.id for edit in found if not is_known(edit.id)} == set()


@pytest.mark.parametrize(
    "formula",
    ["3 * dZ1 @ A0.T", "0 * W1", "W1 * 2", "dZ1.T @ A0.T", "(dZ1 @ A0.T).T",
     "dZ2 @ A1.T", "dZ1 + W1", "W1 + b1", "2 * A0 @ dZ1.T"],
)  # fmt: skip
def test_what_a_grade_calls_a_mistake_is_known(formula):
    for verdict in grade(f"dW1 = {formula}").judged:
        assert not verdict.mistake or words_for_kinds(verdict.mistake)
