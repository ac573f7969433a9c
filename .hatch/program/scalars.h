/* The primitives that have a compiled form, on one float each: values and partials with
   the bits of autograd_scalar/primitives/floats.py and partials.py (of the cross-entropies,
   nn/cross_entropies.py), which call the same functions of the C library. Compiled without fused multiply-adds. */

#ifndef SCALARS_H
#define SCALARS_H

#include <stdint.h>

/* name, arity (0: any number). Their order is that of lower.OPERATIONS. */
#define OPERATIONS(X) \
    X(add, 2) X(sub, 2) X(mul, 2) X(div, 2) X(neg, 1) X(abs, 1) X(pow, 2) \
    X(pow_constant, 2) X(exp, 1) X(exp2, 1) X(expm1, 1) X(log, 1) X(log2, 1) \
    X(log10, 1) X(log1p, 1) X(sqrt, 1) X(square, 1) X(reciprocal, 1) X(sin, 1) \
    X(cos, 1) X(tan, 1) X(arctan, 1) X(sinh, 1) X(cosh, 1) X(tanh, 1) X(sigmoid, 1) \
    X(log_sigmoid, 1) X(relu, 1) X(leaky_relu, 2) X(elu, 2) X(selu, 1) X(softplus, 1) \
    X(gelu, 1) X(silu, 1) X(sign, 1) X(maximum, 2) X(minimum, 2) X(clip, 3) \
    X(logaddexp, 2) X(refined, 1) X(cross_entropy, 2) X(cross_entropy_of_sigmoid, 2) \
    X(sum, 0) X(mean, 0) X(dot, 0) X(take, 0) X(logsumexp, 0) \
    X(cross_entropy_of_softmax, 0)

enum {
#define AS_CODE(name, arity) OP_##name,
    OPERATIONS(AS_CODE)
#undef AS_CODE
    OPERATION_COUNT
};

#define SMALLEST_NORMAL 2.2250738585072014e-308
#define MOST_OPERANDS 3 /* of an operation that has a number of them */

typedef double (*Value)(const double *x);
typedef void (*Partials)(const double *x, double y, double *d);

/* NULL where the number of operands is free. */
extern const Value scalar_values[OPERATION_COUNT];
extern const char *const scalar_names[OPERATION_COUNT];
extern const int scalar_arities[OPERATION_COUNT];
extern const Partials scalar_partials[OPERATION_COUNT];

/* What the operations on any number of operands share: `count` numbers that lie at `places`
   of `data`. Values and partials as in floats.py, partials.py and nn/cross_entropies.py. */
double logsumexp_of(const int32_t *places, int32_t count, const double *data);
void d_logsumexp_of(
    const int32_t *places, int32_t count, const double *data, double y, double adjoint, double *adjoints
);
/* The logits, then as many targets. */
double cross_entropy_of(const int32_t *places, int32_t count, const double *data);
void d_cross_entropy_of(
    const int32_t *places, int32_t count, const double *data, double adjoint, double *adjoints
);

#endif
