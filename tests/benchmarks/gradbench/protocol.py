"""GradBench's protocol, the side of the tool: one JSON message a line, one answer each.

An answer repeats the message's ``id``. ``start`` is answered with our name; ``define``
with whether the module is known; ``evaluate`` with the output and the time of every
run; any other kind with the ``id`` alone. What goes wrong is an answer too, with
``success`` false and an ``error``.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter_ns
from typing import Any

from . import ba, det, hello, llsq, lse, ode, particle, saddle

Message = dict[str, Any]

MODULES: dict[str, dict[str, Callable[[Any], Any]]] = {
    "ba": ba.FUNCTIONS,
    "det": det.FUNCTIONS,
    "hello": hello.FUNCTIONS,
    "llsq": llsq.FUNCTIONS,
    "lse": lse.FUNCTIONS,
    "ode": ode.FUNCTIONS,
    "particle": particle.FUNCTIONS,
    "saddle": saddle.FUNCTIONS,
}


def answers(lines: Iterable[str]) -> Iterator[str]:
    """The answer to each line that is not blank, as JSON.

    >>> list(answers(['{"id": 0, "kind": "define", "module": "det"}']))
    ['{"id": 0, "success": true}']
    """
    for line in filter(str.strip, lines):
        message: Message = {}
        try:
            message = _parsed(line)
            # In here, as an output that is no JSON is an error of this message.
            text = json.dumps(
                {"id": message["id"], **_answer(message)}, allow_nan=False
            )
        except Exception as error:  # whatever it is, the other side waits for a line
            text = json.dumps({"id": message.get("id"), **_failure(error)})
        yield text


def _parsed(line: str) -> Message:
    message = json.loads(line)
    if not isinstance(message, dict):
        msg = f"a message is a JSON object, got {line.strip()[:80]}"
        raise TypeError(msg)
    return message


def _answer(message: Message) -> Message:
    match message["kind"]:
        case "start":
            return {"tool": "autograd_scalar"}
        case "define":
            _known("module", message["module"], MODULES)
            return {"success": True}
        case "evaluate":
            functions = _known("module", message["module"], MODULES)
            function = _known("function", message["function"], functions)
            return _evaluated(function, message["input"])
    return {}


def _known(kind: str, name: str, table: dict[str, Any]) -> Any:
    if name not in table:
        msg = f"no {kind} {name!r}; there are {', '.join(table)}"
        raise LookupError(msg)
    return table[name]


def _evaluated(function: Callable[[Any], Any], given: Any) -> Message:
    """Run it as often, and in all as long, as the input asks for."""
    asked = given if isinstance(given, dict) else {}
    runs, seconds = asked.get("min_runs", 1), asked.get("min_seconds", 0.0)
    times: list[int] = []
    while not times or len(times) < runs or sum(times) < seconds * 1e9:
        start = perf_counter_ns()
        output = function(given)
        times.append(perf_counter_ns() - start)
    timings = [{"name": "evaluate", "nanoseconds": time} for time in times]
    return {"success": True, "output": output, "timings": timings}


def _failure(error: Exception) -> Message:
    return {"success": False, "error": f"{type(error).__name__}: {error}"}
