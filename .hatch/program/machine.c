/* The interpreter, compiled for three kinds of processors where the compiler can: it is
   chosen when the module is loaded, so that one wheel is fast on all and right on all. */

#include "machine.h"

#include <math.h>
#include <string.h>

#include "scalars.h"

#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
#define HAS_LEVELS 1
#include <immintrin.h>
#endif

#if defined(__GNUC__) || defined(__clang__)
#define INLINE static inline __attribute__((always_inline))
#define NOT_INLINE __attribute__((noinline))
#else
#define INLINE static __inline
#define NOT_INLINE
#define restrict __restrict
#endif

/* ---- Any processor: two numbers at a time where the compiler has vectors ---------------- */

#define NAME(x) x##_base
#define TARGET
#if defined(__GNUC__) || defined(__clang__)
#define LANES 2
#else
#define LANES 1
#endif
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define DOT_ROWS 2
#define DOT_COLUMNS 4
#include "interpreter.h"

#ifdef HAS_LEVELS

#define NAME(x) x##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 4
#define TILE_ROWS 4
#define TILE_VECTORS 3
#define DOT_ROWS 3
#define DOT_COLUMNS 4
#include "interpreter.h"

#define NAME(x) x##_avx512
#ifdef __clang__ /* ignores the whole attribute for a word that it does not know */
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma")))
#else
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma,prefer-vector-width=512")))
#endif
#define LANES 8
#define TILE_ROWS 8
#define TILE_VECTORS 3
#define DOT_ROWS 6
#define DOT_COLUMNS 4
#include "interpreter.h"

Run machine_for(int level) {
    __builtin_cpu_init();
    if (level >= 2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma"))
        return run_avx512;
    if (level >= 1 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return run_avx2;
    return run_base;
}

#else

Run machine_for(int level) {
    (void)level;
    return run_base;
}

#endif
