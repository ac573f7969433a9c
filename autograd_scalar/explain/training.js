// Steps of training as small multiples: the loss curve is the slider, each kept step is
// a small picture of all nodes on one scale of colours, and opens as a player.
(() => {
  const SPACE = "http://www.w3.org/2000/svg", LEVELS = [1 / 3, 1 / 10, 1 / 100, 0];
  const WIDTH = 1000, HEIGHT = 160, EDGE = 8, CELLS = 100;
  const { abs, max, min } = Math;
  const finite = (all) => all.filter(isFinite);

  // numbers.js stands here.
  NUMBERS

  function set(element, attributes) {
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    return element;
  }

  const h = (tag, attributes, ...children) => {
    const element = set(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  };

  const s = (tag, attributes, ...children) => {
    const element = set(document.createElementNS(SPACE, tag), attributes);
    element.append(...children);
    return element;
  };

  // The reverse sweep, by the engine's sums in the engine's order.
  function sweep({ parents }, { values, locals, seed }) {
    const n = values.length, grads = new Float64Array(n), edges = [];
    grads[n - 1] = float(seed);
    for (let i = n - 1; i >= 0; i--) {
      parents[i].forEach((p, j) => {
        const before = grads[p], local = float(locals[i][j]), contribution = local * grads[i];
        grads[p] += contribution;
        edges.push([p, before, contribution, grads[p], local]);
      });
    }
    return { grads, edges };
  }

  // A small picture of a graph: a column for each depth, wider the more nodes it has, and
  // in it the nodes as in the large picture, from top to bottom. The paths of its cells.
  function cells({ parents, drawn }) {
    const depth = [], columns = [];
    parents.forEach((above, i) => { depth[i] = above.length ? 1 + max(...above.map((p) => depth[p])) : 0; });
    // A leaf stands before what uses it first.
    const first = [...depth];
    for (let i = parents.length - 1; i >= 0; i--) for (const p of parents[i]) if (!parents[p].length) first[p] = first[p] ? min(first[p], depth[i] - 1) : depth[i] - 1;
    first.forEach((column, i) => (columns[column] ??= []).push(i));
    const widths = columns.map((nodes) => Math.sqrt(nodes.length)), unit = CELLS / widths.reduce((a, b) => a + b);
    const found = [];
    let left = 0;
    columns.forEach((nodes, column) => {
      const width = widths[column] * unit, height = CELLS / nodes.length;
      nodes.sort((i, j) => drawn.boxes[i][1] - drawn.boxes[j][1]);
      nodes.forEach((i, row) => { found[i] = `M${left.toFixed(2)} ${(row * height).toFixed(2)}h${(width * 0.85).toFixed(2)}v${(height * 0.85).toFixed(2)}h${(-width * 0.85).toFixed(2)}z`; });
      left += width;
    });
    return found;
  }

  class Training {
    constructor(root) {
      const data = JSON.parse(root.querySelector("script").textContent), find = (name) => root.querySelector(name);
      set(root, { "data-training": "live", "data-lm-suppress-shortcuts": "" });
      find(".still").insertAdjacentHTML("beforebegin", data.frame);
      for (const element of root.querySelectorAll("[data-ref]")) this[element.dataset.ref] = element;
      Object.assign(this, data, { root, at: 0, losses: data.losses.map(float) });
      const tiles = data.graphs.map(cells);
      this.kept = data.kept.map((step) => {
        const graph = data.graphs[step.graph];
        return { ...step, graph, tiles: tiles[step.graph], values: step.state.values.map(float), ...sweep(graph, step.state) };
      });
      const asked = data.page && /^#t=(\d+)$/.exec(location.hash);
      if (asked) this.at = max(0, this.kept.findLastIndex(({ step }) => step <= +asked[1]));
      this.axis();
      set(this.range, { max: this.kept.length - 1 });
      this.range.addEventListener("input", () => this.to(+this.range.value));
      this.shown.addEventListener("change", () => this.draw());
      this.beside.addEventListener("change", () => this.open(this.at));
      this.curve.addEventListener("click", (event) => this.near(event));
      this.multiples.addEventListener("click", ({ target }) => {
        const button = target.closest("button");
        if (!button) return;
        this.to(+button.dataset.step);
        this.open(this.at);
      });
      this.draw();
    }

    // Where a step and a loss lie on the curve; losses over many sizes on a log scale.
    axis() {
      const { losses } = this, all = finite(losses), low = min(...all), high = max(...all);
      const isLog = low > 0 && high > 20 * low, size = isLog ? Math.log : (x) => x;
      const span = size(high) - size(low) || 1;
      this.x = (step) => EDGE + (WIDTH - 2 * EDGE) * (losses.length > 1 ? step / (losses.length - 1) : 0.5);
      this.y = (loss) => isFinite(loss) ? HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (size(loss) - size(low)) / span : EDGE;
      const line = losses.map((loss, step) => `${step ? "L" : "M"}${this.x(step)} ${this.y(loss)}`).join("");
      const dots = this.kept.map(({ step }) => s("circle", { cx: this.x(step), cy: this.y(losses[step]), r: 4 }));
      this.now = s("path", { class: "now" });
      set(this.curve, { viewBox: `0 0 ${WIDTH} ${HEIGHT}` }).replaceChildren(s("path", { d: line }), this.now, ...dots);
      this.scale.textContent = all.length ? `loss ${brief(low)} to ${brief(high)}${isLog ? ", on a logarithmic scale" : ""}` : "no loss is finite";
    }

    // The numbers that the small pictures show, of one kept step.
    numbers(i) {
      const { kept, shown } = this, { grads, values, graph } = kept[i], before = kept[i - 1];
      if (shown.value === "value") return values;
      if (shown.value === "change") return values.map((x, j) => before?.graph === graph ? x - before.values[j] : 0);
      // The root's own is 1 in each of them.
      return grads.slice(0, -1);
    }

    draw() {
      const all = this.kept.map((_, i) => [...this.numbers(i)]);
      const most = all.reduce((size, numbers) => finite(numbers).reduce((a, x) => max(a, abs(x)), size), 0);
      this.most.textContent = `full colour: ${brief(most)} in size`;
      this.multiples.replaceChildren(...this.kept.map(({ step, tiles }, i) => {
        const paths = {};
        tiles.forEach((d, j) => {
          const number = all[i][j] ?? 0, level = LEVELS.findIndex((share) => abs(number) > share * most);
          const css = level < 0 || !isFinite(number) ? tone(number) : `${tone(number)} l${level}`;
          paths[css] = (paths[css] ?? "") + d;
        });
        const parts = Object.entries(paths).map(([css, d]) => s("path", { class: css, d }));
        const picture = s("svg", { viewBox: `0 0 ${CELLS} ${CELLS}`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...parts);
        return h("button", { type: "button", "data-step": i, "aria-label": `step ${step}, loss ${brief(this.losses[step])}: open` }, picture, h("span", {}, `${step}: ${brief(this.losses[step])}`));
      }));
      this.to(this.at);
    }

    // The kept step nearest to where the curve was clicked.
    near({ clientX }) {
      const { left, width } = this.curve.getBoundingClientRect(), x = (clientX - left) / width * WIDTH;
      const away = this.kept.map(({ step }) => abs(this.x(step) - x));
      this.to(away.indexOf(min(...away)));
    }

    to(i) {
      const { kept, range } = this, said = this.say(i);
      this.at = i;
      range.value = i;
      set(range, { "aria-valuetext": said });
      this.said.textContent = said;
      set(this.now, { d: `M${this.x(kept[i].step)} 0V${HEIGHT}` });
      [...this.multiples.children].forEach((button, j) => button.classList.toggle("at", i === j));
      if (this.page) history.replaceState(null, "", `#t=${kept[i].step}`);
    }

    say(i) {
      const { kept, losses } = this, { step, grads, graph } = kept[i], before = kept[i - 1];
      const sizes = [...grads.slice(0, -1)].map((x) => isFinite(x) ? abs(x) : 0), largest = sizes.indexOf(max(...sizes));
      const since = before ? `, ${brief(losses[step] - losses[before.step])} since step ${before.step}` : "";
      const steepest = largest < 0 ? "" : ` The largest adjoint is ∂${graph.names.at(-1)}/∂${graph.names[largest]} = ${brief(grads[largest])}.`;
      return `Step ${step}: loss ${brief(losses[step])}${since}.${steepest}`;
    }

    // The run of another kept step, for the player to set beside.
    other(i) {
      const { kept } = this, other = kept[i + 1] ?? kept[i - 1], mine = kept[i];
      if (!this.beside.checked || other?.graph !== mine.graph) return null;
      const { names } = mine.graph, part = mine.edges.findIndex(([, , , after], b) => brief(after) !== brief(other.edges[b][3]));
      const text = (x) => isFinite(x) ? x : full(x).replace("Infinity", "inf").replace("NaN", "nan");
      const entries = other.edges.map(([p, before, contribution, after]) => [p, text(after), `${names[p]}: ${brief(before)} + ${factor(contribution)} = ${brief(after)}`]);
      return { name: `step ${other.step}`, entries, part: part < 0 ? null : names.length + part + 1 };
    }

    // The lines of a graph, with this step's local derivatives on them.
    links(i) {
      const { graph, edges } = this.kept[i];
      return graph.drawn.links.map(([, words, ...where], b) => {
        const x = edges[b][4];
        return [tone(x), words && (x > 0 ? "+" : "") + brief(x), ...where];
      });
    }

    // The tape of a kept step in a player of its own.
    open(i) {
      const { step, graph, state } = this.kept[i], drawn = { ...graph.drawn, links: this.links(i) };
      const data = { ...graph, ...state, ...this.player, drawn, beside: this.other(i), position: graph.names.length, breakpoints: [], lines: [], line: [], page: false };
      const held = h("script", { type: "application/json" });
      held.textContent = JSON.stringify(data);
      const player = h("div", { "data-player": "", class: "autograd-player tex2jax_ignore mathjax_ignore" }, h("p", { class: "title" }, `Step ${step} of training`), h("div", { class: "still" }), held);
      this.opened.replaceChildren(player);
      document.dispatchEvent(new Event("player-start"));
      player.querySelector("[data-action=next]").focus({ preventScroll: true });
      player.scrollIntoView({ block: "nearest" });
    }
  }

  for (const root of document.querySelectorAll('[data-training=""]')) new Training(root);
})();
