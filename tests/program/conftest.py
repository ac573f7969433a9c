"""The compiled executor, built once, and put in its place for a test."""

import sys

import pytest

from autograd_scalar import _plain

from .executor import NAME, executor


@pytest.fixture(scope="session")
def module(tmp_path_factory):
    return executor(tmp_path_factory.getbasetemp().parent)


@pytest.fixture
def installed(module, monkeypatch):
    monkeypatch.setitem(sys.modules, NAME, module)
    monkeypatch.setattr(_plain, "forced", False)
