"""What a rewriting of a note is."""

from collections.abc import Callable
from random import Random
from typing import TypeAlias

Rewriting: TypeAlias = Callable[[str, Random], str]
