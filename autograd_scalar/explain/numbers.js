// Numbers as text, in the digits of Python; player.js and training.js include this.
const below = (x) => x < 0 || Object.is(x, -0);

// The digits of Python's f"{x:.4g}", with a true minus sign.
function brief(x) {
  if (x !== x) return "nan";
  const size = abs(x), sign = below(x) ? "−" : "";
  if (size === Infinity) return sign + "∞";
  // A tie goes to the even digit in Python, up in JavaScript.
  const exact = size.toExponential(60), isTie = /^\d\.\d\d[02468]50*e/.test(exact);
  const [digits, e] = (isTie ? exact.replace(/50*e/, "e") : size.toExponential(3)).split("e");
  const trim = (text) => text.replace(/\.?0+$/, "");
  if (e < -4 || e > 3) return sign + trim(digits) + "e" + String(+e).replace("-", "−");
  const text = Number(digits + "e" + e).toFixed(3 - e);
  return sign + (e < 3 ? trim(text) : text);
}

const full = (x) => Object.is(x, -0) ? "-0" : String(x);
const factor = (x) => below(x) ? `(${brief(x)})` : brief(x);
const tone = (x) => isFinite(x) ? x > 0 ? "pos" : x < 0 ? "neg" : "zero" : "bad";
const float = (x) => x === "inf" ? Infinity : x === "-inf" ? -Infinity : +x;
