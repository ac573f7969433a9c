/* See tape.h. Values and adjoints as in autograd_scalar/program/run_tape.py, operation by
   operation and sum by sum: compiled without fused multiply-adds. */

#include "tape.h"

#include <math.h>
#include <string.h>

#include "scalars.h"

static double value_of_many(int operation, const int32_t *parents, int32_t count, const double *data) {
    double sum = 0.0, operands[MOST_OPERANDS];
    int32_t k;
    switch (operation) {
    case OP_sum:
    case OP_mean:
        for (k = 0; k < count; k++) sum += data[parents[k]];
        return operation == OP_sum ? sum : sum / count;
    case OP_dot:
        if (count % 2) sum = data[parents[count - 1]];
        for (k = 1; k < count; k += 2) sum += data[parents[k - 1]] * data[parents[k]];
        return sum;
    default:
        for (k = 0; k < count; k++) operands[k] = data[parents[k]];
        return scalar_values[operation](operands);
    }
}

static void spread_to_many(
    int operation, const int32_t *parents, int32_t count, const double *data, double y,
    double adjoint, double *adjoints
) {
    double operands[MOST_OPERANDS], partials[MOST_OPERANDS], share;
    int32_t k, pairs = count - count % 2;
    switch (operation) {
    case OP_sum:
        for (k = 0; k < count; k++) adjoints[parents[k]] += adjoint;
        return;
    case OP_mean:
        share = 1.0 / count * adjoint;
        for (k = 0; k < count; k++) adjoints[parents[k]] += share;
        return;
    case OP_dot:
        for (k = 0; k < pairs; k++) adjoints[parents[k]] += data[parents[k ^ 1]] * adjoint;
        if (pairs < count) adjoints[parents[pairs]] += adjoint;
        return;
    default:
        for (k = 0; k < count; k++) operands[k] = data[parents[k]];
        scalar_partials[operation](operands, y, partials);
        for (k = 0; k < count; k++) adjoints[parents[k]] += partials[k] * adjoint;
    }
}

static void forward(const Tape *tape, double *data) {
    const Step *step, *end = tape->step + tape->steps;
    for (step = tape->step; step < end; step++) {
        double operands[2], *y = data + step->target;
        int operation = step->kind & 0xffff;
        switch (operation) {
        case OP_add: *y = data[step->a] + data[step->b]; break;
        case OP_sub: *y = data[step->a] - data[step->b]; break;
        case OP_mul: *y = data[step->a] * data[step->b]; break;
        case OP_div: *y = data[step->a] / data[step->b]; break;
        case OP_neg: *y = -data[step->a]; break;
        case OP_square: *y = data[step->a] * data[step->a]; break;
        case OP_sum: case OP_mean: case OP_dot: case OP_clip:
            *y = value_of_many(operation, tape->parents + step->a, step->b, data);
            break;
        default:
            operands[0] = data[step->a];
            operands[1] = data[step->b];
            *y = scalar_values[operation](operands);
        }
    }
}

static void backward(const Tape *tape, const double *data, double *adjoints) {
    const Step *step;
    for (step = tape->step + tape->steps; step-- > tape->step;) {
        double g = adjoints[step->target], operands[2], partials[MOST_OPERANDS];
        int operation = step->kind & 0xffff;
        switch (step->kind) {
        case OP_add | BOTH: adjoints[step->a] += g; adjoints[step->b] += g; break;
        case OP_sub | BOTH: adjoints[step->a] += g; adjoints[step->b] += -g; break;
        case OP_mul | BOTH:
            adjoints[step->a] += data[step->b] * g;
            adjoints[step->b] += data[step->a] * g;
            break;
        case OP_add | FIRST:
        case OP_sub | FIRST: adjoints[step->a] += g; break;
        case OP_mul | FIRST: adjoints[step->a] += data[step->b] * g; break;
        case OP_add | SECOND: adjoints[step->b] += g; break;
        case OP_sub | SECOND: adjoints[step->b] += -g; break;
        case OP_mul | SECOND: adjoints[step->b] += data[step->a] * g; break;
        case OP_neg | FIRST: adjoints[step->a] += -g; break;
        case OP_square | FIRST: adjoints[step->a] += 2.0 * data[step->a] * g; break;
        case OP_sum | BOTH: case OP_mean | BOTH: case OP_dot | BOTH: case OP_clip | BOTH:
            spread_to_many(
                operation, tape->parents + step->a, step->b, data, data[step->target], g, adjoints
            );
            break;
        default:
            if (step->kind == operation) break; /* no parameter */
            operands[0] = data[step->a];
            operands[1] = data[step->b];
            scalar_partials[operation](operands, data[step->target], partials);
            adjoints[step->a] += partials[0] * g;
            if (scalar_arities[operation] == 2) adjoints[step->b] += partials[1] * g;
        }
    }
}

double run_tape(
    const Tape *tape, const double *theta, const double *inputs, double *gradient, double *memory
) {
    double *data = memory, *adjoints = memory + tape->nodes;
    int64_t i;
    for (i = 0; i < tape->parameters + tape->inputs; i++) {
        int32_t leaf = tape->leaves[i];
        if (leaf >= 0) data[leaf] = i < tape->parameters ? theta[i] : inputs[i - tape->parameters];
    }
    forward(tape, data);
    memset(adjoints, 0, tape->nodes * sizeof(double));
    adjoints[tape->nodes - 1] = 1.0;
    backward(tape, data, adjoints);
    for (i = 0; i < tape->parameters; i++) {
        int32_t leaf = tape->leaves[i];
        gradient[i] = leaf >= 0 ? adjoints[leaf] : 0.0;
    }
    return data[tape->nodes - 1];
}
