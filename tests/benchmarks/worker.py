"""The process of one subject: for every line it reads, it acts and answers.

``python -m tests.benchmarks.worker moons:demo '{"value": "micrograd"}'``

The line is the least number of CPU seconds to fill: 0 for one action. The answer is
seconds per action, the result of the last one, CPU seconds since the process began,
and whether the engine runs compiled or plain (null where it is not loaded).
"""

import json
import sys
from importlib import import_module
from time import process_time


def main() -> None:
    module, function = sys.argv[1].split(":")
    setup = getattr(import_module(f"tests.benchmarks.{module}"), function)
    action = setup(**json.loads(sys.argv[2]))
    for line in sys.stdin:
        least, actions = float(line), 0
        start = now = process_time()
        while not actions or now - start < least:
            result = action()
            actions += 1
            now = process_time()
        engine = sys.modules.get("autograd_scalar")
        answer = [(now - start) / actions, result, now]
        answer.append(engine and engine.implementation)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
