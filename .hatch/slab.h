/* Nodes in slabs: 2 MB of memory each, one node beside the other as they were made.

   Python gives the memory of a freed graph back to the system and faults it in again,
   page by page, for the next one; it also hands its pools out in the order of their
   freeing. Here a few slabs are kept, each is one huge page where the system has them,
   and slots are always given out in the order of their addresses: a sweep over a slab
   skips those in use, which a type tells (a free slot has none, and fresh memory is
   zero). A slab is swept again as soon as half of it is free.

   What goes back to the system: a slab that sinks to half its nodes, then to 512, 32, 2
   or 0, is warm, and kept as it is for the next graph. With more than 16 warm ones, the
   one that sank first is cooled: it goes back if it is empty; else, if it has few nodes,
   those of its pages do that hold none. So a node that lives on pins a page, not a slab.
   Of 10 million nodes, 1,040 MB, those left over pin, when evenly spread:

       500 nodes        42 MB, of which 32 are warm    (Python's own allocator   517)
       5,000            60 MB                                                  1,130
       50,000          242 MB                                                  1,130
       1,000,000     1,048 MB, with some on each page

   It relies on the GIL, and on running in the main interpreter alone, which _plain.py
   sees to; without mmap nodes are allocated as usual.

   What it gains, in CPU time against Python's own allocator (CPython 3.11, gcc 12, a
   virtual machine with two shared cores, runs interleaved):

       micrograd's demo, one training step     7.1 ms   13.0 ms   (no page faults; 1,190)
       nn.MLP with fused neurons, one step     6.6 ms    6.8 ms   (no difference)
       chain of 10,000 nodes, for each node     45 ns     48 ns
       chain of 100,000                         57 ns    111 ns
       chain of 1,000,000                       67 ns    120 ns
       network of 1,000,000                    275 ns    372 ns

   Cooling costs nothing measurable there (ratios of 0.93 to 0.98 with and without it, in
   pairs, the spread being larger); freeing a million nodes in random order takes 1.08
   times as long.

   What it costs: up to 32 MB stay with the process after a large graph is freed. A plain
   list of free nodes, a fifth of this code, is no substitute: it gives them out in the
   order of freeing, and the training step takes 25.8 ms. Without huge pages the
   chain of 1,000,000 takes 122 ns for each node instead of 77; up to 100,000 nodes they
   make no difference. */

#ifdef _WIN32
#define slab_alloc NULL
#define slab_free NULL
#else

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__ /* .ci/native --sanitize: a free node is not to be read */
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(place, size)
#define ASAN_UNPOISON_MEMORY_REGION(place, size)
#endif

#define SLAB_SIZE ((uintptr_t)1 << 21) /* and its alignment: a node finds its slab */
#define SLAB_SLOT sizeof(NODE) /* native.py says which struct that is */
#define SLAB_SLOTS ((SLAB_SIZE - sizeof(Slab)) / SLAB_SLOT)
#define SLAB_HALF (SLAB_SLOTS / 2)
#define SLAB_FEW 512 /* the pages of a slab: more nodes may well lie on each of them */
#define SLAB_WARM 16 /* slabs that stay as they are, for the next graph */

typedef struct Slab {
    struct Slab *next, *previous; /* in a ring, if at most half was in use */
    size_t used;
    size_t mark; /* it sinks next when this many are in use */
    int is_cold;
} Slab;

static Slab slab_warm = {&slab_warm, &slab_warm, 0, 0, 0}; /* that sank last is first */
static Slab slab_cold = {&slab_cold, &slab_cold, 0, 0, 0};
static size_t slab_warm_count = 0;
static Slab *slab_swept = NULL; /* is in neither ring */
static char *slab_next = NULL, *slab_end = NULL; /* of the sweep */
static int slab_traced = 0;                      /* has tracemalloc been at work? */

static void slab_huge(Slab *slab, int yes) {
#ifdef MADV_HUGEPAGE
    madvise(slab, SLAB_SIZE, yes ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
#endif
}

/* Twice the size holds an aligned slab; what lies around it goes back. */
static Slab *slab_new(void) {
    char *room = mmap(NULL, 2 * SLAB_SIZE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANON, -1, 0);
    if (room == MAP_FAILED) {
        return NULL;
    }
    size_t before = -(uintptr_t)room & (SLAB_SIZE - 1);
    if (before > 0) {
        munmap(room, before);
    }
    munmap(room + before + SLAB_SIZE, SLAB_SIZE - before);
    slab_huge((Slab *)(room + before), 1);
    return (Slab *)(room + before);
}

static void slab_put(Slab *ring, Slab *slab) {
    slab->next = ring->next;
    slab->previous = ring;
    slab->next->previous = slab->previous->next = slab;
    slab->is_cold = ring == &slab_cold;
    slab_warm_count += !slab->is_cold;
}

static void slab_take(Slab *slab) {
    slab->next->previous = slab->previous;
    slab->previous->next = slab->next;
    slab_warm_count -= !slab->is_cold;
}

/* Give back the pages that hold no part of a node: they read as zero, free, again.
   They are no huge page any more; the system must not fill one up for what is left. */
static void slab_trim(Slab *slab) {
    uintptr_t page = sysconf(_SC_PAGESIZE);
    char *free_from = (char *)(slab + 1), *node = free_from;
    char *end = node + SLAB_SLOTS * SLAB_SLOT;
    slab_huge(slab, 0);
    for (;; node += SLAB_SLOT) {
        if (node < end && Py_TYPE((PyObject *)node) == NULL) {
            continue;
        }
        uintptr_t from = ((uintptr_t)free_from + page - 1) & ~(page - 1);
        uintptr_t to = (uintptr_t)node & ~(page - 1);
        if (from < to) {
            madvise((void *)from, to - from, MADV_DONTNEED);
        }
        if (node == end) {
            return;
        }
        free_from = node + SLAB_SLOT;
    }
}

static void slab_cool(Slab *slab) {
    slab_take(slab);
    if (slab->used == 0) {
        ASAN_UNPOISON_MEMORY_REGION(slab, SLAB_SIZE);
        munmap(slab, SLAB_SIZE);
        return;
    }
    slab_put(&slab_cold, slab);
    if (slab->used <= SLAB_FEW) {
        slab_trim(slab);
    }
}

/* Called when so few are in use as the slab's mark says. */
static void slab_sink(Slab *slab) {
    if (slab->mark == SLAB_HALF) {
        slab->mark = SLAB_FEW;
    } else {
        slab_take(slab);
        slab->mark /= 16;
    }
    slab_put(&slab_warm, slab);
    if (slab_warm_count > SLAB_WARM) {
        slab_cool(slab_warm.previous);
    }
}

/* Begin a sweep: of the same slab, if half of it was freed meanwhile. */
static int slab_turn(void) {
    Slab *slab = slab_swept;
    if (slab == NULL || slab->used > SLAB_HALF) {
        if ((slab = slab_warm.next) != &slab_warm) {
            slab_take(slab);
        } else if ((slab = slab_cold.next) != &slab_cold) {
            slab_take(slab);
            slab_huge(slab, 1);
        } else if ((slab = slab_new()) == NULL) {
            return 0;
        }
        slab->mark = SLAB_HALF;
    }
    slab_swept = slab;
    slab_next = (char *)(slab + 1);
    slab_end = slab_next + SLAB_SLOTS * SLAB_SLOT;
    return 1;
}

static PyObject *slab_alloc(PyTypeObject *type, Py_ssize_t Py_UNUSED(items)) {
    PyObject *node;
    do {
        if (slab_next == slab_end && !slab_turn()) {
            return PyErr_NoMemory();
        }
        node = (PyObject *)slab_next;
        slab_next += SLAB_SLOT;
    } while (Py_TYPE(node) != NULL);
    slab_swept->used++;
    ASAN_UNPOISON_MEMORY_REGION(node, SLAB_SLOT);
    memset(node + 1, 0, SLAB_SLOT - sizeof(PyObject));
    if (PyTraceMalloc_Track(0, (uintptr_t)node, SLAB_SLOT) != -2) {
        slab_traced = 1;
    }
    return PyObject_Init(node, type);
}

static void slab_free(void *node) {
    Slab *slab = (Slab *)((uintptr_t)node & ~(SLAB_SIZE - 1));
    if (slab_traced) {
        PyTraceMalloc_Untrack(0, (uintptr_t)node);
    }
    Py_SET_TYPE((PyObject *)node, NULL);
    ASAN_POISON_MEMORY_REGION((PyObject *)node + 1, SLAB_SLOT - sizeof(PyObject));
    slab->used--;
    if (slab->used == slab->mark && slab != slab_swept) {
        slab_sink(slab);
    }
}

#endif
