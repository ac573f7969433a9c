/* Included once for each kind of processor by machine.c, which says how many numbers a
   vector has (LANES), and how many vectors of results fit into the registers.

   Everything here keeps infinities and nans as IEEE 754 has them; sums may be taken in
   another order, and a product may be fused with a sum. */

#if LANES == 1
typedef double NAME(Vec);
typedef int64_t NAME(Bits);
#else
typedef double NAME(Vec) __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef int64_t NAME(Bits) __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
#endif
#define Vec NAME(Vec)
#define Bits NAME(Bits)

/* ---- Loads, stores and the sum of a vector ---------------------------------------------- */

#define LOAD(p) (*(const Vec *)(p))
#define STORE(p, v) (*(Vec *)(p) = (v))

#if LANES == 1
#define SPLAT(x) (x)
#define BITS(v) NAME(bits_of)(v)
#define FLOATS(b) NAME(floats_of)(b)
INLINE Bits NAME(bits_of)(Vec v) { Bits b; memcpy(&b, &v, 8); return b; }
INLINE Vec NAME(floats_of)(Bits b) { Vec v; memcpy(&v, &b, 8); return v; }
#define IS(condition) (-(int64_t)(condition))
#else
#define SPLAT(x) ((Vec){0} + (x))
#define BITS(v) ((Bits)(v))
#define FLOATS(b) ((Vec)(b))
#define IS(condition) ((Bits)(condition))
#endif
#define CHOOSE(mask, a, b) FLOATS((BITS(a) & (mask)) | (BITS(b) & ~(mask)))

INLINE TARGET Vec NAME(load_part)(const double *p, int64_t count) {
#if LANES == 8
    return (Vec)_mm512_maskz_loadu_pd((__mmask8)((1u << count) - 1), p);
#elif LANES == 4
    __m256i mask = _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
    return (Vec)_mm256_maskload_pd(p, mask);
#else
    Vec v = SPLAT(0.0);
    memcpy(&v, p, 8); /* of two lanes the part is one */
    (void)count;
    return v;
#endif
}

INLINE TARGET void NAME(store_part)(double *p, Vec v, int64_t count) {
#if LANES == 8
    _mm512_mask_storeu_pd(p, (__mmask8)((1u << count) - 1), (__m512d)v);
#elif LANES == 4
    __m256i mask = _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
    _mm256_maskstore_pd(p, mask, (__m256d)v);
#else
    memcpy(p, &v, 8);
    (void)count;
#endif
}

INLINE TARGET double NAME(sum_of)(Vec v) {
#if LANES == 8
    return _mm512_reduce_add_pd((__m512d)v);
#elif LANES == 4
    __m128d half = _mm_add_pd(_mm256_castpd256_pd128((__m256d)v), _mm256_extractf128_pd((__m256d)v, 1));
    return _mm_cvtsd_f64(_mm_add_sd(half, _mm_unpackhi_pd(half, half)));
#elif LANES == 2
    return v[0] + v[1];
#else
    return v;
#endif
}

/* ---- Functions on vectors --------------------------------------------------------------- */

#define ABSOLUTE(x) FLOATS(BITS(x) & (INT64_MAX + (Bits){0}))
#if LANES == 1
#undef ABSOLUTE
#define ABSOLUTE(x) fabs(x)
#endif

/* 2**k for integers k, given as the float k + ROUND, within the normal range. */
#define ROUND 6755399441055744.0 /* 1.5 * 2**52: adding it rounds to an integer */
INLINE TARGET Vec NAME(power_of_two)(Vec shifted) {
    return FLOATS((BITS(shifted) - BITS(SPLAT(ROUND)) + 1023) << 52);
}

/* e**x = 2**k * (1 + p), |p| < 0.42: p by its Taylor series, k in two halves. */
INLINE TARGET Vec NAME(exp_parts)(Vec x, Vec *first, Vec *second) {
    Vec k, half, r, p, shifted;
    x = CHOOSE(IS(x > 710.0), SPLAT(710.0), x);
    x = CHOOSE(IS(x < -760.0), SPLAT(-760.0), x);
    shifted = x * 1.4426950408889634 + ROUND;
    k = shifted - ROUND;
    r = (x - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
    half = k * 0.5 + ROUND;
    *first = NAME(power_of_two)(half);
    *second = NAME(power_of_two)((k - (half - ROUND)) + ROUND);
    p = r * 1.6059043836821613e-10 + 2.08767569878681e-09;
    p = p * r + 2.505210838544172e-08;
    p = p * r + 2.755731922398589e-07;
    p = p * r + 2.7557319223985893e-06;
    p = p * r + 2.48015873015873e-05;
    p = p * r + 0.0001984126984126984;
    p = p * r + 0.001388888888888889;
    p = p * r + 0.008333333333333333;
    p = p * r + 0.041666666666666664;
    p = p * r + 0.16666666666666666;
    p = p * r + 0.5;
    return r + r * r * p;
}

INLINE TARGET Vec NAME(exp)(Vec x) {
    Vec first, second, p = NAME(exp_parts)(x, &first, &second);
    return (first + first * p) * second;
}

/* e**x - 1 for x <= 0 */
INLINE TARGET Vec NAME(expm1)(Vec x) {
    Vec first, second, scale, p = NAME(exp_parts)(x, &first, &second);
    scale = first * second;
    return scale * p + (scale - 1.0);
}

INLINE TARGET Vec NAME(tanh)(Vec x) {
    Vec t = NAME(expm1)(-2.0 * ABSOLUTE(x)), y = -t / (2.0 + t);
    Bits sign = BITS(x) & (Bits)(BITS(SPLAT(0.0)) + INT64_MIN);
    return FLOATS(BITS(y) | sign);
}

INLINE TARGET Vec NAME(d_tanh)(Vec x) {
    Vec t = NAME(exp)(-ABSOLUTE(x)), s = 2.0 * t / (1.0 + t * t);
    return s * s;
}

INLINE TARGET Vec NAME(sigmoid)(Vec x) {
    Vec t = NAME(exp)(-ABSOLUTE(x));
    return CHOOSE(IS(x >= 0.0), SPLAT(1.0), t) / (1.0 + t);
}

INLINE TARGET Vec NAME(d_sigmoid)(Vec x) {
    Vec t = NAME(exp)(-ABSOLUTE(x));
    return t / (1.0 + t * (2.0 + t));
}

/* log(1 + t) for 0 <= t <= 1, by the series of 2 artanh(t / (2 + t)). */
INLINE TARGET Vec NAME(log1p)(Vec t) {
    Vec s = t / (2.0 + t), q = s * s, p = SPLAT(1.0 / 33.0);
    int k;
#pragma GCC unroll 16
    for (k = 31; k >= 3; k -= 2) p = p * q + 1.0 / k;
    return 2.0 * (s + s * q * p);
}

INLINE TARGET Vec NAME(softplus)(Vec x) {
    Vec above = CHOOSE(IS(x > 0.0), x, SPLAT(0.0));
    Vec y = above + NAME(log1p)(NAME(exp)(-ABSOLUTE(x)));
    return CHOOSE(IS(x == x), y, x);
}

INLINE TARGET Vec NAME(relu)(Vec x) { return CHOOSE(IS(x <= 0.0), SPLAT(0.0), x); }

INLINE TARGET Vec NAME(d_relu)(Vec x) {
    Vec y = CHOOSE(IS(x > 0.0), SPLAT(1.0), SPLAT(0.0));
    return CHOOSE(IS(x == x), y, x);
}

/* The partials with respect to a of max(a, b); of the other operand it is that of (b, a). */
INLINE TARGET Vec NAME(d_larger)(Vec a, Vec b) {
    Vec y = CHOOSE(IS(a < b), SPLAT(0.0), SPLAT(0.5));
    y = CHOOSE(IS(a > b), SPLAT(1.0), y);
    return CHOOSE(IS(a == a) & IS(b == b), y, SPLAT(NAN));
}

#define ROWS_OF(formula)                                                                  \
    for (i = 0; i + LANES <= n; i += LANES) { A = LOAD(a + i); STORE(y + i, formula); }   \
    if (i < n) { A = NAME(load_part)(a + i, n - i); NAME(store_part)(y + i, formula, n - i); } \
    return
#define ROWS_OF_TWO(formula)                                                              \
    for (i = 0; i + LANES <= n; i += LANES) {                                             \
        A = LOAD(a + i); B = LOAD(b + i); STORE(y + i, formula);                          \
    }                                                                                     \
    if (i < n) {                                                                          \
        A = NAME(load_part)(a + i, n - i); B = NAME(load_part)(b + i, n - i);             \
        NAME(store_part)(y + i, formula, n - i);                                          \
    }                                                                                     \
    return

/* Values of an operation along a row, its operands side by side. */
static TARGET NOT_INLINE void NAME(values)(
    int64_t operation, int64_t n, const double *const *x, int64_t operands, double *y
) {
    const double *a = x[0], *b = x[operands > 1];
    double point[MOST_OPERANDS];
    Vec A, B;
    int64_t i, k;
    switch (operation) {
    case OP_exp: ROWS_OF(NAME(exp)(A));
    case OP_tanh: ROWS_OF(NAME(tanh)(A));
    case OP_sigmoid: ROWS_OF(NAME(sigmoid)(A));
    case OP_softplus: ROWS_OF(NAME(softplus)(A));
    case OP_log_sigmoid: ROWS_OF(-NAME(softplus)(-A));
    case OP_relu: ROWS_OF(NAME(relu)(A));
    case OP_square: ROWS_OF(A * A);
    case OP_reciprocal: ROWS_OF(1.0 / A);
    case OP_div: ROWS_OF_TWO(A / B);
    case OP_mul: ROWS_OF_TWO(A * B);
    case OP_maximum: ROWS_OF_TWO(CHOOSE(IS(A >= B) | ~IS(A == A), A, B));
    case OP_minimum: ROWS_OF_TWO(CHOOSE(IS(A <= B) | ~IS(A == A), A, B));
    default:
        for (i = 0; i < n; i++) {
            for (k = 0; k < operands; k++) point[k] = x[k][i];
            y[i] = scalar_values[operation](point);
        }
    }
}

/* Partials with respect to one operand, each times what comes from above. */
#define ROWS_UP(formula)                                                                  \
    for (i = 0; i + LANES <= n; i += LANES) {                                             \
        A = LOAD(a + i); B = LOAD(b + i); STORE(y + i, (formula) * LOAD(up + i));         \
    }                                                                                     \
    if (i < n) {                                                                          \
        A = NAME(load_part)(a + i, n - i); B = NAME(load_part)(b + i, n - i);             \
        NAME(store_part)(y + i, (formula) * NAME(load_part)(up + i, n - i), n - i);       \
    }                                                                                     \
    return

static TARGET NOT_INLINE void NAME(partials)(
    int64_t operation, int64_t n, const double *const *x, int64_t operands, const double *output,
    int64_t which, const double *up, double *y
) {
    const double *a = x[0], *b = operands > 1 ? x[1] : output;
    double point[MOST_OPERANDS], found[MOST_OPERANDS];
    Vec A, B;
    int64_t i, k;
    switch (operation) {
    case OP_exp: ROWS_UP(B);
    case OP_tanh: ROWS_UP(NAME(d_tanh)(A));
    case OP_sigmoid: ROWS_UP(NAME(d_sigmoid)(A));
    case OP_softplus: ROWS_UP(NAME(sigmoid)(A));
    case OP_log_sigmoid: ROWS_UP(NAME(sigmoid)(-A));
    case OP_relu: ROWS_UP(NAME(d_relu)(A));
    case OP_square: ROWS_UP(2.0 * A);
    case OP_mul:
        if (which) { ROWS_UP(A); }
        ROWS_UP(B);
    case OP_maximum:
        if (which) { ROWS_UP(NAME(d_larger)(B, A)); }
        ROWS_UP(NAME(d_larger)(A, B));
    case OP_minimum:
        if (which) { ROWS_UP(NAME(d_larger)(A, B)); }
        ROWS_UP(NAME(d_larger)(B, A));
    default:
        for (i = 0; i < n; i++) {
            for (k = 0; k < operands; k++) point[k] = x[k][i];
            scalar_partials[operation](point, output[i], found);
            y[i] = found[which] * up[i];
        }
    }
}

/* ---- Matrix products -------------------------------------------------------------------- */

/* out[i, j] (+)= sign * Σ a[i, k] * b[k, j] for some rows i and some vectors of columns;
   the columns of b and of out lie side by side. */
INLINE TARGET void NAME(tile)(
    int rows, int vectors, int64_t part, int64_t depth, const double *a, int64_t a_row, int64_t a_k,
    const double *b, int64_t b_k, double *out, int64_t out_row, double sign, int assign
) {
    Vec sums[TILE_ROWS][TILE_VECTORS];
    int64_t k;
    int i, v;
#pragma GCC unroll 8
    for (i = 0; i < rows; i++)
#pragma GCC unroll 4
        for (v = 0; v < vectors; v++) sums[i][v] = SPLAT(0.0);
    for (k = 0; k < depth; k++) {
        Vec columns[TILE_VECTORS];
#pragma GCC unroll 4
        for (v = 0; v < vectors; v++)
            columns[v] = part && v == vectors - 1 ? NAME(load_part)(b + v * LANES, part) : LOAD(b + v * LANES);
#pragma GCC unroll 8
        for (i = 0; i < rows; i++) {
            double factor = a[i * a_row];
#pragma GCC unroll 4
            for (v = 0; v < vectors; v++) sums[i][v] += factor * columns[v];
        }
        a += a_k;
        b += b_k;
    }
#pragma GCC unroll 8
    for (i = 0; i < rows; i++) {
#pragma GCC unroll 4
        for (v = 0; v < vectors; v++) {
            double *place = out + i * out_row + v * LANES;
            Vec found = sign * sums[i][v];
            if (part && v == vectors - 1) {
                if (!assign) found += NAME(load_part)(place, part);
                NAME(store_part)(place, found, part);
            } else {
                if (!assign) found += LOAD(place);
                STORE(place, found);
            }
        }
    }
}

#define TILE_CASE(r)                                                                      \
    case r:                                                                               \
        NAME(tile)(r, vectors, part, depth, a, a_row, a_k, b, b_k, out, out_row, sign, assign); \
        break;

INLINE TARGET void NAME(tile_rows)(
    int64_t rows, int vectors, int64_t part, int64_t depth, const double *a, int64_t a_row, int64_t a_k,
    const double *b, int64_t b_k, double *out, int64_t out_row, double sign, int assign
) {
    for (; rows >= TILE_ROWS; rows -= TILE_ROWS) {
        NAME(tile)(TILE_ROWS, vectors, part, depth, a, a_row, a_k, b, b_k, out, out_row, sign, assign);
        a += TILE_ROWS * a_row;
        out += TILE_ROWS * out_row;
    }
    switch (rows) {
        TILE_CASE(1)
        TILE_CASE(2)
        TILE_CASE(3)
#if TILE_ROWS > 4
        TILE_CASE(4)
        TILE_CASE(5)
        TILE_CASE(6)
        TILE_CASE(7)
#endif
    }
}

static TARGET NOT_INLINE void NAME(tiles)(
    int64_t rows, int64_t columns, int64_t depth, const double *a, int64_t a_row, int64_t a_k,
    const double *b, int64_t b_k, double *out, int64_t out_row, double sign, int assign
) {
#define TILE_COLUMNS(vectors, part)                                                       \
    NAME(tile_rows)(rows, vectors, part, depth, a, a_row, a_k, b, b_k, out, out_row, sign, assign)
    while (columns >= TILE_VECTORS * LANES) {
        TILE_COLUMNS(TILE_VECTORS, 0);
        b += TILE_VECTORS * LANES;
        out += TILE_VECTORS * LANES;
        columns -= TILE_VECTORS * LANES;
    }
#if TILE_VECTORS > 2
    if (columns >= 2 * LANES) {
        TILE_COLUMNS(2, 0);
        b += 2 * LANES;
        out += 2 * LANES;
        columns -= 2 * LANES;
    }
#endif
    if (columns >= LANES) {
        if (columns > LANES) {
            TILE_COLUMNS(2, columns - LANES);
            return;
        }
        TILE_COLUMNS(1, 0);
        return;
    }
    if (columns) TILE_COLUMNS(1, columns);
}

/* out[i, j] (+)= sign * Σ a[i, k] * b[j, k] for some rows of a and of b, which lie in one
   piece each. */
INLINE TARGET void NAME(dot_tile)(
    int rows, int columns, int64_t depth, const double *a, int64_t a_row, const double *b,
    int64_t b_row, double *out, int64_t out_row, int64_t out_column, double sign, int assign
) {
    Vec sums[DOT_ROWS][DOT_COLUMNS], right[DOT_COLUMNS];
    int64_t k;
    int i, j;
#pragma GCC unroll 8
    for (i = 0; i < rows; i++)
#pragma GCC unroll 4
        for (j = 0; j < columns; j++) sums[i][j] = SPLAT(0.0);
    for (k = 0; k + LANES <= depth; k += LANES) {
#pragma GCC unroll 4
        for (j = 0; j < columns; j++) right[j] = LOAD(b + j * b_row + k);
#pragma GCC unroll 8
        for (i = 0; i < rows; i++) {
            Vec left = LOAD(a + i * a_row + k);
#pragma GCC unroll 4
            for (j = 0; j < columns; j++) sums[i][j] += left * right[j];
        }
    }
    if (k < depth) {
#pragma GCC unroll 4
        for (j = 0; j < columns; j++) right[j] = NAME(load_part)(b + j * b_row + k, depth - k);
#pragma GCC unroll 8
        for (i = 0; i < rows; i++) {
            Vec left = NAME(load_part)(a + i * a_row + k, depth - k);
#pragma GCC unroll 4
            for (j = 0; j < columns; j++) sums[i][j] += left * right[j];
        }
    }
#pragma GCC unroll 8
    for (i = 0; i < rows; i++)
#pragma GCC unroll 4
        for (j = 0; j < columns; j++) {
            double *place = out + i * out_row + j * out_column;
            double found = sign * NAME(sum_of)(sums[i][j]);
            *place = assign ? found : *place + found;
        }
}

#define DOT_CASE(r)                                                                       \
    case r:                                                                               \
        NAME(dot_tile)(r, columns, depth, a, a_row, b, b_row, out, out_row, out_column, sign, assign); \
        break;

INLINE TARGET void NAME(dot_rows)(
    int64_t rows, int columns, int64_t depth, const double *a, int64_t a_row, const double *b,
    int64_t b_row, double *out, int64_t out_row, int64_t out_column, double sign, int assign
) {
    switch (rows) {
        DOT_CASE(1)
        DOT_CASE(2)
#if DOT_ROWS > 2
        DOT_CASE(3)
#endif
#if DOT_ROWS > 3
        DOT_CASE(4)
        DOT_CASE(5)
        DOT_CASE(6)
#endif
    }
}

static TARGET NOT_INLINE void NAME(dots)(
    int64_t rows, int64_t columns, int64_t depth, const double *a, int64_t a_row, const double *b,
    int64_t b_row, double *out, int64_t out_row, int64_t out_column, double sign, int assign
) {
    int64_t i, j;
    for (i = 0; i < rows; i += DOT_ROWS) {
        int64_t some = rows - i < DOT_ROWS ? rows - i : DOT_ROWS;
        const double *left = a + i * a_row;
#define DOT_COLUMN(count)                                                                 \
    NAME(dot_rows)(some, count, depth, left, a_row, b + j * b_row, b_row,                 \
        out + i * out_row + j * out_column, out_row, out_column, sign, assign)
        for (j = 0; j + DOT_COLUMNS <= columns; j += DOT_COLUMNS) DOT_COLUMN(DOT_COLUMNS);
        if (columns - j >= 2) { DOT_COLUMN(2); j += 2; }
        if (columns - j == 1) DOT_COLUMN(1);
    }
}

/* ---- Rows of sums of products ----------------------------------------------------------- */

INLINE TARGET double NAME(inner)(
    int64_t n, const double *a, int64_t step_a, const double *b, int64_t step_b
) {
    int64_t i = 0;
    double total = 0.0;
    if (step_a <= 1 && step_b <= 1 && step_a + step_b > 0 && step_a >= 0 && step_b >= 0) {
        Vec sums[4] = {SPLAT(0.0), SPLAT(0.0), SPLAT(0.0), SPLAT(0.0)}, fixed = SPLAT(step_a ? *b : *a);
        const double *moving = step_a ? a : b;
        int v;
        if (step_a && step_b) {
            for (; i + 4 * LANES <= n; i += 4 * LANES)
#pragma GCC unroll 4
                for (v = 0; v < 4; v++) sums[v] += LOAD(a + i + v * LANES) * LOAD(b + i + v * LANES);
            for (; i + LANES <= n; i += LANES) sums[0] += LOAD(a + i) * LOAD(b + i);
        } else {
            for (; i + 4 * LANES <= n; i += 4 * LANES)
#pragma GCC unroll 4
                for (v = 0; v < 4; v++) sums[v] += LOAD(moving + i + v * LANES) * fixed;
            for (; i + LANES <= n; i += LANES) sums[0] += LOAD(moving + i) * fixed;
        }
        total = NAME(sum_of)((sums[0] + sums[1]) + (sums[2] + sums[3]));
    }
    for (; i < n; i++) total += a[i * step_a] * b[i * step_b];
    return total;
}

static TARGET NOT_INLINE void NAME(row)(
    int64_t n, double *restrict out, int64_t step, const double *restrict a, int64_t step_a,
    const double *restrict b, int64_t step_b, double sign, int assign
) {
    int64_t i;
    if (step == 0) {
        double found = sign * NAME(inner)(n, a, step_a, b, step_b);
        *out = assign ? found : *out + found;
    } else if (step == 1 && step_a == 1 && step_b == 1) {
        if (assign) for (i = 0; i < n; i++) out[i] = sign * (a[i] * b[i]);
        else for (i = 0; i < n; i++) out[i] += sign * (a[i] * b[i]);
    } else if (step == 1 && step_a == 1 && step_b == 0) {
        double factor = sign * *b;
        if (assign) for (i = 0; i < n; i++) out[i] = a[i] * factor;
        else for (i = 0; i < n; i++) out[i] += a[i] * factor;
    } else if (step == 1 && step_a == 0 && step_b == 1) {
        double factor = sign * *a;
        if (assign) for (i = 0; i < n; i++) out[i] = b[i] * factor;
        else for (i = 0; i < n; i++) out[i] += b[i] * factor;
    } else if (step == 1 && step_a == 0 && step_b == 0) {
        double found = sign * (*a * *b);
        if (assign) for (i = 0; i < n; i++) out[i] = found;
        else for (i = 0; i < n; i++) out[i] += found;
    } else {
        for (i = 0; i < n; i++) {
            double found = sign * (a[i * step_a] * b[i * step_b]);
            out[i * step] = assign ? found : out[i * step] + found;
        }
    }
}

/* ---- The instructions ------------------------------------------------------------------- */

#ifndef MOST_AXES
#define MOST_AXES 12
#define MOST_SUMMED 64 /* operands of logsumexp; lower.py knows it, too */
#define CHUNK 512

/* The next index of a nest of loops but the innermost: moves each pointer by its stride.
   An axis is its extent, then `count` strides. */
static int advance(int64_t *index, const int64_t *axes, int64_t outer, const double **at, int64_t count) {
    int64_t axis, k;
    for (axis = outer - 1; axis >= 0; axis--) {
        const int64_t *strides = axes + axis * (count + 1) + 1;
        if (++index[axis] < strides[-1]) {
            for (k = 0; k < count; k++)
                if (at[k]) at[k] += strides[k];
            return 1;
        }
        for (k = 0; k < count; k++)
            if (at[k]) at[k] -= strides[k] * (strides[-1] - 1);
        index[axis] = 0;
    }
    return 0;
}

static double *place_of(const Call *call, int64_t address) {
    return call->base[address & 7] + (address >> 3);
}

/* Whether an instruction writes, instead of adding to what is there. */
static int assigns(const Call *call, int64_t flag, int64_t address) {
    return flag && (call->is_first || (address & 7) != GRADIENT);
}

/* An operand of an elementwise row, side by side: copied if it is not. */
static const double *side_by_side(const double *at, int64_t step, int64_t n, double *copy) {
    int64_t i;
    if (step == 1) return at;
    for (i = 0; i < n; i++) copy[i] = at[i * step];
    return copy;
}
#endif

static TARGET void NAME(contract)(const Call *call, const int64_t *w) {
    /* assign, sign, out, left, right, axes, (extent, strides)... */
    int assign = assigns(call, w[0], w[2]);
    double sign = call->base[NUMBERS][w[1]];
    const double *at[3] = {place_of(call, w[2]), place_of(call, w[3]), place_of(call, w[4])};
    int64_t outer = w[5] - 1, index[MOST_AXES] = {0};
    const int64_t *axes = w + 6, *last = axes + 4 * outer;
    do {
        NAME(row)(last[0], (double *)at[0], last[1], at[1], last[2], at[2], last[3], sign, assign);
    } while (advance(index, axes, outer, at, 3));
}

/* Whether all numbers of an operand are finite. */
static TARGET int NAME(is_finite)(const Call *call, const int64_t *w) {
    /* operand, axes, (extent, stride)... */
    const double *at[1] = {place_of(call, w[0])};
    int64_t outer = w[1] - 1, index[MOST_AXES] = {0}, i;
    const int64_t *axes = w + 2, *last = axes + 2 * outer;
    double sum = 0.0;
    do {
        for (i = 0; i < last[0]; i++) sum += at[0][i * last[1]] * 0.0;
    } while (advance(index, axes, outer, at, 1));
    return sum == 0.0;
}

/* A sum of those products whose flag is 1: the others may be 0 times an infinity. */
static TARGET void NAME(chosen)(const Call *call, const int64_t *w) {
    /* sign, out, left, right, flags, axes, (extent, strides)... */
    const double *at[4];
    int64_t outer = w[5] - 1, index[MOST_AXES] = {0}, i;
    const int64_t *axes = w + 6, *last = axes + 5 * outer;
    double sign = call->base[NUMBERS][w[0]];
    for (i = 0; i < 4; i++) at[i] = place_of(call, w[1 + i]);
    do {
        for (i = 0; i < last[0]; i++)
            if (at[3][i * last[4]] != 0.0)
                ((double *)at[0])[i * last[1]] += sign * (at[1][i * last[2]] * at[2][i * last[3]]);
    } while (advance(index, axes, outer, at, 4));
}

static TARGET void NAME(product)(const Call *call, const int64_t *w, int of_dots) {
    /* assign, sign, out, left, right, rows, columns, depth, strides..., axes, (extent, strides)...
       tiles: out_row, a_row, a_k, b_k; dots: out_row, out_column, a_row, b_row */
    int assign = assigns(call, w[0], w[2]);
    double sign = call->base[NUMBERS][w[1]];
    const double *at[3] = {place_of(call, w[2]), place_of(call, w[3]), place_of(call, w[4])};
    int64_t index[MOST_AXES] = {0};
    const int64_t *s = w + 8;
    do {
        if (of_dots)
            NAME(dots)(w[5], w[6], w[7], at[1], s[2], at[2], s[3], (double *)at[0], s[0], s[1], sign, assign);
        else
            NAME(tiles)(w[5], w[6], w[7], at[1], s[1], s[2], at[2], s[3], (double *)at[0], s[0], sign, assign);
    } while (advance(index, w + 13, w[12], at, 3));
}

static TARGET void NAME(map)(const Call *call, const int64_t *w) {
    /* operation, out, operands, axes, operand..., (extent, strides)... */
    double copies[MOST_OPERANDS][CHUNK], written[CHUNK];
    const double *at[1 + MOST_OPERANDS], *x[MOST_OPERANDS];
    int64_t operands = w[2], count = 1 + operands, outer = w[3] - 1, index[MOST_AXES] = {0}, i, k;
    const int64_t *axes = w + 4 + operands, *last = axes + outer * (count + 1);
    at[0] = place_of(call, w[1]);
    for (k = 0; k < operands; k++) at[1 + k] = place_of(call, w[4 + k]);
    do {
        for (i = 0; i < last[0]; i += CHUNK) {
            int64_t n = last[0] - i < CHUNK ? last[0] - i : CHUNK, j;
            double *out = (double *)at[0] + i * last[1];
            for (k = 0; k < operands; k++)
                x[k] = side_by_side(at[1 + k] + i * last[2 + k], last[2 + k], n, copies[k]);
            NAME(values)(w[0], n, x, operands, last[1] == 1 ? out : written);
            if (last[1] != 1)
                for (j = 0; j < n; j++) out[j * last[1]] = written[j];
        }
    } while (advance(index, axes, outer, at, count));
}

static TARGET void NAME(chain)(const Call *call, const int64_t *w) {
    /* assign, operation, which, adjoint of the operand, upstream, output, operands, axes,
       operand..., (extent, strides of all these)... */
    static const double one = 1.0;
    double copies[MOST_OPERANDS][CHUNK], ups[CHUNK], outputs[CHUNK], slope[CHUNK];
    const double *at[3 + MOST_OPERANDS], *x[MOST_OPERANDS];
    int assign = assigns(call, w[0], w[3]);
    int64_t operands = w[6], count = 3 + operands, outer = w[7] - 1, index[MOST_AXES] = {0}, i, k;
    const int64_t *axes = w + 8 + operands, *last = axes + outer * (count + 1);
    for (k = 0; k < 3; k++) at[k] = place_of(call, w[3 + k]);
    for (k = 0; k < operands; k++) at[3 + k] = place_of(call, w[8 + k]);
    do {
        for (i = 0; i < last[0]; i += CHUNK) {
            int64_t n = last[0] - i < CHUNK ? last[0] - i : CHUNK;
            const double *up = side_by_side(at[1] + i * last[2], last[2], n, ups);
            const double *output = side_by_side(at[2] + i * last[3], last[3], n, outputs);
            for (k = 0; k < operands; k++)
                x[k] = side_by_side(at[3 + k] + i * last[4 + k], last[4 + k], n, copies[k]);
            double *out = (double *)at[0] + i * last[1];
            int direct = assign && last[1] == 1;
            NAME(partials)(w[1], n, x, operands, output, w[2], up, direct ? out : slope);
            if (!direct)
                NAME(row)(n, out, last[1], slope, 1, &one, 0, 1.0, assign && !(last[1] == 0 && i));
        }
    } while (advance(index, axes, outer, at, count));
}

/* What the sums of logsumexp need, for some elements side by side: the largest operand, and
   whether one is nan. */
static TARGET void NAME(largest)(
    int64_t n, int64_t i, int64_t many, const double **x, const int64_t *steps, double *copy,
    double *top, int64_t *is_nan
) {
    int64_t j, k;
    for (j = 0; j < n; j++) { top[j] = -INFINITY; is_nan[j] = 0; }
    for (k = 0; k < many; k++) {
        const double *a = side_by_side(x[k] + i * steps[k], steps[k], n, copy);
        for (j = 0; j < n; j++) {
            is_nan[j] |= a[j] != a[j];
            top[j] = a[j] > top[j] ? a[j] : top[j];
        }
    }
}

static TARGET void NAME(log_sum_exp)(const Call *call, const int64_t *w) {
    /* out, operands, axes, operand..., (extent, strides)... */
    double copy[CHUNK], top[CHUNK], sum[CHUNK], gap[CHUNK], power[CHUNK];
    int64_t is_nan[CHUNK], seen[CHUNK], index[MOST_AXES] = {0}, many = w[1], outer = w[2] - 1, i, j, k;
    const double *at[1 + MOST_SUMMED], *row[1] = {gap};
    const int64_t *axes = w + 3 + many, *last = axes + outer * (many + 2);
    at[0] = place_of(call, w[0]);
    for (k = 0; k < many; k++) at[1 + k] = place_of(call, w[3 + k]);
    do {
        for (i = 0; i < last[0]; i += CHUNK) {
            int64_t n = last[0] - i < CHUNK ? last[0] - i : CHUNK;
            double *out = (double *)at[0] + i * last[1];
            NAME(largest)(n, i, many, at + 1, last + 2, copy, top, is_nan);
            for (j = 0; j < n; j++) { sum[j] = 0.0; seen[j] = 0; }
            for (k = 0; k < many; k++) {
                const double *a = side_by_side(at[1 + k] + i * last[2 + k], last[2 + k], n, copy);
                for (j = 0; j < n; j++) gap[j] = a[j] - top[j];
                NAME(values)(OP_exp, n, row, 1, power);
                for (j = 0; j < n; j++) { /* all but one that is the largest */
                    int64_t is_top = gap[j] == 0.0 && !seen[j];
                    seen[j] |= is_top;
                    sum[j] += is_top ? 0.0 : power[j];
                }
            }
            for (j = 0; j < n; j++)
                out[j * last[1]] = is_nan[j] ? NAN : top[j] - top[j] != 0.0 ? top[j] : top[j] + log1p(sum[j]);
        }
    } while (advance(index, axes, outer, at, 1 + many));
}

static TARGET void NAME(softmax)(const Call *call, const int64_t *w) {
    /* upstream, operands, axes, operand..., adjoint of each or -1..., (extent, strides)... */
    double copy[CHUNK], top[CHUNK], sum[CHUNK], gap[CHUNK], power[CHUNK], equal[CHUNK];
    int64_t is_nan[CHUNK], index[MOST_AXES] = {0}, many = w[1], outer = w[2] - 1, i, j, k;
    const double *at[1 + 2 * MOST_SUMMED], *row[1] = {gap};
    const int64_t *axes = w + 3 + 2 * many, *last = axes + outer * (2 * many + 2);
    at[0] = place_of(call, w[0]);
    for (k = 0; k < 2 * many; k++) at[1 + k] = w[3 + k] < 0 ? NULL : place_of(call, w[3 + k]);
    do {
        for (i = 0; i < last[0]; i += CHUNK) {
            int64_t n = last[0] - i < CHUNK ? last[0] - i : CHUNK, turn;
            NAME(largest)(n, i, many, at + 1, last + 2, copy, top, is_nan);
            for (j = 0; j < n; j++) sum[j] = equal[j] = 0.0;
            for (turn = 0; turn < 2; turn++) /* first the sum, then the shares */
                for (k = 0; k < many; k++) {
                    const double *a = side_by_side(at[1 + k] + i * last[2 + k], last[2 + k], n, copy);
                    double *into = (double *)at[1 + many + k];
                    const double *up = at[0] + i * last[1];
                    int64_t step = last[2 + many + k];
                    if (turn && !into) continue;
                    into += i * step;
                    for (j = 0; j < n; j++) gap[j] = a[j] - top[j];
                    NAME(values)(OP_exp, n, row, 1, power);
                    for (j = 0; j < n; j++) {
                        double virtual = a[j] - gap[j];
                        double error = (a[j] - (gap[j] + virtual)) + (virtual - top[j]);
                        power[j] *= 1.0 + (error == error ? error : 0.0);
                    }
                    for (j = 0; j < n && !turn; j++) {
                        sum[j] += power[j];
                        equal[j] += a[j] == top[j];
                    }
                    for (j = 0; j < n && turn; j++) {
                        double share = power[j] / sum[j];
                        if (top[j] - top[j] != 0.0) share = (a[j] == top[j]) / equal[j];
                        into[j * step] += up[j * last[1]] * (is_nan[j] ? NAN : share);
                    }
                }
        }
    } while (advance(index, axes, outer, at, 1 + 2 * many));
}

static TARGET double NAME(run)(const Code *code, const Call *call) {
    const int64_t *w = code->words, *end = w + code->length;
    double value = 0.0;
    for (; w < end; w += w[1]) {
        const int64_t *x = w + 2;
        int64_t i, j, n, width;
        switch (w[0]) {
        case FILL: { /* place, count, number */
            double number = call->base[NUMBERS][x[2]], *out = place_of(call, x[0]);
            if (!call->is_first && (x[0] & 7) == GRADIENT) break;
            for (i = 0; i < x[1]; i++) out[i] = number;
            break;
        }
        case SCALE: { /* place, count, number */
            double number = call->base[NUMBERS][x[2]], *out = place_of(call, x[0]);
            for (i = 0; i < x[1]; i++) out[i] *= number;
            break;
        }
        case GATHER: { /* out, source, table, count, stride, width, stride */
            double *out = place_of(call, x[0]);
            const double *source = place_of(call, x[1]);
            const int64_t *table = code->places + x[2];
            n = x[3];
            width = x[5];
            for (i = 0; i < n; i++)
                for (j = 0; j < width; j++) *out++ = source[table[i] * x[4] + j * x[6]];
            break;
        }
        case SCATTER: { /* into, source, table, count, width, sign */
            double *into = place_of(call, x[0]), sign = call->base[NUMBERS][x[5]];
            const double *source = place_of(call, x[1]);
            const int64_t *table = code->places + x[2];
            n = x[3];
            width = x[4];
            for (i = 0; i < n; i++)
                for (j = 0; j < width; j++) into[table[i] * width + j] += sign * *source++;
            break;
        }
        case SEGMENTS: { /* assign, sign, out, source, table, count, width */
            double *out = place_of(call, x[2]), sign = call->base[NUMBERS][x[1]];
            const double *source = place_of(call, x[3]);
            const int64_t *starts = code->places + x[4];
            n = x[5];
            width = x[6];
            for (i = 0; i < n; i++)
                for (j = 0; j < width; j++) {
                    double sum = 0.0;
                    int64_t k;
                    for (k = starts[i]; k < starts[i + 1]; k++) sum += source[k * width + j];
                    *out = x[0] ? sign * sum : *out + sign * sum;
                    out++;
                }
            break;
        }
        case CONTRACT: NAME(contract)(call, x); break;
        case TILES: NAME(product)(call, x, 0); break;
        case DOTS: NAME(product)(call, x, 1); break;
        case FINITE: /* leaves out what comes next */
            if (NAME(is_finite)(call, x)) w += w[1];
            break;
        case CHOSEN:
            NAME(chosen)(call, x);
            w += w[1];
            break;
        case MAP: NAME(map)(call, x); break;
        case CHAIN: NAME(chain)(call, x); break;
        case LOGSUMEXP: NAME(log_sum_exp)(call, x); break;
        case SOFTMAX: NAME(softmax)(call, x); break;
        case SEED: { /* root, its adjoint, count */
            const double *root = place_of(call, x[0]);
            double *adjoint = place_of(call, x[1]);
            for (i = 0; i < x[2]; i++) {
                value += root[i];
                adjoint[i] = call->seed;
            }
            break;
        }
        }
    }
    return value;
}

#undef NAME
#undef TARGET
#undef LANES
#undef TILE_ROWS
#undef TILE_VECTORS
#undef DOT_ROWS
#undef DOT_COLUMNS
#undef Vec
#undef Bits
#undef LOAD
#undef STORE
#undef SPLAT
#undef BITS
#undef FLOATS
#undef IS
#undef CHOOSE
#undef ABSOLUTE
#undef ROUND
#undef ROWS_OF
#undef ROWS_OF_TWO
#undef ROWS_UP
#undef TILE_CASE
#undef TILE_COLUMNS
#undef DOT_CASE
#undef DOT_COLUMN
