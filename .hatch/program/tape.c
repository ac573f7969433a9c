/* See tape.h. Values and adjoints as in autograd_scalar/program/run_tape.py, operation by
   operation and sum by sum: compiled without fused multiply-adds. */

#include "tape.h"

#include <math.h>
#include <string.h>

#include "scalars.h"

/* The place of what is taken among the rows, of which the index is the last operand; -1 if
   it names none. */
static int64_t place_taken(const int32_t *parents, int32_t count, const double *data) {
    double index = data[parents[count - 1]], rows = count - 1;
    if (!(index >= -rows && index < rows) || index != floor(index)) return -1;
    return (int64_t)index + (index < 0.0 ? count - 1 : 0);
}

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
    case OP_logsumexp: return logsumexp_of(parents, count, data);
    case OP_cross_entropy_of_softmax: return cross_entropy_of(parents, count, data);
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
    int64_t place;
    switch (operation) {
    case OP_take:
        place = place_taken(parents, count, data);
        for (k = 0; k < count; k++) adjoints[parents[k]] += (k == place ? 1.0 : 0.0) * adjoint;
        return;
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
    case OP_logsumexp: d_logsumexp_of(parents, count, data, y, adjoint, adjoints); return;
    case OP_cross_entropy_of_softmax: d_cross_entropy_of(parents, count, data, adjoint, adjoints); return;
    default:
        for (k = 0; k < count; k++) operands[k] = data[parents[k]];
        scalar_partials[operation](operands, y, partials);
        for (k = 0; k < count; k++) adjoints[parents[k]] += partials[k] * adjoint;
    }
}

static void forward(const Tape *tape, double *data, Wrong *wrong) {
    const Step *step, *end = tape->step + tape->steps;
    int64_t place;
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
        case OP_sum: case OP_mean: case OP_dot: case OP_clip: case OP_logsumexp:
        case OP_cross_entropy_of_softmax:
            *y = value_of_many(operation, tape->parents + step->a, step->b, data);
            break;
        case OP_take:
            place = place_taken(tape->parents + step->a, step->b, data);
            if (place < 0) {
                wrong->rows = step->b - 1;
                wrong->index = data[tape->parents[step->a + step->b - 1]];
                return;
            }
            *y = data[tape->parents[step->a + place]];
            break;
        default:
            operands[0] = data[step->a];
            operands[1] = data[step->b];
            *y = scalar_values[operation](operands);
        }
    }
}

/* ---- Backwards -------------------------------------------------------------------------- */

/* Each step has a number of its own for every way in which adjoints are written, so that one
   jump leads to it. The first contribution to an adjoint is written, and not added to 0: that
   saves clearing and a load. Only a -0.0 can differ, which stays a zero until the end, and
   becomes 0.0 there. */
enum { B_ADD, B_SUB = 16, B_MUL = 32, B_NEG = 48, B_SQUARE = 50, B_MANY = 52, B_OTHER };

static int is_of_many(int operation) {
    return operation == OP_sum || operation == OP_mean || operation == OP_dot || operation == OP_clip ||
           operation == OP_take || operation == OP_logsumexp || operation == OP_cross_entropy_of_softmax;
}

void plan_tape(Tape *tape, unsigned char *seen) {
    const Step *step = tape->step + tape->steps;
    Step *back = tape->back;
    int32_t k;
    memset(seen, 0, tape->nodes);
    seen[tape->root] = 1;
    tape->zeroed_count = 0;
    while (step-- > tape->step) {
        int operation = step->kind & 0xffff, ways, wanted = step->kind >> 16;
        if (!wanted || !seen[step->target]) continue;
        *back = *step;
        if (is_of_many(operation)) {
            for (k = 0; k < step->b; k++) {
                int32_t node = tape->parents[step->a + k];
                if (!seen[node]) tape->zeroed[tape->zeroed_count++] = node;
                seen[node] = 1;
            }
            back++->kind = B_MANY << 16 | operation;
            continue;
        }
        ways = wanted << 2;
        if (wanted & 1) {
            if (!seen[step->a]) ways |= 1;
            seen[step->a] = 1;
        }
        if (wanted & 2) {
            if (!seen[step->b]) ways |= 2;
            seen[step->b] = 1;
        }
        switch (operation) {
        case OP_add: ways += B_ADD; break;
        case OP_sub: ways += B_SUB; break;
        case OP_mul: ways += B_MUL; break;
        case OP_neg: ways = B_NEG + (ways & 1); break;
        case OP_square: ways = B_SQUARE + (ways & 1); break;
        default: ways = B_OTHER | ways << 8; break;
        }
        back++->kind = ways << 16 | operation;
    }
    tape->back_count = back - tape->back;
    for (k = 0; k < tape->parameters; k++) /* a parameter that the root does not reach */
        if (tape->leaves[k] >= 0 && !seen[tape->leaves[k]]) tape->zeroed[tape->zeroed_count++] = tape->leaves[k];
}

/* The ways of an operation on two operands whose partials times g are `first`, `second`. */
#define WAYS(B, first, second)                                                            \
    case B | 4: adjoints[a] += first; break;                                              \
    case B | 5: adjoints[a] = first; break;                                               \
    case B | 8: adjoints[b] += second; break;                                             \
    case B | 10: adjoints[b] = second; break;                                             \
    case B | 12: adjoints[a] += first; adjoints[b] += second; break;                      \
    case B | 13: adjoints[a] = first; adjoints[b] += second; break;                       \
    case B | 14: adjoints[a] += first; adjoints[b] = second; break;                       \
    case B | 15: adjoints[a] = first; adjoints[b] = second; break;

static void backward(const Tape *tape, const double *data, double *adjoints) {
    const Step *step = tape->back, *end = step + tape->back_count;
    for (; step < end; step++) {
        int32_t a = step->a, b = step->b;
        double g = adjoints[step->target], operands[2], partials[MOST_OPERANDS];
        switch (step->kind >> 16 & 0xff) {
        WAYS(B_ADD, g, g)
        WAYS(B_SUB, g, -g)
        WAYS(B_MUL, data[b] * g, data[a] * g)
        case B_NEG: adjoints[a] += -g; break;
        case B_NEG + 1: adjoints[a] = -g; break;
        case B_SQUARE: adjoints[a] += 2.0 * data[a] * g; break;
        case B_SQUARE + 1: adjoints[a] = 2.0 * data[a] * g; break;
        case B_MANY:
            spread_to_many(
                step->kind & 0xffff, tape->parents + a, b, data, data[step->target], g, adjoints
            );
            break;
        default: {
            int operation = step->kind & 0xff, ways = step->kind >> 24;
            operands[0] = data[a];
            operands[1] = data[b];
            scalar_partials[operation](operands, data[step->target], partials);
            if (ways & 1) adjoints[a] = partials[0] * g;
            else if (ways & 4) adjoints[a] += partials[0] * g;
            if (ways & 2) adjoints[b] = partials[1] * g;
            else if (ways & 8) adjoints[b] += partials[1] * g;
        }
        }
    }
}

double run_tape(
    const Tape *tape, const double *theta, const double *inputs, double *gradient, double *memory,
    double *kept, Wrong *wrong
) {
    double *data = memory, *adjoints = memory + tape->nodes;
    int64_t i;
    for (i = 0; i < tape->parameters + tape->inputs; i++) {
        int32_t leaf = tape->leaves[i];
        if (leaf >= 0) data[leaf] = i < tape->parameters ? theta[i] : inputs[i - tape->parameters];
    }
    forward(tape, data, wrong);
    if (wrong->rows) return NAN;
    for (i = 0; i < tape->kept_count && kept; i++) kept[i] = data[tape->kept[i]];
    for (i = 0; i < tape->zeroed_count; i++) adjoints[tape->zeroed[i]] = 0.0;
    adjoints[tape->root] = 1.0;
    backward(tape, data, adjoints);
    for (i = 0; i < tape->parameters; i++) {
        int32_t leaf = tape->leaves[i];
        gradient[i] = leaf >= 0 ? adjoints[leaf] + 0.0 : 0.0;
    }
    return data[tape->root];
}
