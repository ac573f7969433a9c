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

`matrices` finds rows and columns in a group, `repeats` what is computed twice; `layout`
says how an operand is read: a strided view, a table of places, or numbers. `run_numpy`
runs the instructions, by `contraction` and `kernels`, and `run_lists` where lists have
several lengths; `run_tape` runs graphs without matrices node by node. `lower` writes
both directions as one table, its `loops` written out, which the C of the compiled wheel
reads: `run_compiled` calls it, for tapes too.

`source` writes a program as a NumPy function, `to_jax` as a JAX function; `normal_form`
compares formulas. `places` says which entry of a matrix a node of the graph became,
`picture` what `draw` shows.

`program` is what these stages make, `compile` the public face. Above a function it
gives a `traced` one: `arguments` become leaves, whole numbers `integers`; `guards` are
what the function's code branched on, and graphs of one `structure` share a program.
`take` records a choice whose index is data, which `run_take` runs. `parallel` spreads a
sum over processes, `pickled` says what of a program goes there.
Only this package needs NumPy: it is imported on demand.
"""
