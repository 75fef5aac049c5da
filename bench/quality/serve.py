"""Another library behind lines of JSON: `serve.py NAME` serves `peers/NAME.py`, with one study at a time.

Requests: {"do": "create", "space", "objectives", "seed", "budget", "options", …}, {"do": "ask"},
{"do": "tell", "number", "values"} and {"do": "report", "number", "step", "value"}.
"""

import importlib
import json
import os
import random
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")


def main():
    # Libraries print; only our replies may stand on standard output.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    module = importlib.import_module(f"peers.{sys.argv[1]}")
    study = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            do = request.pop("do")
            if do == "create":
                random.seed(request["seed"])
                np.random.seed(request["seed"] % 2**32)
                study = module.Study(**request)
                reply = {}
            elif do == "ask":
                reply = study.ask()
            elif do == "tell":
                study.tell(request["number"], request["values"])
                reply = {}
            else:
                reply = {"stop": bool(study.report(request["number"], request["step"], request["value"]))}
        except Exception as error:  # told to the other side, which gives the run up
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
