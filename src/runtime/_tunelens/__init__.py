"""What runs beside a trial's script: its values put into its source, its reports taken out. Standard library only.

Import time is paid by every trial, so these modules import only what the interpreter has loaded anyway;
anything heavier is imported where it is needed.
"""
