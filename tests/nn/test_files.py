"""Files are written whole or not at all; hostile text is shown as escapes."""

import os

import pytest

from autograd_scalar import DataError, OperandError
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
    with pytest.raises(DataError, match="is a folder"):
        write_whole(tmp_path / "folder", "text")
    with pytest.raises(OperandError, match="lone surrogate"):
        write_whole(tmp_path / "a", "\ud800")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_paths_are_checked_before_the_work(tmp_path):
    check_writable(tmp_path / "new.html")
    with pytest.raises(DataError, match="is a folder"):
        check_writable(tmp_path)
    with pytest.raises(DataError, match="there is no folder"):
        check_writable(tmp_path / "no" / "a.html")
    with pytest.raises(DataError, match=r"ends in \.html"):
        check_writable(tmp_path / "a.csv", [".html"])
    with pytest.raises(DataError, match="name too long"):
        check_writable(tmp_path / f"{'a' * 300}.html")
    with pytest.raises(DataError, match="null"):
        check_writable(tmp_path / "a\0.html")
    assert list(tmp_path.iterdir()) == []


def test_links_are_followed_and_permissions_kept(tmp_path):
    (tmp_path / "sub").mkdir()
    real, link = tmp_path / "sub" / "real.html", tmp_path / "link.html"
    link.symlink_to(real)
    write_whole(link, "first")  # the link dangles until now
    real.chmod(0o640)
    write_whole(link, "second")
    assert link.is_symlink()
    assert real.read_text() == "second"
    assert real.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in real.parent.iterdir()] == ["real.html"]


def test_what_is_no_regular_file_is_not_replaced(tmp_path):
    fifo, link, circle = (tmp_path / name for name in ("fifo", "link", "circle"))
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    circle.symlink_to(circle)
    for path in (fifo, link):
        for check in (check_writable, lambda path: write_whole(path, "text")):
            with pytest.raises(DataError, match="not a regular file"):
                check(path)
    with pytest.raises(DataError, match=r"cannot write .*circle"):
        write_whole(circle, "text")
    assert fifo.is_fifo()
    assert link.is_symlink()


def test_an_input_is_not_overwritten_under_any_name(tmp_path):
    data, link, other = (tmp_path / name for name in ("d.html", "link.html", "e.html"))
    data.write_text("x,y")
    link.symlink_to(data)
    os.link(data, other)
    for path in (data, link, other):
        with pytest.raises(DataError, match="is the input"):
            check_writable(path, [".html"], [data])
    check_writable(tmp_path / "new.html", [".html"], [data])
    check_writable(data, [".html"], [tmp_path / "missing.csv"])


def test_an_error_names_the_users_path(tmp_path, monkeypatch):
    def full(path, other):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(os, "replace", full)
    path = tmp_path / "a.html"
    with pytest.raises(DataError) as error:
        write_whole(path, "text")
    assert str(error.value) == f"cannot write {str(path)!r}: No space left on device"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a b é δ", "a b é δ"), ("\x1b[2J", r"\x1b[2J"), ("a\u202eb", r"a\u202eb")],
)
def test_printable(text, shown):
    assert printable(text) == shown
