"""Colours of the terminal: where there are any, and that they change no letter."""

import io
import os
import pty
import re
import subprocess
import sys

import pytest

from nn.cli.colour import has_colours, paint

ESCAPE = re.compile(r"\x1b\[\d*m")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("environment", "on_terminal", "elsewhere"),
    [
        ({}, True, False),
        ({"TERM": "xterm"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_where_colours_are(environment, on_terminal, elsewhere):
    assert has_colours(Terminal(), environment) is on_terminal
    assert has_colours(io.StringIO(), environment) is elsewhere
    assert has_colours(None, environment) is elsewhere


def test_the_older_console_of_windows_has_none(monkeypatch):
    monkeypatch.setattr("nn.cli.colour._ON_WINDOWS", True)
    assert not has_colours(Terminal(), {})
    assert has_colours(Terminal(), {"WT_SESSION": "1"})
    assert has_colours(Terminal(), {"FORCE_COLOR": "1"})


TEXT = """title
line  verdict       right
----  ------------  -----
1     right         wrong
2     does not fit  it is wrong  and right
3     right by another convention

✓ good
✗ bad
right  wrong
note: a note"""


def test_marks_heads_and_verdicts_have_colours_and_nothing_else():
    painted = paint(TEXT)
    assert ESCAPE.sub("", painted) == TEXT
    lines = painted.split("\n")
    assert lines[1] == "\x1b[1mline  verdict       right\x1b[0m"
    assert lines[2].startswith("\x1b[2m----")
    assert lines[3] == "1     \x1b[32mright\x1b[0m         \x1b[31mwrong\x1b[0m"
    assert lines[4] == "2     \x1b[31mdoes not fit\x1b[0m  it is wrong  and right"
    assert lines[5] == "3     \x1b[32mright by another convention\x1b[0m"
    assert lines[7:10] == [
        "\x1b[32m✓ good\x1b[0m",
        "\x1b[31m✗ bad\x1b[0m",
        "right  wrong",
    ]
    assert lines[10] == "\x1b[33mnote: a note\x1b[0m"


def shown_on_a_terminal(argv, **environment):
    """Return what a command writes on a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "nn", *argv],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(slave)
    found = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        found += part
    os.close(master)
    process.wait()
    return found.decode().replace("\r\n", "\n")


@pytest.mark.thorough
@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_a_command_on_a_terminal(tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("dZ2 = A2 - Y\ndW2 = dZ2 @ A1.T\n")
    argv = ["grade", str(notes)]
    coloured = shown_on_a_terminal(argv, NO_COLOR="")
    plain = shown_on_a_terminal(argv, NO_COLOR="1")
    assert "\x1b" not in plain
    assert "\x1b[31mwrong\x1b[0m" in coloured
    assert ESCAPE.sub("", coloured) == plain
    assert "\x1b" not in shown_on_a_terminal([*argv, "--json"], NO_COLOR="")
    assert shown_on_a_terminal(["draw", "log("], NO_COLOR="").startswith("\x1b[31m")
