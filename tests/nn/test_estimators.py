"""The estimators, judged by scikit-learn: its checks, and its own networks."""

import doctest
import math
import pickle

import numpy as np
import pytest

from autograd_scalar import DataError
from nn import check_deltas
from nn.training.fit import DivergedError

# Most of these networks are not trained to the end.
pytestmark = [
    pytest.mark.oracles,
    pytest.mark.filterwarnings("ignore:the loss still falls:UserWarning"),
    pytest.mark.filterwarnings("ignore:Stochastic Optimizer:UserWarning"),
]
XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def estimators():
    pytest.importorskip("sklearn")
    import nn.estimators

    return nn.estimators


def classes_of(n, seed=0):
    """Points of three classes."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 3
    return rng.normal(size=(n, 4)) + y[:, None], y


@pytest.mark.filterwarnings("ignore")  # scikit-learn's checks provoke many
@pytest.mark.parametrize("name", ["ScalarMLPClassifier", "ScalarMLPRegressor"])
def test_scikit_learn_accepts_them(name):
    make = getattr(estimators(), name)
    from sklearn.utils.estimator_checks import check_estimator

    verdicts = check_estimator(make(), on_fail=None)
    assert len(verdicts) > 50
    failed = {
        v["check_name"]: v["exception"] for v in verdicts if "fail" in v["status"]
    }
    assert not failed
    skipped = {v["check_name"] for v in verdicts if v["status"] == "skipped"}
    assert skipped <= {"check_array_api_input"}  # runs under SCIPY_ARRAY_API=1


def test_the_examples_hold():
    assert doctest.testmod(estimators()) == (0, 14)


@pytest.mark.parametrize(
    "options",
    [
        {"solver": "sgd"},
        {"solver": "sgd", "nesterovs_momentum": False, "activation": "tanh"},
        {"solver": "sgd", "momentum": 0.0, "activation": "logistic"},
        {"solver": "sgd", "alpha": 3.0, "activation": "identity"},
        {"solver": "adam"},
        {"solver": "adam", "activation": "logistic", "alpha": 0.1},
    ],
)
@pytest.mark.parametrize("kind", ["two classes", "three classes", "numbers"])
def test_from_the_same_weights_training_is_that_of_scikit_learn(kind, options):
    ours = estimators()
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    X, y = classes_of(30)
    y = {"two classes": y // 2, "three classes": y, "numbers": np.sin(X[:, 0])}[kind]
    numbers = kind == "numbers"
    make = ours.ScalarMLPRegressor if numbers else ours.ScalarMLPClassifier
    theirs = MLPRegressor if numbers else MLPClassifier
    # A warm start there keeps the best loss of the first fit, and would end early.
    shared = {"hidden_layer_sizes": (5, 3), "batch_size": 30, "n_iter_no_change": 99}
    shared |= options
    start = make(**shared, learning_rate_init=0.0, max_iter=1, random_state=3)
    start.fit(X, y)
    model = make(**shared, learning_rate_init=0.02, max_iter=25, random_state=3)
    model.fit(X, y)
    peer = theirs(
        **shared, learning_rate_init=0.02, max_iter=1, warm_start=True, random_state=3
    )
    peer.fit(X, y)
    peer.coefs_ = [W.copy() for W in start.coefs_]
    peer.intercepts_ = [b.copy() for b in start.intercepts_]
    peer.set_params(max_iter=25).fit(X, y)
    assert model.n_iter_ == 25
    for mine, other in zip(
        model.coefs_ + model.intercepts_, peer.coefs_ + peer.intercepts_, strict=True
    ):
        np.testing.assert_allclose(mine, other, rtol=0, atol=1e-9)
    assert model.loss_ == pytest.approx(peer.loss_, rel=1e-9)
    if numbers:
        np.testing.assert_allclose(model.predict(X), peer.predict(X), atol=1e-9)
    else:
        np.testing.assert_allclose(
            model.predict_proba(X), peer.predict_proba(X), atol=1e-9
        )
        assert (model.predict(X) == peer.predict(X)).all()


@pytest.mark.parametrize("name", ["iris", "moons", "digits"])
def test_it_is_as_accurate_as_that_of_scikit_learn(name):
    ours = estimators()
    from sklearn import datasets
    from sklearn.model_selection import train_test_split
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import StandardScaler

    X, y = {
        "iris": lambda: datasets.load_iris(return_X_y=True),
        "moons": lambda: datasets.make_moons(400, noise=0.25, random_state=0),
        "digits": lambda: [
            part[:600] for part in datasets.load_digits(return_X_y=True)
        ],
    }[name]()
    scores = {ours.ScalarMLPClassifier: [], MLPClassifier: []}
    for seed in range(6):
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=0.3, random_state=seed, stratify=y
        )
        scale = StandardScaler().fit(X_train)
        for make, found in scores.items():
            model = make((16,), learning_rate_init=0.01, random_state=seed)
            model.fit(scale.transform(X_train), y_train)
            found.append(model.score(scale.transform(X_test), y_test))
    mine, theirs = scores.values()
    assert np.mean(mine) > np.mean(theirs) - np.std(theirs)


def test_the_network_of_values_gives_the_same_outputs():
    X, y = classes_of(30)
    model = estimators().ScalarMLPClassifier((6, 4), activation="tanh", random_state=0)
    net = model.fit(X, y).to_mlp()
    logits = np.array([[z.data for z in net(row)] for row in X])
    weights = np.exp(logits)
    expected = weights / weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(X), expected, rtol=1e-12)
    assert check_deltas(net, X[:5], np.eye(3)[y[:5]], "softmax_cross_entropy").passed


def test_no_hidden_layer_several_targets_and_other_activations():
    regressor = estimators().ScalarMLPRegressor
    X = np.linspace(-1.0, 1.0, 20)[:, None]
    Y = np.hstack([2.0 * X, 1.0 - X])
    line = regressor((), solver="sgd", learning_rate_init=0.1, alpha=0.0, tol=1e-12)
    found = (
        line.set_params(max_iter=500, n_iter_no_change=99, random_state=0)
        .fit(X, Y)
        .predict(X)
    )
    np.testing.assert_allclose(found, Y, atol=1e-4)
    wave = regressor(12, activation="sin", learning_rate_init=0.05, max_iter=1000)
    wave.set_params(random_state=0, batch_size=7, tol=1e-9).fit(X, np.sin(3 * X[:, 0]))
    assert wave.score(X, np.sin(3 * X[:, 0])) > 0.99


def test_it_stands_in_a_pipeline_a_grid_search_and_a_pickle():
    make = estimators().ScalarMLPClassifier
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, y = classes_of(30)
    names = np.array(["red", "green", "blue"])[y]
    steps = make_pipeline(StandardScaler(), make((4,), max_iter=30, random_state=0))
    grid = {"scalarmlpclassifier__activation": ["tanh", "relu"]}
    search = GridSearchCV(steps, grid, cv=2).fit(X, names)
    again = pickle.loads(pickle.dumps(search.best_estimator_))
    assert (again.predict(X) == search.predict(X)).all()
    assert {*again.predict(X)} <= {*names}


def test_training_ends_when_the_loss_stays_and_warns_when_it_still_falls():
    make = estimators().ScalarMLPClassifier
    from sklearn.exceptions import ConvergenceWarning

    y = [0, 1, 1, 0]
    still = make((4,), learning_rate_init=0.0, random_state=0, n_iter_no_change=3)
    assert still.fit(XOR, y).n_iter_ == 5  # the first, three more, and one too many
    assert len({round(loss, 12) for loss in still.loss_curve_}) == 1
    with pytest.warns(ConvergenceWarning, match="max_iter=2 passes; raise max_iter"):
        make((4,), max_iter=2, random_state=0).fit(XOR, y)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"activation": "step"}, "activation needs one of logistic, identity,.*'step'"),
        ({"activation": 3}, "activation needs one of"),
        ({"solver": "lbfgs"}, "solver needs 'adam' or 'sgd', got 'lbfgs'"),
        ({"alpha": -1.0}, "alpha needs a number of 0.0 or more, got -1.0"),
        ({"alpha": math.nan}, "alpha needs a number of 0.0 or more, got nan"),
        ({"learning_rate_init": "fast"}, "learning_rate_init needs a number"),
        ({"max_iter": 0}, "max_iter needs a whole number of 1 or more, got 0"),
        ({"max_iter": 1.5}, "max_iter needs a whole number of 1 or more, got 1.5"),
        ({"momentum": math.inf}, "momentum needs a number"),
        ({"n_iter_no_change": 0}, "n_iter_no_change needs a whole number"),
        ({"batch_size": 0}, "batch_size needs 'auto' or a whole number of 1"),
        ({"alpha": 10**400}, "alpha needs a number of 0.0 or more, got an int of"),
        ({"alpha": np.timedelta64(3, "s")}, "alpha needs a number"),
        ({"max_iter": np.timedelta64(3, "s")}, "max_iter needs a whole number"),
        ({"tol": None}, "tol needs a number of 0.0 or more, got None"),
        ({"tol": "\x1b[2J"}, r"tol needs a number .* got '.x1b\[2J'"),
        ({"tol": math.nan}, "tol needs a number of 0.0 or more, got nan"),
        ({"solver": np.ones(2)}, "solver needs 'adam' or 'sgd', got array"),
        ({"batch_size": np.ones(2)}, "batch_size needs 'auto' or a whole number"),
        ({"batch_size": "all"}, "batch_size needs 'auto' or a whole number of 1"),
        ({"hidden_layer_sizes": (4, 0)}, "n_outs"),
        ({"hidden_layer_sizes": "big"}, "n_outs"),
        ({"hidden_layer_sizes": None}, "hidden_layer_sizes needs an int or a list"),
    ],
)
def test_a_parameter_out_of_range_is_named(options, message):
    with pytest.raises((DataError, ValueError, TypeError), match=message):
        estimators().ScalarMLPClassifier(**options).fit(XOR, [0, 1, 1, 0])


def test_one_class_and_a_diverging_training_are_errors():
    ours = estimators()
    with pytest.raises(DataError, match="at least 2 classes in y, got 1 class"):
        ours.ScalarMLPClassifier().fit(XOR, [1, 1, 1, 1])
    wild = ours.ScalarMLPRegressor(solver="sgd", learning_rate_init=1e9, random_state=0)
    with pytest.raises(DivergedError, match="lower learning_rate_init") as raised:
        wild.fit(1e3 * XOR, [0.0, 1e3, 1e3, 0.0])
    assert all(map(math.isfinite, raised.value.history.losses))


def test_an_estimator_that_is_not_fitted_says_so():
    make = estimators().ScalarMLPClassifier
    from sklearn.exceptions import NotFittedError

    with pytest.raises(NotFittedError):
        make().to_mlp()
