"""pytest's approx(), which compares number by number, for arrays of many numbers."""

import numpy as np
import pytest


def assert_approx(found, expected, *, rel, abs):  # noqa: A002 - approx's name
    """Fail where ``found == approx(expected, rel, abs)`` is false, with its words."""
    if not _all_near(np.asarray(found), np.asarray(expected), rel, abs):
        assert found == pytest.approx(expected, rel=rel, abs=abs)


def _all_near(found, expected, rel, absolute):
    """Return whether that is plain: of other shapes and infinities approx() decides."""
    if found.shape != expected.shape or not np.isfinite(expected).all():
        return False
    tolerance = np.maximum(rel * np.abs(expected), absolute)
    return bool((np.abs(found - expected) <= tolerance).all())
