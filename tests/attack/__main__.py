"""Attack every public callable with every hostile argument.

    python -m tests.attack                 # all of it: minutes
    python -m tests.attack fit draw        # the callables whose names hold a word

Prints each attack that was not met with a result or one of our errors, and ends with
status 1 if there is one. An attack that takes longer than LIMIT is a hang; those that
take longer than SLOW are printed, too. One that cannot be stopped, as it runs compiled
code only, ends the command with a traceback, after the name of its callable.
"""

# ruff: noqa: T201 - a command prints
import faulthandler
import os
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter

from .attacks import Attack, attacks
from .judge import Interrupted
from .targets import targets

LIMIT = 15.0  # seconds
SLOW = 3.0
UNTIL_INTERRUPTED = 1.0


class HangError(BaseException):
    """Not an Exception: nothing on the way may take it for an error of its own."""


def main(words: list[str]) -> int:
    warnings.simplefilter("error")
    wrong: Counter[str] = Counter()
    total, start = 0, time.monotonic()
    chosen = [t for t in targets() if not words or any(w in t.name for w in words)]
    with tempfile.TemporaryDirectory() as room:
        os.chdir(room)
        for target in chosen:
            print(target.name, flush=True)
            for attack in attacks(target):
                total += 1
                begun = time.monotonic()
                found = met(attack)
                seconds = time.monotonic() - begun
                if found:
                    wrong[target.name] += 1
                    print(f"  NOT MET {attack.name}: {found}", flush=True)
                elif seconds > SLOW:
                    print(f"  slow: {attack.name}: {seconds:.1f} s", flush=True)
        os.chdir("/")
    seconds = time.monotonic() - start
    print(
        f"{total} attacks on {len(chosen)} callables in {seconds:.0f} s:"
        f" {sum(wrong.values())} not met"
    )
    return 1 if wrong else 0


def met(attack: Attack) -> str:
    def stop(*_: object) -> None:
        raise Interrupted if attack.endless else HangError

    signal.signal(signal.SIGALRM, stop)
    faulthandler.dump_traceback_later(3 * LIMIT, exit=True)
    signal.setitimer(signal.ITIMER_REAL, UNTIL_INTERRUPTED if attack.endless else LIMIT)
    try:
        return attack.run()
    except HangError:
        return f"took more than {LIMIT} s"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
