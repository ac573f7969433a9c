// Special functions, right to 1e-12 away from their zeros; quiz.js includes this.
// An order of derivation is at most so high, as in Python.
const HIGHEST = 170;

// sin(πx), exactly 0 at whole numbers.
const sinPi = (x) => {
  const whole = Math.round(x);
  return (whole % 2 ? -1 : 1) * Math.sin(PI * (x - whole));
};

// Near 0 a series of terms of one sign, else what erfc lacks to 1.
function erf(x) {
  if (x < 0) return -erf(-x);
  if (!(x < 2)) return 1 - erfc(x);
  let total = 0, term = x;
  for (let n = 1; total + term !== total; n++) {
    total += term;
    term *= x * x / (n + 0.5);
  }
  return 2 / sqrt(PI) * exp(-x * x) * total;
}

// Far out a continued fraction, from its end.
function erfc(x) {
  if (x < 2) return 1 - erf(x);
  let below = x;
  for (let n = 80; n; n--) below = x + n / 2 / below;
  return exp(-x * x) / sqrt(PI) / below;
}

const gelu = (x) => x === -Infinity ? -0 : x / 2 * erfc(-x / sqrt(2));

// Euler's and Maclaurin's formula: the sum of y^-(n + 1) over y = a, a + 1, … is its
// integral, half of its first term, and n + 1 times that term times this. For n = -1 it
// is what Stirling's formula adds. First the Bernoulli numbers over factorials.
const BERNOULLI = [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000];
const beyond = (n, a) => {
  let factor = 1 / a;
  return BERNOULLI.reduce((total, b, j) => {
    const part = b * factor;
    factor *= (n + 2 * j + 2) / a * (n + 2 * j + 3) / a;
    return total + part;
  }, 0);
};

// ln Γ(1 + t) for t > -1: Stirling's formula at 20 + t less that at 20, and down from
// there, so that it vanishes with t.
function lgamma1p(t) {
  let total = t * log(20) + (19.5 + t) * log1p(t / 20) - t + (beyond(-1, 20 + t) - beyond(-1, 20));
  for (let n = 1; n < 20; n++) total -= log1p(t / n);
  return total;
}

function lgamma(x) {
  if (abs(x) === Infinity || (x <= 0 && x === floor(x))) return Infinity;
  if (x < 0) return log(PI / abs(sinPi(x))) - lgamma1p(-x);
  if (x < 0.5) return lgamma1p(x) - log(x);
  return x < 1.5 ? lgamma1p(x - 1) : lgamma1p(x - 2) + log1p(x - 2);
}

// The sum of n!/(x + k)^(n + 1) over k = 0, 1, …, for x > 0; -ψ(x) for n = 0.
function sumOfPowers(n, x) {
  const term = (y) => {
    let product = 1 / y;
    for (let i = 1; i <= n; i++) product *= i / y;
    return product;
  };
  let total = 0;
  for (; x < n + 20; x++) total += term(x);
  const first = term(x);
  return total + (n ? first * x / n : -log(x)) + first / 2 + (n + 1) * first * beyond(n, x);
}

// The n-th derivative of digamma. Below 0 the sum over all whole numbers, which repeats,
// less that over the negative ones.
function polygamma(n, x) {
  const sign = n % 2 ? 1 : -1;
  if (!(n >= 0 && n <= HIGHEST && n === floor(n)) || x === -Infinity) return NaN;
  if (x === Infinity) return n ? 0 : x;
  if (x > 0) return sign * sumOfPowers(n, x);
  if (x === floor(x)) return n % 2 ? Infinity : x ? NaN : -1 / x;
  return sign * sumOfPowers(n, x - floor(x)) + sumOfPowers(n, ceil(x) - x) - sumOfPowers(n, 1 - x);
}
