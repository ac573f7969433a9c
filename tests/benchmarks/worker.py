"""The process of one subject: for every line it reads, it acts once and answers.

``python -m tests.benchmarks.worker moons:demo '{"value": "micrograd"}'``
"""

import json
import sys
from importlib import import_module
from time import process_time


def main() -> None:
    module, function = sys.argv[1].split(":")
    setup = getattr(import_module(f"tests.benchmarks.{module}"), function)
    action = setup(**json.loads(sys.argv[2]))
    for _ in sys.stdin:
        start = process_time()
        result = action()
        seconds = process_time() - start
        sys.stdout.write(json.dumps([seconds, result]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
