"""The pytest plugin: fixtures `scalar_net` and `gradients_match`, `--mistakes-json`.

pytest finds it by its entry point. It is installed outside the packages, as the module
`pytest_autograd_scalar`, and loads nothing of them until a test asks for a fixture: so
pytest starts as fast as without it, a coverage tool that starts after plugins misses
nothing, and a folder with an ``nn`` of its own is no obstacle.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from nn.layers import MLP
    from nn.reading.formula.tree import Array

__all__ = ["ScalarNet", "gradients_match", "scalar_net"]

_PROPERTY: Final = "mistakes of backpropagation"
_WHOLE_ARRAYS: Final = 2  # -vv


class ScalarNet(NamedTuple):
    """A network with a batch, in which no known mistake is invisible.

    Its widths differ, it has two outputs, five examples, and biases that are not 0.

    Attributes:
        net: an MLP 3-4-2 with sigmoids.
        W: its weights, (4, 3) and (2, 4).
        b: its biases, (4, 1) and (2, 1).
        X: the inputs (5, 3), one example per row.
        Y: the targets (5, 2), one hot.
    """

    net: MLP
    W: list[Array]
    b: list[Array]
    X: Array
    Y: Array


@pytest.fixture
def scalar_net() -> ScalarNet:
    """Return a 3-4-2 network of scalars with its matrices and a batch: `ScalarNet`."""
    from nn.grading.cases import example  # noqa: PLC0415  (as late as it is needed)

    return ScalarNet(*example())


@pytest.fixture
def gradients_match(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Return `nn.assert_gradients_match`; with ``-vv`` its messages hold the arrays."""
    from functools import partial  # noqa: PLC0415

    from nn.grading.assertions import assert_gradients_match  # noqa: PLC0415

    arrays = request.config.get_verbosity() >= _WHOLE_ARRAYS
    return partial(assert_gradients_match, arrays=arrays)


# ---- The mistakes of a class, for its teacher ----------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.getgroup("autograd-scalar").addoption(
        "--mistakes-json",
        metavar="PATH",
        help="write the mistakes in gradients that each test found, as JSON",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note the mistakes of a test that failed; a worker of xdist sends them along."""
    report = yield
    graded: Any = getattr(call.excinfo and call.excinfo.value, "report", None)
    if type(graded).__module__ == "nn.grading.report":
        report.user_properties.append((_PROPERTY, json.loads(graded.to_json())))
    return report


class _Collector:
    """Writes what the tests noted, when all are done."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.found: dict[str, list[dict[str, str]]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, graded in report.user_properties:
            if name == _PROPERTY and report.when == "call":
                assert isinstance(graded, dict)
                self.found[report.nodeid] = [
                    {key: v[key] for key in ("quantity", "status", "mistake")}
                    for v in graded["verdicts"]
                    if v["mistake"] or v["status"] in {"wrong", "does not fit"}
                ]

    def pytest_sessionfinish(self) -> None:
        text = json.dumps(self.found, ensure_ascii=False, indent=1)
        self.path.write_text(text + "\n", encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Collect the mistakes, if they are asked for, in the process that runs all.

    Raises:
        UsageError: there is no folder in which to write them.
    """
    path = config.getoption("--mistakes-json")
    if path and not hasattr(config, "workerinput"):
        if Path(path).is_dir() or not Path(path).absolute().parent.is_dir():
            msg = f"--mistakes-json {path}: expected a file in a folder that exists"
            raise pytest.UsageError(msg)
        config.pluginmanager.register(_Collector(path), "autograd-scalar-mistakes")
