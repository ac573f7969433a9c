"""What `WholeFile` is given by mistake; tests/nn/test_files.py has what it writes."""

import os

import pytest

from autograd_scalar import DrawingError, OperandError, Replay, Value, WholeFile, replay


def test_what_is_no_path_no_error_or_no_content_is_named(tmp_path):
    for wrong in (None, 3, b"x.svg", [], os.PathLike):
        with pytest.raises(OperandError, match=r"WholeFile\(\) needs a path"):
            WholeFile(wrong)
    for wrong in (None, ValueError, DrawingError("x")):
        with pytest.raises(OperandError, match="needs one of our errors"):
            WholeFile(tmp_path / "x", wrong)
    file = WholeFile(str(tmp_path / "x"))
    for wrong in (None, 3, ["x"], bytearray(b"x")):
        with pytest.raises(OperandError, match="needs a str or bytes"):
            file.write(wrong)
    assert not list(tmp_path.iterdir())
    with pytest.raises(DrawingError, match=r"^cannot write 'xxx.*x…': ") as error:
        WholeFile("x" * 100_000)
    assert len(str(error.value)) < 1_100


def test_nodes_that_cannot_be_hashed_are_in_no_replay():
    found: Replay = replay(Value(1.0) * 2.0, float)
    for ask in (found.adjoint, found.number):
        with pytest.raises(OperandError, match="is not in the replayed graph"):
            ask([])
    with pytest.raises(OperandError, match="needs a sequence of Values"):
        found.gradients(3)
