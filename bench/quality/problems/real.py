"""Real training, small enough for thousands of runs: data sets inside scikit-learn, each evaluation well under 0.3 s.

Splits and random states are fixed: the same parameters always give the same value. The least value is not known;
tables take the least that any run found. Losses are smooth (log loss, squared error), so that ties are rare.
"""

import functools
import warnings

import lightgbm
import numpy as np
from sklearn import datasets, ensemble, linear_model, multiclass, neighbors, pipeline, preprocessing, svm, tree
from sklearn.decomposition import PCA
from sklearn.metrics import log_loss
from sklearn.metrics.pairwise import pairwise_kernels
from sklearn.model_selection import KFold, StratifiedKFold

from problems.mlp import train_mlp
from problems.problem import Problem

# A loss beyond this says nothing more; divergence ends here.
WORST = 1e3


def real(name, low, high, **more):
    return {"name": name, "type": "float", "low": low, "high": high, **more}


def whole(name, low, high, **more):
    return {"name": name, "type": "int", "low": low, "high": high, **more}


def choice(name, *choices, **more):
    return {"name": name, "type": "categorical", "choices": list(choices), **more}


@functools.lru_cache(maxsize=None)
def data(name, rows=None):
    """Features, targets and three folds."""
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))[:rows]
    x, y = x[order], y[order]
    regression = name in ("diabetes",)
    folds = (KFold if regression else StratifiedKFold)(3, shuffle=True, random_state=0).split(x, y)
    if regression:
        y = (y - y.mean()) / y.std()
    return x, y, list(folds)


def cross_validate(make, name, rows=None, folds=3):
    """Mean log loss of probabilities, or mean squared error for regression."""
    x, y, splits = data(name, rows)
    losses = []
    for train, test in splits[:folds]:
        model = make().fit(x[train], y[train])
        if hasattr(model, "predict_proba"):
            predicted = model.predict_proba(x[test])
            loss = log_loss(y[test], np.clip(predicted, 1e-6, 1), labels=np.unique(y))
        else:
            loss = float(np.mean((model.predict(x[test]) - y[test]) ** 2))
        losses.append(loss)
    return float(np.mean(losses))


class RealProblem(Problem):
    family = "real"

    def __init__(self, name, space, loss):
        self.name, self.space, self.loss = f"real-{name}", space, loss

    def evaluate(self, params, noise):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with np.errstate(all="ignore"):
                try:
                    value = self.loss(params)
                except (ValueError, FloatingPointError, np.linalg.LinAlgError):
                    return WORST  # a combination that the library refuses: as bad as divergence
        return min(WORST, value) if np.isfinite(value) else WORST


BOOSTING = [
    choice("boosting", "gbdt", "dart", "rf"),
    real("learning_rate", 0.005, 0.5, log=True, when={"boosting": ["gbdt", "dart"]}),
    real("drop_rate", 0.0, 0.5, when={"boosting": ["dart"]}),
    whole("max_drop", 1, 50, log=True, when={"boosting": ["dart"]}),
    whole("trees", 5, 60, log=True),
    whole("leaves", 2, 64, log=True),
    whole("min_child", 1, 60, log=True),
    real("feature_fraction", 0.2, 1.0),
    real("bagging_fraction", 0.3, 0.95),
    real("l2", 1e-4, 30.0, log=True),
]


def boosting(dataset, objective):
    x, y, splits = data(dataset)

    def loss(params):
        losses = []
        for train, test in splits:
            settings = {
                "objective": objective,
                "boosting": params["boosting"],
                "learning_rate": params.get("learning_rate", 0.1),
                "drop_rate": params.get("drop_rate", 0.1),
                "max_drop": params.get("max_drop", 50),
                "num_leaves": params["leaves"],
                "min_data_in_leaf": params["min_child"],
                "feature_fraction": params["feature_fraction"],
                "bagging_fraction": params["bagging_fraction"],
                "bagging_freq": 1,
                "lambda_l2": params["l2"],
                "num_threads": 1,
                "max_bin": 63,
                "verbose": -1,
                "seed": 1,
                "deterministic": True,
                "force_row_wise": True,
            }
            booster = lightgbm.train(settings, lightgbm.Dataset(x[train], y[train]), params["trees"])
            predicted = booster.predict(x[test])
            if objective == "binary":
                losses.append(log_loss(y[test], np.clip(predicted, 1e-6, 1 - 1e-6), labels=[0, 1]))
            else:
                losses.append(float(np.mean((predicted - y[test]) ** 2)))
        return float(np.mean(losses))

    return loss


SVM = [
    choice("scaler", "none", "standard", "minmax"),
    choice("kernel", "linear", "rbf", "poly", "sigmoid"),
    real("C", 1e-3, 1e3, log=True),
    real("gamma", 1e-5, 10.0, log=True, when={"kernel": ["rbf", "poly", "sigmoid"]}),
    whole("degree", 2, 5, when={"kernel": ["poly"]}),
    real("coef0", 0.0, 5.0, when={"kernel": ["poly", "sigmoid"]}),
    real("pca", 0.5, 0.999),
]

SCALERS = {
    "none": lambda: "passthrough",
    "standard": preprocessing.StandardScaler,
    "minmax": preprocessing.MinMaxScaler,
    "robust": preprocessing.RobustScaler,
    "power": preprocessing.PowerTransformer,
}


def svm_digits(params):
    """Log loss of the softmax of one-against-rest scores: smoother than accuracy, and quick without calibration."""
    x, y, splits = data("digits", 420)
    errors = []
    for train, test in splits:
        model = pipeline.make_pipeline(
            SCALERS[params["scaler"]](),
            PCA(params["pca"], random_state=0),
            svm.SVC(
                kernel=params["kernel"],
                C=params["C"],
                gamma=params.get("gamma", "scale"),
                degree=params.get("degree", 3),
                coef0=params.get("coef0", 0.0),
                max_iter=2000,
            ),
        ).fit(x[train], y[train])
        scores = model.decision_function(x[test])
        shifted = scores - scores.max(axis=1, keepdims=True)
        chance = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
        errors.append(log_loss(y[test], np.clip(chance, 1e-6, 1), labels=np.arange(10)))
    return float(np.mean(errors))


PIPELINE = [
    choice("scaler", "none", "standard", "minmax", "robust", "power"),
    choice("model", "logistic", "neighbours", "tree", "forest"),
    real("C", 1e-4, 1e3, log=True, when={"model": ["logistic"]}),
    choice("penalty", "l1", "l2", when={"model": ["logistic"]}),
    whole("neighbours", 1, 40, log=True, when={"model": ["neighbours"]}),
    choice("weights", "uniform", "distance", when={"model": ["neighbours"]}),
    real("p", 1.0, 3.0, when={"model": ["neighbours"]}),
    choice("criterion", "gini", "entropy", when={"model": ["tree"]}),
    whole("tree_depth", 1, 12, when={"model": ["tree"]}),
    real("ccp_alpha", 1e-5, 0.1, log=True, when={"model": ["tree"]}),
    whole("trees", 3, 20, when={"model": ["forest"]}),
    whole("forest_leaf", 1, 10, when={"model": ["forest"]}),
    real("max_features", 0.1, 1.0, when={"model": ["forest"]}),
]


def pipeline_model(params):
    kind = params["model"]
    if kind == "logistic":
        one = linear_model.LogisticRegression(
            C=params["C"], l1_ratio=1.0 if params["penalty"] == "l1" else 0.0, solver="liblinear", random_state=0
        )
        model = multiclass.OneVsRestClassifier(one)
    elif kind == "neighbours":
        model = neighbors.KNeighborsClassifier(params["neighbours"], weights=params["weights"], p=params["p"])
    elif kind == "tree":
        model = tree.DecisionTreeClassifier(
            criterion=params["criterion"],
            max_depth=params["tree_depth"],
            ccp_alpha=params["ccp_alpha"],
            random_state=0,
        )
    else:
        model = ensemble.RandomForestClassifier(
            params["trees"],
            min_samples_leaf=params["forest_leaf"],
            max_features=params["max_features"],
            random_state=0,
            n_jobs=1,
        )
    return pipeline.make_pipeline(SCALERS[params["scaler"]](), model)


FOREST = [
    choice("kind", "forest", "extra", "bagging"),
    whole("trees", 3, 30, log=True),
    choice("depth_limited", True, False),
    whole("depth", 1, 12, when={"depth_limited": [True]}),
    whole("leaf", 1, 40, log=True),
    real("max_features", 0.1, 1.0),
    choice("bootstrap", True, False, when={"kind": ["forest", "extra"]}),
    real("max_samples", 0.1, 0.99, when={"bootstrap": [True]}),
    choice("criterion", "squared_error", "friedman_mse"),
]


def forest_model(params):
    shape = {
        "criterion": params["criterion"],
        "max_depth": params.get("depth"),
        "min_samples_leaf": params["leaf"],
    }
    if params["kind"] == "bagging":
        single = tree.DecisionTreeRegressor(**shape, random_state=0)
        return ensemble.BaggingRegressor(
            single, params["trees"], max_features=params["max_features"], random_state=0, n_jobs=1
        )
    made = ensemble.RandomForestRegressor if params["kind"] == "forest" else ensemble.ExtraTreesRegressor
    return made(
        params["trees"],
        **shape,
        max_features=params["max_features"],
        bootstrap=params["bootstrap"],
        max_samples=params.get("max_samples"),
        random_state=0,
        n_jobs=1,
    )


SGD = [
    choice("loss", "log_loss", "modified_huber"),
    choice("penalty", "l2", "l1", "elasticnet"),
    real("l1_ratio", 0.0, 1.0, when={"penalty": ["elasticnet"]}),
    real("alpha", 1e-6, 1.0, log=True),
    choice("schedule", "constant", "optimal", "invscaling", "adaptive"),
    real("eta0", 1e-4, 1.0, log=True, when={"schedule": ["constant", "invscaling", "adaptive"]}),
    real("power_t", 0.05, 1.0, when={"schedule": ["invscaling"]}),
    choice("average", True, False),
    whole("epochs", 2, 60, log=True),
]


def sgd_model(params):
    return pipeline.make_pipeline(
        preprocessing.StandardScaler(),
        linear_model.SGDClassifier(
            loss=params["loss"],
            penalty=params["penalty"],
            l1_ratio=params.get("l1_ratio", 0.15),
            alpha=params["alpha"],
            learning_rate=params["schedule"],
            eta0=params.get("eta0", 0.01),
            power_t=params.get("power_t", 0.5),
            average=params["average"],
            max_iter=params["epochs"],
            tol=None,
            random_state=0,
        ),
    )


KERNEL = [
    choice("kernel", "rbf", "laplacian", "polynomial", "linear"),
    real("alpha", 1e-4, 1e2, log=True),
    real("gamma", 1e-4, 10.0, log=True, when={"kernel": ["rbf", "laplacian", "polynomial"]}),
    whole("degree", 2, 4, when={"kernel": ["polynomial"]}),
    real("coef0", 0.0, 3.0, when={"kernel": ["polynomial"]}),
    *[real(f"scale{i}", 0.05, 5.0, log=True) for i in range(10)],
]


def kernel_diabetes(params):
    """Kernel ridge regression with a scale for each of the ten features."""
    x, y, splits = data("diabetes")
    x = x * 20 * np.array([params[f"scale{i}"] for i in range(10)])
    words = {name: params[name] for name in ("gamma", "degree", "coef0") if name in params}
    gram = pairwise_kernels(x, metric=params["kernel"], **words)
    losses = []
    for train, test in splits:
        within = gram[np.ix_(train, train)] + params["alpha"] * np.eye(len(train))
        mean = y[train].mean()
        weights = np.linalg.solve(within, y[train] - mean)
        losses.append(float(np.mean((gram[np.ix_(test, train)] @ weights + mean - y[test]) ** 2)))
    return float(np.mean(losses))


MLP = [
    whole("layers", 1, 3),
    *[
        whole(f"width{i}", 4, 64, log=True, when={"layers": list(range(i, 4))} if i > 1 else {})
        for i in range(1, 4)
    ],
    choice("activation", "relu", "tanh", "sigmoid"),
    choice("optimizer", "sgd", "adam"),
    real("momentum", 0.0, 0.99, when={"optimizer": ["sgd"]}),
    real("beta2", 0.9, 0.9999, when={"optimizer": ["adam"]}),
    real("lr", 1e-4, 1.0, log=True),
    whole("batch", 8, 128, log=True),
    real("decay", 1e-6, 0.1, log=True),
    real("dropout", 0.0, 0.6),
]


def mlp_digits(params):
    x, y, splits = data("digits", 700)
    train, test = splits[0]
    return train_mlp(params, x[train] / 16, y[train], x[test] / 16, y[test], epochs=8)[-1]


TASKS = {
    "lightgbm-cancer": (BOOSTING, lambda: boosting("breast_cancer", "binary")),
    "lightgbm-diabetes": (BOOSTING, lambda: boosting("diabetes", "regression")),
    "svm-digits": (SVM, lambda: svm_digits),
    "pipeline-wine": (PIPELINE, lambda: lambda params: cross_validate(lambda: pipeline_model(params), "wine")),
    "forest-diabetes": (FOREST, lambda: lambda params: cross_validate(lambda: forest_model(params), "diabetes")),
    "sgd-cancer": (SGD, lambda: lambda params: cross_validate(lambda: sgd_model(params), "breast_cancer")),
    "kernel-diabetes": (KERNEL, lambda: kernel_diabetes),
    "mlp-digits": (MLP, lambda: mlp_digits),
}


def problems():
    return {
        f"real-{name}": ("real", lambda seed, name=name, space=space, make=make: RealProblem(name, space, make()))
        for name, (space, make) in TASKS.items()
    }
