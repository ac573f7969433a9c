"""A sum over examples in several processes, on one machine or many.

The examples are cut into ranges, which depend on their number alone. Each range is a
task of the executor; the gradients that come back are added in the order of the ranges,
so the bits do not depend on how many workers there are, or which was first.

Threads share the program and the rows. A process keeps the program, and the rows of
each range it was sent: from then on the parameters and the two ends of the range go
out; one that lacks the rows says so, and is sent them.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from hashlib import blake2b
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from weakref import ref

import numpy as np

from autograd_scalar.errors import AutogradError, OperandError
from autograd_scalar.operands import shown
from autograd_scalar.program.tape import Floats

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["Spread", "work"]

_MOST: Final = 64  # ranges
# Nodes times examples of a range, at least: some milliseconds, as a task costs half of
# one. Of a matrix program, and of one that runs node by node.
_WORK: Final = {True: 20_000_000, False: 200_000}
_TRIES: Final = 3  # of one range, if its worker is lost
_KEPT: Final = 256  # ranges that a worker keeps

Part: TypeAlias = tuple[float, Floats]
_Key: TypeAlias = tuple[bytes, bytes, int, int]

# What this process was sent, as a worker.
_programs: Final[OrderedDict[bytes, Any]] = OrderedDict()
_rows: Final[OrderedDict[_Key, Floats]] = OrderedDict()
_lock: Final = RLock()


def work(key: _Key, theta: Floats, sent: tuple[bytes, Floats] | None) -> Part | None:
    """Return the sums over a range of examples; None if it has to be sent first."""
    with _lock:
        if sent is not None:
            _keep(_rows, key, sent[1])
            if key[0] not in _programs:
                _keep(_programs, key[0], pickle.loads(sent[0]))
        program, rows = _programs.get(key[0]), _rows.get(key)
    if program is None or rows is None:
        return None
    part: Part = program.map(theta, rows, reduction="sum")
    return part


def _keep(kept: OrderedDict[Any, Any], key: Any, found: Any) -> None:
    kept[key] = found
    while len(kept) > _KEPT:
        kept.popitem(last=False)


class Spread:
    """What a program remembers of the arrays that it has sent out."""

    def __init__(self) -> None:
        self._nodes = 0  # 0: not asked yet
        self._data = b""
        self._name = b""
        self._named: tuple[Any, bytes] = (None, b"")  # a read-only array and its digest
        self._known: set[_Key] = set()

    def run(
        self, program: Any, theta: Floats, rows: Floats, executor: Executor
    ) -> Part:
        """Return the sums over all rows.

        Raises:
            OperandError: it is no executor, or the program cannot be sent.
        """
        if not callable(getattr(executor, "submit", None)):
            msg = (
                "map(executor=) needs a concurrent.futures.Executor, as"
                " ProcessPoolExecutor() or client.get_executor() of dask, got"
                f" {shown(executor)}"
            )
            raise OperandError(msg)
        self._nodes = self._nodes or program.stats()["nodes"]
        ranges = _ranges(_WORK[program.is_matrix] // self._nodes, len(rows))
        if isinstance(executor, ThreadPoolExecutor):
            return _in_threads(program, theta, rows, executor, ranges)
        if not self._data:
            self._data = pickle.dumps(program)
            self._name = _digest(self._data)
        name = self._name_of(rows)
        keys: list[_Key] = [(self._name, name, *ends) for ends in ranges]
        if len(self._known) > _MOST * _KEPT:
            self._known.clear()
        tasks: list[Future[Part | None]] = []
        for key in keys:
            send = key not in self._known
            try:
                tasks.append(self._submit(executor, key, theta, rows, send=send))
            except BrokenExecutor as error:
                if not tasks:  # it was so before
                    raise
                lost: Future[Part | None] = Future()
                lost.set_exception(error)
                tasks.append(lost)
        value, gradient = 0.0, np.zeros(len(theta))
        try:
            for task, key in zip(tasks, keys, strict=True):
                part = self._result(executor, task, key, theta, rows)
                value += part[0]
                gradient += part[1]
        finally:
            for task in tasks:
                task.cancel()
        self._known.update(keys)
        return value, gradient

    def _name_of(self, rows: Floats) -> bytes:
        """Return the digest of an array: at each call, unless it is read-only."""
        of, name = self._named
        if of is not None and of() is rows and not rows.flags.writeable:
            return name
        name = _digest(np.ascontiguousarray(rows))
        if not rows.flags.writeable and rows.base is None:  # nobody else writes to it
            self._named = ref(rows), name
        return name

    def _submit(
        self,
        executor: Executor,
        key: _Key,
        theta: Floats,
        rows: Floats,
        *,
        send: bool,
    ) -> Future[Part | None]:
        sent = (self._data, rows[key[2] : key[3]]) if send else None
        return executor.submit(work, key, theta, sent)

    def _result(
        self,
        executor: Executor,
        task: Future[Part | None],
        key: _Key,
        theta: Floats,
        rows: Floats,
    ) -> Part:
        """Return what a task gives; compute it again if its worker is lost."""
        lost = 0
        while True:
            try:
                part = task.result()
                if part is not None:
                    return part
            except AutogradError:  # of the program itself
                raise
            except Exception as error:
                lost += 1
                if lost == _TRIES:
                    raise
                if isinstance(error, BrokenExecutor):  # it takes no tasks any more
                    break
            try:
                task = self._submit(executor, key, theta, rows, send=True)
            except BrokenExecutor:
                break
        part = work(key, theta, (self._data, rows[key[2] : key[3]]))
        assert part is not None
        return part


def _ranges(least: int, count: int) -> list[tuple[int, int]]:
    """Return the first and the last but one of each range; they are of one size."""
    size = max(least, -(-count // _MOST))
    size = -(-count // -(-count // size))
    return [(first, min(first + size, count)) for first in range(0, count, size)]


def _in_threads(
    program: Any,
    theta: Floats,
    rows: Floats,
    executor: ThreadPoolExecutor,
    ranges: list[tuple[int, int]],
) -> Part:
    """Return the sums over all rows: threads share the program, and nothing is sent.

    The calling thread runs the first range, and each that no other has begun when its
    turn comes: it would only wait, and a thread that sleeps wakes up late.
    """
    first, *others = [rows[start:end] for start, end in ranges]
    tasks: list[Future[Part]] = []
    try:
        tasks.extend(
            executor.submit(program.map, theta, part, reduction="sum")
            for part in others
        )
        value, gradient = program.map(theta, first, reduction="sum")
        for task, part in zip(tasks, others, strict=True):
            is_free = task.cancel()
            found = (
                program.map(theta, part, reduction="sum") if is_free else task.result()
            )
            value += found[0]
            gradient += found[1]
    finally:
        for task in tasks:
            task.cancel()
    return value, gradient


def _digest(data: Any) -> bytes:
    return blake2b(data, digest_size=16).digest()
