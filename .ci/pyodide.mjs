// The plain wheel in a browser's Python, and the tests that need neither NumPy nor other
// processes; for the rest of them that release of Python is not to be had everywhere.
//
//   node .ci/pyodide.mjs WHEEL PYODIDE.MJS PROJECT SITE TESTS...
//
// PROJECT has the tests, SITE what `pip install --target` put there for them.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [wheel, pyodide, project, site, ...tests] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(pyodide)));
const python = await loadPyodide();
const bytes = new Uint8Array(readFileSync(wheel));
python.unpackArchive(bytes, "wheel", { extractDir: "/wheel" });
for (const [place, root] of [["/project", project], ["/site", site]]) {
  python.FS.mkdir(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: resolve(root) }, place);
}
python.globals.set("tests", python.toPy(tests));
console.log(python.runPython(`
import os
import sys

sys.dont_write_bytecode = True
sys.path[:0] = ["/wheel", "/site"]
os.chdir("/project")
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
const failed = python.runPython(`
import pytest

# No threads, signals or standard streams of its own; the project's settings name plugins.
without = ["-p", "no:faulthandler", "-p", "no:cacheprovider", "--capture=no", "--noconftest"]
here = ["--config-file=/dev/null", "--rootdir=/project", "--import-mode=importlib"]
strict = ["-W", "error", "-W", "ignore::pytest.PytestUnknownMarkWarning"]
which = ["-m", "not slow and not oracles", *tests]
int(pytest.main(["-q", "--tb=short", *strict, *without, *here, *which]))
`);
process.exitCode = failed;
