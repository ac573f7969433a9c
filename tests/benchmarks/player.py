"""Measure a step of the player in Chromium: `python -m tests.benchmarks.player`.

From the click until the frame is painted, over steps of the reverse sweep, in the
picture as it opens, in a larger one and in one large enough to read; and the processor
time that all processes of Chromium took for a step, which a busy machine distorts less.
Linux only.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import tempfile
from pathlib import Path

import autograd_scalar as ag
from autograd_scalar import Value, play

STEPS = 60
_ENLARGED = 6  # times, by a quarter each: a far view larger than the window
MEASURE = """async steps => {
  const next = document.querySelector("[data-action=next]"), times = [];
  for (let i = 0; i < steps; i++) {
    await new Promise(requestAnimationFrame);
    const begun = performance.now();
    next.click();
    await new Promise(done => requestAnimationFrame(() => {
      const channel = new MessageChannel();  // its message comes after the frame
      channel.port1.onmessage = done;
      channel.port2.postMessage(0);
    }));
    times.push(performance.now() - begun);
  }
  return times;
}"""


def graph(nodes: int) -> Value:
    """Return a graph of about so many nodes, wide and deep, with shared operands."""
    rng = random.Random(1)
    made = [Value(rng.uniform(-1, 1), f"x{i}") for i in range(20)]
    while len(made) < nodes - 1:
        a, b = rng.choice(made[-60:]), rng.choice(made[-60:])
        made.append(rng.choice([a * b, a * b, a.sin(), a.tanh()]))
    used = {p for node in made for p in node.parents}
    return ag.sum([node for node in made if node not in used]).named("y")


def processor_time() -> float:
    """Return the seconds that all processes below this one have computed so far."""
    ticks, above = {}, {}
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if entry.name.isdigit():
            above[int(entry.name)] = int(fields[1])
            ticks[int(entry.name)] = int(fields[11]) + int(fields[12])
    ours = {os.getpid()}
    while more := {pid for pid, parent in above.items() if parent in ours} - ours:
        ours |= more
    ours -= {os.getpid()}
    return sum(ticks[pid] for pid in ours) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print what a step takes, for graphs of three sizes."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        flags = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        for nodes in (250, 500, 5_000):
            root = graph(nodes)
            file = play(root).next("pass").save(Path(folder) / f"{nodes}.html")
            count = len(ag.topological_order(root))
            print(f"{count:,} nodes, {file.stat().st_size / 1e3:,.0f} kB")  # noqa: T201
            for view in ("as it opens", "enlarged", "to read"):
                page = browser.new_page(viewport={"width": 1200, "height": 900})
                page.goto(file.as_uri())
                for _ in range(_ENLARGED if view == "enlarged" else 0):
                    page.click("[data-action=larger]")
                while view == "to read" and not page.query_selector(".nodes g"):
                    page.click("[data-action=larger]")
                page.evaluate(MEASURE, 5)
                begun = processor_time()
                times = sorted(page.evaluate(MEASURE, STEPS))
                computed = 1e3 * (processor_time() - begun) / STEPS
                alive = page.evaluate("document.querySelectorAll('*').length")
                print(  # noqa: T201
                    f"  {view:12} {alive:5,} elements: to the frame, median"
                    f" {statistics.median(times):5.1f} ms, p95"
                    f" {times[int(0.95 * STEPS)]:5.1f} ms; computed {computed:5.1f} ms"
                )
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
