"""A small network in numpy: quick enough to be trained thousands of times, real enough to have a learning curve."""

import numpy as np

ACTIVATIONS = {
    # Each with its slope, given the activated value.
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(float)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-np.clip(z, -60, 60))), lambda a: a * (1 - a)),
}


def softmax(z):
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return z / z.sum(axis=1, keepdims=True)


def evaluate(weights, act, x, y):
    for i, (w, b) in enumerate(weights):
        x = x @ w + b
        x = act(x) if i < len(weights) - 1 else softmax(x)
    return float(-np.mean(np.log(np.clip(x[np.arange(len(y)), y], 1e-6, 1))))


def train_mlp(params, x, y, x_test, y_test, epochs, seed=0):
    """Validation log loss after each epoch. `params` as in `real.py`, `MLP`."""
    curve = []
    for loss in mlp_epochs(params, x, y, x_test, y_test, seed):
        curve.append(loss)
        if len(curve) == epochs:
            return curve


def mlp_epochs(params, x, y, x_test, y_test, seed=0):
    """Trains for ever, an epoch a turn; yields the validation log loss."""
    random = np.random.default_rng(seed)
    act, slope = ACTIVATIONS[params["activation"]]
    classes = int(y.max()) + 1
    widths = [x.shape[1], *[params[f"width{i}"] for i in range(1, params["layers"] + 1)], classes]
    weights = [
        [random.normal(0, np.sqrt(2 / above), (above, below)), np.zeros(below)]
        for above, below in zip(widths, widths[1:])
    ]
    adam = params["optimizer"] == "adam"
    beta1, beta2 = (0.9, params["beta2"]) if adam else (params["momentum"], 0.0)
    first = [[np.zeros_like(part) for part in layer] for layer in weights]
    second = [[np.zeros_like(part) for part in layer] for layer in weights]
    targets = np.eye(classes)[y]
    keep = 1 - params["dropout"]
    turn = 0
    while True:
        order = random.permutation(len(x))
        for start in range(0, len(x), params["batch"]):
            rows = order[start : start + params["batch"]]
            # Forwards, with inverted dropout behind each hidden layer.
            inputs, masks = [x[rows]], []
            for i, (w, b) in enumerate(weights):
                z = inputs[-1] @ w + b
                if i == len(weights) - 1:
                    output = softmax(z)
                else:
                    a = act(z)
                    mask = (random.random(a.shape) < keep) / keep
                    masks.append((mask, slope(a)))
                    inputs.append(a * mask)
            # Backwards.
            turn += 1
            error = (output - targets[rows]) / len(rows)
            for i in range(len(weights) - 1, -1, -1):
                w = weights[i][0]
                gradients = (inputs[i].T @ error + params["decay"] * w, error.sum(axis=0))
                if i > 0:
                    mask, steep = masks[i - 1]
                    error = (error @ w.T) * mask * steep
                for part, gradient in enumerate(gradients):
                    if adam:
                        m = first[i][part] = beta1 * first[i][part] + (1 - beta1) * gradient
                        v = second[i][part] = beta2 * second[i][part] + (1 - beta2) * gradient**2
                        step = (m / (1 - beta1**turn)) / (np.sqrt(v / (1 - beta2**turn)) + 1e-8)
                    else:
                        step = first[i][part] = beta1 * first[i][part] + gradient
                    weights[i][part] = weights[i][part] - params["lr"] * step
        loss = evaluate(weights, act, x_test, y_test)
        yield loss if np.isfinite(loss) else 14.0  # -log 1e-6 is 13.8
