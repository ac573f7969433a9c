// The plain wheel in a browser's Python. In an empty folder: npm install pyodide, then
// node .ci/pyodide.mjs WHEEL FOLDER/node_modules/pyodide/pyodide.mjs
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [wheel, pyodide] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(pyodide)));
const python = await loadPyodide();
const bytes = new Uint8Array(readFileSync(wheel));
python.unpackArchive(bytes, "wheel", { extractDir: "/wheel" });
console.log(python.runPython(`
import sys
sys.path.insert(0, "/wheel")
import autograd_scalar as ag

a, b = ag.Value(2.0, "a"), ag.Value(-3.0, "b")
c = (a * b + a**2).named("c")
c.backward()
assert (c.data, a.grad, b.grad) == (-2.0, 1.0, 2.0)
assert ag.gradients(ag.sum([a * k for k in range(10_000)]), a) == 49995000.0
assert ag.draw(c).svg.startswith("<svg")
assert ag.implementation == "plain"
f"Python {sys.version.split()[0]} on {sys.platform}: {c!r}"
`));
