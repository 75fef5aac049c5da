"""`python tunelens_main.py SCRIPT ARG…` runs SCRIPT as `python SCRIPT ARG…` would, with the trial's values in it."""
import os
import sys

if not os.environ.get("TUNELENS_RUN"):
    sys.exit("tunelens_main.py runs a script inside a trial; TUNELENS_RUN does not name one.")
from _tunelens import mainscript  # found because Python puts this file's folder first on sys.path

mainscript.run(sys.argv[1:])
