/* See scalars.h. Each function has the name and the formula of its Python twin: read
   that one for the reasons. */

#include "scalars.h"

#include <math.h>
#include <stddef.h>

#define LN_2 0.6931471805599453
#define INV_LN_2 1.4426950408889634
#define INV_LN_10 0.4342944819032518
#define SELU_SCALE 1.0507009873554805
#define SELU_SCALE_ALPHA 1.7580993408473768
#define TWO_OVER_SQRT_PI 1.1283791670955126
#define INV_SQRT_2_PI 0.3989422804014327
#define INV_SQRT_2_PI_LOW (-2.4923272022777384e-17)
#define INV_SQRT_2 0.7071067811865476
#define INV_SQRT_2_LOW (-4.833646656726457e-17)

static int is_finite(double x) { return x - x == 0.0; }

static double python_max(double a, double b) { return b > a ? b : a; }

static double difference_error(double a, double b) {
    double d = a - b, virtual = a - d;
    double error = (a - (d + virtual)) + (virtual - b);
    return error == error ? error : 0.0;
}

static void two_product(double a, double b, double *product, double *error) {
    double cut, a_high, a_low, b_high, b_low;
    *product = a * b;
    cut = 134217729.0 * a;
    a_high = cut - (cut - a);
    a_low = a - a_high;
    cut = 134217729.0 * b;
    b_high = cut - (cut - b);
    b_low = b - b_high;
    *error = ((a_high * b_high - *product) + a_high * b_low + a_low * b_high) + (a_low * b_low);
}

static int is_odd(double x) { return is_finite(x) && fabs(fmod(x, 2.0)) == 1.0; }

/* ---- Values --------------------------------------------------------------------------- */

static double logarithm(double x, double (*of)(double)) {
    return x > 0.0 ? of(x) : x == 0.0 ? -INFINITY : NAN;
}

static double sigmoid(double x) {
    double t;
    if (x >= 0.0) return 1.0 / (1.0 + exp(-x));
    t = exp(x);
    return t / (1.0 + t);
}

static double softplus(double x) {
    if (x != x) return NAN;
    return python_max(x, 0.0) + log1p(exp(-fabs(x)));
}

static double gaussian(double x, double factor, double rate, double correction) {
    double high, rest, exponent, main, half;
    if (!(fabs(x) < 40.0)) return x == x ? copysign(0.0, factor) : NAN;
    high = rint(x * 1048576.0) / 1048576.0;
    rest = expm1(rate * (high - x) * (high + x)) + correction;
    exponent = -rate * high * high;
    if (exponent > -690.0) {
        main = factor * exp(exponent);
        return main + main * rest;
    }
    half = exp(0.5 * exponent);
    main = factor * half;
    return (main + main * rest) * half;
}

static double normal_cdf(double x) {
    double z, error;
    if (x > 9.0) return 1.0;
    two_product(-x, INV_SQRT_2, &z, &error);
    error -= x * INV_SQRT_2_LOW;
    return 0.5 * (erfc(z) - gaussian(z, TWO_OVER_SQRT_PI, 1.0, 0.0) * error);
}

static double normal_density(double x, double factor) {
    double main, error;
    if (!is_finite(x)) return gaussian(x, factor, 0.5, 0.0);
    two_product(factor, INV_SQRT_2_PI, &main, &error);
    error += factor * INV_SQRT_2_PI_LOW;
    return gaussian(x, main, 0.5, error / main);
}

static double tail(double x) {
    double q = 1.0 / (x * x), result = 1.0, odd;
    for (odd = 13.0; odd >= 1.0; odd -= 2.0) result = 1.0 - odd * q * result;
    return result;
}

static double polynomial(const double *coefficients, int count, double x) {
    double total = coefficients[count - 1];
    int k;
    for (k = count - 2; k >= 0; k--) total = total * x + coefficients[k];
    return total;
}
#define POLYNOMIAL(table, x) polynomial(table, sizeof(table) / sizeof(*table), x)

static double maximum(double a, double b) { return a >= b || a != a ? a : b; }
static double minimum(double a, double b) { return a <= b || a != a ? a : b; }

#define VALUE(name) static double value_##name(const double *x)
VALUE(add) { return x[0] + x[1]; }
VALUE(sub) { return x[0] - x[1]; }
VALUE(mul) { return x[0] * x[1]; }
VALUE(div) { return x[0] / x[1]; }
VALUE(neg) { return -x[0]; }
VALUE(abs) { return fabs(x[0]); }
VALUE(pow) { return pow(x[0], x[1]); }
VALUE(pow_constant) { return pow(x[0], x[1]); }
VALUE(exp) { return exp(x[0]); }
VALUE(exp2) { return exp2(x[0]); }
VALUE(expm1) { return expm1(x[0]); }
VALUE(log) { return logarithm(x[0], log); }
VALUE(log2) { return logarithm(x[0], log2); }
VALUE(log10) { return logarithm(x[0], log10); }
VALUE(log1p) { return x[0] > -1.0 ? log1p(x[0]) : x[0] == -1.0 ? -INFINITY : NAN; }
VALUE(sqrt) { return x[0] >= 0.0 ? sqrt(x[0]) : NAN; }
VALUE(square) { return x[0] * x[0]; }
VALUE(reciprocal) { return 1.0 / x[0]; }
VALUE(sin) { return is_finite(x[0]) ? sin(x[0]) : NAN; }
VALUE(cos) { return is_finite(x[0]) ? cos(x[0]) : NAN; }
VALUE(tan) { return is_finite(x[0]) ? tan(x[0]) : NAN; }
VALUE(arctan) { return atan(x[0]); }
VALUE(sinh) { return sinh(x[0]); }
VALUE(cosh) { return cosh(x[0]); }
VALUE(tanh) { return tanh(x[0]); }
VALUE(sigmoid) { return sigmoid(x[0]); }
VALUE(log_sigmoid) { return -softplus(-x[0]); }
VALUE(relu) { return x[0] > 0.0 || x[0] != x[0] ? x[0] : 0.0; }
VALUE(leaky_relu) { return x[0] > 0.0 && x[1] == x[1] ? x[0] : x[1] * x[0]; }
VALUE(elu) { return x[0] > 0.0 && x[1] == x[1] ? x[0] : x[1] * expm1(x[0]); }
VALUE(selu) { return x[0] > 0.0 ? SELU_SCALE * x[0] : SELU_SCALE_ALPHA * expm1(x[0]); }
VALUE(softplus) { return softplus(x[0]); }
VALUE(gelu) {
    if (x[0] < -37.0) return gaussian(x[0], -INV_SQRT_2_PI * tail(x[0]), 0.5, 0.0);
    return x[0] * normal_cdf(x[0]);
}
VALUE(silu) {
    double half;
    if (x[0] >= -700.0) return x[0] * sigmoid(x[0]);
    half = exp(0.5 * x[0]);
    return half != 0.0 ? x[0] * half * half : -0.0 * half;
}
VALUE(sign) { return x[0] > 0.0 ? 1.0 : x[0] < 0.0 ? -1.0 : x[0] != x[0] ? x[0] : 0.0; }
VALUE(maximum) { return maximum(x[0], x[1]); }
VALUE(minimum) { return minimum(x[0], x[1]); }
VALUE(clip) { return minimum(maximum(x[0], x[1]), x[2]); }
VALUE(logaddexp) {
    double a = x[0], b = x[1];
    if (a == b) return a + LN_2;
    if (a != a || b != b) return NAN;
    return python_max(a, b) + log1p(exp(-fabs(a - b)));
}

VALUE(refined) { return x[0]; }
static double times(double weight, double x) { return weight != 0.0 ? weight * x : 0.0; }
VALUE(cross_entropy) {
    double rest = -x[0];
    return times(x[1], -value_log(x)) + times(1.0 - x[1], -value_log1p(&rest));
}
VALUE(cross_entropy_of_sigmoid) {
    return times(x[1], softplus(-x[0])) + times(1.0 - x[1], softplus(x[0]));
}

/* ---- Partials ------------------------------------------------------------------------- */

static double d_logarithm(double x, double scale) {
    return x > 0.0 ? scale / x : x == 0.0 ? INFINITY : NAN;
}

static double nearest_to_zero(double below) {
    return 0.0 <= below && below <= 1.0 ? below : below > 1.0 ? 1.0 : 0.0;
}

static double d_power(double x, double n, double y) {
    double derivative, size, lack, mend, sign, half, m = n - 1.0;
    if (y != y) return NAN;
    if (!(n < 0.0 || n > 0.0)) return n >= 0.0 ? 0.0 : NAN;
    derivative = pow(x, m);
    if (x == 0.0 || !is_finite(x) || !is_finite(n)) return n * derivative;
    size = fabs(x);
    lack = difference_error(n, 1.0) * log(size);
    mend = fabs(lack) < 1e-3 ? 1.0 + lack : 1.0;
    sign = x < 0.0 && !is_odd(n) ? -1.0 : 1.0;
    if (SMALLEST_NORMAL <= fabs(derivative) && fabs(derivative) < INFINITY)
        return n * fabs(derivative) * mend * sign;
    half = pow(size, 0.5 * m);
    return n * half * mend * half * sign;
}

static double d_divisor(double a, double b, double y) {
    if (!(SMALLEST_NORMAL <= fabs(y) && fabs(y) < INFINITY) && a != 0.0 && b != 0.0 &&
        a - a == b - b) {
        int i, j;
        double m = frexp(a, &i), n = frexp(b, &j);
        return ldexp(-(m / n) / n, i - 2 * j);
    }
    return -y / b;
}

static double d_tanh(double x) {
    double t;
    if (fabs(x) < 300.0) {
        t = exp(-2.0 * fabs(x));
        return 4.0 * t / (1.0 + t * (2.0 + t));
    }
    t = 2.0 * exp(-fabs(x));
    return t * t;
}

static const double gelu_series[] = {
    0.4314939923140469, 0.388284982990552, -0.018199676398671087,
    -0.1140082332972217, -0.014771522148244337, 0.019421679838189067,
    0.004539228379125415, -0.002239538068073497, -0.0007448268386746817,
    0.00018633974623233514, 8.615947861116571e-05, -1.121438018842664e-05,
    -7.74846130700372e-06, 4.3284506257392273e-07, 5.702764979242107e-07,
    -1.6044265494246427e-09, -3.5459866461783865e-08, -1.396942086426202e-09,
    1.90319840501314e-09, 1.4506418938779426e-10, -8.950037692726255e-11,
    -9.950340824808053e-12, 3.725967039270119e-12, 5.482292964742324e-13,
    -1.3820118240601056e-13, -2.5871508475507507e-14, 4.578167824271334e-15,
    1.0789662518230159e-15, -1.3507094681149317e-16, -4.0514385281601486e-17,
};
static const double gelu_series_at_minus_2[] = {
    -0.0852318010781969, -0.1079819330263761, 0.0, 0.0719879553509174,
    0.044992472094323374, 0.0026995483256594026, -0.007798695163016052,
    -0.002785248272505733, 0.00036958102077479916, 0.00042701188793223575,
    4.689691535757516e-05, -3.3500888312656365e-05, -9.889669265963036e-06,
    1.2248027036598256e-06, 9.315760920665702e-07, 3.8553038959023574e-08,
    -5.6850367218685435e-08, -9.13400514779712e-09, 2.3053035180606393e-09,
    7.491736389302521e-10, -4.549959821979231e-11, -4.1667023169677094e-11,
    -1.6455458586714616e-12, 1.7440612162998032e-12,
};
static const double silu_series[] = {
    0.2178117057198001, 0.1466487969969469, 0.018874814223782312,
    -0.015222655223188032, -0.006606589138356696, 0.000126627410081122,
    0.0007985218818397998, 0.00018570724361186496, -4.090534237428612e-05,
    -2.9733542213263917e-05, -2.942631888842464e-06, 2.346029682463866e-06,
    8.599695028268575e-07, -3.051244750055421e-08, -9.266646309267441e-08,
    -1.8877622907727957e-08,
};

static double d_gelu(double x) {
    if (-2.5 < x && x < -1.5) return POLYNOMIAL(gelu_series_at_minus_2, x + 2.0);
    if (-1.5 <= x && x < -0.25) {
        double offset = (x - -0.7517915246935645) - 1.4956759177009883e-17;
        return POLYNOMIAL(gelu_series, offset) * offset;
    }
    if (x > -2.0) return normal_cdf(x) + gaussian(x, INV_SQRT_2_PI * x, 0.5, 0.0);
    if (x < -37.0) return normal_density(x, x - tail(x) / x);
    return normal_cdf(x) + normal_density(x, x);
}

static double d_silu(double x) {
    double offset, half, t;
    if (x >= 0.0) return x < 800.0 ? sigmoid(x) * (1.0 + x * sigmoid(-x)) : 1.0;
    offset = (x - -1.2784645427610737) - -1.0946994183093437e-16;
    if (fabs(offset) < 0.25) return POLYNOMIAL(silu_series, offset) * offset;
    if (x < -700.0) {
        half = exp(0.5 * x);
        return half != 0.0 ? (1.0 + x) * half * half : -0.0;
    }
    t = exp(x);
    return t * ((1.0 + x) + t) / (1.0 + t * (2.0 + t));
}

static void d_choice(int first, int second, int tie, double *d) {
    d[0] = first ? 1.0 : second ? 0.0 : tie ? 0.5 : NAN;
    d[1] = first ? 0.0 : second ? 1.0 : tie ? 0.5 : NAN;
}

#define PARTIALS(name) static void partials_##name(const double *x, double y, double *d)
#define IGNORE (void)x, (void)y
PARTIALS(add) { IGNORE; d[0] = 1.0; d[1] = 1.0; }
PARTIALS(sub) { IGNORE; d[0] = 1.0; d[1] = -1.0; }
PARTIALS(mul) { IGNORE; d[0] = x[1]; d[1] = x[0]; }
PARTIALS(div) { d[0] = 1.0 / x[1]; d[1] = d_divisor(x[0], x[1], y); }
PARTIALS(neg) { IGNORE; d[0] = -1.0; }
PARTIALS(abs) { IGNORE; d[0] = x[0] > 0.0 ? 1.0 : x[0] < 0.0 ? -1.0 : x[0] <= 0.0 ? 0.0 : NAN; }
PARTIALS(pow) {
    double half;
    d[0] = d_power(x[0], x[1], y);
    if (x[0] > 0.0) {
        if (!(SMALLEST_NORMAL <= y && y < INFINITY)) {
            half = pow(x[0], 0.5 * x[1]);
            d[1] = half * logarithm(x[0], log) * half;
        } else {
            d[1] = y * logarithm(x[0], log);
        }
    } else {
        d[1] = x[0] >= 0.0 && x[1] >= 0.0 ? 0.0 : NAN;
    }
}
PARTIALS(pow_constant) { d[0] = d_power(x[0], x[1], y); d[1] = y != y ? NAN : 0.0; }
PARTIALS(exp) { IGNORE; d[0] = y; }
PARTIALS(exp2) { d[0] = x[0] > 1000.0 ? exp2(x[0] - 1.0) * (2.0 * LN_2) : y * LN_2; }
PARTIALS(expm1) { IGNORE; d[0] = exp(x[0]); }
PARTIALS(log) { IGNORE; d[0] = d_logarithm(x[0], 1.0); }
PARTIALS(log2) { IGNORE; d[0] = d_logarithm(x[0], INV_LN_2); }
PARTIALS(log10) { IGNORE; d[0] = d_logarithm(x[0], INV_LN_10); }
PARTIALS(log1p) {
    IGNORE;
    d[0] = x[0] > -1.0 ? 1.0 / (1.0 + x[0]) : x[0] == -1.0 ? INFINITY : NAN;
}
PARTIALS(sqrt) { IGNORE; d[0] = 0.5 / fabs(y); }
PARTIALS(square) { IGNORE; d[0] = 2.0 * x[0]; }
PARTIALS(reciprocal) { d[0] = -y / x[0]; }
PARTIALS(sin) { IGNORE; d[0] = value_cos(x); }
PARTIALS(cos) { IGNORE; d[0] = -value_sin(x); }
PARTIALS(tan) { double c = value_cos(x); IGNORE; d[0] = 1.0 / (c * c); }
PARTIALS(arctan) {
    double q = 1.0 / x[0];
    IGNORE;
    d[0] = fabs(x[0]) > 1.0 ? q / (x[0] + q) : 1.0 / (1.0 + x[0] * x[0]);
}
PARTIALS(sinh) { IGNORE; d[0] = cosh(x[0]); }
PARTIALS(cosh) { IGNORE; d[0] = sinh(x[0]); }
PARTIALS(tanh) { IGNORE; d[0] = d_tanh(x[0]); }
PARTIALS(sigmoid) {
    double t = exp(-fabs(x[0]));
    IGNORE;
    d[0] = t / (1.0 + t * (2.0 + t));
}
PARTIALS(log_sigmoid) { IGNORE; d[0] = sigmoid(-x[0]); }
PARTIALS(relu) { IGNORE; d[0] = x[0] > 0.0 ? 1.0 : x[0] <= 0.0 ? 0.0 : NAN; }
PARTIALS(leaky_relu) {
    if (y != y) { d[0] = d[1] = NAN; return; }
    d[0] = x[0] > 0.0 ? 1.0 : x[0] < 0.0 ? x[1] : nearest_to_zero(x[1]);
    d[1] = x[0] > 0.0 ? 0.0 : x[0];
}
PARTIALS(elu) {
    double half;
    if (y != y) { d[0] = d[1] = NAN; return; }
    if (x[0] > 0.0) { d[0] = 1.0; d[1] = 0.0; return; }
    if (x[0] < 0.0) {
        if (x[0] < -700.0) {
            half = exp(0.5 * x[0]);
            d[0] = x[1] * half * half;
        } else {
            d[0] = x[1] * exp(x[0]);
        }
        d[1] = expm1(x[0]);
        return;
    }
    d[0] = nearest_to_zero(x[1]);
    d[1] = x[0];
}
PARTIALS(selu) { IGNORE; d[0] = x[0] >= 0.0 ? SELU_SCALE : SELU_SCALE_ALPHA * exp(x[0]); }
PARTIALS(softplus) { IGNORE; d[0] = sigmoid(x[0]); }
PARTIALS(gelu) { IGNORE; d[0] = d_gelu(x[0]); }
PARTIALS(silu) { IGNORE; d[0] = d_silu(x[0]); }
PARTIALS(sign) { IGNORE; d[0] = x[0] == x[0] ? 0.0 : NAN; }
PARTIALS(maximum) { IGNORE; d_choice(x[0] > x[1], x[0] < x[1], x[0] == x[1], d); }
PARTIALS(minimum) { IGNORE; d_choice(x[0] < x[1], x[0] > x[1], x[0] == x[1], d); }
PARTIALS(clip) {
    if (y != y) { d[0] = d[1] = d[2] = NAN; return; }
    d[0] = d[1] = d[2] = 0.0;
    if (x[0] >= x[2] || x[1] >= x[2]) d[2] = 1.0;
    else d[x[0] <= x[1]] = 1.0;
}
PARTIALS(logaddexp) {
    double a = x[0], b = x[1], big, small, t, major, minor;
    if (y != y) { d[0] = d[1] = NAN; return; }
    if (a == b) { d[0] = d[1] = 0.5; return; }
    big = a > b ? a : b;
    small = a > b ? b : a;
    t = exp(small - big) * (1.0 + difference_error(small, big));
    major = 1.0 / (1.0 + t);
    minor = t / (1.0 + t);
    d[0] = a > b ? major : minor;
    d[1] = a > b ? minor : major;
}

PARTIALS(refined) { IGNORE; d[0] = 1.0; }
static double quotient(double x, double y) { return y != 0.0 ? x / y : copysign(INFINITY, x); }
PARTIALS(cross_entropy) {
    double a = x[0], rest = -a;
    IGNORE;
    if (a != a) { d[0] = d[1] = NAN; return; }
    d[1] = value_log1p(&rest) - value_log(x);
    if (x[1] == 0.0) d[0] = quotient(1.0, 1.0 - a);
    else if (x[1] == 1.0) d[0] = -quotient(1.0, a);
    else d[0] = a != 1.0 ? quotient(a - x[1], a) / (1.0 - a) : INFINITY;
}
PARTIALS(cross_entropy_of_sigmoid) {
    IGNORE;
    d[0] = (1.0 - x[1]) * sigmoid(x[0]) - x[1] * sigmoid(-x[0]);
    d[1] = -x[0];
}

/* ---- Any number of operands ----------------------------------------------------------- */

/* A sum that is rounded once, as Python's math.fsum: it is kept as numbers that do not
   overlap, the smallest first; infinities and nans apart. */
#define MOST_PARTS 64 /* 2,098 binary digits of a double's range need fewer than 42 */
typedef struct {
    double parts[MOST_PARTS], special;
    int count;
} Sum;

static void sum_add(Sum *sum, double x) {
    int i, kept = 0;
    if (!is_finite(x)) { sum->special += x; return; }
    for (i = 0; i < sum->count; i++) {
        double y = sum->parts[i], high, low;
        if (fabs(x) < fabs(y)) { double swap = x; x = y; y = swap; }
        high = x + y;
        low = y - (high - x);
        if (low != 0.0) sum->parts[kept++] = low;
        x = high;
    }
    sum->parts[kept++] = x;
    sum->count = kept;
}

static double sum_of(const Sum *sum) {
    int n = sum->count;
    double high, low = 0.0, x, y, rest;
    if (sum->special != 0.0) return sum->special;
    if (!n) return 0.0;
    high = sum->parts[--n];
    while (n > 0) {
        x = high;
        y = sum->parts[--n];
        high = x + y;
        rest = high - x;
        low = y - rest;
        if (low != 0.0) break;
    }
    /* Half way between two doubles: what is below decides. */
    if (n > 0 && ((low < 0.0 && sum->parts[n - 1] < 0.0) || (low > 0.0 && sum->parts[n - 1] > 0.0))) {
        y = low * 2.0;
        x = high + y;
        rest = x - high;
        if (y == rest) high = x;
    }
    return high;
}

double logsumexp_of(const int32_t *places, int32_t count, const double *data) {
    Sum sum = {{0.0}, 0.0, 0};
    double top = -INFINITY;
    int32_t k;
    int was_left_out = 0;
    for (k = 0; k < count; k++) {
        double x = data[places[k]];
        if (x != x) return NAN;
        top = x > top ? x : top;
    }
    if (!is_finite(top)) return top;
    for (k = 0; k < count; k++) {
        double power = exp(data[places[k]] - top);
        if (power == 1.0 && !was_left_out) was_left_out = 1;
        else sum_add(&sum, power);
    }
    return top + log1p(sum_of(&sum));
}

void d_logsumexp_of(
    const int32_t *places, int32_t count, const double *data, double y, double adjoint, double *adjoints
) {
    Sum sum = {{0.0}, 0.0, 0};
    double top = -INFINITY, total = 0.0;
    int32_t k, turn;
    for (k = 0; k < count; k++) {
        double x = data[places[k]];
        top = x > top ? x : top;
        total += x == y;
    }
    for (turn = 0; turn < 2; turn++) {
        if (turn && is_finite(y)) total = sum_of(&sum);
        for (k = 0; k < count; k++) {
            double x = data[places[k]], weight;
            if (is_finite(y)) weight = exp(x - top) * (1.0 + difference_error(x, top));
            else weight = y != y ? NAN : x == y ? 1.0 : 0.0;
            if (turn) adjoints[places[k]] += weight / total * adjoint;
            else if (is_finite(y)) sum_add(&sum, weight);
        }
    }
}

static double weight_of(double z, double top) {
    double d = z - top, virtual = z - d;
    if (z == top) return 1.0;
    return d < -746.0 ? 0.0 : exp(d) * (1.0 + ((z - (d + virtual)) + (virtual - top)));
}

typedef struct {
    double top, total, rest; /* the largest; the sum of the weights, and without its own */
    int32_t first;           /* of the largest */
} Softmax;

static Softmax softmax_of(const int32_t *places, int32_t n, const double *data) {
    Softmax found = {-INFINITY, 0.0, 0.0, 0};
    Sum all = {{0.0}, 0.0, 0}, others = {{0.0}, 0.0, 0};
    int32_t k, infinities = 0, nans = 0;
    for (k = 0; k < n; k++) {
        double z = data[places[k]];
        nans += z != z;
        infinities += z == INFINITY;
        if (z > found.top) { found.top = z; found.first = k; }
    }
    if (nans || infinities > 1 || found.top == -INFINITY) {
        found.top = found.total = found.rest = NAN;
        return found;
    }
    for (k = 0; k < n; k++) {
        double weight = weight_of(data[places[k]], found.top);
        sum_add(&all, weight);
        if (k != found.first) sum_add(&others, weight);
    }
    found.total = sum_of(&all);
    found.rest = sum_of(&others);
    return found;
}

static double surprise_of(double z, const Softmax *softmax) {
    return log1p(softmax->rest) + (z != softmax->top ? softmax->top - z : 0.0);
}

double cross_entropy_of(const int32_t *places, int32_t count, const double *data) {
    int32_t k, n = count / 2, terms = 0;
    Softmax softmax = softmax_of(places, n, data);
    double sum = 0.0, term = 0.0;
    for (k = 0; k < n; k++) {
        double y = data[places[n + k]];
        if (y == 0.0) continue;
        term = y * surprise_of(data[places[k]], &softmax);
        sum += term;
        terms++;
    }
    return terms == 1 ? term : sum;
}

void d_cross_entropy_of(
    const int32_t *places, int32_t count, const double *data, double adjoint, double *adjoints
) {
    int32_t k, n = count / 2, first = 0;
    const int32_t *targets = places + n;
    Softmax softmax = softmax_of(places, n, data);
    Sum all = {{0.0}, 0.0, 0}, others = {{0.0}, 0.0, 0};
    double total, rest;
    for (k = 1; k < n; k++)
        if (data[targets[k]] > data[targets[first]]) first = k;
    for (k = 0; k < n; k++) {
        sum_add(&all, data[targets[k]]);
        if (k != first) sum_add(&others, data[targets[k]]);
    }
    total = sum_of(&all);
    rest = sum_of(&others);
    for (k = 0; k < n; k++) {
        double weight = weight_of(data[places[k]], softmax.top), y = data[targets[k]];
        double y_rest = k == first ? rest : total - y;
        double without = k == softmax.first ? softmax.rest : softmax.total - weight;
        double slope = softmax.total != softmax.total ? NAN : (weight * y_rest - y * without) / softmax.total;
        adjoints[places[k]] += slope * adjoint;
    }
    for (k = 0; k < n; k++) adjoints[targets[k]] += surprise_of(data[places[k]], &softmax) * adjoint;
}

/* Those with any number of operands are written out where they are used. */
#define value_sum NULL
#define value_mean NULL
#define value_dot NULL
#define value_take NULL
#define value_logsumexp NULL
#define value_cross_entropy_of_softmax NULL
#define partials_sum NULL
#define partials_mean NULL
#define partials_dot NULL
#define partials_take NULL
#define partials_logsumexp NULL
#define partials_cross_entropy_of_softmax NULL

const char *const scalar_names[OPERATION_COUNT] = {
#define AS_NAME(name, arity) #name,
    OPERATIONS(AS_NAME)
};
const int scalar_arities[OPERATION_COUNT] = {
#define AS_ARITY(name, arity) arity,
    OPERATIONS(AS_ARITY)
};
const Value scalar_values[OPERATION_COUNT] = {
#define AS_VALUE(name, arity) value_##name,
    OPERATIONS(AS_VALUE)
};
const Partials scalar_partials[OPERATION_COUNT] = {
#define AS_PARTIALS(name, arity) partials_##name,
    OPERATIONS(AS_PARTIALS)
};
