"""Turn a recorded scalar graph into a program of matrix instructions.

Each stage is a pure function from one printable form to the next:

| module         | from           | to                                         |
| -------------- | -------------- | ------------------------------------------ |
| `tape`         | the graph      | flat arrays, constants folded and interned |
| `dots`         | `Tape`         | every linear node as Σ ± f·g + c           |
| `levels`       | `Dots`         | the depth of each variable                 |
| `groups`       | `Dots`         | variables of one level and one form        |
| `instructions` | `Groups`       | instructions on whole arrays               |
| `reverse`      | `Instructions` | what they do to adjoints                   |
| `equations`    | both           | the formulas, as `expressions`             |

`matrices` finds rows and columns in a group, `layout` says how an operand is read: a
strided view, a table of places, or numbers. `run_numpy` runs the instructions, by
`contraction` and `kernels`; `run_tape` runs graphs without matrices node by node.
`source` writes a program as a NumPy function, `normal_form` compares formulas.
`program` is the public face. Only this package needs NumPy: it is imported on demand.
"""
