"""By what, where and when a table was measured."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import autograd_scalar

from .harness import IMPLEMENTATIONS

PEERS = ("micrograd", "autograd", "xad", "torch", "jax", "casadi", "numpy")


def about(arguments: Sequence[str]) -> dict[str, str]:
    return {
        "command": " ".join(["pytest", *arguments]),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "autograd_scalar": ", ".join([autograd_scalar.__version__, *IMPLEMENTATIONS]),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": platform.platform(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
    }


def versions() -> dict[str, str]:
    return {name: _version(name) for name in PEERS}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
