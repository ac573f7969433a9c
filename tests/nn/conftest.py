"""The command, run in this process; what it prints is compared letter by letter."""

import os

import pytest

from nn.cli.main import main

os.environ.pop("FORCE_COLOR", None)  # some CI asks for colours


@pytest.fixture
def command(capsys):
    """Run the command: its exit code, and what it wrote to stdout and to stderr."""

    def run(*argv):
        code = main([str(a) for a in argv])
        out, err = capsys.readouterr()
        return code, out, err

    return run
