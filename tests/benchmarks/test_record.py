"""What the benchmarks leave: the table, its JSON, the page with its picture."""

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from . import conftest, machine, peers, plot, readme, table
from .harness import Spread
from .table import Record, Row, Section, Target

pytestmark = pytest.mark.harness
HERE = Path(__file__).parent
ONE = Spread(0.0021, 0.002, 0.00235)
RATIO = Spread(12, 11.2, 14)
MISSED, MET = Target(">=", 20.0), Target("<=", 0.04, "ours")
RECORD = Record(
    {**machine.about(["tests/benchmarks"]), "date": "2020-02-02"},
    machine.versions(),
    [
        Row(Section.STEP, "a work", "plain", ONE, "a peer", ONE, RATIO),
        Row(Section.SCALARS, "x < y", "plain", None, "it: not installed"),
        Row(Section.SCALARS, "x < y", "plain", ONE, "that", ONE, RATIO, "s", MISSED),
        Row(Section.COLD, "an import", "plain", ONE, "bare", ONE, target=MET),
        Row(Section.DEPTH, "a chain", "plain", ONE),
    ],
    ["a note"],
)


def test_the_table_as_text():
    text = table.text(RECORD)
    for part in (
        "12 x (11.2-14)",
        "it: not installed",
        "a note",
        "cores",
        "2020-02-02",
    ):
        assert part in text
    lines = {
        line.split("  ")[1]: line.split()
        for line in text.splitlines()
        if line[:2] == "  "
    }
    assert lines["x < y"][-4:] == [">=", "20", "x", "missed"]
    assert lines["an import"][-4:] == ["<=", "40", "ms", "met"]


def test_the_table_as_json(tmp_path):
    path = tmp_path / "bench.json"
    table.write_json(path, RECORD)
    plain = json.loads(path.read_text(encoding="utf-8"))
    assert plain["clock"] == table.CLOCK
    assert plain["rows"][0]["ratio"] == {"median": 12, "low": 11.2, "high": 14}
    assert [row["verdict"] for row in plain["rows"]] == ["", "", "missed", "met", ""]
    assert table.read_json(path) == RECORD


def test_versions_are_of_every_peer_that_is_installed():
    modules = {peer.module for peer in peers.PEERS.values()} - {peers.OURS}
    assert modules < set(machine.PEERS)
    present = {name for name, x in machine.versions().items() if x != "not installed"}
    assert modules & present == {x for x in modules if find_spec(x)}


def test_the_tables_of_the_page(tmp_path):
    results, text = tmp_path / "bench.json", tmp_path / "page.md"
    table.write_json(results, RECORD)
    old = f"# Title\n\n{readme.BEGIN}\noutdated\n{readme.END}\n\nrest\n"
    text.write_text(old, encoding="utf-8")
    for _ in range(2):
        readme.main([str(results), str(text)])
        new = text.read_text(encoding="utf-8")
        assert new.startswith(f"# Title\n\n{readme.BEGIN}\n")
        assert new.endswith(f"{readme.END}\n\nrest\n")
        assert "outdated" not in new
        for line in (
            "| work | runs | here | it | that |",
            "| x < y | plain | 2.1 ms | not installed | 12 × (aim >= 20 x) |",
            "| a work | plain | 2.1 ms | a peer: 2.1 ms | 12 × (11.2-14) |  |",
            "| an import | plain | 2.1 ms | bare: 2.1 ms |  | <= 40 ms: met |",
        ):
            assert line in new.splitlines()
        assert "a chain" not in new
        assert "`pytest tests/benchmarks` on 2020-02-02" in new
        picture = text.with_suffix(".svg").read_text(encoding="utf-8")
        assert picture == plot.svg(RECORD.rows)


def test_the_page_is_that_of_the_records():
    records = [table.read_json(HERE / f"{x}.json") for x in ("record", "programs")]
    page = HERE.parents[1] / "docs" / "benchmarks.md"
    text = page.read_text(encoding="utf-8")
    assert readme.written(text, *records) == text
    picture = page.with_suffix(".svg").read_text(encoding="utf-8")
    assert picture == plot.svg([row for record in records for row in record.rows])


def test_a_page_without_the_markers_is_rejected():
    with pytest.raises(ValueError, match="benchmarks: begin"):
        readme.written("# Title\n", RECORD)


def test_the_picture_has_a_bar_for_every_ratio():
    root = ElementTree.fromstring(plot.svg(RECORD.rows))
    names = [x.text for x in root.findall(".//{*}text")]
    assert names.count("12 ×") == 2
    assert {"W1: a work", "x < y", "a peer", "that", "1 ×", "100 ×"} < set(names)
    bars = [x for x in root.findall(".//{*}rect") if x.get("rx")]
    assert len(bars) == 2


def test_a_bar_of_a_faster_peer_ends_where_it_begins_to_be_slower():
    slower = RECORD.rows[0]
    faster = replace(slower, ratio=Spread(0.02, 0.01, 0.03))
    root = ElementTree.fromstring(plot.svg([slower, faster]))
    right, left = [x for x in root.findall(".//{*}rect") if x.get("rx")]
    (one,) = root.findall(".//{*}line[@class='one']")
    begin, end = float(right.get("x")), float(left.get("x")) + float(left.get("width"))
    assert begin == pytest.approx(end, abs=0.2)
    assert begin == pytest.approx(float(one.get("x1")), abs=0.2)


def test_the_run_ends_with_the_table_and_its_json(tmp_path):
    report, lines, path = conftest.Report(), [], tmp_path / "bench.json"
    config = SimpleNamespace(
        stash={conftest.REPORT: report},
        getoption=lambda *_: path,
        invocation_params=SimpleNamespace(args=["tests/benchmarks"]),
    )
    terminal = SimpleNamespace(section=lines.append, write_line=lines.append)
    conftest.pytest_terminal_summary(terminal, config)
    assert not lines
    report.add(*RECORD.rows)
    report.note("said once")
    report.note("said once")
    conftest.pytest_terminal_summary(terminal, config)
    assert "".join(lines).count("said once") == 1
    assert table.read_json(path).rows == RECORD.rows
