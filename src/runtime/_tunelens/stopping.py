"""A stopped script gets its chance: SIGTERM becomes an exception in the main thread, a second one ends it at once."""
import os

from . import trial

STOPPED_EXIT_CODE = 143  # 128 + SIGTERM, as a shell would say


class TrialStopped(KeyboardInterrupt):
    """The trial was asked to stop. Passes `except Exception`; `finally` and `except KeyboardInterrupt` run."""


def install():
    """Only where SIGTERM still has its default meaning: the script's own handler wins."""
    import _signal as signal  # the `signal` module costs 2 ms for its enums
    if signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        return
    owner = os.getpid()

    def on_terminate(number, frame):
        if os.getpid() != owner:  # a forked worker, ended by its own pool: die as it would have
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTERM)
            return
        if trial.stopped_by_signal():
            os._exit(STOPPED_EXIT_CODE)
        trial.terminated()
        raise TrialStopped()

    try:
        signal.signal(signal.SIGTERM, on_terminate)
    except ValueError:  # not the main thread
        pass
