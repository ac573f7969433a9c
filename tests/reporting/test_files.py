"""A file is written whole or not at all, by whoever asks."""

import os

import pytest

from autograd_scalar import DataError, DrawingError, OperandError, WholeFile


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "a.svg"
    path.write_text("old")
    WholeFile(path).write("δ\n")
    assert path.read_bytes() == "δ\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_bytes_are_written_as_they_are(tmp_path):
    path = tmp_path / "a"
    WholeFile(path).write(b"\xff\r\n\0")
    assert path.read_bytes() == b"\xff\r\n\0"


def test_the_error_is_of_the_callers_kind(tmp_path):
    for refusal in (DataError, DrawingError):
        with pytest.raises(refusal, match="it is a folder"):
            WholeFile(tmp_path, refusal)


def test_what_changed_since_the_check_is_seen(tmp_path):
    path = tmp_path / "a.svg"
    file = WholeFile(path)
    path.mkdir()
    with pytest.raises(DrawingError, match="it is a folder"):
        file.write("text")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_permission_is_rejected(tmp_path, monkeypatch, there):
    path = tmp_path / "a.svg"
    if there:
        path.write_text("old")
    # root may write anywhere
    monkeypatch.setattr(os, "access", lambda asked, _: asked == path)
    with pytest.raises(DrawingError, match="no permission to write in"):
        WholeFile(path)


def test_a_folder_that_takes_no_file_is_rejected_at_once(tmp_path, monkeypatch):
    def fail(self, mode):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(type(tmp_path), "open", fail)
    with pytest.raises(DrawingError, match=r"no file can be made in .*: Read-only"):
        WholeFile(tmp_path / "a.svg")


def test_the_probe_leaves_nothing_behind(tmp_path):
    WholeFile(tmp_path / "a.svg")
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_the_one_that_a_link_leads_to(tmp_path):
    link = tmp_path / "link.svg"
    link.symlink_to(tmp_path / "no" / "real.svg")
    with pytest.raises(DrawingError, match="there is no folder"):
        WholeFile(link)


def test_an_encoding_error_is_no_matter_of_the_path(tmp_path):
    with pytest.raises(OperandError, match=r"lone surrogate.*replace"):
        WholeFile(tmp_path / "a.svg").write("\ud800")
    assert list(tmp_path.iterdir()) == []
