"""The determinant by expansion in minors: n! products, all of them differentiated."""

from autograd_scalar import Value, gradients


def det(matrix_rows):
    """The determinant of a square matrix, n at least 1, by its first row's minors.

    >>> det([[1.0, 2.0], [3.0, 4.0]])
    -2.0
    """
    return minor(matrix_rows, range(len(matrix_rows)))


def minor(rows, columns):
    """The determinant of these rows, taken at as many columns."""
    first, *below = rows
    if not below:
        return first[columns[0]]
    total = 0.0
    for place, column in enumerate(columns):
        others = [*columns[:place], *columns[place + 1 :]]
        term = first[column] * minor(below, others)
        total = total - term if place % 2 else total + term
    return total


def in_rows(numbers, size):
    """A flat matrix, one row after the other, as a list of rows."""
    return [numbers[i : i + size] for i in range(0, size * size, size)]


def primal(given):
    return det(in_rows(given["A"], given["ell"]))


def gradient(given):
    leaves = [Value(number) for number in given["A"]]
    return gradients(det(in_rows(leaves, given["ell"])), leaves)


FUNCTIONS = {"primal": primal, "gradient": gradient}
