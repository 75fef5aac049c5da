"""Tell two spirals apart with a small neural network. Needs Python 3.8 or newer, and nothing else.

The comments marked "tune" are for TuneLens; to Python they are only comments. Run it as it is:
    python train.py
or tune it: right-click this file, then "Tune this script".
"""

import math
import random

lr = 0.01             # tune: 1e-3..1.0 log
hidden = 6            # tune: 2..24
activation = "tanh"   # tune: ["tanh", "relu"]
optimizer = "sgd"     # tune: ["sgd", "adam"]
momentum = 0.5        # tune: 0.0..0.95 if optimizer == "sgd"

# tune: maximize val_acc
# tune: trials 20, parallel 2

EPOCHS = 30
BATCH = 16
rng = random.Random(0)


def spirals(count):
    """Points of two interleaved spirals, with a little noise, and which one each belongs to."""
    points = []
    for i in range(count):
        label = i % 2
        turn = math.sqrt(rng.random()) * 2.6
        angle = turn * 2.5 + label * math.pi
        x = turn * math.cos(angle) + rng.gauss(0, 0.14)
        y = turn * math.sin(angle) + rng.gauss(0, 0.14)
        points.append(((x / 2, y / 2), label))
    return points


train, valid = spirals(320), spirals(200)

if activation == "tanh":
    act, slope = math.tanh, lambda out: 1 - out * out
else:
    act, slope = lambda x: max(0.0, x), lambda out: float(out > 0)

# Weights in one flat list: for each hidden unit two inputs, a bias and an output; then the output's bias.
size = 4 * hidden + 1
weights = [rng.gauss(0, 1.0) for _ in range(size)]
mean = [0.0] * size    # of gradients: momentum, or Adam's first moment
square = [0.0] * size  # of their squares: Adam's second moment


def forward(x, y):
    outs = [act(weights[4 * j] * x + weights[4 * j + 1] * y + weights[4 * j + 2]) for j in range(hidden)]
    score = weights[-1] + sum(weights[4 * j + 3] * out for j, out in enumerate(outs))
    return outs, 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def gradient(batch):
    """Of the mean cross-entropy, and that mean."""
    grad, loss = [0.0] * size, 0.0
    for (x, y), label in batch:
        outs, p = forward(x, y)
        loss -= math.log(max(1e-12, p if label else 1 - p))
        error = (p - label) / len(batch)
        for j, out in enumerate(outs):
            inner = error * weights[4 * j + 3] * slope(out)
            grad[4 * j] += inner * x
            grad[4 * j + 1] += inner * y
            grad[4 * j + 2] += inner
            grad[4 * j + 3] += error * out
        grad[-1] += error
    return grad, loss / len(batch)


def step(grad, t):
    for i, g in enumerate(grad):
        if optimizer == "sgd":
            mean[i] = momentum * mean[i] + g
            weights[i] -= lr * mean[i]
        else:
            mean[i] = 0.9 * mean[i] + 0.1 * g
            square[i] = 0.999 * square[i] + 0.001 * g * g
            scale = math.sqrt(square[i] / (1 - 0.999**t)) + 1e-8
            weights[i] -= lr * (mean[i] / (1 - 0.9**t)) / scale


t = 0
for epoch in range(1, EPOCHS + 1):
    rng.shuffle(train)
    losses = []
    for start in range(0, len(train), BATCH):
        t += 1
        grad, loss = gradient(train[start : start + BATCH])
        losses.append(loss)
        step(grad, t)
    right = sum((forward(x, y)[1] > 0.5) == bool(label) for (x, y), label in valid)
    val_acc = right / len(valid)
    print(f"epoch {epoch}/{EPOCHS}  loss {sum(losses) / len(losses):.4f}  val_acc {val_acc:.4f}")
