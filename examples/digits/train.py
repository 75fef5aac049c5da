"""Train a small neural network to read handwritten digits.

Needs Python 3.8 or newer and nothing else; numpy is used when it is installed.
The comments marked "tune" are for TuneLens. To Python they are only comments.
"""

import gzip
import math
import random
from operator import mul
from pathlib import Path

try:
    import numpy as np
except ImportError:
    np = None

lr = 1e-2          # tune: 1e-4..1.0 log
hidden = 24        # tune: 8..64
dropout = 0.1      # tune: 0..0.5 step 0.05
optimizer = "sgd"  # tune: ["sgd", "adam"]
momentum = 0.5     # tune: 0.0..0.95 if optimizer == "sgd"

# tune: maximize val_acc
# tune: trials 30, parallel 2, pruner median

EPOCHS = 12
BATCH = 16
TRAIN_SIZE = 1000
SEED = 0
CLASSES = 10
DATA = Path(__file__).resolve().parent / "data" / "digits.csv.gz"


# --- matrices: numpy arrays, or lists of rows where numpy is not installed ---


def matrix(rows):
    return np.array(rows, dtype=float) if np else rows


def take(a, indices):
    return a[indices] if np else [a[i] for i in indices]


def transpose(a):
    return a.T if np else list(zip(*a))


def matmul(a, b):
    if np:
        return a @ b
    columns = list(zip(*b))
    return [[sum(map(mul, row, column)) for column in columns] for row in a]


def elementwise(f, *matrices):
    """f of the entries at each position, for matrices of one shape."""
    if np:
        return f(*matrices)
    return [list(map(f, *rows)) for rows in zip(*matrices)]


def softmax(scores):
    """Turn each row into probabilities."""
    if np:
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    result = []
    for row in scores:
        top = max(row)
        e = [math.exp(s - top) for s in row]
        total = sum(e)
        result.append([v / total for v in e])
    return result


# --- data ---


def load(rng):
    """Return (images, labels) for training and for validation."""
    with gzip.open(DATA, "rt") as file:
        rows = [[int(v) for v in line.split(",")] for line in file]
    rng.shuffle(rows)

    def split(part):
        # Pixels scaled to 0..1, and a constant 1 that makes room for the bias.
        images = [[v / 16 for v in row[:-1]] + [1.0] for row in part]
        return matrix(images), [row[-1] for row in part]

    return split(rows[:TRAIN_SIZE]), split(rows[TRAIN_SIZE:])


def one_hot(labels):
    return matrix([[float(label == c) for c in range(CLASSES)] for label in labels])


# --- model: one hidden layer, w1 -> ReLU -> dropout -> w2 -> softmax ---


class MLP:
    def __init__(self, inputs, units, outputs, rng):
        self.rng = rng
        self.w1 = self.init(inputs, units)
        self.w2 = self.init(units, outputs)

    def init(self, fan_in, fan_out):
        scale = math.sqrt(2 / fan_in)
        return matrix([[self.rng.gauss(0, scale) for _ in range(fan_out)] for _ in range(fan_in)])

    def predict(self, x):
        h = elementwise(lambda z: z * (z > 0), matmul(x, self.w1))
        return softmax(matmul(h, self.w2))

    def gradients(self, x, labels, drop):
        """Return the mean loss over the batch and its gradients for w1 and w2."""
        n = len(labels)

        # Forward. The gate is what ReLU and dropout multiply each unit by.
        z = matmul(x, self.w1)
        gate = elementwise(lambda z, m: (z > 0) * m, z, self.dropout_mask(n, len(z[0]), drop))
        h = elementwise(lambda z, g: z * g, z, gate)
        p = softmax(matmul(h, self.w2))
        loss = -sum(math.log(max(row[c], 1e-12)) for row, c in zip(p, labels)) / n

        # Backward. Softmax with cross-entropy has the simple gradient p - y.
        d_scores = elementwise(lambda p, y: (p - y) / n, p, one_hot(labels))
        d_h = matmul(d_scores, transpose(self.w2))
        d_z = elementwise(lambda d, g: d * g, d_h, gate)
        return loss, matmul(transpose(x), d_z), matmul(transpose(h), d_scores)

    def dropout_mask(self, n, units, drop):
        keep = 1 / (1 - drop)
        draw = self.rng.random
        return matrix([[keep * (draw() >= drop) for _ in range(units)] for _ in range(n)])


# --- optimizers: each keeps its state for one weight matrix ---


class SGD:
    def __init__(self, w):
        self.v = elementwise(lambda w: w * 0.0, w)

    def step(self, w, g):
        self.v = elementwise(lambda v, g: momentum * v + g, self.v, g)
        return elementwise(lambda w, v: w - lr * v, w, self.v)


class Adam:
    def __init__(self, w):
        self.m = elementwise(lambda w: w * 0.0, w)
        self.v = elementwise(lambda w: w * 0.0, w)
        self.t = 0

    def step(self, w, g):
        self.t += 1
        self.m = elementwise(lambda m, g: 0.9 * m + 0.1 * g, self.m, g)
        self.v = elementwise(lambda v, g: 0.999 * v + 0.001 * g * g, self.v, g)
        rate = lr / (1 - 0.9 ** self.t)
        fix = 1 / (1 - 0.999 ** self.t)
        return elementwise(
            lambda w, m, v: w - rate * m / ((v * fix) ** 0.5 + 1e-8), w, self.m, self.v
        )


# --- training ---


def accuracy(model, images, labels):
    hits = 0
    for row, label in zip(model.predict(images), labels):
        row = list(row)
        hits += row.index(max(row)) == label
    return hits / len(labels)


def main():
    rng = random.Random(SEED)
    (train_x, train_y), (val_x, val_y) = load(rng)
    model = MLP(len(train_x[0]), hidden, CLASSES, rng)
    make = {"sgd": SGD, "adam": Adam}[optimizer]
    opt1, opt2 = make(model.w1), make(model.w2)

    order = list(range(len(train_y)))
    for epoch in range(1, EPOCHS + 1):
        rng.shuffle(order)
        total = 0.0
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            labels = [train_y[i] for i in batch]
            loss, g1, g2 = model.gradients(take(train_x, batch), labels, dropout)
            model.w1 = opt1.step(model.w1, g1)
            model.w2 = opt2.step(model.w2, g2)
            total += loss * len(batch)

        val_acc = accuracy(model, val_x, val_y)
        print(f"epoch {epoch}/{EPOCHS}  loss {total / len(order):.3f}  val_acc {val_acc:.4f}")


if __name__ == "__main__":
    main()
