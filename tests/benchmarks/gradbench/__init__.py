"""Problems of GradBench (https://gradben.ch) over floats or Values.

One module a problem; its ``FUNCTIONS`` are what GradBench asks for by name, from the
JSON it sends to the JSON it expects. ``python -m tests.benchmarks.gradbench`` speaks
its protocol; ``protocol`` says how.
"""
