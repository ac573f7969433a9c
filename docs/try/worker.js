// Python in a worker: it loads once, and then runs the programs it is sent.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const say = (kind, content) => postMessage({ kind, content });

async function load() {
  const python = await loadPyodide({ packages: [] });
  const wheels = await (await fetch("wheels.json")).json();
  for (const wheel of wheels) {
    const bytes = new Uint8Array(await (await fetch(wheel)).arrayBuffer());
    python.unpackArchive(bytes, "wheel", { extractDir: "/wheels" });
  }
  python.globals.set("say", say);
  python.runPython(await (await fetch("run.py")).text());
  return python;
}

const loaded = load();
loaded.then(
  (python) => say("ready", `${python.globals.get("VERSION")} is ready.`),
  (error) => say("failed", String(error)),
);

onmessage = async ({ data }) => {
  const python = await loaded;
  const begun = performance.now();
  python.globals.get("run")(data);
  say("done", (performance.now() - begun) / 1000);
};
