"""Other numbers than floats, and what every operation means in them.

`rules` holds the meaning of each row of the table, written over a field; each other
module is one kind of number: `rational`, `multiprecision`, `complexes`, `interval` with
`enclosures`, `dual`. `arithmetic` picks the one that `replay` was asked for.
"""
