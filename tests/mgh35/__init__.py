"""The test problems of Moré, Garbow and Hillstrom, over floats or Values.

"Testing Unconstrained Optimization Software", ACM Transactions on Mathematical
Software 7(1), 1981, pages 17-41: 35 sums of squares. ``RESIDUALS`` is the table, in
the paper's order and under the paper's names; points and truth are in
``tests/data/mgh35.json``.

>>> sum_of_squares("Rosenbrock", [0.0, 0.0])
1.0
"""

import autograd_scalar as ag

from . import fixed, scalable

RESIDUALS = {
    "Rosenbrock": fixed.rosenbrock,
    "Freudenstein-Roth": fixed.freudenstein_roth,
    "Powell badly scaled": fixed.powell_badly_scaled,
    "Brown badly scaled": fixed.brown_badly_scaled,
    "Beale": fixed.beale,
    "Jennrich-Sampson": fixed.jennrich_sampson,
    "Helical valley": fixed.helical_valley,
    "Bard": fixed.bard,
    "Gaussian": fixed.gaussian,
    "Meyer": fixed.meyer,
    "Gulf": fixed.gulf,
    "Box 3-d": fixed.box_three_dimensional,
    "Powell singular": fixed.powell_singular,
    "Wood": fixed.wood,
    "Kowalik-Osborne": fixed.kowalik_osborne,
    "Brown-Dennis": fixed.brown_dennis,
    "Osborne 1": fixed.osborne_1,
    "Biggs EXP6": fixed.biggs_exp6,
    "Osborne 2": fixed.osborne_2,
    "Watson": scalable.watson,
    "Extended Rosenbrock": scalable.extended_rosenbrock,
    "Extended Powell singular": scalable.extended_powell_singular,
    "Penalty I": scalable.penalty_1,
    "Penalty II": scalable.penalty_2,
    "Variably dimensioned": scalable.variably_dimensioned,
    "Trigonometric": scalable.trigonometric,
    "Brown almost-linear": scalable.brown_almost_linear,
    "Discrete boundary value": scalable.discrete_boundary_value,
    "Discrete integral equation": scalable.discrete_integral_equation,
    "Broyden tridiagonal": scalable.broyden_tridiagonal,
    "Broyden banded": scalable.broyden_banded,
    "Linear full rank": scalable.linear_full_rank,
    "Linear rank 1": scalable.linear_rank_1,
    "Linear rank 1 with zero columns and rows": (
        scalable.linear_rank_1_with_zero_columns_and_rows
    ),
    "Chebyquad": scalable.chebyquad,
}


def sum_of_squares(name, x):
    """f(x), the sum of the problem's squared residuals."""
    return ag.sum([r**2 for r in RESIDUALS[name](x)])
