/* autograd_scalar__program: runs compiled programs, matrices and tapes, without the GIL.

   Both types copy the tables that they are made of, and keep the memory of a few calls:
   each call that runs has its own. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "scalars.h"
#include "tape.h"

#define MOST_IDLE 4
#define LINE 64 /* bytes of a line of the cache */

typedef struct {
    PyObject_HEAD
    int64_t parameters, inputs, room; /* lengths of theta, of inputs and of the memory */
    int64_t kept;                     /* numbers that guards ask for */
    void *words, *numbers, *places, *kept_places;
    void *idle[MOST_IDLE];
    int idle_count;
    Code code;
    Run run;
    Tape tape;
} Executor;

/* ---- Memory ----------------------------------------------------------------------------- */

/* Memory that begins where a line of the cache does: a vector that lies in two of them
   takes twice as long. What was allocated is noted in front of it. */
static void *aligned_memory(size_t size) {
    char *start = PyMem_RawMalloc(size + LINE + sizeof(void *)), *found;
    if (!start) return NULL;
    found = start + sizeof(void *);
    found += (LINE - (uintptr_t)found % LINE) % LINE;
    ((void **)found)[-1] = start;
    return found;
}

static void free_memory(void *memory) {
    if (memory) PyMem_RawFree(((void **)memory)[-1]);
}

static void *take_memory(Executor *self) {
    void *found;
    if (self->idle_count) return self->idle[--self->idle_count];
    found = aligned_memory((size_t)self->room * sizeof(double));
    if (!found) PyErr_NoMemory();
    else if (self->tape.nodes) memcpy(found, self->tape.data, (size_t)self->tape.nodes * sizeof(double));
    return found;
}

static void give_memory(Executor *self, void *memory) {
    if (self->idle_count < MOST_IDLE) self->idle[self->idle_count++] = memory;
    else free_memory(memory);
}

/* A copy of the numbers of an array, their count; NULL and an exception. */
static void *copied(PyObject *object, int64_t *count) {
    Py_buffer view;
    void *copy;
    if (PyObject_GetBuffer(object, &view, PyBUF_C_CONTIGUOUS)) return NULL;
    copy = aligned_memory((size_t)view.len);
    if (copy) memcpy(copy, view.buf, view.len);
    else PyErr_NoMemory();
    *count = view.len / view.itemsize;
    PyBuffer_Release(&view);
    return copy;
}

static void executor_dealloc(Executor *self) {
    PyTypeObject *type = Py_TYPE(self);
    while (self->idle_count) free_memory(self->idle[--self->idle_count]);
    free_memory(self->words);
    free_memory(self->numbers);
    free_memory(self->places);
    free_memory(self->kept_places);
    PyMem_RawFree(self->tape.back);
    PyMem_RawFree(self->tape.zeroed);
    type->tp_free(self);
    Py_DECREF(type);
}

/* ---- Calls ------------------------------------------------------------------------------ */

typedef struct {
    Py_buffer theta, inputs, gradient;
} Arrays;

static void release(Arrays *arrays) {
    PyBuffer_Release(&arrays->theta);
    PyBuffer_Release(&arrays->inputs);
    PyBuffer_Release(&arrays->gradient);
}

static int overlap(const Py_buffer *a, const Py_buffer *b) {
    const char *x = a->buf, *y = b->buf;
    return a->len && b->len && x < y + b->len && y < x + a->len;
}

/* Open three arrays of float64 in one piece; their lengths have to be right. BufferError
   where they lie apart, or the gradient is to be written over what it is computed from. */
static int opened(Executor *self, PyObject *const *objects, int64_t blocks, Arrays *arrays) {
    Py_buffer *views[3] = {&arrays->theta, &arrays->inputs, &arrays->gradient};
    int64_t lengths[3] = {self->parameters, self->inputs * blocks, self->parameters};
    int k;
    memset(arrays, 0, sizeof(*arrays));
    for (k = 0; k < 3; k++) {
        if (PyObject_GetBuffer(objects[k], views[k], k == 2 ? PyBUF_STRIDED : PyBUF_STRIDED_RO)) break;
        if (!PyBuffer_IsContiguous(views[k], 'C')) {
            PyErr_SetString(PyExc_BufferError, "an array is not in one piece");
            break;
        }
        if (views[k]->len != lengths[k] * (int64_t)sizeof(double)) {
            PyErr_Format(PyExc_ValueError, "array %d has %zd bytes, not those of %lld numbers", k,
                views[k]->len, (long long)lengths[k]);
            break;
        }
    }
    if (k == 3) {
        if (!overlap(views[0], views[2]) && !overlap(views[1], views[2])) return 1;
        PyErr_SetString(PyExc_BufferError, "the gradient would overwrite the operands");
    }
    release(arrays);
    return 0;
}

/* Open the array for the numbers that guards ask for. */
static int opened_kept(Executor *self, PyObject *object, Py_buffer *view) {
    if (PyObject_GetBuffer(object, view, PyBUF_CONTIG)) return 0;
    if (view->len == self->kept * (int64_t)sizeof(double)) return 1;
    PyErr_Format(PyExc_ValueError, "the kept numbers have %zd bytes, not those of %lld numbers",
        view->len, (long long)self->kept);
    PyBuffer_Release(view);
    return 0;
}

/* IndexError with the index and the number of rows; its text is made in Python. */
static PyObject *wrong_index(double index, int64_t rows) {
    PyObject *both = Py_BuildValue("(dL)", index, (long long)rows);
    if (both) {
        PyErr_SetObject(PyExc_IndexError, both);
        Py_DECREF(both);
    }
    return NULL;
}

static PyObject *matrices_run(Executor *self, PyObject *const *args, Py_ssize_t count) {
    Arrays arrays;
    Call call;
    double value = 0.0;
    void *memory;
    long long blocks, k;
    Py_buffer kept = {0};
    if (count != 6 && count != 7) return PyErr_Format(PyExc_TypeError, "run() takes six or seven arguments");
    call.seed = PyFloat_AsDouble(args[3]);
    call.is_first = PyObject_IsTrue(args[4]);
    blocks = PyLong_AsLongLong(args[5]);
    if (PyErr_Occurred() || !opened(self, args, blocks, &arrays)) return NULL;
    call.rows = 0;
    call.kept = NULL;
    if (count == 7) {
        if (!opened_kept(self, args[6], &kept)) {
            release(&arrays);
            return NULL;
        }
        call.kept = kept.buf;
    }
    memory = take_memory(self);
    if (memory) {
        call.base[THETA] = arrays.theta.buf;
        call.base[INPUTS] = arrays.inputs.buf;
        call.base[MEMORY] = memory;
        call.base[NUMBERS] = self->numbers;
        call.base[GRADIENT] = arrays.gradient.buf;
        Py_BEGIN_ALLOW_THREADS
        for (k = 0; k < blocks && !call.rows; k++) {
            value += self->run(&self->code, &call);
            call.base[INPUTS] += self->inputs;
            call.is_first = 0;
        }
        Py_END_ALLOW_THREADS
        give_memory(self, memory);
    }
    release(&arrays);
    if (kept.obj) PyBuffer_Release(&kept);
    if (memory && call.rows) return wrong_index(call.wrong, call.rows);
    return memory ? PyFloat_FromDouble(value) : NULL;
}

static PyObject *tape_run(Executor *self, PyObject *const *args, Py_ssize_t count) {
    Arrays arrays;
    Py_buffer kept = {0};
    Wrong wrong = {0.0, 0};
    double value;
    void *memory;
    if (count != 3 && count != 4) return PyErr_Format(PyExc_TypeError, "run() takes three or four arguments");
    if (!opened(self, args, 1, &arrays)) return NULL;
    if (count == 4 && !opened_kept(self, args[3], &kept)) {
        release(&arrays);
        return NULL;
    }
    memory = take_memory(self);
    if (memory) {
        Py_BEGIN_ALLOW_THREADS
        value = run_tape(&self->tape, arrays.theta.buf, arrays.inputs.buf, arrays.gradient.buf, memory,
            kept.buf, &wrong);
        Py_END_ALLOW_THREADS
        give_memory(self, memory);
    }
    release(&arrays);
    if (kept.obj) PyBuffer_Release(&kept);
    if (memory && wrong.rows) return wrong_index(wrong.index, wrong.rows);
    return memory ? PyFloat_FromDouble(value) : NULL;
}

/* ---- The types -------------------------------------------------------------------------- */

static PyObject *matrices_new(PyTypeObject *type, PyObject *args, PyObject *named) {
    PyObject *words, *numbers, *places;
    long long parameters, inputs, room;
    long long kept = 0;
    int level;
    int64_t count;
    Executor *self;
    if (named && PyDict_GET_SIZE(named)) return PyErr_Format(PyExc_TypeError, "no keyword arguments");
    if (!PyArg_ParseTuple(args, "OOOLLLi|L", &words, &numbers, &places, &parameters, &inputs, &room, &level,
            &kept))
        return NULL;
    self = (Executor *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->parameters = parameters;
    self->inputs = inputs;
    self->room = room;
    self->kept = kept;
    self->run = machine_for(level);
    if (!(self->numbers = copied(numbers, &count)) || !(self->places = copied(places, &count)) ||
        !(self->words = copied(words, &count))) {
        Py_DECREF(self);
        return NULL;
    }
    self->code.length = count;
    self->code.words = self->words;
    self->code.places = self->places;
    return (PyObject *)self;
}

static PyObject *tape_new(PyTypeObject *type, PyObject *args, PyObject *named) {
    PyObject *data, *steps, *parents, *kept;
    unsigned char *seen;
    long long parameters, inputs, root;
    int64_t nodes, words, places;
    Executor *self;
    if (named && PyDict_GET_SIZE(named)) return PyErr_Format(PyExc_TypeError, "no keyword arguments");
    if (!PyArg_ParseTuple(args, "OOOLLLO", &data, &steps, &parents, &parameters, &inputs, &root, &kept))
        return NULL;
    self = (Executor *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->parameters = parameters;
    self->inputs = inputs;
    if (!(self->numbers = copied(data, &nodes)) || !(self->words = copied(steps, &words)) ||
        !(self->places = copied(parents, &places)) || !(self->kept_places = copied(kept, &self->kept))) {
        Py_DECREF(self);
        return NULL;
    }
    self->room = 2 * nodes;
    self->tape.nodes = nodes;
    self->tape.parameters = parameters;
    self->tape.inputs = inputs;
    self->tape.root = root;
    self->tape.kept = self->kept_places;
    self->tape.kept_count = self->kept;
    self->tape.data = self->numbers;
    self->tape.steps = words / (int64_t)(sizeof(Step) / sizeof(int32_t));
    self->tape.step = self->words;
    self->tape.leaves = self->places; /* those, then the parents */
    self->tape.parents = self->tape.leaves + parameters + inputs;
    self->tape.back = PyMem_RawMalloc((size_t)self->tape.steps * sizeof(Step) + 1);
    self->tape.zeroed = PyMem_RawMalloc((size_t)nodes * sizeof(int32_t) + 1);
    seen = PyMem_RawMalloc((size_t)nodes + 1);
    if (self->tape.back && self->tape.zeroed && seen) plan_tape(&self->tape, seen);
    else PyErr_NoMemory();
    PyMem_RawFree(seen);
    if (PyErr_Occurred()) Py_CLEAR(self);
    return (PyObject *)self;
}

static PyMethodDef matrices_methods[] = {
    {"run", (PyCFunction)(void (*)(void))matrices_run, METH_FASTCALL,
     PyDoc_STR("Fill the gradient, of (theta, inputs, gradient, seed, is_first, blocks of inputs),"
               " and kept numbers as a seventh; return the value.")},
    {NULL, NULL, 0, NULL},
};
static PyMethodDef tape_methods[] = {
    {"run", (PyCFunction)(void (*)(void))tape_run, METH_FASTCALL,
     PyDoc_STR("Fill the gradient, of (theta, inputs, gradient), and kept numbers as a fourth;"
               " return the value.")},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot matrices_slots[] = {
    {Py_tp_new, matrices_new}, {Py_tp_dealloc, executor_dealloc}, {Py_tp_methods, matrices_methods},
    {Py_tp_doc, "A program of matrix instructions."}, {0, NULL},
};
static PyType_Slot tape_slots[] = {
    {Py_tp_new, tape_new}, {Py_tp_dealloc, executor_dealloc}, {Py_tp_methods, tape_methods},
    {Py_tp_doc, "A graph node by node."}, {0, NULL},
};
static PyType_Spec matrices_spec = {
    "autograd_scalar__program.Matrices", sizeof(Executor), 0, Py_TPFLAGS_DEFAULT, matrices_slots,
};
static PyType_Spec tape_spec = {
    "autograd_scalar__program.Tape", sizeof(Executor), 0, Py_TPFLAGS_DEFAULT, tape_slots,
};

/* The names of the operations in the order of their codes. */
static PyObject *operations(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(nothing)) {
    PyObject *names = PyTuple_New(OPERATION_COUNT);
    int k;
    for (k = 0; names && k < OPERATION_COUNT; k++) {
        PyObject *name = PyUnicode_FromString(scalar_names[k]);
        if (!name) Py_CLEAR(names);
        else PyTuple_SET_ITEM(names, k, name);
    }
    return names;
}

static int module_exec(PyObject *module) {
    PyType_Spec *specs[] = {&matrices_spec, &tape_spec};
    const char *names[] = {"Matrices", "Tape"};
    int k;
    for (k = 0; k < 2; k++) {
        PyObject *type = PyType_FromModuleAndSpec(module, specs[k], NULL);
        int failed = !type || PyModule_AddObjectRef(module, names[k], type);
        Py_XDECREF(type);
        if (failed) return -1;
    }
    return 0;
}

static PyMethodDef methods[] = {
    {"operations", operations, METH_NOARGS, PyDoc_STR("Return the names of the operations.")},
    {NULL, NULL, 0, NULL},
};
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, module_exec},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, NULL},
};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "autograd_scalar__program",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_autograd_scalar__program(void) { return PyModuleDef_Init(&definition); }
