"""A file is written whole or not at all, by whoever asks."""

import os
import stat

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
    def fail(path, flags, mode):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(DrawingError, match=r"no file can be made in .*: Read-only"):
        WholeFile(tmp_path / "a.svg")


def test_the_probe_leaves_nothing_behind(tmp_path):
    WholeFile(tmp_path / "a.svg")
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_the_one_that_a_link_leads_to(tmp_path):
    link = tmp_path / "link.svg"
    link.symlink_to(tmp_path / "no" / "real.svg")
    with pytest.raises(DrawingError) as caught:
        WholeFile(link)
    folder = str(tmp_path / "no")
    assert (
        f"it is a link to {folder + '/real.svg'!r}, and there is no folder {folder!r}"
        in (str(caught.value))
    )
    link.unlink()
    link.symlink_to(tmp_path / "real.svg")  # dangles, and may be written
    WholeFile(link).write("text")
    assert (tmp_path / "real.svg").read_text() == "text"


class Watched:
    """What stands in a folder whenever the system is asked for something."""

    def __init__(self, monkeypatch, folder, *names):
        self.calls, self.parts = [], []
        for name in names:
            monkeypatch.setattr(
                os, name, self.watching(name, getattr(os, name), folder)
            )

    def watching(self, name, function, folder):
        def watched(*args, **keywords):
            self.calls.append(name)
            parts = [path.stat() for path in folder.glob(".*.part")]
            self.parts += [(stat.S_IMODE(s.st_mode), s.st_size) for s in parts]
            return function(*args, **keywords)

        return watched


@pytest.mark.parametrize("umask", [0o022, 0o077])
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, None])
def test_nobody_reads_more_of_a_file_while_it_is_replaced(
    tmp_path, monkeypatch, mode, umask
):
    path = tmp_path / "secret.json"
    if mode is not None:
        path.touch()
        path.chmod(mode)
    before = os.umask(umask)
    try:
        seen = Watched(monkeypatch, tmp_path, "open", "chmod", "fsync", "replace")
        WholeFile(path).write("text")
    finally:
        os.umask(before)
    wanted = 0o666 & ~umask if mode is None else mode
    assert stat.S_IMODE(path.stat().st_mode) == wanted
    assert len(seen.parts) >= 2  # at fsync and at replace
    assert all(found & ~wanted == 0 for found, _ in seen.parts)


def test_all_is_on_the_disk_before_the_old_file_goes(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    file = WholeFile(path)
    seen = Watched(monkeypatch, tmp_path, "fsync", "replace")
    file.write("text")
    assert seen.calls == ["fsync", "replace", "fsync"]  # the last is the folder's
    assert [size for _, size in seen.parts] == [4, 4]


def test_a_folder_that_cannot_be_settled_holds_the_whole_file(tmp_path, monkeypatch):
    path, sync = tmp_path / "a.txt", os.fsync

    def refused(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(22, "Invalid argument")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", refused)
    WholeFile(path).write("text")
    assert path.read_text() == "text"


def test_an_encoding_error_is_no_matter_of_the_path(tmp_path):
    with pytest.raises(OperandError, match=r"lone surrogate.*replace"):
        WholeFile(tmp_path / "a.svg").write("\ud800")
    assert list(tmp_path.iterdir()) == []
