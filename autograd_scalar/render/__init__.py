"""Draw computation graphs, and export them: `draw`, `to_dot`, `to_json` and others.

From a graph to a picture, step by step:

1. `scene` says what is shown, as boxes and links; `fold` does so for a large graph.
2. `geometry` measures the boxes, `layout` places them, `wrap` breaks long rows.
3. `svg` (with `css`), `page` (with `viewer`), `dot_language` and `bitmap` write it.

`draw` and `export` are the public functions; `digraph` adapts the package graphviz.
"""
