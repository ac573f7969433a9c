/* autograd_scalar__interpreter: whether this is the main interpreter of the process.

   Python itself tells by modules that are not meant for use, and that of 3.11 lacks its
   exceptions in the main interpreter once a subinterpreter has imported it first. This
   one has no state at all, so every interpreter may load it. */

#include <Python.h>

static PyObject *is_main(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(nothing)) {
    return PyBool_FromLong(PyInterpreterState_Get() == PyInterpreterState_Main());
}

static PyMethodDef methods[] = {
    {"is_main", is_main, METH_NOARGS, PyDoc_STR("Return whether it is the main one.")},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "autograd_scalar__interpreter",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_autograd_scalar__interpreter(void) { return PyModuleDef_Init(&definition); }
