/* The interpreter of matrix programs: it reads the table that
   autograd_scalar/program/lower.py writes, which says what each instruction means. */

#ifndef MACHINE_H
#define MACHINE_H

#include <stdint.h>

enum { THETA, INPUTS, MEMORY, NUMBERS, GRADIENT, SPACES };

enum {
    FILL, SCALE, GATHER, SCATTER, SEGMENTS, CONTRACT, TILES, DOTS, MAP, CHAIN, LOGSUMEXP,
    SOFTMAX, CROSS_ENTROPY, D_CROSS_ENTROPY, TAKE, UNTAKE, KEEP, SEED, FINITE, CHOSEN,
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
    double *kept;         /* where the numbers that guards ask for go */
    double wrong;         /* an index outside its table, of so many rows; 0: there was none */
    int64_t rows;
} Call;

/* Run the code; return the sum of the root's numbers. It stops at an index that names no
   row, before anything is written to the gradient: that is left to the reverse part. */
typedef double (*Run)(const Code *code, Call *call);

/* The fastest that this processor can run; `level` asks for a simpler one, for tests. */
Run machine_for(int level);

#endif
