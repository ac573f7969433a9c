"""Pictures of computation graphs: `draw`, `to_dot`, `to_graphviz`.

From a graph to a picture, each step in its module: `grouping` and `fold`, or `scene`
alone, say what is shown; `geometry` measures it; `layout` (`layers`, `ordering`,
`placing`) places it; `svg` (`lines`, `css`), `dot_text` and `page` write it.
"""
