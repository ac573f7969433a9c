/* A graph node by node, in the order and with the bits in which it was recorded. */

#ifndef TAPE_H
#define TAPE_H

#include <stdint.h>

typedef struct {
    int32_t kind; /* the operation, and what depends on a parameter, from bit 16 on */
    int32_t target;
    int32_t a, b; /* the operands, or the first in `parents` and how many there are */
} Step;

enum { FIRST = 1 << 16, SECOND = 2 << 16, BOTH = FIRST | SECOND }; /* of many operands: BOTH */

typedef struct {
    int64_t nodes, steps, parameters, inputs;
    const Step *step;
    const int32_t *parents;
    const int32_t *leaves; /* the node of each parameter and input; -1: not used */
    const double *data; /* as recorded */
} Tape;

/* Write the gradient and return the value; `memory` has room for two numbers a node, of
   which the first are a copy of the data: constants stay what they are. */
double run_tape(
    const Tape *tape, const double *theta, const double *inputs, double *gradient, double *memory
);

#endif
