/* SPDX-License-Identifier: MIT
 *
 * outerfill: fills an array from two vectors on OpenCL devices,
 *
 *     ab[p, i, j] = f_p(a[i], b[j])        shape (P, n, m), C order,
 *
 * where i counts the n elements of a, j the m elements of b, and p the P planes, one for each function f_p.
 * NumPy calls one plane of this an outer operation (np.add.outer), R calls it outer(X, Y, FUN).
 *
 * This header is the manual. It reads as a ladder, and a reader may stop after any rung:
 *
 *     1  one call:             outerfill()
 *     2  functions of yours:   context, function, fill
 *     3  control:              options of a fill: parameters, memory limit, rows, progress, cancel; the list of devices
 *     4  beyond memory:        fill into a consumer that takes bands as they finish; fill into an .npy file that survives being
 *                              interrupted and may be shared by many processes; allocate an array that is fast to fill
 *
 * What holds for every call:
 *
 *   Errors     A call that can fail returns a status; OUTERFILL_OK is 0. Its last argument is an optional error object of
 *              the caller's: pass NULL, or a pointer to one that is filled in on failure and cleared on success.
 *   Threads    Every function may be called from any thread at any time, also with the same context or function at once.
 *              Only destroying an object that another call is using is a mistake.
 *   Fork       OpenCL drivers do not survive fork(). A child whose parent used devices through this library gets
 *              OUTERFILL_AFTER_FORK from every call that needs one; exec is the way out. Destroying what it inherited
 *              does nothing, and every call that needs no device is harmless.
 *   Ownership  Nothing the caller passes is kept after the call returns; strings are copied.
 *   Process    The library never prints, never exits or aborts, and installs no signal handler. Drivers may: PoCL 3.1
 *              replaces most handlers when it first compiles, also of signals that were ignored, prints the number of a
 *              compiler's errors and warnings to standard error, and ends the process where a function calls itself,
 *              where a text nests thousands of operators or statements, where its kernel cache (POCL_CACHE_DIR) is damaged, or
 *              where memory runs out while it compiles. No library can make a status of that: a program that must live on
 *              creates its functions in a child first, before it uses devices itself. PoCL also compiles with the options in
 *              POCL_EXTRA_BUILD_FLAGS, which may change results: a program that promises some unsets it.
 *   NULL       is refused where a pointer is needed, with OUTERFILL_INVALID_ARGUMENT; destroying NULL does nothing.
 *   Words      n, m and num_... count elements, ..._nbytes counts bytes.
 */
#ifndef OUTERFILL_H
#define OUTERFILL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define OUTERFILL_API __attribute__((visibility("default")))
#else
#define OUTERFILL_API
#endif

#define OUTERFILL_VERSION_MAJOR 0
#define OUTERFILL_VERSION_MINOR 1
#define OUTERFILL_VERSION_PATCH 0

/* ---- Statuses and errors ------------------------------------------------------------------------------------------- */

typedef enum outerfill_status {
    OUTERFILL_OK = 0,
    OUTERFILL_INVALID_ARGUMENT =
        1, /* a NULL, a size that overflows, an overlap, a malformed name, text or file content  */
    OUTERFILL_NO_DEVICE =
        2, /* no OpenCL, no device that fits the selector, or none that has the dtype           */
    OUTERFILL_BUILD_FAILED =
        3, /* the function's text does not compile; error->log holds the compiler's log         */
    OUTERFILL_OUT_OF_MEMORY =
        4, /* on the host or on a device                                                        */
    OUTERFILL_DEVICE_FAILED =
        5, /* an OpenCL call failed on every device that could have done the work               */
    OUTERFILL_FILE_FAILED =
        6, /* a file could not be opened, read, reserved, written or renamed                    */
    OUTERFILL_CANCELLED =
        7, /* the progress callback or a consumer asked for it                                  */
    OUTERFILL_AFTER_FORK =
        8, /* called in a child of the process that first used the library's devices            */
    OUTERFILL_MISMATCH =
        9, /* a cell that was computed again has another value                                  */
    OUTERFILL_STILL_WRITING =
        10 /* a device failed, and may still read and write this fill's arrays; see outerfill_fill */
} outerfill_status;

/* What went wrong. Owned by the caller, usually on the stack; needs no clean-up. */
typedef struct outerfill_error {
    outerfill_status
        status; /* the same as the call's result                                                            */
    int opencl_code; /* the raw OpenCL code, such as -5, or 0 where OpenCL was not involved                      */
    char message
        [1024]; /* one whole sentence in UTF-8: what, where, the value, the limit, what to do               */
    char log
        [4096]; /* the compiler's log for OUTERFILL_BUILD_FAILED (cut where it is longer), otherwise empty   */
} outerfill_error;

/* The status's name, such as "OUTERFILL_NO_DEVICE"; "unknown status" for any other number. A static string. */
OUTERFILL_API const char *outerfill_status_name(outerfill_status status);

/* The version of the library that is running, such as "0.1.0". A static string. */
OUTERFILL_API const char *outerfill_version(void);

/* ---- Rung 1: one call ---------------------------------------------------------------------------------------------- */

/* Fills ab[0, i, j] = a[i] + b[j] and ab[1, i, j] = a[i] * b[j] on the best device: a GPU that has float64 before a CPU, or
 * what the environment variable OUTERFILL_DEVICE selects (see outerfill_context_options).
 *
 *   a      n float64 values; may be NULL where n is 0
 *   n      number of elements of a; 0 is a success that writes nothing
 *   b      m float64 values; may be NULL where m is 0
 *   m      number of elements of b; 0 is a success that writes nothing
 *   ab     2 * n * m float64 values, shape (2, n, m), C order, of the caller's; overlaps neither a nor b. After a failure
 *          its content is undefined
 *
 * The results are bit-identical to the same loop in C (without contraction to fma) and to NumPy; NaN as a class.
 * Up to 64 MiB of output are done by the calling thread itself, unless OUTERFILL_DEVICE is set: opening a device would take
 * longer. Beyond that every call opens the devices and builds the kernel anew (about 0.1 s with a warm driver cache, seconds
 * without); programs that fill more than once keep a context and a function instead.
 *
 * Fails with OUTERFILL_INVALID_ARGUMENT (NULL, overlap, sizes that overflow), _NO_DEVICE, _OUT_OF_MEMORY, _DEVICE_FAILED,
 * _AFTER_FORK. */
OUTERFILL_API outerfill_status outerfill(const double *a, size_t n, const double *b, size_t m,
                                         double *ab, outerfill_error *error);

/* ---- Rung 2: context, function, fill ------------------------------------------------------------------------------- */

/* The type of every element of a, b and ab, and of `real` in a function. */
typedef enum outerfill_dtype {
    OUTERFILL_FLOAT64 = 0, /* double, 8 bytes */
    OUTERFILL_FLOAT32 = 1  /* float, 4 bytes  */
} outerfill_dtype;

/* Bytes of one element; 0 for an unknown dtype. */
OUTERFILL_API size_t outerfill_dtype_itemsize(outerfill_dtype dtype);

/* "float64" or "float32"; "unknown dtype" for any other number. A static string. */
OUTERFILL_API const char *outerfill_dtype_name(outerfill_dtype dtype);

/* A context is where the work is done: one or more OpenCL devices, opened. Expensive to create (0.05 to 2 s): create once,
 * share between threads. A fill uses all devices of its context at once. */
typedef struct outerfill_context outerfill_context;

/* Options start with their own size, so that a program built against an older header keeps working; zero means default:
 *     outerfill_context_options options = {.struct_nbytes = sizeof options, .device = "gpu"};
 */
typedef struct outerfill_context_options {
    size_t struct_nbytes; /* sizeof(outerfill_context_options) */

    /* Which devices. NULL or "" means: what the environment variable OUTERFILL_DEVICE says, and "any" where that is unset or
     * empty. A comma-separated list of
     *     any     the GPUs that have `dtype`; where there is none, the CPU; where there is none, accelerators
     *     gpu     the GPUs (of the first platform that has some: one card may be visible through several platforms)
     *     cpu     the CPU (of the first platform that has one)
     *     all     every usable device of every platform
     *     P:D     platform P's device D, as outerfill_devices_create numbers them
     *     TEXT    every device whose name, or whose platform's name, contains TEXT, in upper or lower case
     * llvmpipe, Oclgrind and Clover (simulators and a discontinued driver) are used only where P:D or TEXT names them. There
     * is no silent fallback: "gpu" on a machine without a GPU is OUTERFILL_NO_DEVICE. */
    const char *device;

    outerfill_dtype dtype; /* a dtype that the devices must have; float64 by default */
} outerfill_context_options;

/* Opens devices.
 *
 *   options   may be NULL: every default
 *   context   receives the new context, or NULL on failure; release it with outerfill_context_destroy
 *
 * Fails with OUTERFILL_INVALID_ARGUMENT, _NO_DEVICE (the message lists the devices there are, or says what to install),
 * _OUT_OF_MEMORY, _DEVICE_FAILED, _AFTER_FORK. */
OUTERFILL_API outerfill_status outerfill_context_create(const outerfill_context_options *options,
                                                        outerfill_context **context,
                                                        outerfill_error *error);

/* Gives the context back. Functions created from it keep what they need: the order of destruction is free. */
OUTERFILL_API void outerfill_context_destroy(outerfill_context *context);

/* A function is what is computed: P expressions or one body, with a dtype and named parameters, compiled for the devices of
 * a context. Immutable and independent of n and m: one function serves any number of fills, at once, of any shape. */
typedef struct outerfill_function outerfill_function;

#define OUTERFILL_MAX_PLANES     64
#define OUTERFILL_MAX_PARAMETERS 32

/* How the text is compiled. */
typedef enum outerfill_form {
    OUTERFILL_FORM_AUTO =
        0, /* on a CPU, text that calls exp, pow, sin and their like and that means the same element by
                                 element is compiled with `real` as a vector type: several times faster                  */
    OUTERFILL_FORM_SCALAR =
        1 /* `real` is always double or float                                                        */
} outerfill_form;

/* The text is OpenCL C. It sees
 *     real         the dtype's type, double or float
 *     a, b         the values a[i] and b[j], of type real
 *     i, j, n, m   the cell's row and column and the shape, of type long; convert before dividing: (real)i / n
 *     parameters   by their names, of type real
 * and every built-in function of OpenCL C (exp, sin, pow, erf, fma, select, ...). In a float32 function a literal such as
 * 0.5 is single. As in C, 1/2 is 0. Contraction of a*b + c to fma is off; fma() is there for those who want it.
 *
 * The text becomes native code in the caller's process: do not compile text from somebody you do not trust. */
typedef struct outerfill_function_description {
    size_t struct_nbytes; /* sizeof(outerfill_function_description) */
    outerfill_dtype dtype;
    size_t
        num_planes; /* P, from 1 to OUTERFILL_MAX_PLANES; 0 only where expressions and body are NULL: the default functions */

    /* Either P expressions: expressions[p] gives plane p, such as "a * exp(-b)"; at most 16384 characters, brackets balanced,
     * no '#', ';', brace, backslash, digraph or trigraph, and no comma outside of brackets. */
    const char *const *expressions;

    /* or one body: statements that assign out[0] ... out[P-1], with shared work done once. `out` is an array of P reals;
     * what is not assigned is 0. Brackets balanced, no '#', backslash, digraph or trigraph. */
    const char *body;

    /* Optional text that stands before both: helper functions, constants, #defines, but of none of the names that every
     * function sees: a b i j n m out real. */
    const char *preamble;

    /* Parameters: names are C identifiers, distinct, none of a b i j n m out real; values are the defaults, used where a fill
     * gives none (NULL: all 0). At most OUTERFILL_MAX_PARAMETERS. */
    size_t num_parameters;
    const char *const *parameter_names;
    const double *parameter_values;

    outerfill_form form;

    /* 1: relaxed mathematics (-cl-fast-relaxed-math). The compiler may contract, reorder and divide by multiplying, so no result
     * is bit-identical to C's any more, and none means anything where an infinity or a NaN occurs. No bound is
     * promised for built-in functions then. 0: everything as said at outerfill_function_create. */
    int relaxed;
} outerfill_function_description;

/* Compiles a function for every device of a context.
 *
 *   context       where; kept alive as long as the function needs it
 *   description   what; NULL: the default functions a + b and a * b in float64
 *   function      receives the new function, or NULL on failure; release it with outerfill_function_destroy
 *
 * Takes 0.02 to 0.1 s with a warm driver cache, up to seconds without. + - * are bit-identical to C and NumPy in both dtypes,
 * / and sqrt in float64; the other built-in functions stay within the ULP bounds of the OpenCL C specification, section 7.4
 * (exp 3, log 3, pow 16, sin 4, sqrt of float32 3, ...).
 *
 * Fails with OUTERFILL_BUILD_FAILED (the message gives the plane, line and column of the caller's text and what the compiler
 * said of it; error->log its whole log), _INVALID_ARGUMENT, _NO_DEVICE (a device without the dtype; the message names one
 * that has it), _OUT_OF_MEMORY, _DEVICE_FAILED, _AFTER_FORK. */
OUTERFILL_API outerfill_status outerfill_function_create(
    outerfill_context *context, const outerfill_function_description *description,
    outerfill_function **function, outerfill_error *error);

/* Gives the function back, and with it what it kept from its fills. Its context may be destroyed before or after it. */
OUTERFILL_API void outerfill_function_destroy(outerfill_function *function);

typedef struct outerfill_fill_options outerfill_fill_options;

/* Fills ab[p, i, j] = f_p(a[i], b[j]).
 *
 *   function   what, and where
 *   a          n values of the function's dtype; may be NULL where n is 0
 *   n          number of elements of a; 0 is a success that writes nothing
 *   b          m values of the function's dtype; may be NULL where m is 0
 *   m          number of elements of b; 0 is a success that writes nothing
 *   ab         P * n * m values of the function's dtype, shape (P, n, m), C order, of the caller's; overlaps neither a nor b;
 *              may be NULL where that is no value at all. It may be far larger than a device's memory: the work is cut into
 *              bands of rows. After a failure or a cancel its content is undefined; nothing writes to it any more once the
 *              call has returned, unless that is OUTERFILL_STILL_WRITING
 *   options    may be NULL: every default
 *
 * a, b and ab must be aligned to their elements. With one device the calling thread drives it; every further device gets a
 * thread, which blocks all signals and is kept for later fills. Up to 2 MiB of output of the default functions are done by the
 * calling thread itself, without a device, unless options name a transfer, a work-item or a progress callback.
 *
 * Fails with OUTERFILL_INVALID_ARGUMENT (NULL, overlap, alignment, sizes that overflow), _OUT_OF_MEMORY, _DEVICE_FAILED (a
 * device that fails is dropped and its band done by another, see outerfill_device_dropped; the call fails when none is left),
 * _CANCELLED, _MISMATCH (see verify_cells), _AFTER_FORK, and OUTERFILL_STILL_WRITING: a device failed and, asked twice, did
 * not say that it had stopped. It may then read a and b and write ab as long as the process lives: they must neither be released
 * nor used for anything else; the values of ab may be any. The same holds for a and b of a fill into a consumer or a file, whose
 * own memory the library then keeps for good; what was consumed or recorded is right. Other devices go no further. Context and
 * function may be destroyed. */
OUTERFILL_API outerfill_status outerfill_fill(const outerfill_function *function, const void *a,
                                              size_t n, const void *b, size_t m, void *ab,
                                              const outerfill_fill_options *options,
                                              outerfill_error *error);

/* ---- Rung 3: control ----------------------------------------------------------------------------------------------- */

/* Called now and then during a fill: after every finished band, so several times a second, and once with rows_done ==
 * num_rows; in a fill into a file or a consumer also at its beginning, and several times a second while it waits for a band.
 * Always in the thread that called the fill. A result other than 0 cancels what is left: no further launch starts,
 * and the fill returns OUTERFILL_CANCELLED within 200 ms where a cell costs up to 0.1 ms. (A launch is kept to about 50 ms. But
 * the first of a function has 512 cells, the first of a further fill what took a millisecond before where cells may be dear,
 * and none less than 64; cells may become dearer on the way, and a first launch may wait for the driver's compiler.) The result
 * of the last call, with nothing left, is ignored. Not called where n or m is 0. It may call the library, also with the objects
 * in use.
 *
 *   rows_done   as many cells are done, in all planes, as so many rows have; never decreases, and is num_rows in the last call.
 *               Where a fill into a file is resumed, it begins with what was found done
 *   num_rows    n, or the number of rows that the options ask for
 *   user_data   outerfill_fill_options.progress_data */
typedef int outerfill_progress(size_t rows_done, size_t num_rows, void *user_data);

/* Called for each device of the context that failed in a fill, or could not be used for it: at the end, in the thread that
 * called the fill. The others have done its work; where none could, the fill fails as well.
 *
 *   error       why, in a sentence that names the device; valid during the call
 *   user_data   outerfill_fill_options.device_dropped_data */
typedef void outerfill_device_dropped(const outerfill_error *error, void *user_data);

/* How results come from the device into the caller's array. */
typedef enum outerfill_transfer {
    OUTERFILL_TRANSFER_AUTO =
        0, /* mapped where the device shares the host's memory, otherwise staged                 */
    OUTERFILL_TRANSFER_MAPPED =
        1, /* the kernel writes into the caller's memory itself (CL_MEM_USE_HOST_PTR)             */
    OUTERFILL_TRANSFER_STAGED =
        2 /* through a ring of device buffers and pinned host memory                             */
} outerfill_transfer;

/* What one OpenCL work-item computes. Results are the same. */
typedef enum outerfill_work_item {
    OUTERFILL_WORK_ITEM_AUTO =
        0, /* rows on CPUs, streamed where that is measured to be faster; a cell elsewhere        */
    OUTERFILL_WORK_ITEM_CELL =
        1, /* every plane of one cell (i, j)                                                      */
    OUTERFILL_WORK_ITEM_ROWS =
        2, /* every plane of a segment of a row, or of several short rows                         */
    OUTERFILL_WORK_ITEM_STREAM =
        3 /* as rows, with stores that pass by the caches (non-temporal); `real` is scalar.
                                    * OUTERFILL_INVALID_ARGUMENT on devices that are no CPU                               */
} outerfill_work_item;

struct outerfill_fill_options {
    size_t struct_nbytes; /* sizeof(outerfill_fill_options) */

    /* As many values as the function has parameters, in their order; NULL: the function's defaults. Needs no new build. */
    const double *parameters;

    /* Limit in bytes for what one device's lane of this fill allocates and has in flight beyond the caller's arrays: staging
     * memory, device buffers, the output bytes of bands under way. 0: automatic (where results are staged, 96 MiB of pinned
     * memory and as much on the device; in a fill into a file or a consumer 64 MiB of bands on their way there, into a file 128
     * from 8 planes on). A limit too small for its purpose is raised, to 64 KiB and to two pages a plane. */
    size_t memory_nbytes;

    outerfill_transfer transfer;
    outerfill_work_item work_item;

    outerfill_progress *progress; /* NULL: none */
    void *progress_data;          /* handed to progress untouched */

    outerfill_device_dropped *device_dropped; /* NULL: none */
    void *device_dropped_data;                /* handed to device_dropped untouched */

    /* Rows [row_begin, row_end) of ab alone are filled, at least one and none beyond n (otherwise OUTERFILL_INVALID_ARGUMENT);
     * ab itself, and n as the function sees it, stay whole. 0, 0: all rows. */
    size_t row_begin, row_end;

    /* After the fill so many cells, chosen at random among those filled, and besides them the corners and both sides of the
     * seams between bands (of at most 4096 seams), are computed once more and compared: a + b and a * b by the calling thread,
     * any other function by launches of its own for each cell. Every bit must be the same, NaN as a class; otherwise the fill
     * fails with OUTERFILL_MISMATCH, and the message gives p, i, j and both values. 0: nothing is verified. Not in a fill into
     * a consumer, which has taken the values away. */
    size_t verify_cells;
};

/* What a machine offers. */
typedef enum outerfill_device_type {
    OUTERFILL_DEVICE_CPU = 0,
    OUTERFILL_DEVICE_GPU = 1,
    OUTERFILL_DEVICE_OTHER = 2 /* an accelerator or a custom device */
} outerfill_device_type;

typedef struct outerfill_device {
    char id
        [24]; /* "P:D", as a selector takes it: platform and device number, counted from 0 in the loader's order */
    char name[128];
    char platform[128];
    char version[128]; /* the device's OpenCL version and driver */
    outerfill_device_type type;
    uint64_t
        memory_nbytes; /* the device's global memory, as its driver reports it                          */
    uint64_t
        max_buffer_nbytes; /* the largest buffer; a fill is not bound by it                                  */
    uint32_t num_compute_units;
    int has_float64;
    int has_float32;
    int has_float32_subnormals; /* 0: float32 results below 1.2e-38 may be flushed to zero                        */
    int shares_host_memory; /* results need no copy                                                           */
    int only_by_name; /* not among "any", "gpu", "cpu" and "all"                                        */
    char unusable
        [256]; /* why it cannot be used at all; "" where it can                                  */
} outerfill_device;

/* Lists the devices of all platforms, usable or not. A platform that fails stands in the list as an unusable entry.
 *
 *   devices       receives a new array, or NULL where there are none; release it with outerfill_free
 *   num_devices   receives its number of elements
 *
 * Fails with OUTERFILL_NO_DEVICE where no OpenCL platform is installed at all (an empty list of devices of an installed
 * platform is a success), _INVALID_ARGUMENT, _OUT_OF_MEMORY, _AFTER_FORK. */
OUTERFILL_API outerfill_status outerfill_devices_create(outerfill_device **devices,
                                                        size_t *num_devices,
                                                        outerfill_error *error);

/* The devices that a context uses: their number, and a pointer to its k-th that lives as long as the context (NULL where k is
 * out of range). */
OUTERFILL_API size_t outerfill_context_num_devices(const outerfill_context *context);
OUTERFILL_API const outerfill_device *outerfill_context_device(const outerfill_context *context,
                                                               size_t k);

/* The number of planes P and the dtype of a function. */
OUTERFILL_API size_t outerfill_function_num_planes(const outerfill_function *function);
OUTERFILL_API outerfill_dtype outerfill_function_dtype(const outerfill_function *function);

/* How many elements `real` has in the function's kernel on its context's k-th device: 8 or 16 where OUTERFILL_FORM_AUTO chose
 * vectors, otherwise 1; 0 where k is out of range. */
OUTERFILL_API size_t outerfill_function_vector_width(const outerfill_function *function, size_t k);

/* ---- Rung 4: beyond memory ------------------------------------------------------------------------------------------ */

/* A band: some rows, or a part of one row, of every plane, as a view into memory with NumPy's strides. The element [p, i, j] of
 * ab is at data + p * plane_stride_nbytes + (i - row_begin) * row_stride_nbytes + (j - column_begin) * itemsize. */
typedef struct outerfill_band {
    const void *data; /* the element [0, row_begin, column_begin] */
    size_t num_planes;
    size_t row_begin,
        row_end; /* rows [row_begin, row_end) of ab                                               */
    size_t column_begin,
        column_end; /* and columns; 0 to m unless it is a part of a single row                       */
    size_t
        plane_stride_nbytes; /* from one plane to the next                                                    */
    size_t
        row_stride_nbytes; /* from one row to the next: m times the itemsize                                */
} outerfill_band;

/* Takes a band's values, which stay where they are until it returns. A result other than 0 cancels the fill; it is not called
 * again then. Always called in the thread that called the fill. While it works, the devices go on as far as the memory
 * limit lets them, and wait then.
 *
 *   band        valid during the call
 *   user_data   as handed to outerfill_fill_consumer */
typedef int outerfill_consume(const outerfill_band *band, void *user_data);

typedef enum outerfill_order {
    OUTERFILL_ORDER_ROWS =
        0, /* every band begins where the one before it ended                                  */
    OUTERFILL_ORDER_FINISHED =
        1 /* bands come as they finish                                                        */
} outerfill_order;

/* Computes what outerfill_fill computes and hands it to a consumer, band by band, every cell once: for results that are reduced
 * or sent on, and need not or cannot be held at once.
 *
 *   consume     takes each band; not called where n or m is 0
 *   user_data   handed to consume untouched
 *   order       in which order bands come
 *
 * options->memory_nbytes bounds the bands that are on their way (64 MiB for each device by default). The devices are driven by
 * threads of the library's, which block all signals. The other arguments and failures are outerfill_fill's; _CANCELLED also where
 * consume said so. */
OUTERFILL_API outerfill_status outerfill_fill_consumer(const outerfill_function *function,
                                                       const void *a, size_t n, const void *b,
                                                       size_t m, outerfill_consume *consume,
                                                       void *user_data, outerfill_order order,
                                                       const outerfill_fill_options *options,
                                                       outerfill_error *error);

/* What to do where the file of a fill exists already. */
typedef enum outerfill_existing {
    OUTERFILL_EXISTING_KEEP =
        0, /* fail with OUTERFILL_FILE_FAILED, and leave it alone                                 */
    OUTERFILL_EXISTING_REPLACE =
        1 /* replace it, at the moment when the new one is complete                              */
} outerfill_existing;

/* What to do where an earlier fill of the same file was stopped, and has left finished bands. */
typedef enum outerfill_unfinished {
    OUTERFILL_UNFINISHED_KEEP =
        0, /* fail with OUTERFILL_FILE_FAILED, and leave it alone                              */
    OUTERFILL_UNFINISHED_RESUME =
        1, /* go on with it; where there is nothing, begin                                      */
    OUTERFILL_UNFINISHED_RESTART =
        2 /* discard it, and begin anew                                                        */
} outerfill_unfinished;

/* Writes nbytes bytes at byte `offset` of the file that is being filled, which exists by then; 0, or the errno of what went
 * wrong. Always called in the thread that called the fill. */
typedef int outerfill_write(const void *bytes, size_t nbytes, uint64_t offset, void *user_data);

/* Hands what was written so far to the operating system; 0, or the errno of what went wrong. Called likewise. */
typedef int outerfill_synchronize(void *user_data);

typedef struct outerfill_file_options {
    size_t struct_nbytes; /* sizeof(outerfill_file_options) */

    outerfill_existing existing;
    outerfill_unfinished unfinished;

    /* num_shards > 0: this is the fill of shard `shard` (1 to num_shards) of a file that so many independent processes fill.
     * Its rows are those from n * (shard - 1) / num_shards to n * shard / num_shards, unless the fill's options name others.
     * What is unfinished is always resumed. The call that finds all rows of the file finished and nobody else at work completes
     * it; every other leaves PATH.part. 0, 0: one process fills all. */
    size_t shard, num_shards;

    /* A text that outerfill_file_status_create gives back: what the caller needs to resume, for instance. NULL: none. */
    const char *note;

    /* Who writes the data into PATH.part, if not this library: MPI-IO, for instance. NULL: the library. */
    outerfill_write *write;
    outerfill_synchronize
        *synchronize; /* called before this library synchronises the file; may be NULL */
    void *write_data; /* handed to both untouched */
} outerfill_file_options;

/* Fills an array of shape (P, n, m) as outerfill_fill does, into a NumPy file (NPY format 1.0) that
 * np.load(path, mmap_mode="r") opens; its data start at byte 4096. The array may be far larger than memory.
 *
 *   path    the file's name in the file system's own encoding. While the fill runs the data are in PATH.part, with its space
 *           reserved beforehand (on tmpfs it is only looked for). Each finished band is recorded in PATH.journal (of a shard,
 *           PATH.journal-K-of-N), with a checksum of its data. When all is written and synchronised, PATH.part is renamed to
 *           PATH, and the journals are removed. PATH.part that another fill is writing, or that is no such file, is refused
 *   file    may be NULL: every default
 *
 * A fill that fails or is cancelled after a band has finished leaves PATH.part and the journal, and so does one that is killed,
 * at any moment; before that it leaves neither. A later call with OUTERFILL_UNFINISHED_RESUME reads what the journals record,
 * compares it with the checksums, does again what differs, and does the rest: the file is then what an unbroken fill on the
 * same devices would have written, byte for byte. It refuses to go on (OUTERFILL_INVALID_ARGUMENT, with the name of what
 * differs) where the dtype, the shape, a, b, the function or its parameters are not the same.
 *
 * options->memory_nbytes bounds the bands that are on their way (64 MiB for each device by default, 128 from 8 planes on).
 * options->verify_cells looks at the file before it gets its name; after OUTERFILL_MISMATCH nothing that this fill has finished
 * is kept. n or m may be 0: the file then holds an empty array. The other arguments and failures are outerfill_fill_consumer's,
 * and OUTERFILL_FILE_FAILED, whose message gives the needed and the free bytes where space was the reason. */
OUTERFILL_API outerfill_status outerfill_fill_npy(const outerfill_function *function, const void *a,
                                                  size_t n, const void *b, size_t m,
                                                  const char *path,
                                                  const outerfill_file_options *file,
                                                  const outerfill_fill_options *options,
                                                  outerfill_error *error);

/* The fill of a file: how far it is, as its journals tell. */
typedef enum outerfill_file_state {
    OUTERFILL_FILE_STOPPED =
        0, /* nobody is at work on it                                                                */
    OUTERFILL_FILE_RUNNING =
        1, /* at least one process is                                                                */
    OUTERFILL_FILE_COMPLETE =
        2 /* there is PATH, and nothing unfinished beside it                                        */
} outerfill_file_state;

/* One journal: the process that writes it, or the one that wrote it last. */
typedef struct outerfill_file_writer {
    size_t shard,
        num_shards; /* 0, 0 where it is not a shard's                                                   */
    int is_running;
    int is_finished; /* it has done all that it was asked for                                            */
    int64_t
        pid; /* of the process, on its own machine                                               */
    size_t
        cells_done; /* by it, and by those that had the same journal before                             */
    double
        cells_per_second; /* since it began the last time; 0 where it has finished no band                    */
    double begun,
        last; /* when that was, and when its last band finished: seconds since 1970               */
} outerfill_file_writer;

/* A range of cells, in C order. */
typedef struct outerfill_cells {
    size_t begin, end;
} outerfill_cells;

typedef struct outerfill_file_status {
    outerfill_file_state state;
    outerfill_dtype dtype;
    size_t num_planes, n,
        m; /* the shape                                                                                 */
    size_t
        cells_done; /* of n * m                                                                                  */
    double
        cells_per_second; /* of all writers that are running, or, where none is, of the last one                       */
    const outerfill_file_writer *writers;
    size_t num_writers;
    const outerfill_cells *
        missing; /* what is not recorded as done, sorted                                               */
    size_t num_missing;
    const char *
        note; /* as the fill gave it, or ""                                                                       */
} outerfill_file_status;

/* Reads how far the fill of a file is, while it runs, after it was stopped, or after it was complete.
 *
 *   path   the file's name
 *   run    receives the answer in one piece; release it with outerfill_free
 *
 * Nothing is checked against the data; a resumed fill does that. Fails with OUTERFILL_FILE_FAILED (there is neither PATH nor a
 * journal, or they cannot be read), _INVALID_ARGUMENT (PATH is no file of outerfill's, or the journals do not belong together),
 * _OUT_OF_MEMORY. */
OUTERFILL_API outerfill_status outerfill_file_status_create(const char *path,
                                                            outerfill_file_status **run,
                                                            outerfill_error *error);

/* Reads a 1-D NumPy file (NPY format 1.0, 2.0 or 3.0) of any real dtype (bool, int8 to int64, uint8 to uint64, float16,
 * float32, float64, long double) in either byte order, and converts its values to `dtype` as NumPy's astype does.
 *
 *   path     the file's name
 *   dtype    what to convert to
 *   values   receives a new array of n values; release it with outerfill_free. Not NULL, also where n is 0
 *   n        receives the number of elements
 *
 * Fails with OUTERFILL_FILE_FAILED (cannot be opened or read), _INVALID_ARGUMENT (not an NPY file, truncated, not 1-D, or of
 * a dtype that is not real), _OUT_OF_MEMORY. */
OUTERFILL_API outerfill_status outerfill_npy_load(const char *path, outerfill_dtype dtype,
                                                  void **values, size_t *n, outerfill_error *error);

/* Allocates an array that is fast to fill: aligned to 64 bytes, and from 4 MiB on to 2 MiB and in huge pages where the system
 * has them. The content is undefined, and the fill should be what touches it first. NULL where there is no memory; for 0
 * bytes, a pointer that may be freed. Release it with outerfill_free. */
OUTERFILL_API void *outerfill_alloc(size_t nbytes);

/* Releases what outerfill_alloc, outerfill_devices_create, outerfill_npy_load or outerfill_file_status_create gave. NULL does nothing. */
OUTERFILL_API void outerfill_free(void *pointer);

#ifdef __cplusplus
}
#endif

#endif
