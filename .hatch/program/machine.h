/* The interpreter of matrix programs: it reads the table that
   autograd_scalar/program/lower.py writes, which says what each instruction means. */

#ifndef MACHINE_H
#define MACHINE_H

#include <stdint.h>

enum { THETA, INPUTS, MEMORY, NUMBERS, GRADIENT, SPACES };

enum {
    FILL, SCALE, GATHER, SCATTER, SEGMENTS, CONTRACT, TILES, DOTS, MAP, CHAIN, LOGSUMEXP,
    SOFTMAX, SEED, FINITE, CHOSEN,
    INSTRUCTION_COUNT
};

typedef struct {
    int64_t length;       /* of words */
    const int64_t *words;
    const int64_t *places;
} Code;

typedef struct {
    double *base[SPACES];
    double seed;          /* the adjoint of the root, in each example */
    int is_first;         /* 0: the gradient holds that of other examples, to be added to */
} Call;

/* Run the code; return the sum of the root's numbers. */
typedef double (*Run)(const Code *code, const Call *call);

/* The fastest that this processor can run; `level` asks for a simpler one, for tests. */
Run machine_for(int level);

#endif
