"""GradBench's protocol: every message has its answer, errors among them."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

import autograd_scalar as ag

from .benchmarks.gradbench.protocol import MODULES, answers

PATHS = (Path(ag.__file__).parents[1], Path(__file__).parents[1])  # engine, tests


def talk(*messages):
    lines = [m if isinstance(m, str) else json.dumps(m) for m in messages]
    return [json.loads(line) for line in answers(lines)]


def test_a_conversation_with_the_process():
    messages = [
        {"id": 0, "kind": "start", "eval": "det"},
        {"id": 1, "kind": "define", "module": "nonsense"},
        {"id": 2, "kind": "define", "module": "det"},
        {
            "id": 3,
            "kind": "evaluate",
            "module": "det",
            "function": "gradient",
            "input": {"A": [1.0, 2.0, 3.0, 4.0], "ell": 2, "min_runs": 3},
        },
        {"id": 4, "kind": "analysis", "of": 3, "valid": True},
        {"id": 5, "kind": "end"},
    ]
    lines = [json.dumps(message) + "\n" for message in messages]
    run = subprocess.run(
        [sys.executable, "-P", "-m", "tests.benchmarks.gradbench"],
        input="".join(lines).encode() + b"\xff\n",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, PATHS))},
        capture_output=True,
        check=True,
    )
    assert run.stderr == b""
    found = map(json.loads, run.stdout.splitlines())
    start, unknown, known, gradient, *rest, bad_bytes = found
    assert start == {"id": 0, "tool": "autograd_scalar"}
    assert (unknown["id"], unknown["success"]) == (1, False)
    assert "no module 'nonsense'" in unknown["error"]
    assert known == {"id": 2, "success": True}
    assert (gradient["id"], gradient["success"]) == (3, True)
    assert gradient["output"] == [4.0, -3.0, -2.0, 1.0]
    assert [timing["name"] for timing in gradient["timings"]] == ["evaluate"] * 3
    assert all(type(timing["nanoseconds"]) is int for timing in gradient["timings"])
    assert rest == [{"id": 4}, {"id": 5}]
    assert (bad_bytes["id"], bad_bytes["success"]) == (None, False)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_known(module):
    message = {"id": 7, "kind": "define", "module": module}
    assert talk(message) == [{"id": 7, "success": True}]


def evaluate(module, function, given):
    message = {"id": 8, "kind": "evaluate", "module": module, "function": function}
    return message | {"input": given}


@pytest.mark.parametrize(
    ("message", "number", "text"),
    [
        ("{", None, "JSONDecodeError"),
        ("[1]", None, r"a message is a JSON object, got [1]"),
        ({"kind": "start"}, None, "KeyError: 'id'"),
        ({"id": 8}, 8, "KeyError: 'kind'"),
        (
            evaluate("det", "nonsense", {}),
            8,
            "no function 'nonsense'; there are primal",
        ),
        (evaluate("det", "primal", {"ell": 2}), 8, "KeyError: 'A'"),
        (evaluate("hello", "square", "one"), 8, "TypeError"),
        (evaluate("lse", "primal", {"x": []}), 8, "ValueError"),
        (evaluate("hello", "square", math.nan), 8, "ValueError"),
    ],
)
def test_what_goes_wrong_is_answered(message, number, text):
    (found,) = talk(message)
    assert (found["id"], found["success"]) == (number, False)
    assert text in found["error"]
    assert "Traceback" not in found["error"]


def test_it_goes_on_after_an_error_and_skips_blank_lines():
    found = talk("", "nonsense", "  \n", evaluate("hello", "double", 2.5))
    assert [answer["success"] for answer in found] == [False, True]
    assert found[1]["output"] == 5.0


def test_it_runs_as_long_as_it_is_asked_to():
    (found,) = talk(evaluate("lse", "primal", {"x": [1.0], "min_seconds": 0.002}))
    times = [timing["nanoseconds"] for timing in found["timings"]]
    assert sum(times) >= 2e6 > sum(times[:-1])
