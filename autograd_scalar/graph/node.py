"""`Node`: the number, adjoint, edges and label of one node of the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self, cast

from autograd_scalar.errors import HistoryError, OperandError
from autograd_scalar.graph.tracing import current, tracers
from autograd_scalar.native import Unchecked, i64, mypyc_attr
from autograd_scalar.operands import real, shown

if TYPE_CHECKING:
    from autograd_scalar.primitives.table import Primitive

__all__ = ["BLANK", "CONSTANT", "HAS_ADJOINT", "Node", "noticed_read"]


# The lowest bit of Node._mark; the other bits belong to the traversals in sweeps.py.
HAS_ADJOINT: Final[i64] = 1

# What a leaf stands for: an index, stored in the right-derivative slot, which a leaf
# does not use otherwise. A constant was a plain number among the operands.
CONSTANT: Final = 1.0
_ROLES: Final = ("", "constant", "parameter", "input")

# Passed by value.py, which fills in the slots of a new node itself.
BLANK: Final = object()


@mypyc_attr(acyclic=True)
class Node:
    """The storage of a `Value`, without its arithmetic.

    A leaf has no primitive and no parents. The edges of a unary or binary primitive lie
    in plain slots, those of an n-ary one in a pair of tuples, ``_fused``: half the
    memory and a third of the time of two tuples on every node.
    """

    __slots__ = (
        "_data",
        "_fused",
        "_grad",
        "_label",
        "_left",
        "_left_derivative",
        "_mark",
        "_primitive",
        "_right",
        "_right_derivative",
    )

    _data: float
    _grad: float
    _label: str
    _primitive: Primitive | None
    _left: Node | None
    _right: Node | None
    _left_derivative: float
    _right_derivative: float
    _fused: tuple[tuple[Node, ...], tuple[float, ...]] | None
    _mark: i64

    def __init__(self, data: object, label: str | Unchecked = "") -> None:
        if data is BLANK:
            self._data = 0.0
            self._label = ""
        else:
            self._data = real(data, "Value()")
            self._label = _checked_label(label)
        self._grad = 0.0
        self._primitive = None
        self._left = None
        self._right = None
        self._left_derivative = self._data  # of a leaf: the number before a write
        self._right_derivative = 0.0
        self._fused = None
        self._mark = 0

    # The setters are for users. Compiled code writes the slots: where a setter
    # takes more types than its getter gives, mypyc 2.4.1 passes it the wrong bits.

    @property
    def data(self) -> float:
        """The number. Writing it affects later operations, not recorded ones."""
        if tracers:
            noticed_read(self)
        return self._data

    @data.setter
    def data(self, number: float | Unchecked) -> None:
        checked = real(number, "Value.data")
        if self._primitive is None:
            # A leaf has no left edge: its slot keeps the number before this one.
            self._left_derivative = self._data
        self._data = checked

    @property
    def data_before(self) -> float:
        """A leaf's number before ``data`` was last written; else ``data`` itself."""
        return self._left_derivative if self._primitive is None else self._data

    @property
    def grad(self) -> float:
        """The adjoint from the latest `backward`; leaves accumulate over calls."""
        return self._grad

    @grad.setter
    def grad(self, number: float | Unchecked) -> None:
        self._grad = real(number, "Value.grad")
        self._mark |= HAS_ADJOINT

    @property
    def has_grad(self) -> bool:
        """Whether an adjoint was computed: a ``grad`` of 0.0 may also mean "not yet".

        >>> from autograd_scalar import Value
        >>> x = Value(3.0)
        >>> before = x.has_grad
        >>> (0 * x).backward()
        >>> before, x.has_grad, x.grad
        (False, True, 0.0)
        """
        return self._mark & HAS_ADJOINT == HAS_ADJOINT

    @property
    def label(self) -> str:
        """The name that drawings and reports show."""
        return self._label

    @label.setter
    def label(self, text: str | Unchecked) -> None:
        self._label = _checked_label(text)

    def named(self, label: str | Unchecked) -> Self:
        """Set the label and return the same Value, so that it can end an expression."""
        self._label = _checked_label(label)
        return self

    @property
    def primitive(self) -> Primitive | None:
        """The primitive that computed this Value; None for a leaf."""
        return self._primitive

    @property
    def op(self) -> str:
        """The name of the primitive, ``""`` for a leaf."""
        return "" if self._primitive is None else self._primitive.name

    @property
    def is_leaf(self) -> bool:
        """Whether it was made from a plain number, not computed."""
        return self._primitive is None

    @property
    def is_constant(self) -> bool:
        """Whether it was a plain number among the operands, as 2 in ``2 * x``.

        >>> from autograd_scalar import Value
        >>> [parent.is_constant for parent in (2 * Value(3.0)).parents]
        [True, False]
        """
        return self._primitive is None and self._right_derivative == CONSTANT

    @property
    def role(self) -> str:
        """What a leaf stands for: "parameter", "input", "constant" or "", not said.

        Drawings show it. A constant is a plain number among the operands; a
        `nn.Module` makes the leaves in its attributes parameters; all else is for the
        user to say. A computed Value has none.

        >>> from autograd_scalar import Value
        >>> w = Value(2.0, "w")
        >>> w.role = "parameter"
        >>> w.role, (w * 3.0).parents[1].role, (w * w).role
        ('parameter', 'constant', '')

        Raises:
            OperandError: set to another word.
            HistoryError: set for a computed Value.
        """
        if self._primitive is not None:
            return ""
        return _ROLES[int(self._right_derivative)]

    @role.setter
    def role(self, role: str | Unchecked) -> None:
        if self._primitive is not None:
            msg = f"only a leaf has a role, and {self!r} was computed by {self.op}"
            raise HistoryError(msg)
        if not isinstance(role, str) or role not in _ROLES:
            msg = (
                'a role is "parameter", "input", "constant" or "", got'
                f" {type(role).__name__}: {shown(role)}"
            )
            raise OperandError(msg)
        self._right_derivative = float(_ROLES.index(role))

    @property
    def parents(self) -> tuple[Self, ...]:
        """The Values it was computed from, in order, with repeats.

        >>> from autograd_scalar import Value
        >>> x = Value(3.0, "x")
        >>> [parent.label for parent in (x * x).parents]
        ['x', 'x']
        """
        if self._fused is not None:
            return cast("tuple[Self, ...]", self._fused[0])
        if self._left is None:
            return ()
        if self._right is None:
            return (cast("Self", self._left),)
        return (cast("Self", self._left), cast("Self", self._right))

    @property
    def local_derivatives(self) -> tuple[float, ...]:
        """d(this)/d(parent) at the recorded point, one for each parent."""
        if self._fused is not None:
            return self._fused[1]
        if self._left is None:
            return ()
        if self._right is None:
            return (self._left_derivative,)
        return (self._left_derivative, self._right_derivative)

    def item(self) -> float:
        """Return the plain number, as in PyTorch."""
        if tracers:
            noticed_read(self)
        return self._data

    def zero_grad(self) -> None:
        """Reset the adjoint to 0.0, "not computed"."""
        self._grad = 0.0
        self._mark &= ~HAS_ADJOINT

    def __reduce__(self) -> tuple[Any, ...]:
        if self._primitive is not None:
            msg = (
                f"a Value with history cannot be copied, and {self!r} was computed by"
                f" {self.op}; copy its .data, or .detach() it"
            )
            raise HistoryError(msg)
        return _leaf, (
            type(self),
            self._data,
            self._label,
            self._grad if self.has_grad else None,
            self._right_derivative,
        )

    def __repr__(self) -> str:
        label = f", label={self._label!r}" if self._label else ""
        return f"{type(self).__name__}(data={self._data}, grad={self._grad}{label})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)


def noticed_read(node: Node) -> None:
    """Tell the trace of this thread, if there is one, that the number was read."""
    tracer = current()
    if tracer is not None:
        tracer.read(node)


def _leaf(
    cls: type[Node], data: float, label: str, grad: float | None, role: float = 0.0
) -> Node:
    """Rebuild a leaf for copy and pickle."""
    leaf = cls(data, label)
    leaf._right_derivative = role
    if grad is not None:
        leaf._grad = grad
        leaf._mark |= HAS_ADJOINT
    return leaf


def _checked_label(label: object) -> str:
    if not isinstance(label, str):
        msg = f"a label needs a str, got {type(label).__name__}: {shown(label)}"
        raise OperandError(msg)
    return label
