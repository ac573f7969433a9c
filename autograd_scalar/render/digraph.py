"""Adapt `graphviz.Digraph` for machines without the program ``dot``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

import graphviz

from autograd_scalar.errors import DrawingError

if TYPE_CHECKING:
    from autograd_scalar.render.draw import Drawing

__all__ = ["SafeDigraph"]

_NOT_INSTALLED: Final = (
    "the program `dot` is not installed; use draw(root), which needs nothing, or"
    " install Graphviz (https://graphviz.org/download)"
)

F = TypeVar("F", bound=Callable[..., Any])


def _raising_ours(method: F) -> F:
    """Wrap a method to raise DrawingError instead of graphviz.ExecutableNotFound."""

    @wraps(method)
    def call(*args: Any, **keywords: Any) -> Any:
        try:
            return method(*args, **keywords)
        except graphviz.ExecutableNotFound:
            raise DrawingError(_NOT_INSTALLED) from None

    return call  # type: ignore[return-value]  # the same signature, by wraps


class SafeDigraph(graphviz.Digraph):  # type: ignore[misc]  # graphviz has no types
    """A `graphviz.Digraph` that works in notebooks without the program ``dot``.

    Attributes:
        drawing: the picture that a notebook shows without ``dot``.
    """

    drawing: Drawing | None = None

    pipe = _raising_ours(graphviz.Digraph.pipe)
    render = _raising_ours(graphviz.Digraph.render)
    view = _raising_ours(graphviz.Digraph.view)
    unflatten = _raising_ours(graphviz.Digraph.unflatten)

    def _repr_mimebundle_(
        self,
        include: Iterable[str] | None = None,
        exclude: Iterable[str] | None = None,
        **rest: Any,
    ) -> dict[str, bytes | str]:
        try:
            bundle: dict[str, bytes | str] = super()._repr_mimebundle_(
                include, exclude, **rest
            )
        except DrawingError as error:
            bundle = {"text/plain": str(error)}
            if self.drawing is not None:
                bundle["image/svg+xml"] = self.drawing.svg
                bundle["text/html"] = self.drawing._repr_html_()
        return bundle
