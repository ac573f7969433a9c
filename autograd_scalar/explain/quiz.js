// The questions of a quiz in a page: an answer is marked, and the mistake that gives it
// named, by the rules and in the words of quiz.py. No kernel, no network.
(() => {
  const ROUNDING = 4 * 2 ** -52, NEAR = 1e-6, LONGEST = 60, SHOWN = 4;
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
  const SPECIAL = new Map([["inf", Infinity], ["+inf", Infinity], ["∞", Infinity], ["-inf", -Infinity], ["-∞", -Infinity], ["nan", NaN]]);
  const { abs, ceil, exp, floor, log, log1p, max, min, sqrt, PI } = Math;
  const float = (x) => SPECIAL.get(x) ?? +x;

  const h = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    element.append(...children);
    return element;
  };

  // One unit of the last digit; 0 of a whole number, or of a single digit.
  function unit(text) {
    const [digits, exponent = 0] = text.toLowerCase().split("e"), [whole, decimals] = digits.split(".");
    const isShort = (whole + decimals).replace(/^[+-]+/, "").replace(/^0+/, "").length < 2;
    return decimals === undefined || isShort ? 0 : Number(`1e${exponent - decimals.length}`);
  }

  // What was answered; nothing if it is no number.
  function read(answer) {
    const text = answer.trim().replaceAll("−", "-"), slash = text.indexOf("/");
    if (SPECIAL.has(text)) return { text, number: SPECIAL.get(text), unit: 0 };
    const parts = slash < 0 ? [text] : [text.slice(0, slash), text.slice(slash + 1)];
    if (text.length > LONGEST || !parts.every((part) => NUMBER.test(part.trim()))) return;
    const [above, below] = parts.map(Number);
    if (slash < 0) return { text, number: above, unit: unit(text) };
    return below ? { text, number: above / below, unit: 0 } : undefined;
  }

  // 0 right, 1 right to rounding, 2 wrong; size is of the terms that were added.
  function judge(given, number, size) {
    if (!isFinite(number) || !isFinite(given.number)) return Object.is(given.number, number) ? 0 : 2;
    const off = abs(given.number - number);
    if (off <= ROUNDING * max(isFinite(size) ? size : 0, abs(number))) return 0;
    if (off <= NEAR * abs(number) || off <= given.unit / 2 * (1 + NEAR)) return 1;
    return abs(given.number) <= abs(number) && off < given.unit ? 1 : 2;
  }

  // special_functions.js stands here.
  SPECIAL_FUNCTIONS

  // What an operation gives for other operands: a wrong value is followed on by it. It
  // may differ from Python's in the last bits. Operations that are not in the table are
  // followed in Python only.
  const sum = (...x) => x.reduce((a, b) => a + b, 0), sigmoid = (x) => 1 / (1 + exp(-x)), softplus = (x) => max(x, 0) + log1p(exp(-abs(x)));
  const elu = (x, a) => x > 0 ? x : a * Math.expm1(x), pow = (x, n) => x ** n, mod = (x, y) => x - y * floor(x / y);
  const OPERATIONS = {
    add: sum, sub: (x, y) => x - y, mul: (x, y) => x * y, div: (x, y) => x / y, pow, pow_constant: pow, mod, fmod: (x, y) => x % y, neg: (x) => -x, where: (x) => x,
    exp2: (x) => 2 ** x, square: (x) => x * x, reciprocal: (x) => 1 / x, degrees: (x) => x * 180 / PI, radians: (x) => x * PI / 180, sinc: (x) => x ? sinPi(x) / (PI * x) : 1,
    arcsin: Math.asin, arccos: Math.acos, arctan: Math.atan, arcsinh: Math.asinh, arccosh: Math.acosh, arctanh: Math.atanh, arctan2: Math.atan2,
    sigmoid, softplus, log_sigmoid: (x) => -softplus(-x), relu: (x) => max(x, 0), leaky_relu: (x, a) => x > 0 ? x : a * x, elu, selu: (x) => 1.0507009873554805 * elu(x, 1.6732632423543772), silu: (x) => x * sigmoid(x), logit: (x) => log(x / (1 - x)),
    rint: (x) => mod(x, 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x), maximum: max, minimum: min, clip: (x, low, high) => min(max(x, low), high), copysign: (x, y) => abs(x) * (y < 0 || Object.is(y, -0) ? -1 : 1),
    erf, erfc, gelu, lgamma, polygamma, digamma: (x) => polygamma(0, x),
    logaddexp: (x, y) => max(x, y) + softplus(-abs(x - y)), xlogy: (x, y) => x ? x * log(y) : 0, sum, mean: (...x) => sum(...x) / x.length, prod: (...x) => x.reduce((a, b) => a * b, 1),
    dot: (...x) => x.reduce((a, b, i) => i % 2 ? a + x[i - 1] * b : i === x.length - 1 ? a + b : a, 0), logsumexp: (...x) => max(...x) + log(sum(...x.map((y) => exp(y - max(...x))))),
  };

  class Quiz {
    constructor(root) {
      const data = JSON.parse(root.querySelector("script").textContent), asked = root.querySelector(".asked");
      Object.assign(this, data, { root, wrong: new Map(), all: [] });
      root.setAttribute("data-quiz", "live");
      // JupyterLab's keys stay out.
      root.setAttribute("data-lm-suppress-shortcuts", "");
      asked.replaceChildren(...data.questions.map((question) => this.form(question)));
      this.counted = h("p", { "data-score": "", role: "status" });
      asked.append(this.counted);
      this.count();
    }

    form(question) {
      const one = { ...question, answers: 0, hinted: 0, isRight: false, isRevealed: false };
      const button = (action, words) => h("button", { type: action === "check" ? "submit" : "button", "data-action": action }, words);
      const input = h("input", { type: "text", size: 14, autocomplete: "off", spellcheck: "false", inputmode: "text" });
      const told = h("p", { "data-verdict": "", role: "status" });
      const form = h("form", { "data-question": one.id }, h("label", {}, h("span", {}, `${one.id}: ${one.prompt} `), input), button("check", "Check"), button("hint", "Hint"), button("reveal", "Show it"), told);
      const tell = (text, css, mistake = "") => {
        told.textContent = text;
        told.className = css;
        told.dataset.mistake = mistake;
        this.count();
      };
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const given = read(input.value);
        if (!given) return tell(this.said.unread, "note");
        const { verdict, mistake, message } = this.answer(one, given);
        tell(this.verdicts[verdict] + (message && `: ${message}`), verdict < 2 ? "right" : "wrong", mistake);
        if (verdict < 2) this.fill(one);
      });
      form.addEventListener("click", ({ target }) => {
        const { action } = target.dataset, { hints } = one;
        if (action === "hint") tell(hints[Math.min(one.hinted++, hints.length - 1)], "note");
        if (action !== "reveal") return;
        one.isRevealed ||= !one.isRight;
        this.wrong.delete(one.id);
        tell(one.revealed, "note");
        this.fill(one);
      });
      this.all.push(one);
      return form;
    }

    // The number in place of the blank.
    fill({ id, shown }) {
      for (const cell of this.root.querySelectorAll("td")) {
        const parts = cell.textContent.split(", ");
        if (!parts.includes(`${id} = ?`)) continue;
        cell.textContent = parts.map((part) => part === `${id} = ?` ? shown : part).join(", ");
      }
    }

    answer(one, given) {
      const found = this.mark(one, given);
      one.answers++;
      one.isRight = found.verdict < 2;
      if (one.isRight || !one.isFollowed) this.wrong.delete(one.id);
      else this.wrong.set(one.id, given.number);
      return found;
    }

    mark(one, given) {
      const size = float(one.size), number = float(one.number), verdict = judge(given, number, size);
      const matching = one.wrong.filter(([, x]) => judge(given, float(x), size) < 2);
      const ids = [...new Set(matching.map(([id]) => id))], words = [...new Set(matching.map(([, , text]) => text))];
      const say = (name, slots) => this.said[name].replace(/\{(\w+)\}/g, (_, slot) => ({ given: given.text, ...slots })[slot]);
      const few = ids.slice(0, SHOWN).join(", ") + (ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : "");
      if (verdict < 2) return { verdict, message: ids.length ? say("right by mistake", { few }) : "" };
      if (this.wrong.size) {
        const own = this.follow(one), hasOthers = [...this.wrong.keys()].some((id) => id !== one.id);
        if (hasOthers && own !== number && judge(given, own, size) < 2) {
          return { verdict, mistake: ids.length ? "" : "carried forward", message: say("follows") };
        }
      }
      const mistake = ids.length === 1 ? ids[0] : "";
      if (words.length === 1) return { verdict, mistake, message: say("words", { words: words[0] }) };
      if (mistake) return { verdict, mistake, message: say("places", { id: mistake, count: words.length }) };
      if (!ids.length) return { verdict, mistake, message: say("unknown", { hint: one.hints[0] }) };
      const last = new Map(matching.map(([id, , text]) => [id, text]));
      const told = ids.slice(0, SHOWN).map((id) => `${last.get(id)} (${id})`).join(", or ") + (ids.length > SHOWN ? ", …" : "");
      return { verdict, mistake, message: say("several", { told }) };
    }

    // The number, with the wrong answers given so far in place of the right ones.
    follow({ terms, operation, operands }) {
      const given = ([id, x]) => this.wrong.get(id) ?? float(x);
      if (terms) return terms.reduce((total, term) => total + float(term[2]) * given(term), 0);
      const compute = OPERATIONS[operation] ?? Math[operation];
      return operands && compute && compute(...operands.map(given));
    }

    count() {
      const { all } = this, right = all.filter((one) => one.isRight && !one.isRevealed), n = all.length;
      const unaided = right.filter((one) => one.answers === 1 && !one.hinted).length, revealed = all.filter((one) => one.isRevealed).length;
      this.counted.textContent = `${right.length} of ${n} question${n > 1 ? "s" : ""} right, ${unaided} of them at once and without a hint; ${revealed} revealed`;
    }
  }

  for (const root of document.querySelectorAll('[data-quiz=""]')) new Quiz(root);
})();
