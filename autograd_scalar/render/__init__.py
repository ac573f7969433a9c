"""Computation graphs as pictures and as data: `draw`, `to_dot`, `to_json` and others.

From a graph to a picture, each step in its module: `grouping` and `fold`, or `scene`
alone, say what is shown; `geometry` measures it; `layout` (`layers`, `ordering`,
`placing`) places it; `svg` (`lines`, `css`), `dot_text`, `page` and `bitmap` write it.
`node_link` writes a graph as data.
"""
