"""Fits a line by gradient descent and saves after every epoch, so that a trial can go on where it stopped.

TuneLens names a folder of the trial's own in TUNELENS_CHECKPOINT_DIR. Whatever is in it when the script starts is
loaded: the trial was interrupted, or given more epochs, or it goes on from a better one (population-based training).
Without TuneLens the script trains from the beginning and saves nothing.
"""
import json
import os
import random

lr = 0.02       # tune: 1e-3..0.3 log
momentum = 0.5  # tune: 0.0..0.95
epochs = 12     # tune: budget 1..12
# tune: minimize loss
# tune: pruner hyperband

folder = os.environ.get("TUNELENS_CHECKPOINT_DIR")
path = os.path.join(folder, "state.json") if folder else None
state = {"epoch": 0, "slope": 0.0, "offset": 0.0, "steps": [0.0, 0.0]}
if path and os.path.exists(path):
    with open(path) as file:
        state = json.load(file)


def save():
    # Aside and renamed: a kill in the middle leaves the file before whole.
    with open(path + ".new", "w") as file:
        json.dump(state, file)
    os.replace(path + ".new", path)


draw = random.Random(0)
points = [(x / 50, 3 * x / 50 - 1 + draw.gauss(0, 0.1)) for x in range(100)]

while state["epoch"] < epochs:
    slope = sum(2 * (state["slope"] * x + state["offset"] - y) * x for x, y in points) / len(points)
    offset = sum(2 * (state["slope"] * x + state["offset"] - y) for x, y in points) / len(points)
    state["steps"] = [momentum * state["steps"][0] - lr * slope, momentum * state["steps"][1] - lr * offset]
    state["slope"] += state["steps"][0]
    state["offset"] += state["steps"][1]
    state["epoch"] += 1
    loss = sum((state["slope"] * x + state["offset"] - y) ** 2 for x, y in points) / len(points)
    print(f"epoch {state['epoch']} loss {loss:.6f}", flush=True)
    if path:
        save()
