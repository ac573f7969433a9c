"""Read notes on backpropagation: LaTeX, plain text and code to formulas of a network.

A text goes through these rooms. What stands around its formulas is taken off
(`markup`): marks of Markdown, commands of its own. What only its writer writes so is
written as others do (`habits`, one a file; `rewriting` has their order). Each formula
is split into tokens of one spelling (`latex`) or, as code, into assignments (`code`).
What its letters stand for is found in its own definitions (`letters`), and each side
of an equation becomes a tree (`formula`), which has a value in a network. `equations`
parts ``A = B = C`` into sides, `claims` says what each claims of which quantity, and
`notes` does all this.
"""
