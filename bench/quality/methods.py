"""Methods seen from the worker: all are asked for parameters and told values, each in a process of its own."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np

from problems.problem import draw


class Refused(Exception):
    """A method that answered with an error instead of a proposal."""


class Pipe:
    """A process that answers each line of JSON with a line of JSON."""

    def __init__(self, command, environment, errors):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True, bufsize=1
        )

    def call(self, message):
        try:
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise Refused("the process has ended") from error
        line = self.process.stdout.readline()
        if line == "":
            raise Refused(f"the process ended with {self.process.wait()}")
        return json.loads(line)

    def cpu_seconds(self):
        """Processor time of the process, where the system tells (Linux); other programs' load does not count in it."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        self.process.kill()
        self.process.wait()


class RandomSearch:
    pipe = None

    def __init__(self, problem, seed):
        self.space = problem.space
        self.generator = np.random.default_rng([seed, 0x72616E64])

    def ask(self):
        return {"params": draw(self.space, self.generator)}

    def tell(self, trial, values):
        pass

    def report(self, trial, step, value):
        return False

    def end(self, trial, value, whole, stopped):
        pass


class Peer:
    """Another library, behind `serve.py` in its own environment."""

    def __init__(self, pipe, problem, seed, budget, options):
        self.pipe = pipe
        self._call(
            {
                "do": "create",
                "space": list(problem.space),
                "objectives": problem.objectives,
                "seed": seed,
                "budget": budget,
                "options": options,
                "steps": getattr(problem, "steps", None),
                "reference": getattr(problem, "reference", None),
            }
        )

    def _call(self, message):
        reply = self.pipe.call(message)
        if "error" in reply:
            raise Refused(reply["error"])
        return reply

    def ask(self):
        return self._call({"do": "ask"})

    def tell(self, trial, values):
        self._call({"do": "tell", "number": trial.get("number"), "values": values})

    def report(self, trial, step, value):
        return self._call({"do": "report", "number": trial.get("number"), "step": step, "value": value})["stop"]

    def end(self, trial, value, whole, stopped):
        """After reports: the last value, or none for a trial that was stopped before its end."""
        self.tell(trial, [value] if whole else None)


def literal(value):
    return json.dumps(value) if not isinstance(value, bool) else str(value)


def our_space(space):
    """The space in the words of `tunelens ask`."""
    words = {}
    for parameter in space:
        kind = parameter["type"]
        if kind in ("ordinal", "categorical"):
            word = {"type": "categorical", "choices": parameter["choices"]}
            if kind == "ordinal":
                word["ordered"] = True
        else:
            word = {"type": kind, "low": parameter["low"], "high": parameter["high"]}
            if parameter.get("log"):
                word["log"] = True
        conditions = [
            f"{parent} == {literal(values[0])}" if len(values) == 1 else f"{parent} in [{', '.join(map(literal, values))}]"
            for parent, values in parameter.get("when", {}).items()
        ]
        if conditions:
            word["if"] = " and ".join(conditions)
        words[parameter["name"]] = word
    return words


class Ours:
    """TuneLens by its door for any program: `tunelens ask`, JSON-RPC lines."""

    def __init__(self, pipe, problem, seed, budget, options):
        self.pipe, self.calls, self.paused = pipe, 0, False
        steps = getattr(problem, "steps", None)
        params = {
            "space": our_space(problem.space),
            "objectives": ["minimize"] * problem.objectives,
            "seed": seed,
            **({"pruner": "none"} if steps is None else {}),
            # How many trials a budget of epochs is worth is not known beforehand.
            **({"budget": budget} if steps is None else {}),
            **options,
        }
        self.study = self._call("create", params)["study"]

    def _call(self, method, params):
        self.calls += 1
        reply = self.pipe.call({"jsonrpc": "2.0", "id": self.calls, "method": method, "params": params})
        if "error" in reply:
            raise Refused(reply["error"]["message"])
        return reply["result"]

    def ask(self):
        trials = self._call("ask", {"study": self.study})["trials"]
        return trials[0] if trials else None

    def tell(self, trial, values):
        values = values if len(values) > 1 else values[0]
        self._call("tell", {"study": self.study, "number": trial["number"], "values": values})

    def report(self, trial, step, value):
        call = {"study": self.study, "number": trial["number"], "step": step, "values": value}
        decision = self._call("report", call)
        self.paused = bool(decision.get("pause"))
        return decision["prune"] or self.paused

    def end(self, trial, value, whole, stopped):
        told = {"study": self.study, "number": trial["number"]}
        if whole:
            told["values"] = value
        else:
            told["state"] = "paused" if self.paused or not stopped else "pruned"
        self._call("tell", told)
