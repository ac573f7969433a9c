"""GradBench's tool: messages on stdin, answers on stdout, one JSON object a line.

``gradbench run --eval ... --tool 'python -m tests.benchmarks.gradbench'``
"""

import sys

from .protocol import answers

sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # bad bytes are answered too
for answer in answers(sys.stdin):
    print(answer, flush=True)  # noqa: T201  (the protocol is on stdout)
