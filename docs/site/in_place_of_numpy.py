"""What `import numpy` gives where there is none: the part of it that nn has, on lists.

Within JupyterLite this file is called numpy.py. While nn is imported there is no NumPy.
"""

import sys

sys.modules["numpy"] = None  # type: ignore[assignment]
from nn.matrix import lists  # noqa: E402

sys.modules["numpy"] = lists
