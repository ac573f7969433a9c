"""Bundle adjustment: how far cameras see points from where they were observed.

A camera is 11 numbers: a rotation (axis times angle), its centre, the focal length, the
principal point, two coefficients of radial distortion. An observation has a camera, a
point, a weight and the two coordinates seen.
"""

import autograd_scalar as ag
from autograd_scalar import Value, gradients

CAMERA, POINT = 11, 3


def reprojection_error(camera, point, weight, seen):
    """The two weighted differences of where the point is projected and was seen."""
    projected = project(camera, point)
    return [weight * (p - s) for p, s in zip(projected, seen, strict=True)]


def weight_error(weight):
    """1 - w², what keeps the weight from going to zero."""
    return 1.0 - weight * weight


def project(camera, point):
    """A point in space as two coordinates in the camera's picture.

    >>> project([0.0] * 6 + [2.0, 10.0, 20.0, 0.0, 0.0], [3.0, 4.0, 1.0])
    [16.0, 28.0]
    """
    rotation, centre, focal_length = camera[:3], camera[3:6], camera[6]
    principal_point, (k1, k2) = camera[7:9], camera[9:]
    offset = [p - c for p, c in zip(point, centre, strict=True)]
    x, y, depth = rotate(rotation, offset)
    u, v = x / depth, y / depth
    square = u * u + v * v
    scale = focal_length * (1.0 + k1 * square + k2 * square * square)
    return [c + scale * a for c, a in zip(principal_point, (u, v), strict=True)]


def rotate(rotation, point):
    """Rodrigues' formula; near no rotation, its linear term."""
    square = sum(r * r for r in rotation)
    if square > 0.0:
        angle = ag.sqrt(square)
        axis = [r / angle for r in rotation]
        cosine, sine = ag.cos(angle), ag.sin(angle)
        along = (1.0 - cosine) * sum(a * p for a, p in zip(axis, point, strict=True))
        parts = zip(point, cross(axis, point), axis, strict=True)
        return [p * cosine + c * sine + a * along for p, c, a in parts]
    return [p + c for p, c in zip(point, cross(rotation, point), strict=True)]


def cross(a, b):
    """The vector product.

    >>> cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    [0.0, 0.0, 1.0]
    """
    return [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]


def reprojection_jacobian(camera, point, weight, seen):
    """The two rows of 15: by camera, point and weight."""
    leaves = [Value(number) for number in (*camera, *point, weight)]
    camera, point, weight = leaves[:CAMERA], leaves[CAMERA:-1], leaves[-1]
    return [
        gradients(r, leaves) for r in reprojection_error(camera, point, weight, seen)
    ]


def weight_slope(weight):
    """The derivative of ``weight_error``."""
    leaf = Value(weight)
    return gradients(weight_error(leaf), leaf)


def objective(given):
    """All errors; GradBench's observations are alike, and it asks for the first."""
    one = [given[key] for key in ("cam", "x", "w", "feat")]
    reprojections = [reprojection_error(*one) for _ in range(given["p"])]
    weights = [weight_error(given["w"]) for _ in range(given["p"])]
    return {
        "reproj_error": {"elements": reprojections[0], "repeated": len(reprojections)},
        "w_err": {"element": weights[0], "repeated": len(weights)},
    }


def jacobian(given):
    """The Jacobian of all errors by n cameras, m points and p weights, row by row.

    ``rows`` is where each row begins in ``cols`` and ``vals``, and where the last ends.
    Observation i is of camera i mod n and point i mod m.
    """
    n, m, p = given["n"], given["m"], given["p"]
    weights_begin = CAMERA * n + POINT * m
    rows, cols, vals = [0], [], []
    for i in range(p):
        camera_begins = CAMERA * (i % n)
        point_begins = CAMERA * n + POINT * (i % m)
        places = [
            *range(camera_begins, camera_begins + CAMERA),
            *range(point_begins, point_begins + POINT),
            weights_begin + i,
        ]
        for row in reprojection_jacobian(
            *(given[k] for k in ("cam", "x", "w", "feat"))
        ):
            cols += places
            vals += row
            rows.append(len(vals))
    for i in range(p):
        cols.append(weights_begin + i)
        vals.append(weight_slope(given["w"]))
        rows.append(len(vals))
    return {"rows": rows, "cols": cols, "vals": vals}


FUNCTIONS = {"objective": objective, "jacobian": jacobian}
