"""Draw computation graphs, and export them: `draw`, `to_dot`, `to_json` and others.

From a graph to a picture, step by step:

1. `scene` says what is shown, as boxes and links; `fold` does so for a large graph.
2. `geometry` measures the boxes, and `layout` places them.
3. `svg` (with `css`), `page` and `dot_language` write the result.

`draw` and `export` are the public functions; `digraph` adapts the package graphviz.
"""
