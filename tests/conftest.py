"""How the tests are run: on every core or right here, and a sample of many."""

import gc
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

# The same examples in every run and in every process, however busy the machine is.
# Thousands of new ones each time are for `pytest -m slow`.
settings.register_profile("same-everywhere", derandomize=True, deadline=None)
settings.load_profile("same-everywhere")


def pytest_addoption(parser):
    parser.addoption(
        "--sample",
        type=int,
        default=1,
        metavar="N",
        help="run about one in N of the tests that are selected, always the same ones",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Let the cycle collector pass over the thousands of tests, which all stay.

    It would go through them again and again, half of the time that collecting takes.
    Hypothesis makes its random generator before that, by an example of nothing: on
    Python 3.14 it then looks for what refers to it, finds nothing frozen, and warns.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        given(st.none())(lambda _: None)()
        gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config, items):
    """Leave most cases of a large family to another run; then take the sample."""
    for item in items:
        for family in list(item.iter_markers("one_in")):
            share, others = (*family.args, "slow")[:2]
            if not is_chosen(item, share) and not item.get_closest_marker("slow"):
                item.add_marker(others)
    result = yield  # selects by marks
    share = config.option.sample
    if share > 1:
        left = [item for item in items if not is_chosen(item, share)]
        items[:] = [item for item in items if is_chosen(item, share)]
        config.hook.pytest_deselected(items=left)
    return result


def is_chosen(item, share):
    """Return whether a test is among one in ``share``: always the same ones."""
    return crc32(item.nodeid.encode()) % share == 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """No worker where files or tests are named, so that print and breakpoint work."""
    named = config.args_source == config.ArgsSource.ARGS
    return 0 if named or config.option.capture == "no" else None
