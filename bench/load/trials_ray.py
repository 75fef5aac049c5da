"""Trials a second of Ray Tune, one line of JSON on standard output: `N PARALLEL`. Ray itself is up before the clock runs."""
import json
import os
import sys
import tempfile
import time

os.environ.setdefault("RAY_AIR_NEW_OUTPUT", "0")
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import numpy
import ray
from ray import tune

trials, parallel = int(sys.argv[1]), int(sys.argv[2])


def objective(config):
    return {"y": float(numpy.square(config["x"] - 2))}


ray.init(num_cpus=parallel, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
with tempfile.TemporaryDirectory() as folder:
    tuner = tune.Tuner(
        objective,
        param_space={"x": tune.uniform(-10, 10)},
        tune_config=tune.TuneConfig(num_samples=trials, metric="y", mode="min"),
        run_config=tune.RunConfig(storage_path=folder, verbose=0),
    )
    since = time.perf_counter()
    results = tuner.fit()
    seconds = time.perf_counter() - since
    if len(results) != trials or results.num_errors > 0:
        sys.exit("trials are missing")
print(json.dumps({"version": ray.__version__, "perSecond": trials / seconds}))
ray.shutdown()
