"""`python -m autograd_scalar`: the command `autograd-scalar`."""

import sys
from importlib import import_module

if __name__ == "__main__":
    sys.exit(import_module("nn.cli.main").main())
