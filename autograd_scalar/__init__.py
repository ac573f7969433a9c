"""A scalar reverse-mode autodiff engine that explains itself.

Legend, used throughout the package: ``v`` is a Value; ``a, b`` are the operands of a
binary primitive, ``x`` is the operand of a unary one, ``y`` its output; ``d`` is a
local derivative, ``g`` an adjoint.

>>> from autograd_scalar import Value
>>> a, b = Value(2.0, "a"), Value(-3.0, "b")
>>> c = (a * b + a**2).named("c")
>>> c.backward()
>>> c.data, a.grad, b.grad
(-2.0, 1.0, 2.0)

PYTEST_DONT_REWRITE: that pytest knows the plugin of this package is no reason to warn.
"""

import sys as _sys
from types import ModuleType as _ModuleType
from typing import TYPE_CHECKING, Any

from autograd_scalar import _plain  # noqa: F401  (first: it decides what is imported)
from autograd_scalar import errors as _errors
from autograd_scalar import functions as _functions
from autograd_scalar.custom import primitive as primitive
from autograd_scalar.derivatives.gradients import gradients as gradients
from autograd_scalar.errors import *  # noqa: F403
from autograd_scalar.functions import *  # noqa: F403
from autograd_scalar.functions import sum as sum  # noqa: A004
from autograd_scalar.graph.modes import no_grad as no_grad
from autograd_scalar.graph.sweeps import topological_order as topological_order
from autograd_scalar.graph.value import COMPILED as _COMPILED
from autograd_scalar.graph.value import Value as Value
from autograd_scalar.primitives.table import PRIMITIVES as PRIMITIVES
from autograd_scalar.primitives.table import Primitive as Primitive

__version__ = "0.2.0"

# Whether the hot modules run "compiled" or "plain": the same source, the same bits.
implementation = "compiled" if _COMPILED else "plain"

# Names that are imported on first use, and where they are defined.
_ON_DEMAND = {
    "derivatives.transforms": [
        "derivative", "grad", "hessian", "hvp", "jacobian", "jvp", "stop_gradient",
        "value_and_grad", "vjp",
    ],
    "diagnosis.anomaly": ["detect_anomaly"],
    "diagnosis.diagnose": ["Diagnosis", "diagnose"],
    "explain.mistakes": ["counterexample", "wrong_backward"],
    "explain.quiz": ["quiz"],
    "explain.equations": ["Equation", "Equations", "equations"],
    "explain.paths": ["Path", "PathLedger", "paths"],
    "explain.player": ["Player", "play"],
    "explain.steps": ["backward_steps", "forward_steps", "update_steps"],
    "explain.training": ["TrainingSteps"],
    "explain.terms": ["Explanation", "Nudge", "explain", "nudge"],
    "gradcheck.check": ["check_gradients"],
    "gradcheck.report": ["GradientCheck"],
    "numbers.dual": ["Dual"],
    "numbers.intervals": ["Interval"],
    "precision.certificate": ["Certificate"],
    "precision.certify": ["certify"],
    "precision.compare": ["Comparison", "compare"],
    "precision.replay": ["Replay", "replay"],
    "program.compile": ["compile"],
    "program.program": ["Program"],
    "program.take": ["take"],
    "render.draw": ["Drawing", "draw"],
    "render.export": ["to_dot", "to_graphviz", "to_json", "to_networkx"],
    "reporting.files": ["WholeFile"],
}  # fmt: skip
_HOME_OF = {name: home for home, names in _ON_DEMAND.items() for name in names}

# Public, but under the name of a builtin, which a star import must not replace.
_LIKE_BUILTINS = ("sum", "compile")

# The same names for type checkers, which read imports; a test compares the two.
if TYPE_CHECKING:
    from autograd_scalar.derivatives.transforms import derivative as derivative
    from autograd_scalar.derivatives.transforms import grad as grad
    from autograd_scalar.derivatives.transforms import hessian as hessian
    from autograd_scalar.derivatives.transforms import hvp as hvp
    from autograd_scalar.derivatives.transforms import jacobian as jacobian
    from autograd_scalar.derivatives.transforms import jvp as jvp
    from autograd_scalar.derivatives.transforms import stop_gradient as stop_gradient
    from autograd_scalar.derivatives.transforms import value_and_grad as value_and_grad
    from autograd_scalar.derivatives.transforms import vjp as vjp
    from autograd_scalar.diagnosis.anomaly import detect_anomaly as detect_anomaly
    from autograd_scalar.diagnosis.diagnose import Diagnosis as Diagnosis
    from autograd_scalar.diagnosis.diagnose import diagnose as diagnose
    from autograd_scalar.explain.equations import Equation as Equation
    from autograd_scalar.explain.equations import Equations as Equations
    from autograd_scalar.explain.equations import equations as equations
    from autograd_scalar.explain.mistakes import counterexample as counterexample
    from autograd_scalar.explain.mistakes import wrong_backward as wrong_backward
    from autograd_scalar.explain.paths import Path as Path
    from autograd_scalar.explain.paths import PathLedger as PathLedger
    from autograd_scalar.explain.paths import paths as paths
    from autograd_scalar.explain.player import Player as Player
    from autograd_scalar.explain.player import play as play
    from autograd_scalar.explain.quiz import quiz as quiz
    from autograd_scalar.explain.steps import backward_steps as backward_steps
    from autograd_scalar.explain.steps import forward_steps as forward_steps
    from autograd_scalar.explain.steps import update_steps as update_steps
    from autograd_scalar.explain.terms import Explanation as Explanation
    from autograd_scalar.explain.terms import Nudge as Nudge
    from autograd_scalar.explain.terms import explain as explain
    from autograd_scalar.explain.terms import nudge as nudge
    from autograd_scalar.explain.training import TrainingSteps as TrainingSteps
    from autograd_scalar.gradcheck.check import check_gradients as check_gradients
    from autograd_scalar.gradcheck.report import GradientCheck as GradientCheck
    from autograd_scalar.numbers.dual import Dual as Dual
    from autograd_scalar.numbers.intervals import Interval as Interval
    from autograd_scalar.precision.certificate import Certificate as Certificate
    from autograd_scalar.precision.certify import certify as certify
    from autograd_scalar.precision.compare import Comparison as Comparison
    from autograd_scalar.precision.compare import compare as compare
    from autograd_scalar.precision.replay import Replay as Replay
    from autograd_scalar.precision.replay import replay as replay
    from autograd_scalar.program.compile import compile as compile  # noqa: A004
    from autograd_scalar.program.program import Program as Program
    from autograd_scalar.program.take import take as take
    from autograd_scalar.render.draw import Drawing as Drawing
    from autograd_scalar.render.draw import draw as draw
    from autograd_scalar.render.export import to_dot as to_dot
    from autograd_scalar.render.export import to_graphviz as to_graphviz
    from autograd_scalar.render.export import to_json as to_json
    from autograd_scalar.render.export import to_networkx as to_networkx
    from autograd_scalar.reporting.files import WholeFile as WholeFile
else:
    __all__ = [  # noqa: PLE0604  (all of them are)
        *("PRIMITIVES", "Primitive", "Value", "__version__", "gradients"),
        *("implementation", "no_grad", "primitive", "topological_order"),
        *_errors.__all__,
        *_functions.__all__,
        *[name for name in _HOME_OF if name not in _LIKE_BUILTINS],
    ]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        msg = f"module 'autograd_scalar' has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module  # noqa: PLC0415  (as lazy as what it imports)

    home = import_module(f"autograd_scalar.{_HOME_OF[name]}")
    found = globals()[name] = getattr(home, name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})


class _Face(_ModuleType):
    """This module, where a package cannot take the place of a function.

    Importing the package `explain` sets an attribute of its name here, as of any
    package; the public name `explain` is a function.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, _ModuleType) and name in _HOME_OF):
            super().__setattr__(name, value)


_sys.modules[__name__].__class__ = _Face
