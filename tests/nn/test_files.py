"""Files are written whole or not at all; hostile text is shown as escapes."""

import pytest

from autograd_scalar import DataError
from nn.files import check_writable, printable, write_whole


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "a.html"
    path.write_text("old")
    write_whole(path, "δ\n")
    assert path.read_bytes() == "δ\n".encode()
    assert [p.name for p in tmp_path.iterdir()] == ["a.html"]
    other = tmp_path / "plain"
    other.touch()
    assert path.stat().st_mode == other.stat().st_mode


def test_a_failure_leaves_what_was_there_and_no_more(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match="cannot write"):
        write_whole(tmp_path / "folder", "text")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "a", "\ud800")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_paths_are_checked_before_the_work(tmp_path):
    check_writable(tmp_path / "new.html")
    with pytest.raises(DataError, match="is a folder"):
        check_writable(tmp_path)
    with pytest.raises(DataError, match="there is no folder"):
        check_writable(tmp_path / "no" / "a.html")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a b é δ", "a b é δ"), ("\x1b[2J", r"\x1b[2J"), ("a\u202eb", r"a\u202eb")],
)
def test_printable(text, shown):
    assert printable(text) == shown
