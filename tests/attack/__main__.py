"""Attack every public callable with every hostile argument.

    python -m tests.attack                 # all of it: minutes
    python -m tests.attack fit draw        # the callables whose names hold a word

Prints each attack that was not met with a result or one of our errors; ends with
status 1 if there is one. An attack that takes longer than LIMIT is a hang.
"""

# ruff: noqa: T201 - a command prints
import os
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter

from .attacks import Attack, attacks
from .targets import targets

LIMIT = 120  # seconds


class HangError(BaseException):
    """Not an Exception: nothing on the way may take it for an error of its own."""


def hang(*_: object) -> None:
    raise HangError


def main(words: list[str]) -> int:
    signal.signal(signal.SIGALRM, hang)
    warnings.simplefilter("error")
    wrong: Counter[str] = Counter()
    total, start = 0, time.monotonic()
    chosen = [t for t in targets() if not words or any(w in t.name for w in words)]
    with tempfile.TemporaryDirectory() as room:
        os.chdir(room)
        for target in chosen:
            for attack in attacks(target):
                total += 1
                found = met(attack)
                if found:
                    wrong[target.name] += 1
                    print(f"{attack.name}: {found}", flush=True)
        os.chdir("/")
    seconds = time.monotonic() - start
    print(
        f"{total} attacks on {len(chosen)} callables in {seconds:.0f} s:"
        f" {sum(wrong.values())} not met"
    )
    return 1 if wrong else 0


def met(attack: Attack) -> str:
    signal.alarm(LIMIT)
    try:
        return attack.run()
    except HangError:
        return f"took more than {LIMIT} s"
    finally:
        signal.alarm(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
