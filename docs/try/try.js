// The page: an editor, and what Python in the worker answers.
const $ = (id) => document.getElementById(id);
const [example, run, stop, state, program, output] =
  ["example", "run", "stop", "state", "program", "output"].map($);
let worker;

function start() {
  worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = ({ data }) => answers[data.kind](data.content);
  worker.onerror = (event) => fail(event.message ?? "the worker did not start");
  busy("Loading Python …");
  stop.disabled = true;
}

function busy(words) {
  state.textContent = words;
  run.disabled = true;
}

function fail(words) {
  add("pre", words, "wrong");
  state.textContent = "Python did not load; reload the page.";
}

function add(tag, text, name = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  output.append(element);
}

const answers = {
  ready(version) {
    state.textContent = version;
    run.disabled = false;
  },
  text: (content) => add("pre", content),
  error: (content) => add("pre", content, "wrong"),
  html(content) {
    const box = document.createElement("div");
    box.className = "rich";
    // A fragment made this way runs its scripts: a player plays.
    box.append(document.createRange().createContextualFragment(content));
    output.append(box);
  },
  done(seconds) {
    state.textContent = `Done in ${seconds.toFixed(1)} s.`;
    run.disabled = false;
    stop.disabled = true;
  },
  failed: fail,
};

function execute() {
  if (run.disabled) return;
  output.replaceChildren();
  busy("Running …");
  stop.disabled = false;
  worker.postMessage(program.value);
}

run.onclick = execute;
stop.onclick = () => {
  worker.terminate();
  add("pre", "Stopped. Python starts anew.");
  start();
};

let leaving = false; // after Escape, Tab leaves the editor
program.onkeydown = (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    execute();
  } else if (event.key === "Tab" && !event.shiftKey && !leaving) {
    event.preventDefault();
    program.setRangeText("    ", program.selectionStart, program.selectionEnd, "end");
  }
  leaving = event.key === "Escape";
};

async function show(name) {
  program.value = await (await fetch(`examples/${name}.py`)).text();
}

const titles = await (await fetch("examples/index.json")).json();
for (const [name, title] of titles) example.append(new Option(title, name));
example.onchange = () => {
  location.hash = example.value;
  show(example.value);
};
const asked = location.hash.slice(1);
if (titles.some(([name]) => name === asked)) example.value = asked;
await show(example.value);
start();
