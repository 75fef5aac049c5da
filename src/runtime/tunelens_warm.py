"""A warm parent: imports once what a script imports from libraries, then forks a process for each trial.

Started by the launcher, which talks to it over descriptors 3 and 4; see `_tunelens/warm.py`.
"""
from _tunelens import mainscript, warm  # found because Python puts this file's folder first on sys.path

arguments = warm.serve()  # returns in the processes of trials only
del warm
mainscript.run(arguments)
