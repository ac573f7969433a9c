/* Freeing a deep graph without recursion, for objects the collector does not track.

   mypyc 2.4.1 gives its classes CPython's trashcan, which keeps its list in the
   collector's header before an object. An acyclic class has no such header: up to
   Python 3.12 the list overwrites a neighbour, from 3.14 on there is no trashcan for
   it. This one links the objects through the word after their head (mypyc's vtable,
   which freeing does not read). It relies on the GIL. */

#undef CPy_TRASHCAN_BEGIN
#undef CPy_TRASHCAN_END

static PyObject *trash_first = NULL;
static int trash_depth = 0;

#define TRASH_NEXT(op) (*(PyObject **)((char *)(op) + sizeof(PyObject)))

#define CPy_TRASHCAN_BEGIN(op, dealloc)       \
    if (trash_depth >= 50) {                  \
        TRASH_NEXT(op) = trash_first;         \
        trash_first = (PyObject *)(op);       \
        return;                               \
    }                                         \
    trash_depth++;

#define CPy_TRASHCAN_END(op)                  \
    if (trash_depth == 1) {                   \
        while (trash_first != NULL) {         \
            PyObject *next = trash_first;     \
            trash_first = TRASH_NEXT(next);   \
            Py_TYPE(next)->tp_dealloc(next);  \
        }                                     \
    }                                         \
    trash_depth--;
