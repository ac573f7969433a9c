"""`pytest tests/benchmarks` measures; the table comes at the end.

The project's settings deselect the mark ``benchmark``; naming this folder, or a file
of it, on the command line undoes that.
"""

from pathlib import Path

import pytest

from . import machine, table

HERE = Path(__file__).parent
REPORT = pytest.StashKey["Report"]()


class Report:
    """What the session measured."""

    def __init__(self) -> None:
        self.rows: list[table.Row] = []
        self.notes: list[str] = []

    def add(self, *rows: table.Row) -> None:
        self.rows += rows

    def note(self, line: str) -> None:
        if line not in self.notes:  # both implementations have the same to say
            self.notes.append(line)


def pytest_addoption(parser):
    parser.addoption(
        "--bench-json",
        type=Path,
        metavar="PATH",
        help="write the table as JSON",
    )


def pytest_configure(config):
    config.stash[REPORT] = Report()
    if any(is_here(config, argument) for argument in config.args):
        terms = config.option.markexpr.split(" and ")
        config.option.markexpr = " and ".join(
            term for term in terms if term != "not benchmark"
        )


def is_here(config, argument):
    path = (config.invocation_params.dir / argument.partition("::")[0]).resolve()
    return path == HERE or HERE in path.parents


@pytest.fixture(scope="session")
def report(pytestconfig):
    return pytestconfig.stash[REPORT]


def pytest_terminal_summary(terminalreporter, config):
    report = config.stash[REPORT]
    if not report.rows:
        return
    about = machine.about(config.invocation_params.args)
    record = table.Record(about, machine.versions(), report.rows, report.notes)
    terminalreporter.section("side by side")
    terminalreporter.write_line(table.text(record))
    path = config.getoption("bench_json", None)
    if path:
        table.write_json(path, record)
        terminalreporter.write_line(f"written to {path}")
