// The player in a page: it gets the tape of a graph and computes the state after any
// step, by the engine's sums in the engine's order, so that each number has its bits.
// Every player of the document starts by itself; a second copy finds nothing to start.
(() => {
  // Boxes that are all in the page; of more, those in the window. Below the scale at
  // which text is legible, boxes and lines are merged into paths, one for each place: of
  // so many along the picture. A picture is at most so high. A small one opens at the
  // scale at which all of it is seen, or if that is below the least one, at a larger one.
  const WHOLE = 300, LEGIBLE = 0.5, PLACES = 16, HIGH = 566, LEAST = 0.6;
  const { abs, max, min } = Math;
  // What shows a node, or a line of source.
  const SHOWS = "[data-n], [data-l]";

  // numbers.js stands here.
  NUMBERS

  // ---- Elements ----------------------------------------------------------------------

  const on = (element, type, act) => element.addEventListener(type, act);

  function set(element, attributes) {
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    return element;
  }

  const make = (space) => (tag, attributes, ...children) => {
    const element = set(document.createElementNS("http://www.w3.org/" + space, tag), attributes);
    element.append(...children);
    return element;
  };
  const h = make("1999/xhtml"), s = make("2000/svg"), m = make("1998/Math/MathML");

  // ---- The tape ----------------------------------------------------------------------

  class Tape {
    constructor(data) {
      Object.assign(this, data);
      const { names, parents, locals, update } = data, n = this.n = names.length;
      this.values = data.values.map(float);
      this.seed = float(data.seed);
      this.top = n - 1;
      // the steps that contribute to a node
      this.into = names.map(() => []);
      this.users = names.map(() => []);
      // one for each step: node, parent, local derivative
      this.edges = [];
      for (let i = n - 1; i >= 0; i--) {
        parents[i].forEach((p, j) => {
          this.into[p].push(this.edges.length);
          if (!this.users[p].includes(i)) this.users[p].push(i);
          this.edges.push([i, p, float(locals[i][j])]);
        });
      }
      this.swept = n + this.edges.length;
      this.end = this.swept + update.length;
    }

    // The position from which an adjoint is complete.
    complete(i) { return this.n + 1 + (this.into[i].at(-1) ?? -1); }

    // All adjoints after k steps, and the latest step.
    run(k) {
      const { n, edges, into, top, swept, update } = this, pass = k > swept ? 2 : k > n ? 1 : 0;
      const grads = new Float64Array(n), got = new Int32Array(n), values = [...this.values];
      const last = min(k, swept) - n - 1;
      let before = 0;
      if (k >= n) grads[top] = this.seed;
      for (let b = 0; b <= last; b++) {
        const [node, parent, local] = edges[b];
        before = grads[parent];
        grads[parent] += local * grads[node];
        got[parent]++;
      }
      const has = (i) => k >= n && (got[i] > 0 || i === top), part = (i) => has(i) && got[i] < into[i].length;
      const state = { k, pass, grads, got, values, has, part, goal: k - 1, node: k - 1, after: values[k - 1], step: pass === 1 && last };
      const put = (node, goal, before, upstream, local, after) => Object.assign(state, { node, goal, before, upstream, local, after, contribution: local * upstream });
      for (const [i, rate, data] of update.slice(0, max(0, k - swept))) {
        values[i] = float(data) - float(rate) * grads[i];
        put(i, i, float(data), grads[i], float(rate), values[i]);
      }
      if (pass === 1) {
        const [node, parent, local] = edges[last];
        put(node, parent, before, grads[node], local, grads[parent]);
      }
      return state;
    }

    kindOf(i) { return this.kinds[this.kind[i]]; }

    // A node's operation, with these operands.
    call(i, operands) {
      const { name, infix, prefix } = this.kindOf(i), shown = operands.length > 4 ? [...operands.slice(0, 3), "…"] : operands;
      return infix ? operands.join(` ${infix} `) : prefix ? prefix + operands : `${name}(${shown.join(", ")})`;
    }

    fill(name, slots) { return this.templates[name].replace(/\{(\w+)\}/g, (_, slot) => slots[slot]); }

    // What the templates have slots for.
    slots({ node, goal, ...state }) {
      const { names, top, seed } = this, slots = { node: names[node], parent: names[goal], root: names[top], seed: brief(seed), noun: this.kindOf(node)?.noun };
      for (const key of ["before", "after", "contribution", "upstream"]) slots[key] = brief(state[key]);
      return { ...slots, local: factor(state.local) };
    }

    // One sentence for a state, the same as in Python.
    say(state) {
      const { parents, names, counts } = this, { k, pass, node, goal, values } = state, slots = this.slots(state);
      if (!k) return this.fill("start", counts);
      if (pass > 1) return this.fill("update", { ...slots, upstream: factor(state.upstream) });
      if (pass) {
        const left = this.into[goal].length - state.got[goal];
        return this.fill(this.ways[this.way[state.step]], slots) + this.fill(left > 1 ? "more" : left ? "one" : "last", { count: left });
      }
      const call = (text) => this.call(node, parents[node].map(text));
      const said = this.fill(parents[node].length ? "computed" : "given", { ...slots, call: call((p) => names[p]), numbers: call((p) => factor(values[p])) });
      return node < this.top ? said : said + this.fill("seed", slots);
    }
  }

  // ---- The picture -------------------------------------------------------------------

  class Picture {
    constructor(tape, frame, id) {
      const { boxes, links, width, height } = tape.drawn, svg = frame.lastChild;
      Object.assign(this, tape.drawn, { tape, frame, id, svg, width: width + 24, height: height + 24, lit: new Set(), apart: new Set(), cards: new Map(), lines: new Map() });
      this.isWhole = boxes.length <= WHOLE;
      this.frames = boxes.map(([x, y, width, height]) => [x, y, x + width, y + height]);
      this.bounds = links.map((link) => link.slice(5));
      for (const group of frame.querySelectorAll("g")) this[group.getAttribute("class")] = group;
      this.merge();
      on(frame, "scroll", () => this.draw());
    }

    // The scale at which its width is seen. A frame that is hidden has no width.
    get room() { return min(1, ((this.frame.clientWidth || 800) - 12) / this.width); }

    // The scale at which all of it is seen.
    get all() { return min(this.room, HIGH / this.height); }

    fit() { this.zoom(this.isWhole ? this.all < LEAST ? max(0.75, this.room) : this.all : 0); }

    zoom(scale) {
      const { frame, all, width, height } = this, x = this.scale = min(2, max(scale, all));
      for (const svg of frame.children) set(svg, { viewBox: `-12 -12 ${width} ${height}`, width: width * x, height: height * x });
      this.draw();
    }

    // Make what belongs in the window, drop what does not, and change what differs.
    draw() {
      if (!this.state) return;
      const { frame, scale, isWhole } = this, isNear = isWhole || scale >= LEGIBLE;
      const left = frame.scrollLeft / scale - 40, right = left + frame.clientWidth / scale + 80;
      const top = frame.scrollTop / scale - 40, bottom = top + frame.clientHeight / scale + 80;
      const keep = (alive, bounds, create) => (isNear || alive.size) && bounds.forEach(([x0, y0, x1, y1], i) => {
        const old = alive.get(i), isIn = isNear && (isWhole || (x1 > left && x0 < right && y1 > top && y0 < bottom));
        if (isIn && !old) alive.set(i, this[create](i));
        if (isIn || !old) return;
        old.parts.forEach((part) => part.remove());
        alive.delete(i);
      });
      keep(this.lines, this.bounds, "line");
      keep(this.cards, this.frames, "card");
      this.paint();
      frame.classList.toggle("near", isNear);
      this.over.replaceChildren(...(isNear ? [] : this.marks()));
    }

    card(i) {
      const [x, y, width, height, strip, name, symbol, kind] = this.boxes[i], middle = height / 2;
      const text = (css, x, dy, words = "") => s("text", { class: css, x, y: middle + dy }, words);
      const value = text("v", width - 10, 3), grad = text("v", width - 10, 20), rx = { input: 16, parameter: 16, leaf: 16, constant: 2 }[kind] || 7;
      const g = s("g", { transform: `translate(${x} ${y})`, "data-n": i, id: `${this.id}-${i}`, role: "img" }, s("rect", { class: "box", width, height, rx }));
      if (strip) g.append(s("path", { class: "strip", d: `M${strip} 1H8a7 7 0 0 0-7 7v${height - 16}a7 7 0 0 0 7 7h${strip - 8}z` }), text("s", strip / 2, 6, symbol));
      g.append(text(name ? "n" : "k", strip + 10, -14, name || kind), text("k", strip + 10, 3, "data"), text("k", strip + 10, 20, "grad"), value, grad);
      this.nodes.append(g);
      return { g, value, grad, parts: [g] };
    }

    line(i) {
      const [tone, words, d, x, y] = this.links[i], half = words.length * 3.7 + 2;
      const path = s("path", { "marker-end": `url(#${this.id}-${tone})`, d }), label = s("g", { class: `d ${tone}` });
      if (words) label.append(s("rect", { x: x - half, y: y - 7, width: 2 * half, height: 14, rx: 3 }), s("text", { x, y: y + 4 }, words));
      this.edges.append(path);
      this.labels.append(label);
      return { path, parts: [path, label] };
    }

    paint() {
      const { tape, state, cursor, lit, apart } = this, { k, pass, grads, values, got, has, part, goal, node } = state;
      for (const [i, card] of this.cards) {
        const is = { todo: i >= k, part: part(i), done: has(i) && !part(i), goal: i === goal, from: pass === 1 && i === node, lit: lit.has(i), cursor: i === cursor, apart: apart.has(i) };
        const css = [this.boxes[i][7], ...Object.keys(is).filter((key) => is[key])].join(" "), seen = [css, values[i], grads[i], got[i]].join();
        if (seen === card.seen) continue;
        card.seen = seen;
        set(card.g, { class: css, "aria-label": this.words(i) });
        card.value.textContent = is.todo ? "–" : brief(values[i]);
        set(card.value, { class: "v " + tone(values[i]) });
        card.grad.textContent = has(i) ? (grads[i] > 0 ? "+" : "") + brief(grads[i]) + (is.part ? ` ${got[i]}/${tape.into[i].length}` : "") + (is.apart ? " ≠" : "") : "–";
        set(card.grad, { class: "v " + tone(grads[i]) });
      }
      for (const [i, line] of this.lines) {
        const isNow = pass ? i === state.step : tape.edges[i][0] === node, css = `l ${this.links[i][0]}${isNow ? " now" : ""}`;
        if (css !== line.seen) set(line.path, { class: line.seen = css });
      }
    }

    // The far view: paths that each lie in one place, so that a window costs no more than
    // what is in it. A step changes those of few places, and marks above them.
    merge() {
      const { boxes, links, trunk, width, height } = this, size = max(width, height) / PLACES, lines = {}, places = {};
      const place = (x, y) => [x / size | 0, y / size | 0];
      for (const [tone, , d] of [...links, ["trunk", , trunk]]) {
        // Each curve begins a piece.
        for (const piece of d.replace(/([\d.-]+)C(\S+)\s(\S+)/g, "$1M$1 $3C$2 $3").split("M").slice(1)) {
          const at = [tone, ...place(...piece.split(/[^\d.-]/, 2))];
          lines[at] = (lines[at] || "") + "M" + piece;
        }
      }
      boxes.forEach(([x, y], i) => (places[place(x, y)] ??= []).push(i));
      this.places = Object.values(places).map((all) => ({ all, path: s("path") }));
      this.far.append(...Object.keys(lines).map((at) => s("path", { class: "l " + at.split(",")[0], d: lines[at] })), ...this.places.map(({ all }) => s("path", { class: "box", d: this.outline(all) })));
      this.ready.append(...this.places.map(({ path }) => path));
    }

    outline(all) {
      return all.map((i) => {
        const [x, y, width, height] = this.boxes[i];
        return `M${x} ${y}h${width}v${height}h${-width}z`;
      }).join("");
    }

    marks() {
      const { state, tape, lit, apart, cursor, links } = this, { k, pass, node, goal, step, has, part } = state;
      for (const place of this.places) {
        const d = this.outline(place.all.filter((i) => k < tape.n ? i < k : has(i) && !part(i)));
        if (d !== place.seen) set(place.path, { d: place.seen = d });
      }
      const marks = [];
      const mark = (css, i) => {
        const [x, y, width, height] = this.boxes[i];
        marks.push(s("rect", { class: css, x, y, width, height, role: "img", "aria-label": this.words(i) }));
      };
      [...lit].slice(0, WHOLE).forEach((i) => mark("lit", i));
      apart.forEach((i) => mark("apart", i));
      if (pass === 1) {
        marks.push(s("path", { class: `l now ${links[step][0]}`, d: links[step][2] }));
        mark("from", node);
      }
      if (k) mark("goal", goal);
      if (cursor >= 0) {
        mark("cursor", cursor);
        marks.at(-1).id = `${this.id}-${cursor}`;
      }
      return marks;
    }

    words(i) {
      const { tape, state } = this, known = (is, x) => is ? brief(x) : "not yet";
      const part = state.part(i) ? `, ${state.got[i]} of ${tape.into[i].length}` : "";
      return `${tape.names[i]}${this.apart.has(i) ? ", differs" : ""}, ${tape.kindOf(i).name || this.boxes[i][7]}, data ${known(i < state.k, state.values[i])}, grad ${known(state.has(i), state.grads[i])}${part}`;
    }

    // Scroll to a node, if it cannot be seen.
    reveal(i) {
      const { frame } = this, [x, y, width, height] = this.boxes[i].map((length) => length * this.scale), { scrollLeft, scrollTop, clientWidth, clientHeight } = frame;
      const isIn = (from, size, start, room) => from >= start && from + size <= start + room;
      if (!isIn(x, width, scrollLeft, clientWidth) || !isIn(y, height, scrollTop, clientHeight)) frame.scrollTo(x + (width - clientWidth) / 2, y + (height - clientHeight) / 2);
    }

    // The node under the pointer.
    at({ clientX, clientY }) {
      const { left, top } = this.svg.getBoundingClientRect(), x = (clientX - left) / this.scale - 12, y = (clientY - top) / this.scale - 12;
      return this.frames.findIndex(([x0, y0, x1, y1]) => x >= x0 && x <= x1 && y >= y0 && y <= y1);
    }
  }

  // ---- The formula -------------------------------------------------------------------

  const sign = (text) => m("mo", {}, text), row = (...parts) => m("mrow", {}, ...parts), hollow = () => m("mtext", { class: "hollow" }, "?");
  const table = (...lines) => m("math", { display: "block" }, m("mtable", {}, ...lines.map((line) => m("mtr", {}, ...line.map((cell) => m("mtd", {}, cell))))));

  // A local derivative in symbols: a template, with the names of operands filled in.
  function symbols(tape, b) {
    const [u] = tape.edges[b], e = m("mrow");
    e.innerHTML = tape.forms[tape.form[b]];
    for (const x of e.querySelectorAll("[data-n]")) {
      const i = x.dataset.n = tape.parents[u][x.dataset.n] ?? u;
      x.textContent = tape.names[i];
    }
    return e;
  }

  // The latest step in symbols, with the numbers below.
  function formula(tape, state) {
    const { pass, node, goal, after, values, grads, has, part } = state, { names, top, parents } = tape;
    const name = (i) => m("mi", { "data-n": i }, names[i]);
    const digits = (x, i, css = "") => m("mn", { "data-n": i, class: css }, brief(x));
    const product = (x, i, css) => below(x) ? row(sign("("), digits(x, i, css), sign(")")) : digits(x, i, css);
    const change = (i) => row(sign("∂"), name(i)), slope = (above, under) => m("mfrac", {}, change(above), change(under));
    const result = [digits(after, goal, part(goal) ? "part" : "now"), sign("=")];
    if (!state.k) return [];
    if (pass > 1) {
      return [table(
        [name(node), sign("←"), row(name(node), sign("−"), m("mi", {}, "η"), sign("·"), slope(top, node))],
        [...result, row(digits(state.before, node), sign("−"), digits(state.local, node), sign("·"), product(state.upstream, node))],
      )];
    }
    if (!pass) {
      const { name: word, infix, prefix } = tape.kindOf(node), all = parents[node], symbols = [name(node), sign("=")];
      const call = (shown) => {
        if (all.length > 4) shown.splice(3, all.length, sign("…"));
        const parts = shown.flatMap((operand, j) => j ? [sign(infix || ","), operand] : operand);
        return infix || prefix ? row(prefix && sign(prefix), ...parts) : row(m("mi", {}, word), sign("("), ...parts, sign(")"));
      };
      if (!all.length) return [table([...symbols, result[0]])];
      return [table([...symbols, call(all.map(name))], [...result, call(all.map((i) => product(values[i], i)))])];
    }
    // The chain rule of the node that grows: its symbols, factors and products; and
    // grad: 0 → 2 → 2 + 1 = 3
    const all = tape.into[goal], done = state.got[goal], first = max(0, min(done - 3, all.length - 4));
    const lines = [[slope(top, goal), sign("=")], ["", sign("=")], ["", sign("=")], result];
    const add = (...cells) => lines.forEach((line, j) => line.push(cells[j] || cells[0].cloneNode(true)));
    let total = goal === top ? tape.seed : 0;
    const grown = [brief(total)];
    all.forEach((b, j) => {
      const [u, , d] = tape.edges[b], css = b === state.step ? "now" : "", isDone = j < done, old = total, p = d * grads[u];
      if (isDone) grown.push((j ? `${brief(old)} + ${factor(p)} = ` : "") + brief(total += p));
      if (j < first || j > first + 3) return;
      if (j) add(sign(j > first ? "+" : "⋯ +"));
      const known = has(u) && !part(u) ? digits(grads[u], u) : hollow();
      add(set(row(slope(top, u), sign("·"), slope(u, goal)), { class: css }), set(row(slope(top, u), sign("·"), symbols(tape, b)), { class: css }), set(row(known, sign("·"), product(d, goal)), { class: css }), isDone ? product(p, goal, css) : hollow());
    });
    if (first + 4 < all.length) add(sign("+ ⋯"));
    if (done > 3) grown.splice(1, done - 3, "…");
    return [table(...lines), h("p", { class: "growth", "data-n": goal }, h("i", {}, "grad: "), grown.join(" → "), h("i", {}, part(goal) ? ` (${done} of ${all.length})` : ""))];
  }

  // ---- The matrix in which a node stands ---------------------------------------------

  // Adjoints in the reverse sweep, values before it; at most 8 rows and 6 columns.
  function cellsAround(tape, { goal, k, has, part, grads, values }, at) {
    if (!tape.cells[at]) return [];
    const [which, row, column] = tape.cells[at], { name, delta, nodes } = tape.matrices[which], isReverse = has(tape.top);
    const top = max(0, row - 4), left = max(0, column - 3), shown = (all, from, size) => all.slice(from, from + size), head = (x) => h("th", {}, x);
    const lines = shown(nodes, top, 8).map((line, r) => h("tr", {}, head(top + r), ...shown(line, left, 6).map((i) => {
      const known = isReverse ? has(i) : i >= 0 && i < k, x = (isReverse ? grads : values)[i];
      return h("td", { "data-n": i, class: `${tone(x)}${part(i) ? " part" : ""}${i === goal ? " now" : ""}` }, known ? brief(x) : "·");
    })));
    return [h("table", {}, h("caption", {}, (isReverse ? `${delta}∂${tape.names[tape.top]}/∂` : "") + name), h("tr", {}, h("td"), ...shown(nodes[0], left, 6).map((_, c) => head(left + c))), ...lines)];
  }

  // ---- The player --------------------------------------------------------------------

  class Player {
    constructor(root) {
      const data = JSON.parse(root.querySelector("script").textContent), id = this.id = "p" + Math.random().toString(36).slice(2);
      const tape = this.tape = new Tape(data), find = (name) => root.querySelector(name);
      // JupyterLab's keys stay out.
      set(root, { "data-player": "live", "data-lm-suppress-shortcuts": "" });
      find(".still").insertAdjacentHTML("beforebegin", data.skeleton.replaceAll("{id}", id));
      for (const e of root.querySelectorAll("[data-field], [data-ref]")) this[e.dataset.field ?? e.dataset.ref] = e;
      Object.assign(this, { root, k: data.position, speed: 1, level: 0, via: [], stops: new Set(data.breakpoints), picture: new Picture(tape, this.graph, id) });
      this.range.max = tape.end;
      [tape.n, tape.edges, tape.update].forEach((all, i) => {
        const span = this.passes.children[i], size = all.length ?? all;
        span.style.flexGrow = size;
        span.hidden = !size;
      });
      this.source.hidden = !data.lines.length;
      this.other.hidden = !data.beside;
      data.lines.forEach((text, i) => this.source.append(h("li", { "data-l": i }, text)));
      this.listen();
      this.picture.fit();
      this.restore();
    }

    listen() {
      const { root, graph, picture } = this;
      on(root, "click", ({ target }) => this.act(target.closest("button")?.dataset.action));
      on(this.tape.page ? document : root, "keydown", (event) => this.key(event));
      on(this.range, "input", () => this.to(+this.range.value));
      on(this.size, "change", () => this.remember());
      on(this.mode, "change", () => this.to(this.k));
      const form = (element, act) => on(element, "submit", (event) => {
        const input = element.querySelector("input"), text = input.value.trim();
        event.preventDefault();
        input.value = "";
        act(text);
      });
      form(this.go, (text) => this.find(text));
      form(this.ask, (text) => this.answer(text));
      on(graph, "focus", () => this.select(picture.cursor ?? max(this.state.goal, 0)));
      on(root, "focusout", () => this.light());
      on(graph, "click", (event) => {
        const i = picture.at(event);
        this.pinned = i < 0 ? undefined : i;
        if (i < 0) this.light();
        else this.select(i);
      });
      on(root, "pointerover", (event) => {
        const { n, l } = event.target.closest(SHOWS)?.dataset ?? {};
        this.light(graph.contains(event.target) ? picture.at(event) : n, l);
      });
      on(root, "pointerleave", () => this.light());
      on(root, "player-to", ({ detail: { k, stops } }) => {
        this.stops = new Set(stops);
        this.to(k);
      });
      if (this.tape.page) on(window, "popstate", () => this.restore());
    }

    // Go to a position. A jump gets its own entry in the history of the page.
    to(k, isJump) {
      if (isJump) this.write("replaceState");
      this.k = min(max(k, 0), this.tape.end);
      this.show();
      if (isJump) this.write("pushState");
      else this.remember();
    }

    by(size, direction) {
      const { k, tape } = this, stops = tape.stops[size];
      if (!stops) return this.to(k + direction);
      const next = direction > 0 ? stops.find((stop) => stop > k) ?? tape.end : stops.findLast((stop) => stop < k) ?? 0;
      return this.to(next, size === "pass");
    }

    act(action) {
      const { picture, tape, size } = this, zoom = { smaller: 0.8, larger: 1.25 }[action], to = { first: 0, last: tape.end, part: tape.beside?.part ?? tape.end }[action], by = { next: 1, back: -1 }[action];
      if (action === "play") this.play();
      if (action === "fit") picture.fit();
      if (zoom) {
        picture.zoom(picture.scale * zoom);
        picture.reveal(max(this.state.goal, 0));
      }
      if (to >= 0 || by) this.play(false);
      if (to >= 0) this.to(to, true);
      if (by) this.by(size.value, by);
    }

    key(event) {
      const { target, key, shiftKey } = event, size = shiftKey ? "node" : "contribution";
      if (event.ctrlKey || event.altKey || event.metaKey || target.matches("select, input:not([type=range])")) return;
      const acts = {
        ArrowRight: () => this.by(size, 1), ArrowLeft: () => this.by(size, -1),
        PageDown: () => this.by("layer", 1), PageUp: () => this.by("layer", -1),
        End: () => this.by("pass", 1), Home: () => this.by("pass", -1),
        r: () => this.act("first"), w: () => this.wrote(), u: () => this.uses(),
        b: () => this.mark(), n: () => this.run(), p: () => this.practise(),
        "+": () => this.faster(1), "-": () => this.faster(-1), "?": () => { this.keys.open = !this.keys.open; }, Escape: () => this.pin(),
        ...(!target.closest("button, summary") && { " ": () => this.play() }),
        ...(target === this.graph ? this.arrows() : this.walk(target)),
      };
      const act = acts[key.length > 1 ? key : key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      if (!"+- ?".includes(key)) this.play(false);
      act();
    }

    // In the picture, arrows follow the edges.
    arrows() {
      const { picture, tape } = this, i = picture.cursor, below = tape.parents[i];
      const user = this.via[i] ?? tape.users[i][0], siblings = [...new Set(tape.parents[user] ?? [i])], at = siblings.indexOf(i) + siblings.length;
      const step = (by) => () => this.select(siblings[(at + by) % siblings.length], user);
      return {
        ArrowLeft: () => below.length && this.select(below[0], i), ArrowRight: () => user >= 0 && this.select(user),
        ArrowUp: step(-1), ArrowDown: step(1), Enter: () => this.pin(i),
      };
    }

    // In the other views they go from one number, or line, to the next.
    walk(view) {
      const all = [...view.querySelectorAll(SHOWS)], across = view.querySelector("tr")?.children.length - 1 || 1;
      const step = (by) => () => {
        const { n, l } = all[view.spot = view.spot >= 0 ? (view.spot + all.length + by) % all.length : 0].dataset;
        this.light(n, l);
      };
      return all.length && { ArrowRight: step(1), ArrowLeft: step(-1), ArrowDown: step(across), ArrowUp: step(-across) };
    }

    select(i, user) {
      // whose operand it was reached as
      this.via[i] = user ?? this.via[i];
      this.picture.cursor = i;
      this.picture.reveal(i);
      this.light(i);
      set(this.graph, { "aria-activedescendant": `${this.id}-${i}` });
      this.remember();
    }

    pin(i) {
      this.pinned = this.pinned === i ? undefined : i;
      this.light();
    }

    // One id lights the box, the symbols, the cell and the line of source; z and a of a
    // neuron and an example, with their adjoints, are one.
    light(n = this.pinned ?? -1, line) {
      const { picture, tape, root, state, matrix } = this, lines = tape.line, i = +n, cell = tape.cells[i];
      const lit = picture.lit = new Set(line ? [...lines.keys()].filter((n) => lines[n] === +line) : [i, cell?.[3]].filter((n) => n >= 0));
      const lights = new Set([...(lit.size ? lit : [state.node])].map((n) => lines[n])), goal = cell ? i : state.goal;
      if (matrix.of !== state || (matrix.at !== goal && !matrix.matches(":hover, :focus"))) {
        Object.assign(matrix, { of: state, at: goal }).replaceChildren(...cellsAround(tape, state, goal));
      }
      for (const e of root.querySelectorAll(SHOWS)) {
        e.classList.toggle("lit", e.dataset.n ? lit.has(+e.dataset.n) : lights.has(+e.dataset.l));
      }
      picture.draw();
    }

    // The node that W and U are about: pinned, or where the arrows are, or the one whose
    // adjoint was passed on.
    get asked() { return max(this.pinned ?? (document.activeElement === this.graph ? this.picture.cursor : this.state.node), 0); }

    wrote() {
      const { asked, k, tape } = this, b = tape.into[asked].findLast((b) => tape.n + 1 + b < k) ?? asked - tape.n;
      this.to(min(tape.n + 1 + b, k), true);
    }

    uses() {
      const { asked, k, tape } = this, uses = tape.users[asked].map((user) => user + 1).sort((a, b) => a - b);
      tape.edges.forEach(([node], b) => { if (node === asked) uses.push(tape.n + 1 + b); });
      this.to(uses.find((use) => use > k) ?? k, true);
    }

    mark() {
      if (!this.stops.delete(this.k)) this.stops.add(this.k);
      this.to(this.k);
    }

    run() { this.to([...this.stops].sort((a, b) => a - b).find((k) => k > this.k) ?? this.tape.end, true); }

    find(text) {
      const { tape } = this, i = tape.names.indexOf(text);
      if (i < 0 && /^\d+$/.test(text)) return this.to(+text, true);
      if (i < 0) return this.tell(`There is no ${text}.`);
      this.select(i);
      return this.to(tape.complete(i), true);
    }

    faster(by) {
      this.speed = min(max(this.speed + by, 0), 7);
      this.play(true);
    }

    play(isOn = !this.timer) {
      const { tape } = this;
      clearInterval(this.timer);
      this.timer = isOn && setInterval(() => this.k < tape.end ? this.by(this.size.value, 1) : this.play(false), 1600 >> this.speed);
      set(this.playing, { "aria-pressed": isOn });
      set(this.sentence, { "aria-live": isOn ? "off" : "polite" });
      if (isOn && this.k === tape.end) this.to(0);
    }

    // ---- Predict before it is shown --------------------------------------------------

    practise() {
      const { mode } = this;
      mode.value = mode.value === "show" ? "product" : "show";
      this.to(this.k);
      this.ask.querySelector("input").focus();
    }

    get question() {
      const { k, tape, mode, level } = this;
      if (mode.value === "show" || k < tape.n || k >= tape.swept) return "";
      return mode.value === "rising" ? ["local", "product", "sum", "all"][level >> 1] : mode.value;
    }

    pose() {
      const { tape, question } = this;
      this.ask.hidden = !question;
      if (!question) return;
      const coming = this.coming = tape.run(this.k + 1);
      this.words.textContent = tape.fill("ask " + question, { ...tape.slots(coming), contribution: factor(coming.contribution) });
    }

    answer(text) {
      const { question, tape, coming } = this, { upstream: u, local: d, contribution: p, before, after, goal } = coming;
      const truth = { next: goal, sign: Math.sign(p), count: tape.into[goal].length, local: d, product: p, sum: after, all: after }[question];
      const plain = text.replace("−", "-"), given = question === "next" ? tape.names[goal] === text ? goal : -1 : question === "sign" ? { "+": 1, "-": -1, 0: 0 }[plain[0]] : +(plain || NaN);
      const near = (x) => given === x || abs(given - x) <= 0.005 * abs(x), isRight = near(truth);
      // What known mistakes give here, in the order of the sentences about them.
      const wrong = { product: [d, u, u + d, -p, u - d], local: [u, -d, p], sum: [p, before, before - p, before * p], all: [p, before, -after, d, u] }[question] ?? [];
      this.level = min(max(this.level + (isRight ? 1 : -1), 0), 7);
      this.to(this.k + 1);
      this.tell(isRight ? "Right." : `Not ${text}. ${tape.mistakes[question]?.[wrong.findIndex(near)] ?? ""}`, isRight);
    }

    tell(text, isRight) {
      this.told.textContent = text;
      this.told.classList.toggle("right", !!isRight);
    }

    // ---- What is shown ---------------------------------------------------------------

    // The run beside this one after as many steps, and where their digits differ.
    compare({ k, grads }) {
      const { tape: { beside: { name, entries }, names, n, swept }, picture } = this, done = entries.slice(0, k < swept ? max(0, k - n) : Infinity), last = done.at(-1);
      const theirs = new Map(done.filter(Boolean).map(([i, x]) => [i, brief(float(x))]));
      picture.apart = new Set([...theirs.keys()].filter((i) => i >= 0 && theirs.get(i) !== brief(grads[i])));
      const apart = [...picture.apart].map((i) => `${names[i]}: ${theirs.get(i)} ≠ ${brief(grads[i])}`).join(", ");
      this.other.classList.toggle("apart", !!apart);
      this.theirs.textContent = `${name}: ${last?.[2] ?? "…"}${apart && "; differs: " + apart}`;
    }

    show() {
      const { tape, k, picture, range, root } = this, { names } = tape, state = this.state = picture.state = tape.run(k), { pass, node, goal } = state, said = tape.say(state);
      const put = (field, text, value = text) => {
        this[field].textContent = text;
        set(this[field], { "data-value": value, title: value });
      };
      put("step", `${k} of ${tape.end}`, k);
      put("sentence", said);
      put("node", names[node] ?? "–");
      put("parent", (pass === 1 ? [goal] : pass || !k ? [] : tape.parents[node]).map((i) => names[i]).join(", ") || "–");
      for (const field of ["before", "upstream", "local", "contribution", "after"]) {
        const x = state[field], known = x !== undefined;
        put(field, known ? brief(x) : "–", known ? full(x) : "");
      }
      root.classList.toggle("update", pass > 1);
      range.value = k;
      set(range, { "aria-valuetext": said });
      this.tell("");
      this.formula.replaceChildren(...formula(tape, state));
      if (tape.beside) this.compare(state);
      if (k) picture.reveal(goal);
      this.light();
      this.source.querySelector(".lit")?.scrollIntoView({ block: "nearest" });
      // Marks of layers, passes, breakpoints and numbers that are not finite.
      const stops = [...this.stops], at = (css, all, y) => s("path", { class: css, d: all.map((k) => `M${k} ${y}V10`).join("") });
      if (this.marked !== "" + stops) set(this.marks, { viewBox: `0 0 ${tape.end} 10` }).replaceChildren(at("layer", tape.stops.layer, 6), at("pass", tape.stops.pass, 0), at("bad", tape.bad, 3), at("stop", stops, 0));
      this.marked = "" + stops;
      this.pose();
      // To a kernel, if one listens.
      root.dispatchEvent(new CustomEvent("player-at", { detail: { k, stops } }));
    }

    // ---- The state of a page is in its address ---------------------------------------

    remember() {
      clearTimeout(this.saving);
      this.saving = setTimeout(() => this.write("replaceState"), 150);
    }

    write(how) {
      clearTimeout(this.saving);
      const { k, picture, size, mode, stops, tape } = this;
      if (tape.page) history[how](null, "", "#" + new URLSearchParams({ k, n: picture.cursor ?? "", size: size.value, mode: mode.value, b: [...stops] }));
    }

    restore() {
      const { tape, picture } = this, state = new URLSearchParams(location.hash.slice(1)), whole = (text, most) => min(max(text | 0, 0), most);
      if (tape.page && state.has("k")) {
        this.k = whole(state.get("k"), tape.end);
        picture.cursor = state.get("n") ? whole(state.get("n"), tape.top) : undefined;
        for (const e of [this.size, this.mode]) {
          e.value = state.get(e.dataset.ref);
          e.selectedIndex = max(e.selectedIndex, 0);
        }
        this.stops = new Set((state.get("b") || "").split(",").filter(Boolean).map((text) => whole(text, tape.end)));
      }
      this.show();
    }
  }

  const start = () => document.querySelectorAll('[data-player=""]').forEach((root) => new Player(root));
  on(document, "player-start", start);
  start();
})();
