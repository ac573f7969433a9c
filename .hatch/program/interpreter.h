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
#if LANES == 8
#define LANE ((Vec){0, 1, 2, 3, 4, 5, 6, 7})
#elif LANES == 4
#define LANE ((Vec){0, 1, 2, 3})
#elif LANES == 2
#define LANE ((Vec){0, 1})
#else
#define LANE 0.0
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

/* A vector of an operand: of numbers side by side, all of it or a part, or of one number. */
INLINE TARGET Vec NAME(read)(const double *p, int step, int64_t part) {
    if (!step) return SPLAT(*p);
    return part ? NAME(load_part)(p, part) : LOAD(p);
}

INLINE TARGET void NAME(write)(double *p, Vec v, int64_t part) {
    if (part) NAME(store_part)(p, v, part);
    else STORE(p, v);
}

/* Some numbers that lie apart by one stride; of stride 0 a whole vector of one. */
INLINE TARGET Vec NAME(load_apart)(const double *p, int64_t step, int64_t count) {
    if (step == 1) return NAME(read)(p, 1, count < LANES ? count : 0);
    if (step == 0) return SPLAT(*p);
#if LANES == 8
    return (Vec)_mm512_mask_i64gather_pd(_mm512_setzero_pd(), (__mmask8)((1u << count) - 1),
        _mm512_mullo_epi64(_mm512_set1_epi64(step), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7)), p, 8);
#else
    {
        double found[LANES] = {0.0};
        int64_t i;
        for (i = 0; i < count; i++) found[i] = p[i * step];
        return LOAD(found);
    }
#endif
}

/* Add to numbers that lie apart, which may be one and the same. */
INLINE TARGET void NAME(add_apart)(double *p, int64_t step, int64_t count, Vec v) {
    int64_t part = count < LANES ? count : 0;
    if (step == 1) NAME(write)(p, NAME(read)(p, 1, part) + v, part);
    else {
        double found[LANES];
        int64_t i;
        STORE(found, v);
        for (i = 0; i < count; i++) p[i * step] += found[i];
    }
}

/* The larger of two numbers; b if a is nan. */
INLINE TARGET Vec NAME(larger)(Vec a, Vec b) {
#if LANES == 8
    return (Vec)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif LANES == 4
    return (Vec)_mm256_max_pd((__m256d)a, (__m256d)b);
#else
    return CHOOSE(IS(a > b), a, b);
#endif
}

INLINE TARGET double NAME(largest_of)(Vec v) {
#if LANES == 8
    return _mm512_reduce_max_pd((__m512d)v);
#else
    double found[LANES], top = -INFINITY;
    int i;
    STORE(found, v);
    for (i = 0; i < LANES; i++) top = found[i] > top ? found[i] : top;
    return top;
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

/* log(1 + t) for t >= 0: of 1 + t = 2**k * (1 + f) with f by half an octave around 0, and
   log(1 + f) by the series of 2 artanh(f / (2 + f)). */
INLINE TARGET Vec NAME(log1p)(Vec t) {
    Vec u = 1.0 + t, rounded = t - (u - 1.0), k, f, s, q, p = SPLAT(1.0 / 23.0);
    Bits octave = (BITS(u) - BITS(SPLAT(0.70710678118654752))) >> 52;
    int j;
    f = (FLOATS(BITS(u) - (octave << 52)) - 1.0) + rounded * FLOATS((1023 - octave) << 52);
    k = FLOATS(octave + BITS(SPLAT(ROUND))) - ROUND;
    s = f / (2.0 + f);
    q = s * s;
#pragma GCC unroll 16
    for (j = 21; j >= 3; j -= 2) p = p * q + 1.0 / j;
    return k * 6.93147180369123816490e-01 + (2.0 * (s + s * q * p) + k * 1.90821492927058770002e-10);
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

#ifndef HAS_ROOTS
#define HAS_ROOTS
/* Whether powers are square roots, or one over them, with nothing special among them. */
static int are_roots(int64_t n, const double *a, const double *exponents) {
    double exponent = exponents[0];
    int64_t i;
    if (exponent != 0.5 && exponent != -0.5) return 0;
    for (i = 0; i < n; i++)
        if (exponents[i] != exponent || !(a[i] > 0.0 && a[i] < INFINITY)) return 0;
    return 1;
}
#endif

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
    case OP_pow_constant:
        if (!are_roots(n, a, b)) goto one_by_one;
        for (i = 0; i < n; i++) y[i] = sqrt(a[i]);
        if (b[0] < 0.0)
            for (i = 0; i < n; i++) y[i] = 1.0 / y[i];
        return;
    default:
    one_by_one:
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
    case OP_div:
        if (!which) { ROWS_UP(1.0 / B); }
        for (i = k = 0; i < n; i++) /* a quotient out of range is scaled first, one by one */
            k |= !(fabs(output[i]) >= SMALLEST_NORMAL && fabs(output[i]) < INFINITY) && a[i] != 0.0;
        if (k) goto one_by_one;
        a = output;
        ROWS_UP(-A / B);
    case OP_pow_constant:
        if (which || !are_roots(n, a, b)) goto one_by_one;
        for (i = 0; i < n; i++) y[i] = b[0] * (output[i] / a[i]) * up[i];
        return;
    case OP_maximum:
        if (which) { ROWS_UP(NAME(d_larger)(B, A)); }
        ROWS_UP(NAME(d_larger)(A, B));
    case OP_minimum:
        if (which) { ROWS_UP(NAME(d_larger)(A, B)); }
        ROWS_UP(NAME(d_larger)(B, A));
    default:
    one_by_one:
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

/* Some rows of sums of products, the numbers of each row of `out` side by side, as those of
   a and b are, or one number for all. `far` is the way from row to row, of each. */
typedef struct {
    int64_t rows, n, far[3];
    double sign;
    int assign;
} NAME(Rows);

INLINE TARGET void NAME(one_vector)(
    const NAME(Rows) *r, int step_a, int step_b, int64_t part, double *out, const double *a, const double *b
) {
    int64_t k;
    if (!r->far[0] && r->rows > 1) { /* all rows go to one: their sum stays in a register */
        Vec sums[2] = {SPLAT(0.0), SPLAT(0.0)};
        for (k = 0; k + 2 <= r->rows; k += 2) {
            sums[0] += NAME(read)(a, step_a, part) * NAME(read)(b, step_b, part);
            sums[1] += NAME(read)(a + r->far[1], step_a, part) * NAME(read)(b + r->far[2], step_b, part);
            a += 2 * r->far[1];
            b += 2 * r->far[2];
        }
        if (k < r->rows) sums[0] += NAME(read)(a, step_a, part) * NAME(read)(b, step_b, part);
        NAME(write)(out, NAME(read)(out, 1, part) + r->sign * (sums[0] + sums[1]), part);
        return;
    }
    for (k = 0; k < r->rows; k++) {
        Vec found = r->sign * (NAME(read)(a, step_a, part) * NAME(read)(b, step_b, part));
        if (!r->assign) found += NAME(read)(out, 1, part);
        NAME(write)(out, found, part);
        out += r->far[0];
        a += r->far[1];
        b += r->far[2];
    }
}

INLINE TARGET void NAME(rows_of)(
    const NAME(Rows) *r, int step_a, int step_b, double *out, const double *a, const double *b
) {
    int64_t i, k;
    if (r->n <= 4 * LANES) { /* short rows, a column of vectors at a time */
        for (i = 0; i + LANES <= r->n; i += LANES)
            NAME(one_vector)(r, step_a, step_b, 0, out + i, a + i * step_a, b + i * step_b);
        if (i < r->n) NAME(one_vector)(r, step_a, step_b, r->n - i, out + i, a + i * step_a, b + i * step_b);
        return;
    }
    for (k = 0; k < r->rows; k++) {
        NAME(Rows) row = *r;
        row.rows = 1;
        for (i = 0; i + LANES <= r->n; i += LANES)
            NAME(one_vector)(&row, step_a, step_b, 0, out + i, a + i * step_a, b + i * step_b);
        if (i < r->n) NAME(one_vector)(&row, step_a, step_b, r->n - i, out + i, a + i * step_a, b + i * step_b);
        out += r->far[0];
        a += r->far[1];
        b += r->far[2];
    }
}

#if LANES == 8
/* Eight rows of a, or fewer, become columns of out; b has one number. */
static TARGET NOT_INLINE void NAME(turned)(
    const NAME(Rows) *r, double *out, const double *a, int64_t step_a, double factor
) {
    int64_t i, k, j;
    for (i = 0; i < r->n; i += 8)
        for (k = 0; k < r->rows; k += 8) {
            int64_t high = r->rows - k < 8 ? r->rows - k : 8, wide = r->n - i < 8 ? r->n - i : 8;
            __mmask8 read = (__mmask8)((1u << high) - 1);
            __m512d x[8], y[8], z[8];
            for (j = 0; j < 8; j++)
                x[j] = j < wide ? _mm512_maskz_loadu_pd(read, a + (i + j) * step_a + k) : _mm512_setzero_pd();
#pragma GCC unroll 4
            for (j = 0; j < 8; j += 2) {
                y[j] = _mm512_unpacklo_pd(x[j], x[j + 1]);
                y[j + 1] = _mm512_unpackhi_pd(x[j], x[j + 1]);
            }
#pragma GCC unroll 2
            for (j = 0; j < 8; j += 4) {
                z[j] = _mm512_shuffle_f64x2(y[j], y[j + 2], 0x88);
                z[j + 1] = _mm512_shuffle_f64x2(y[j + 1], y[j + 3], 0x88);
                z[j + 2] = _mm512_shuffle_f64x2(y[j], y[j + 2], 0xdd);
                z[j + 3] = _mm512_shuffle_f64x2(y[j + 1], y[j + 3], 0xdd);
            }
#pragma GCC unroll 4
            for (j = 0; j < 4; j++) {
                x[j] = _mm512_shuffle_f64x2(z[j], z[j + 4], 0x88);
                x[j + 4] = _mm512_shuffle_f64x2(z[j], z[j + 4], 0xdd);
            }
            for (j = 0; j < high; j++) {
                double *to = out + (k + j) * r->far[0] + i;
                Vec found = (Vec)x[j] * factor;
                if (!r->assign) found += NAME(read)(to, 1, wide < 8 ? wide : 0);
                NAME(write)(to, found, wide < 8 ? wide : 0);
            }
        }
}
#endif

static TARGET NOT_INLINE void NAME(rows)(
    const NAME(Rows) *r, double *out, int64_t step, const double *a, int64_t step_a, const double *b,
    int64_t step_b
) {
    int64_t i, k;
    if (step == 1 && step_a == 1 && step_b == 1) NAME(rows_of)(r, 1, 1, out, a, b);
    else if (step == 1 && step_a == 1 && step_b == 0) NAME(rows_of)(r, 1, 0, out, a, b);
    else if (step == 1 && step_a == 0 && step_b == 1) NAME(rows_of)(r, 0, 1, out, a, b);
    else if (step == 1 && step_a == 0 && step_b == 0) NAME(rows_of)(r, 0, 0, out, a, b);
#if LANES == 8
    else if (step == 1 && r->far[0] && r->far[1] == 1 && !step_b && !r->far[2])
        NAME(turned)(r, out, a, step_a, r->sign * *b);
#endif
    else
        for (k = 0; k < r->rows; k++) {
            if (step == 0) {
                double found = r->sign * NAME(inner)(r->n, a, step_a, b, step_b);
                *out = r->assign ? found : *out + found;
            } else if (step == 1) {
                for (i = 0; i < r->n; i += LANES) {
                    int64_t some = r->n - i < LANES ? r->n - i : LANES;
                    Vec left = NAME(load_apart)(a + i * step_a, step_a, some);
                    Vec found = r->sign * (left * NAME(load_apart)(b + i * step_b, step_b, some));
                    if (!r->assign) found += NAME(read)(out + i, 1, some < LANES ? some : 0);
                    NAME(write)(out + i, found, some < LANES ? some : 0);
                }
            } else {
                for (i = 0; i < r->n; i++) {
                    double found = r->sign * (a[i * step_a] * b[i * step_b]);
                    out[i * step] = r->assign ? found : out[i * step] + found;
                }
            }
            out += r->far[0];
            a += r->far[1];
            b += r->far[2];
        }
}

/* ---- The instructions ------------------------------------------------------------------- */

#ifndef MOST_AXES
#define MOST_AXES 12
#define MOST_ACCESSES (3 + MOST_OPERANDS)
#define CHUNK 512
#define SHORT_ROW 64 /* several rows are worked on at once where they are shorter */
#define COST_APART 4 /* of reading a vector of numbers that lie apart, in those side by side */
#define COST_ACROSS 6 /* of the sums and the largest within a vector, likewise */
#define BLOCK 1024 /* operands whose weights are kept, others are computed again */

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

/* A loop of one turn, where an instruction has no other. */
static const int64_t one_turn[2 + MOST_ACCESSES] = {1};
/* -log of a probability of a softmax: log(sum of e**z) - z. */
static double surprise(double z, double top, double rest) {
    return rest + (z != top ? top - z : 0.0);
}

/* The place that an index names, from the end if it is negative; -1, and a note, if none. */
static int64_t picked(Call *call, double index, int64_t count) {
    if (!(index >= -(double)count && index < (double)count) || index != floor(index)) {
        call->wrong = index;
        call->rows = count;
        return -1;
    }
    return (int64_t)index + (index < 0.0 ? count : 0);
}
#endif

static TARGET void NAME(contract)(const Call *call, const int64_t *w) {
    /* assign, sign, out, left, right, axes, (extent, strides)... */
    const double *at[3] = {place_of(call, w[2]), place_of(call, w[3]), place_of(call, w[4])};
    int64_t index[MOST_AXES] = {0}, outer = w[5] > 2 ? w[5] - 2 : 0;
    const int64_t *axes = w + 6, *last = axes + 4 * (w[5] - 1), *next = w[5] > 1 ? last - 4 : one_turn;
    NAME(Rows) rows = {next[0], last[0], {next[1], next[2], next[3]}, call->base[NUMBERS][w[1]],
        assigns(call, w[0], w[2])};
    do {
        NAME(rows)(&rows, (double *)at[0], last[1], at[1], last[2], at[2], last[3]);
    } while (advance(index, axes, outer, at, 3));
}

/* Whether all numbers of an operand are finite. */
static TARGET int NAME(is_finite)(const Call *call, const int64_t *w) {
    /* operand, axes, (extent, stride)... */
    const double *at[1] = {place_of(call, w[0])};
    int64_t outer = w[1] - 1, index[MOST_AXES] = {0}, i;
    const int64_t *axes = w + 2, *last = axes + 2 * outer;
    Vec sums = SPLAT(0.0);
    do {
        for (i = 0; i < last[0]; i += LANES) {
            int64_t some = last[0] - i < LANES ? last[0] - i : LANES;
            sums += NAME(load_apart)(at[0] + i * last[1], last[1], some) * 0.0;
        }
    } while (advance(index, axes, outer, at, 1));
    return NAME(sum_of)(sums) == 0.0;
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

/* Some rows of an operand, all side by side: copied if they are not. */
static TARGET const double *NAME(side_by_side)(
    const double *at, int64_t step, int64_t far, int64_t n, int64_t rows, double *copy
) {
    int64_t i, k;
    double *to = copy;
    if (step == 1 && (rows == 1 || far == n)) return at;
    for (k = 0; k < rows; k++, at += far, to += n) {
        if (step == 1 || step == 0) /* what a vector writes too much is written again, or unused */
            for (i = 0; i < n; i += LANES)
                STORE(to + i, NAME(read)(at + i * step, (int)step, n - i < LANES ? n - i : 0));
        else
            for (i = 0; i < n; i++) to[i] = at[i * step];
    }
    return copy;
}

/* How many rows, each of n, are worked on at once. */
static int64_t NAME(rows_at_once)(int64_t n) { return n < SHORT_ROW ? CHUNK / n : 1; }

static TARGET void NAME(map)(const Call *call, const int64_t *w) {
    /* operation, out, operands, axes, operand..., (extent, strides)... */
    double copies[MOST_OPERANDS][CHUNK + LANES], written[CHUNK];
    const double *at[1 + MOST_OPERANDS], *x[MOST_OPERANDS];
    int64_t operands = w[2], count = 1 + operands, outer = w[3] > 2 ? w[3] - 2 : 0, index[MOST_AXES] = {0};
    int64_t i, j, k, r, n, rows;
    const int64_t *axes = w + 4 + operands, *last = axes + (w[3] - 1) * (count + 1);
    const int64_t *next = w[3] > 1 ? last - (count + 1) : one_turn;
    at[0] = place_of(call, w[1]);
    for (k = 0; k < operands; k++) at[1 + k] = place_of(call, w[4 + k]);
    do {
        for (r = 0; r < next[0]; r += rows) {
            rows = NAME(rows_at_once)(last[0]);
            rows = next[0] - r < rows ? next[0] - r : rows;
            for (i = 0; i < last[0]; i += CHUNK) {
                double *out = (double *)at[0] + r * next[1] + i * last[1];
                int direct;
                n = last[0] - i < CHUNK ? last[0] - i : CHUNK;
                direct = last[1] == 1 && (rows == 1 || next[1] == n);
                for (k = 0; k < operands; k++) {
                    const double *own = at[1 + k] + r * next[2 + k] + i * last[2 + k];
                    x[k] = NAME(side_by_side)(own, last[2 + k], next[2 + k], n, rows, copies[k]);
                }
                NAME(values)(w[0], rows * n, x, operands, direct ? out : written);
                if (direct) continue;
                for (k = 0; k < rows; k++)
                    for (j = 0; j < n; j++) out[k * next[1] + j * last[1]] = written[k * n + j];
            }
        }
    } while (advance(index, axes, outer, at, count));
}

static TARGET void NAME(chain)(const Call *call, const int64_t *w) {
    /* assign, operation, which, adjoint of the operand, upstream, output, operands, axes,
       operand..., (extent, strides of all these)... */
    static const double one = 1.0;
    double copies[2 + MOST_OPERANDS][CHUNK + LANES], slope[CHUNK];
    const double *at[MOST_ACCESSES], *x[MOST_ACCESSES];
    int64_t operands = w[6], count = 3 + operands, outer = w[7] > 2 ? w[7] - 2 : 0, index[MOST_AXES] = {0};
    int64_t i, k, r, n, rows;
    const int64_t *axes = w + 8 + operands, *last = axes + (w[7] - 1) * (count + 1);
    const int64_t *next = w[7] > 1 ? last - (count + 1) : one_turn;
    int assign = assigns(call, w[0], w[3]);
    for (k = 0; k < 3; k++) at[k] = place_of(call, w[3 + k]);
    for (k = 0; k < operands; k++) at[3 + k] = place_of(call, w[8 + k]);
    do {
        for (r = 0; r < next[0]; r += rows) {
            rows = NAME(rows_at_once)(last[0]);
            rows = next[0] - r < rows ? next[0] - r : rows;
            for (i = 0; i < last[0]; i += CHUNK) {
                double *out = (double *)at[0] + r * next[1] + i * last[1];
                int direct;
                n = last[0] - i < CHUNK ? last[0] - i : CHUNK;
                direct = assign && last[1] == 1 && (rows == 1 || next[1] == n);
                for (k = 1; k < count; k++) {
                    const double *own = at[k] + r * next[1 + k] + i * last[1 + k];
                    x[k] = NAME(side_by_side)(own, last[1 + k], next[1 + k], n, rows, copies[k - 1]);
                }
                NAME(partials)(w[1], rows * n, x + 3, operands, x[2], w[2], x[1], direct ? out : slope);
                if (!direct) {
                    NAME(Rows) each = {rows, n, {next[1], n, 0}, 1.0, assign && !(last[1] == 0 && i)};
                    NAME(rows)(&each, out, last[1], slope, 1, &one, 0);
                }
            }
        }
    } while (advance(index, axes, outer, at, count));
}

/* ---- Operations on any number of operands, which lie apart by one stride ---------------- */

/* The operands of some elements as vectors: the first of each element, the second... or,
   `across`, those of one element from the first on. */
typedef struct {
    const double *x;
    int64_t step, next; /* from number to number of a vector, and from vector to vector */
    int64_t vectors, lanes, in_last;
    int across;
} NAME(Operands);

static TARGET NAME(Operands) NAME(operands_of)(
    const double *x, int64_t elements, int64_t step, int64_t many, int64_t inner
) {
    if (elements > 1) return (NAME(Operands)){x, step, inner, many, elements, elements, 0};
    {
        int64_t vectors = (many + LANES - 1) / LANES;
        return (NAME(Operands)){x, inner, inner * LANES, vectors, LANES, many - (vectors - 1) * LANES, 1};
    }
}

/* How many elements make a vector, of those that are left; 1 where vectors along the
   operands are fuller, or cheaper to read. */
static int64_t NAME(elements_at_once)(int64_t rest, int64_t step, int64_t many, int64_t inner) {
    int64_t count = rest < LANES ? rest : LANES, vectors = (many + LANES - 1) / LANES;
    int64_t across = count * (vectors * (inner == 1 ? 1 : COST_APART) + COST_ACROSS);
    return many * (step == 1 ? 1 : COST_APART) <= across ? count : 1;
}

INLINE TARGET int64_t NAME(lanes_of)(const NAME(Operands) *o, int64_t k) {
    return k + 1 < o->vectors ? o->lanes : o->in_last;
}

/* What is not there is less than all that is. */
INLINE TARGET Vec NAME(vector_of)(const NAME(Operands) *o, int64_t k) {
    int64_t count = NAME(lanes_of)(o, k);
    Vec v = NAME(load_apart)(o->x + k * o->next, o->step, count);
    return CHOOSE(IS(LANE < (double)count), v, SPLAT(-INFINITY));
}

/* The largest operand; nans: 0, or nan if there is one among them. */
INLINE TARGET Vec NAME(top_of)(const NAME(Operands) *o, Vec *nans) {
    Vec top = SPLAT(-INFINITY);
    int64_t k;
    *nans = SPLAT(0.0);
    for (k = 0; k < o->vectors; k++) {
        Vec v = NAME(vector_of)(o, k);
        *nans += CHOOSE(IS(v == v), SPLAT(0.0), v);
        top = NAME(larger)(v, top);
    }
    if (o->across) {
        top = SPLAT(NAME(largest_of)(top));
        *nans = SPLAT(NAME(sum_of)(*nans));
    }
    return top;
}

static TARGET NOT_INLINE Vec NAME(log_sum_exp_of)(const NAME(Operands) *o) {
    Vec nans, top = NAME(top_of)(o, &nans), sum = SPLAT(0.0), equal = SPLAT(0.0);
    int64_t k;
    for (k = 0; k < o->vectors; k++) { /* one that is the largest counts apart, as 1 */
        Vec v = NAME(vector_of)(o, k);
        Bits is_top = IS(v == top);
        equal += CHOOSE(is_top, SPLAT(1.0), SPLAT(0.0));
        sum += CHOOSE(is_top, SPLAT(0.0), NAME(exp)(v - top));
    }
    if (o->across) {
        sum = SPLAT(NAME(sum_of)(sum));
        equal = SPLAT(NAME(sum_of)(equal));
    }
    sum = top + NAME(log1p)(sum + (equal - 1.0));
    return nans + CHOOSE(IS(top - top == 0.0), sum, top);
}

static TARGET void NAME(log_sum_exp)(const Call *call, const int64_t *w) {
    /* out, row, operands, stride of the operands, axes, (extent, strides)... */
    const double *at[2] = {place_of(call, w[0]), place_of(call, w[1])};
    int64_t index[MOST_AXES] = {0}, many = w[2], inner = w[3], outer = w[4] - 1, i, j, n;
    const int64_t *axes = w + 5, *last = axes + outer * 3;
    double found[LANES];
    do {
        for (i = 0; i < last[0]; i += n) {
            double *out = (double *)at[0] + i * last[1];
            n = NAME(elements_at_once)(last[0] - i, last[2], many, inner);
            NAME(Operands) own = NAME(operands_of)(at[1] + i * last[2], n, last[2], many, inner);
            Vec y = NAME(log_sum_exp_of)(&own);
            STORE(found, y);
            for (j = 0; j < n; j++) out[j * last[1]] = found[j];
        }
    } while (advance(index, axes, outer, at, 2));
}

/* e**(v - top), corrected for what rounding took from the difference. */
INLINE TARGET Vec NAME(weight_of)(Vec v, Vec top) {
    Vec gap = v - top, virtual = v - gap;
    Vec error = (v - (gap + virtual)) + (virtual - top);
    return NAME(exp)(gap) * (1.0 + CHOOSE(IS(error == error), error, SPLAT(0.0)));
}

/* Add `up` times the share of each operand to its adjoint, which lies as the operand does. */
static TARGET NOT_INLINE void NAME(add_shares)(
    const NAME(Operands) *o, double *into, int64_t step, int64_t next, Vec up
) {
    Vec kept[BLOCK / LANES], nans, top = NAME(top_of)(o, &nans), sum = SPLAT(0.0), equal = SPLAT(0.0);
    int64_t k;
    for (k = 0; k < o->vectors; k++) {
        Vec v = NAME(vector_of)(o, k), weight = NAME(weight_of)(v, top);
        if (k < BLOCK / LANES) kept[k] = weight;
        sum += weight;
        equal += CHOOSE(IS(v == top), SPLAT(1.0), SPLAT(0.0));
    }
    if (o->across) { /* what is not there counts as -inf: among the equal ones if all are */
        int64_t absent = NAME(largest_of)(top) == -INFINITY ? o->lanes - o->in_last : 0;
        sum = SPLAT(NAME(sum_of)(sum));
        equal = SPLAT(NAME(sum_of)(equal) - (double)absent);
    }
    up += nans;
    for (k = 0; k < o->vectors; k++) {
        Vec v = NAME(vector_of)(o, k), weight = k < BLOCK / LANES ? kept[k] : NAME(weight_of)(v, top);
        Vec among = CHOOSE(IS(v == top), SPLAT(1.0), SPLAT(0.0)) / equal;
        Vec share = CHOOSE(IS(top - top == 0.0), weight / sum, among);
        NAME(add_apart)(into + k * next, step, NAME(lanes_of)(o, k), up * share);
    }
}

static TARGET void NAME(softmax)(const Call *call, const int64_t *w) {
    /* upstream, row, its adjoint, operands, strides of these two, axes, (extent, strides)... */
    const double *at[3] = {place_of(call, w[0]), place_of(call, w[1]), place_of(call, w[2])};
    int64_t index[MOST_AXES] = {0}, many = w[3], outer = w[6] - 1, i, n;
    const int64_t *axes = w + 7, *last = axes + outer * 4;
    do {
        for (i = 0; i < last[0]; i += n) {
            double *into = (double *)at[2] + i * last[3];
            n = NAME(elements_at_once)(last[0] - i, last[2], many, w[4]);
            NAME(Operands) own = NAME(operands_of)(at[1] + i * last[2], n, last[2], many, w[4]);
            Vec up = NAME(load_apart)(at[0] + i * last[1], last[1], n);
            if (own.across) NAME(add_shares)(&own, into, w[5], w[5] * LANES, SPLAT(at[0][i * last[1]]));
            else NAME(add_shares)(&own, into, last[3], w[5], up);
        }
    } while (advance(index, axes, outer, at, 3));
}

/* The operands in parts that fit into a block; the weights stay where one part is all. */
#define PARTS_OF(count)                                                                   \
    for (k = 0, some = BLOCK < (count) ? BLOCK : (count); k < (count);                    \
         k += some, some = (count) - k < some ? (count) - k : some)
#define IS_WHOLE(count) ((count) <= BLOCK)

/* e**(z - top) of each logit, corrected as above. */
static TARGET void NAME(weights)(const double *z, int64_t count, int64_t step, double top, double *weight) {
    int64_t k;
    for (k = 0; k < count; k += LANES) {
        int64_t some = count - k < LANES ? count - k : LANES;
        Vec v = NAME(load_apart)(z + k * step, step, some);
        Vec found = CHOOSE(IS(v == top), SPLAT(1.0), NAME(weight_of)(v, SPLAT(top)));
        NAME(write)(weight + k, found, some < LANES ? some : 0);
    }
}

/* The cross-entropy of a softmax, as nn/cross_entropies.py has it; see there for the reasons.
   The logits z of one element lie apart by one stride, and so do the targets y. */
typedef struct {
    double top, total, rest; /* the largest logit; the sum of all weights, and without its own */
    int64_t first;           /* the first that is the largest */
} NAME(Shares);

/* Of a block of logits, their weights stay in `weight`. */
static TARGET NAME(Shares) NAME(shares)(const double *z, int64_t count, int64_t step, double *weight) {
    NAME(Shares) found = {-INFINITY, 0.0, 0.0, 0};
    int64_t i, k, some, infinities = 0, nans = 0;
    for (k = 0; k < count; k++) {
        double x = z[k * step];
        nans += x != x;
        infinities += x == INFINITY;
        if (x > found.top) { found.top = x; found.first = k; }
    }
    if (nans || infinities > 1 || found.top == -INFINITY) found.top = found.rest = NAN;
    PARTS_OF(count) {
        NAME(weights)(z + k * step, some, step, found.top, weight);
        for (i = 0; i < some; i++)
            if (k + i != found.first) found.rest += weight[i];
    }
    found.total = found.rest + 1.0;
    return found;
}

static TARGET void NAME(cross_entropy)(const Call *call, const int64_t *w) {
    /* out, logits, targets, how many, strides of these two, axes, (extent, strides)... */
    double weight[BLOCK];
    const double *at[3] = {place_of(call, w[0]), place_of(call, w[1]), place_of(call, w[2])};
    int64_t index[MOST_AXES] = {0}, count = w[3], outer = w[6], k;
    do {
        NAME(Shares) shares = NAME(shares)(at[1], count, w[4], weight);
        double sum = 0.0, rest = log1p(shares.rest);
        for (k = 0; k < count; k++) {
            double y = at[2][k * w[5]];
            if (y != 0.0) sum += y * surprise(at[1][k * w[4]], shares.top, rest);
        }
        *(double *)at[0] = sum;
    } while (advance(index, w + 7, outer, at, 3));
}

static TARGET void NAME(d_cross_entropy)(const Call *call, const int64_t *w) {
    /* upstream, logits, targets, adjoint of each or -1, how many, strides of these four, axes,
       (extent, strides)... */
    double weight[BLOCK];
    const double *at[5];
    int64_t index[MOST_AXES] = {0}, count = w[5], outer = w[10], first, i, k, some;
    for (k = 0; k < 5; k++) at[k] = w[k] < 0 ? NULL : place_of(call, w[k]);
    do {
        NAME(Shares) shares = NAME(shares)(at[1], count, w[6], weight);
        double up = *at[0], sum = 0.0, others = 0.0, rest = log1p(shares.rest), *into;
        for (k = first = 0; k < count; k++) {
            double y = at[2][k * w[7]];
            sum += y;
            if (y > at[2][first * w[7]]) first = k;
        }
        for (k = 0; k < count; k++)
            if (k != first) others += at[2][k * w[7]];
        if ((into = (double *)at[3]))
            PARTS_OF(count) {
                if (!IS_WHOLE(count)) NAME(weights)(at[1] + k * w[6], some, w[6], shares.top, weight);
                for (i = 0; i < some; i++) {
                    double y = at[2][(k + i) * w[7]];
                    double without = k + i == shares.first ? shares.rest : shares.total - weight[i];
                    double slope = weight[i] * (k + i == first ? others : sum - y) - y * without;
                    into[(k + i) * w[8]] += slope / shares.total * up;
                }
            }
        if ((into = (double *)at[4]))
            for (k = 0; k < count; k++)
                into[k * w[9]] += surprise(at[1][k * w[6]], shares.top, rest) * up;
    } while (advance(index, w + 11, outer, at, 5));
}

/* ---- Entries that are picked by data ---------------------------------------------------- */

/* Both ways: an entry is taken from the rows, or what comes from above is added to it. */
static int NAME(take)(Call *call, const int64_t *w, int is_reverse) {
    /* out or upstream, rows or their adjoint, index, how many, their stride, axes,
       (extent, strides)... */
    const double *at[3] = {place_of(call, w[0]), place_of(call, w[1]), place_of(call, w[2])};
    int64_t index[MOST_AXES] = {0}, count = w[3], outer = w[5] - 1, j;
    const int64_t *axes = w + 6, *last = axes + outer * 4;
    do {
        int64_t place = 0;
        for (j = 0; j < last[0]; j++) {
            double *own = (double *)at[0] + j * last[1], *entry;
            if (!j || last[3]) place = picked(call, at[2][j * last[3]], count);
            if (place < 0) return 0;
            entry = (double *)at[1] + j * last[2] + place * w[4];
            if (is_reverse) *entry += *own;
            else *own = *entry;
        }
    } while (advance(index, axes, outer, at, 3));
    return 1;
}

static TARGET double NAME(run)(const Code *code, Call *call) {
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
            if (width == 1) {
                for (i = 0; i < n; i++) out[i] = source[table[i] * x[4]];
                break;
            }
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
        case CROSS_ENTROPY: NAME(cross_entropy)(call, x); break;
        case D_CROSS_ENTROPY: NAME(d_cross_entropy)(call, x); break;
        case TAKE:
            if (!NAME(take)(call, x, 0)) return NAN;
            break;
        case UNTAKE:
            if (!NAME(take)(call, x, 1)) return NAN;
            break;
        case KEEP: /* table of addresses, count */
            for (i = 0; i < x[1] && call->kept; i++) call->kept[i] = *place_of(call, code->places[x[0] + i]);
            break;
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
#undef LANE
#undef ABSOLUTE
#undef ROUND
#undef ROWS_OF
#undef ROWS_OF_TWO
#undef ROWS_UP
#undef PARTS_OF
#undef IS_WHOLE
#undef TILE_CASE
#undef TILE_COLUMNS
#undef DOT_CASE
#undef DOT_COLUMN
