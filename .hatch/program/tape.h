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
    int64_t nodes, steps, parameters, inputs, root, kept_count;
    const Step *step;
    const int32_t *parents;
    const int32_t *leaves; /* the node of each parameter and input; -1: not used */
    const int32_t *kept;   /* the nodes whose numbers guards ask for */
    const double *data; /* as recorded */
    Step *back;         /* the steps backwards, as plan_tape() makes them */
    int64_t back_count;
    int32_t *zeroed;    /* the nodes whose adjoints are added to before they are written */
    int64_t zeroed_count;
} Tape;

/* Fill in the steps backwards; `back` has room for all steps, `zeroed` for all nodes, and
   `seen` for a byte each. */
void plan_tape(Tape *tape, unsigned char *seen);

/* An index outside its table, of so many rows; 0: there was none. */
typedef struct {
    double index;
    int64_t rows;
} Wrong;

/* Write the gradient, and what guards ask for if there is room; return the value. `memory`
   has room for two numbers a node, of which the first are a copy of the data: constants
   stay what they are. It stops at a wrong index. */
double run_tape(
    const Tape *tape, const double *theta, const double *inputs, double *gradient, double *memory,
    double *kept, Wrong *wrong
);

#endif
