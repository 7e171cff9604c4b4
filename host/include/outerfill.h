/* SPDX-License-Identifier: MIT
 *
 * outerfill fills an array from two vectors on OpenCL devices:
 *
 *     ab[p, i, j] = f_p(a[i], b[j])        shape (P, n, m), C order
 *
 * i counts the n elements of a, and j counts the m elements of b. p counts the P planes, one for
 * each function f_p. NumPy calls one plane of this an outer operation (np.add.outer); R calls it
 * outer(X, Y, FUN).
 *
 * This header is the manual. It is a ladder of four rungs, and you may stop reading after any rung:
 *
 *     1  one call             outerfill()
 *     2  your own functions   context, function, fill
 *     3  control              options of a fill: parameters, memory limit, rows, progress,
 *                             cancelling, verification. Also the list of devices
 *     4  beyond memory        fill into a consumer, which takes bands as they finish. Fill into an
 *                             .npy file, which survives interruption and which many processes can
 *                             share. Also: load a vector, and allocate an array that is fast to
 *                             fill
 *
 * outerfill_opencl.h is for programs that have an OpenCL context, a queue and buffers: the result
 * stays on the device.
 *
 * These rules hold for every call:
 *
 *   Errors     A call that can fail returns a status; OUTERFILL_OK is 0. Its last argument points
 *              to an error object of the caller, or is NULL. The call describes a failure there,
 *              and clears the object on success.
 *   Threads    Any thread may call any function at any time. Several threads may use the same
 *              context or function at once. The one exception: do not destroy an object while
 *              another call uses it.
 *   Fork       OpenCL drivers do not survive fork(). Suppose a process uses devices through this
 *              library and then forks. In the child, every call that needs a device returns
 *              OUTERFILL_AFTER_FORK; call exec there to get a process that can use devices.
 *              Destroying inherited objects does nothing. Calls that need no device work as usual.
 *   Ownership  The library keeps no pointer of the caller after a call returns, and it copies
 *              strings. The only exception is the status OUTERFILL_STILL_WRITING: see
 *              outerfill_fill.
 *   Structs    Option structs begin with their own size: see outerfill_context_options. The library
 *              allocates result structs and hands out pointers to them. Later versions may add
 *              members at their end, so do not copy result structs or take their sizeof. The one
 *              exception is outerfill_profile: the caller allocates it and passes its size.
 *   NULL       A call that needs a pointer refuses NULL with OUTERFILL_INVALID_ARGUMENT. Destroying
 *              NULL does nothing.
 *   Names      n, m and num_... count elements. ..._nbytes counts bytes.
 *   Process    The library never prints, never exits or aborts, and installs no signal handler. The
 *              OpenCL drivers that it loads may do all of this.
 *   PoCL       PoCL 3.1 replaces most signal handlers when it first compiles, even those of ignored
 *              signals. It prints the number of compiler errors and warnings to standard error.
 *              It ends the process in these cases:
 *                - a function calls itself by way of a macro,
 *                - a text nests thousands of operators or statements,
 *                - its kernel cache (POCL_CACHE_DIR) is damaged,
 *                - memory runs out while it compiles.
 *              No library can turn this into a status. A program that must survive first creates
 *              its functions in a child process, before it uses devices itself.
 *              PoCL also compiles with the options in the variable POCL_EXTRA_BUILD_FLAGS, which
 *              may change results. A program that promises certain results unsets the variable.
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
#define OUTERFILL_VERSION_MINOR 2
#define OUTERFILL_VERSION_PATCH 0

/* ---- Statuses and errors --------------------------------------------------------------------- */

typedef enum outerfill_status {
    OUTERFILL_OK = 0,

    /* An argument is NULL, malformed or unknown, a size overflows, or arrays overlap. Also: a
     * function's text is malformed, or a file has the wrong content. */
    OUTERFILL_INVALID_ARGUMENT = 1,

    /* There is no OpenCL, no device matches the selector, or no matching device has the dtype. */
    OUTERFILL_NO_DEVICE = 2,

    /* The function's text does not compile. error->log holds the compiler's log. */
    OUTERFILL_BUILD_FAILED = 3,

    /* The host or a device is out of memory. */
    OUTERFILL_OUT_OF_MEMORY = 4,

    /* An OpenCL call failed on every device that could have done the work. */
    OUTERFILL_DEVICE_FAILED = 5,

    /* A file could not be opened, read, locked, reserved, written or renamed. */
    OUTERFILL_FILE_FAILED = 6,

    /* The progress callback or the consumer cancelled the fill. */
    OUTERFILL_CANCELLED = 7,

    /* The process is a forked child, and its parent had used devices through this library. */
    OUTERFILL_AFTER_FORK = 8,

    /* A cell was computed again for verification, and its value differs. */
    OUTERFILL_MISMATCH = 9,

    /* A device failed, and may still read and write the arrays of this fill: see outerfill_fill. */
    OUTERFILL_STILL_WRITING = 10
} outerfill_status;

/* Describes a failure. The caller owns it, usually on the stack. It needs no initialisation and no
 * clean-up. Its size never changes. */
typedef struct outerfill_error {
    outerfill_status status; /* equals the result of the call */
    int opencl_code;         /* the raw OpenCL code, such as -5; 0 if OpenCL was not involved */

    /* Where the mistake in a function's text is. plane counts from 0. It is -1 if the mistake is
     * not in an expression, but for example in a body or a preamble. line and column count from 1,
     * the column in bytes. They are 0 if the mistake has no position. */
    int plane, line, column;

    /* The errno of a call on a file that failed, such as ENOSPC; 0 if no such call failed. */
    int system_code;

    unsigned char reserved[252]; /* zero; for members of later versions */

    /* One whole sentence in UTF-8: what failed, where, the value, the limit, what to do. */
    char message[1024];

    /* The compiler's log after OUTERFILL_BUILD_FAILED, cut to this size; otherwise empty. */
    char log[4096];
} outerfill_error;

/* Returns the name of a status, such as "OUTERFILL_NO_DEVICE". Returns "unknown status" for any
 * other number. The string is static. */
OUTERFILL_API const char *outerfill_status_name(outerfill_status status);

/* Returns the version of the library at run time, such as "0.2.0". The string is static. */
OUTERFILL_API const char *outerfill_version(void);

/* ---- Rung 1: one call ------------------------------------------------------------------------ */

/* Fills ab[0, i, j] = a[i] + b[j] and ab[1, i, j] = a[i] * b[j].
 *
 *   a      n float64 values; may be NULL if n is 0
 *   n      number of elements of a; if it is 0, the call succeeds and writes nothing
 *   b      m float64 values; may be NULL if m is 0
 *   m      number of elements of b; if it is 0, the call succeeds and writes nothing
 *   ab     the caller's array of 2 * n * m float64 values, shape (2, n, m), C order. It must not
 *          overlap a or b. It may be NULL if n or m is 0. Its contents are undefined after a
 *          failure
 *
 * a, b and ab must be aligned to 8 bytes. The results are bit-identical to NumPy, and to the same
 * loop in C without contraction to fma. A NaN is equal to any other NaN in this comparison.
 *
 * The calling thread itself computes up to 64 MiB of output, because opening a device takes longer.
 * Larger output is computed by the devices that "any" selects: the GPUs that have float64, or the
 * CPU if there is no such GPU. The environment variable OUTERFILL_DEVICE selects other devices (see
 * outerfill_context_options). If it is set, devices also compute small output.
 * Each call on devices opens them and builds the kernel anew. A program that fills more than once
 * should keep a context and a function instead (about 0.1 s with a warm driver cache, seconds
 * without).
 *
 * Fails with
 *   OUTERFILL_INVALID_ARGUMENT   NULL, overlap, wrong alignment, sizes that overflow, or a
 *                                malformed OUTERFILL_DEVICE
 *   OUTERFILL_BUILD_FAILED       the driver cannot compile, for example if its cache is not
 *                                writable
 *   OUTERFILL_NO_DEVICE, OUTERFILL_OUT_OF_MEMORY, OUTERFILL_DEVICE_FAILED, OUTERFILL_AFTER_FORK
 *   OUTERFILL_STILL_WRITING      see outerfill_fill */
OUTERFILL_API outerfill_status outerfill(const double *a, size_t n, const double *b, size_t m,
                                         double *ab, outerfill_error *error);

/* ---- Rung 2: context, function, fill --------------------------------------------------------- */

/* The type of every element of a, b and ab. Inside a function it is the type `real`. */
typedef enum outerfill_dtype {
    OUTERFILL_FLOAT64 = 1, /* double, 8 bytes */
    OUTERFILL_FLOAT32 = 2  /* float, 4 bytes */
} outerfill_dtype;

/* An argument or a field that says which dtype to use may be 0 for the default, which is float64.
 * The library itself never returns this value for an existing object. */
#define OUTERFILL_DTYPE_DEFAULT ((outerfill_dtype)0)

/* Returns the bytes of one element. Returns 0 for OUTERFILL_DTYPE_DEFAULT and for any unknown
 * number. */
OUTERFILL_API size_t outerfill_dtype_itemsize(outerfill_dtype dtype);

/* Returns "float64" or "float32", "default" for OUTERFILL_DTYPE_DEFAULT, or "unknown dtype" for any
 * other number. The string is static. */
OUTERFILL_API const char *outerfill_dtype_name(outerfill_dtype dtype);

/* A context is where the work is done: one or more opened OpenCL devices. A fill uses all devices
 * of its context at once. A context takes long to create (0.05 to 2 s), so create one and share it
 * between threads. */
typedef struct outerfill_context outerfill_context;

/* The options of a context.
 *
 * Every option struct begins with its own size, and a field that is 0 means the default:
 *     outerfill_context_options options = {.struct_nbytes = sizeof options, .device = "gpu"};
 * So a program that was built with an older header keeps working. A struct from a newer header is
 * accepted if its fields that this library does not know are 0. Any other size, and any unknown
 * field that is set, is OUTERFILL_INVALID_ARGUMENT. */
typedef struct outerfill_context_options {
    size_t struct_nbytes; /* sizeof(outerfill_context_options) */

    /* Selects the devices. NULL or "" means the value of the environment variable OUTERFILL_DEVICE,
     * or "any" if that is unset or empty. The selector is a comma-separated list of these terms:
     *     any     the GPUs that have `dtype`; without a GPU, the CPU; without a CPU, accelerators
     *     gpu     the GPUs; an integrated GPU only if there is no other
     *     cpu     the CPU, through PoCL if several drivers offer it
     *     all     every usable device of every platform
     *     P:D     device D of platform P, with the numbers of outerfill_devices_create
     *     pci:A   the card at the PCI address A, such as pci:0000:3b:00.0 or pci:3b:00.0
     *     TEXT    every device whose name, or whose platform's name, contains TEXT in any case
     *     !TERM   leaves out what gpu, cpu, P:D, pci:A or TEXT means; alone, it means any other
     * A term has at most 127 characters, and each term must match a device: there is no silent
     * fallback. "gpu" on a machine without a GPU is OUTERFILL_NO_DEVICE.
     * The terms any, gpu, cpu and all take a card once, although several platforms may show it, if
     * its drivers tell its PCI address. Where they do not, any and gpu take GPUs from one platform
     * only, the one with the best by compute units and clock, and all takes what all platforms
     * show. Of the CPU, they take one driver's devices.
     * Only P:D, pci:A or TEXT selects llvmpipe, softpipe, Oclgrind or Clover, which are simulators
     * and a discontinued driver.
     * A device of any, gpu, cpu or all that cannot be opened is left out, as if it were not there:
     * see outerfill_context_unopened. A device that P:D, pci:A or TEXT means must open. */
    const char *device;

    outerfill_dtype dtype; /* every selected device has this dtype; the default is float64 */

    /* 1: the context has like devices only, those of one name and driver. The best device decides:
     * a discrete GPU before another one, a GPU before a CPU. So all cells have the bits of one
     * device. By default unlike devices share the work, and functions such as exp may then differ
     * in their last bits from band to band. + - * have the same bits on every device. It is a
     * size_t, so that it does not lie in the padding of an older struct. */
    size_t same_device_bits;
} outerfill_context_options;

/* Opens devices. Several devices are opened at the same time, each in a thread of its own, which
 * blocks all signals and which the context keeps. If more than one device fails, the error is that
 * of the first one in the order of outerfill_devices_create.
 *
 *   options   may be NULL: every option has its default
 *   context   receives the new context, or NULL after a failure. The caller owns it and releases it
 *             with outerfill_context_destroy
 *
 * Fails with
 *   OUTERFILL_INVALID_ARGUMENT   `context` is NULL, or an option or the selector is malformed
 *   OUTERFILL_NO_DEVICE          the message lists the available devices, or says what to install
 *   OUTERFILL_OUT_OF_MEMORY, OUTERFILL_DEVICE_FAILED, OUTERFILL_AFTER_FORK */
OUTERFILL_API outerfill_status outerfill_context_create(const outerfill_context_options *options,
                                                        outerfill_context **context,
                                                        outerfill_error *error);

/* Releases a context; NULL does nothing. Functions of the context keep what they need, so the
 * caller may destroy the context and its functions in any order. */
OUTERFILL_API void outerfill_context_destroy(outerfill_context *context);

/* A function is what is computed: P expressions or one body, with a dtype and named parameters. It
 * is compiled for the devices of a context. It never changes, and it does not depend on n and m. So
 * any number of fills, of any shape, may use one function at the same time. */
typedef struct outerfill_function outerfill_function;

#define OUTERFILL_MAX_PLANES     64
#define OUTERFILL_MAX_PARAMETERS 32

/* The text of a function and how to compile it.
 *
 * The text is OpenCL C. It can use these names:
 *     real         the type of the dtype: double or float
 *     a, b         the values a[i] and b[j], of type real
 *     i, j         the row and column of the cell, of type long
 *     n, m         the shape of a plane, of type long. Convert before you divide: (real)i / n
 *     parameters   by their names, of type real
 * It can call every built-in function of OpenCL C (exp, sin, pow, erf, fma, select, ...). The text
 * differs from OpenCL C in these points:
 *     - A function of reals takes integers as well, and makes reals of them: max(a, 0), pow(a, i).
 *       abs, abs_diff, clamp, max and min of integers alone give an integer, and abs(i - j) is
 *       signed. Functions with pointers, such as fract, take reals only.
 *     - NAN and INFINITY have the type real.
 *     - A subscript of `out` is checked. See body.
 * In a float32 function a literal such as 0.5 has single precision. As in C, 1/2 is 0, and the
 * function gets a warning: see outerfill_function_warnings. The compiler does not contract a*b + c
 * to fma; call fma if you want it. A byte order mark at the beginning of a text is ignored.
 *
 * The text becomes native code in your process: do not compile text from people whom you do not
 * trust. */
typedef struct outerfill_function_description {
    size_t struct_nbytes; /* sizeof(outerfill_function_description) */
    outerfill_dtype dtype;

    /* P, from 1 to OUTERFILL_MAX_PLANES. It may be 0 in two cases. With a body, 0 means
     * outerfill_body_num_planes(body, preamble) planes. If `expressions` and `body` are both NULL,
     * the function computes the default planes a + b and a * b. */
    size_t num_planes;

    /* Either P expressions: expressions[p] computes plane p, such as "a * exp(-b)".
     * Each has at most 16384 characters, and balanced brackets that nest at most 256 deep. It
     * contains no '#', ';', '//', brace, backslash, digraph or trigraph, and no comma outside
     * brackets. */
    const char *const *expressions;

    /* Or one body: statements that assign out[0] to out[P-1], and compute shared values only once.
     * `out` is an array of P reals. An element that the body does not assign is 0. A literal
     * subscript that is not a plane, such as out[2] with two planes, is refused. Any other
     * subscript is checked for each cell, and one that is not a plane fails the fill. `out` without
     * a subscript, as in helper(a, out), is not checked: a helper function must stay within the
     * planes.
     * The brackets are balanced and nest at most 256 deep. There is no '#', backslash, digraph or
     * trigraph. */
    const char *body;

    /* Optional text in front of the expressions or the body: helper functions, constants and
     * #defines. It must not define or undefine the names that every function sees:
     * a b i j n m out real. A function or macro with the name of a built-in function, such as sign,
     * takes its place. A function that calls itself is refused, and so is one that is called,
     * declared and not defined. */
    const char *preamble;

    /* The parameters, at most OUTERFILL_MAX_PARAMETERS. Their names are distinct C identifiers, and
     * neither keywords nor constants of OpenCL C (M_PI, ...), nor a b i j n m out real, nor names
     * that the preamble defines. A fill that sets no parameters uses `parameter_values`; if that is
     * NULL, all values are 0. */
    size_t num_parameters;
    const char *const *parameter_names;
    const double *parameter_values;

    /* 0: results are as exact as outerfill_function_create says.
     * 1: relaxed mathematics (-cl-fast-relaxed-math). The compiler may contract, reorder, and
     *    replace a division by a multiplication. Results are then not bit-identical to C, and
     *    built-in functions have no promised error bound. Results with infinities or NaNs mean
     *    nothing. On devices where the text calls outerfill's own functions nothing is relaxed:
     *    they are faster than the driver's, and relaxed arithmetic would spoil them. */
    int relaxed;
} outerfill_function_description;

/* Returns the number of planes that a body assigns: the largest K of its out[K], plus one. Returns
 * 0 if the number is not clear: `body` is NULL, a K is OUTERFILL_MAX_PLANES or more, the body uses
 * `out` in another way than out[K] with a literal K, or the preamble mentions `out`. `preamble` may
 * be NULL. */
OUTERFILL_API size_t outerfill_body_num_planes(const char *body, const char *preamble);

/* Compiles a function for every device of a context.
 *
 *   context       where the function runs. The function keeps what it needs of the context
 *   description   what it computes; NULL means the default planes a + b and a * b in float64
 *   function      receives the new function, or NULL after a failure. The caller owns it and
 *                 releases it with outerfill_function_destroy
 *
 * The call takes 0.02 to 0.1 s with a warm driver cache, and up to seconds without.
 * The operators + - * are bit-identical to C and NumPy in both dtypes; / and sqrt are so in
 * float64.
 *
 * On PoCL's CPU devices and processors with fused multiply-add, a text gets outerfill's own
 * functions (see outerfill_function_mathematics). Their error is at most 1 ULP in float32. In
 * float64 it is
 *     at most 1 ULP   exp exp2 exp10 expm1 log log2 log10 log1p pow powr pown sin cos sinpi cospi
 *     at most 2 ULP   acos acosh acospi asin asinh asinpi atan atan2 atan2pi atanh atanpi cbrt cosh
 *                     erf erfc hypot lgamma rootn sinh tan tanh tanpi tgamma. Near the zeros of
 *                     lgamma below 0 that is 2 ULP of 1
 *     none            fmod remainder
 * and their bits are the same on every such processor. All other built-in functions, and all on
 * other devices, keep the ULP bounds of the OpenCL C specification, section 7.4 (exp 3, log 3, pow
 * 16, sin 4, sqrt of float32 3, ...), as far as the driver keeps them. PoCL 3.1 misses that of
 * tgamma where the result is subnormal.
 *
 * Fails with
 *   OUTERFILL_INVALID_ARGUMENT   a NULL, a wrong size or option, or text that breaks a rule above
 *   OUTERFILL_NO_DEVICE          a device of the context lacks the dtype; the message names a
 *                                device that has it, if there is one
 *   OUTERFILL_BUILD_FAILED       the message gives the plane, line and column in the caller's text,
 *                                and what to write instead, or what the compiler said. error->log
 *                                holds the compiler's log
 *   OUTERFILL_OUT_OF_MEMORY, OUTERFILL_DEVICE_FAILED, OUTERFILL_AFTER_FORK */
OUTERFILL_API outerfill_status outerfill_function_create(
    outerfill_context *context, const outerfill_function_description *description,
    outerfill_function **function, outerfill_error *error);

/* Releases a function, and the memory that it kept between fills; NULL does nothing. Its context
 * may be destroyed before or after it. */
OUTERFILL_API void outerfill_function_destroy(outerfill_function *function);

typedef struct outerfill_fill_options outerfill_fill_options;

/* Fills ab[p, i, j] = f_p(a[i], b[j]).
 *
 *   function   what is computed, and on which devices
 *   a          n values of the function's dtype; may be NULL if n is 0
 *   n          number of elements of a; if it is 0, the call succeeds and writes nothing
 *   b          m values of the function's dtype; may be NULL if m is 0
 *   m          number of elements of b; if it is 0, the call succeeds and writes nothing
 *   ab         the caller's array of P * n * m values of the function's dtype, shape (P, n, m), C
 *              order. It must not overlap a or b. It may be NULL if n or m is 0. It may be far
 *              larger than a device's memory, because the library cuts the work into bands of rows
 *   options    may be NULL: every option has its default
 *
 * a, b and ab must be aligned to the size of their elements. After a failure or a cancel the
 * contents of ab are undefined. Nothing writes to ab after the call has returned, unless the status
 * is OUTERFILL_STILL_WRITING.
 *
 * The calling thread drives the first device. Each further device gets a thread of its own. Such a
 * thread blocks all signals, and the context keeps it for later fills.
 * The calling thread itself computes up to 2 MiB of output of the default functions, without a
 * device. It does not do so if the options set a transfer, a work-item, a progress callback, rows
 * or verify_cells.
 *
 * If a device with memory of its own fails, the library opens it once more. If that does not help,
 * it drops the device, and another one computes its bands (see outerfill_device_dropped). The call
 * fails only when no device is left, or with OUTERFILL_STILL_WRITING: if a device does not confirm
 * that it has stopped, and can reach ab. It can if it shares the host's memory, or if it was
 * reading results back into ab itself. A device that reads back through pinned memory reaches only
 * the library's own memory, which then stays allocated for ever. So does a device with memory of
 * its own in a fill into a consumer or a file.
 *
 * Fails with
 *   OUTERFILL_INVALID_ARGUMENT   a NULL, overlap, wrong alignment, sizes that overflow, a wrong
 *                                option, or a subscript of `out` beyond the planes; the message
 *                                then gives the subscript, i and j
 *   OUTERFILL_OUT_OF_MEMORY, OUTERFILL_AFTER_FORK
 *   OUTERFILL_DEVICE_FAILED      the last device has failed, or does not write a plane, because its
 *                                compiler takes the value for undefined. The first 512 cells that
 *                                the device computes are looked at
 *   OUTERFILL_CANCELLED          the progress callback asked for it
 *   OUTERFILL_MISMATCH           see outerfill_fill_options.verify_cells
 *   OUTERFILL_STILL_WRITING      a device failed that can reach ab, and it did not confirm that it
 *                                had stopped, although it was asked twice
 *
 * After OUTERFILL_STILL_WRITING the device may read a and b and write ab until the process ends. Do
 * not free or reuse a, b and ab until then. The contents of ab are undefined. The other devices
 * stop, and you may destroy the context and the function.
 * The rule holds for a and b of a fill into a consumer or a file, too, if the device shares the
 * host's memory. The library then keeps its own memory of that fill for ever. Bands that were
 * consumed or recorded are correct. */
OUTERFILL_API outerfill_status outerfill_fill(const outerfill_function *function, const void *a,
                                              size_t n, const void *b, size_t m, void *ab,
                                              const outerfill_fill_options *options,
                                              outerfill_error *error);

/* ---- Rung 3: control ------------------------------------------------------------------------- */

/* The progress callback of a fill, which can also cancel it.
 *
 *   rows_done   finished cells of one plane divided by m, rounded down. Bands may finish out of
 *               order: this is a measure of progress, not a row index. It never decreases. A
 *               resumed fill of a file begins with the rows that were already finished
 *   num_rows    n, or the number of rows that the options select
 *   user_data   outerfill_fill_options.progress_data
 *
 * Return 0 to continue, or another number to cancel the rest of the fill.
 *
 * The library calls it in the thread that called the fill, several times a second, normally after
 * each finished band. A fill that completes calls it once with rows_done == num_rows, and ignores
 * the result of that last call. A fill into a file or a consumer also calls it at the beginning,
 * and several times a second while it waits for a band. It is not called if n or m is 0. The
 * callback may call the library, even with the objects that the fill uses.
 *
 * After a cancel no further launch starts. The fill returns OUTERFILL_CANCELLED within 200 ms if a
 * cell costs up to 0.1 ms, because the library aims at launches of about 50 ms. These launches can
 * take longer:
 *   - The first launch of a function, or with new parameters, has 512 cells. It may also wait for
 *     the driver's compiler.
 *   - On a GPU no launch has fewer cells than the device runs at once while enough are left. Fewer
 *     would not end sooner. The first one has 256 cells for each compute unit. The second one has
 *     2048, or up to 32768 in all if these take 4 s at most by the rate of the first one. The next
 *     ones try more, for up to 0.2 s or twice the time of the one before.
 *   - The first launch of a later fill relies on the speed of the earlier fills, although other
 *     values of a and b may make cells much slower. It is planned for 1 ms if the text has a loop.
 *   - The library does not shorten launches below 64 cells.
 *   - Cells may become slower on the way. */
typedef int outerfill_progress(size_t rows_done, size_t num_rows, void *user_data);

/* The library calls this for each device of the context that failed in a fill, or that the fill
 * could not use. The call comes at the end of the fill, in the thread that called the fill. The
 * message ends with what became of the device: it was opened once more, or is used no longer. Other
 * devices have done its work; if no device could, the fill fails as well.
 *
 *   error       a sentence that names the device and the reason; valid during the call
 *   user_data   outerfill_fill_options.device_dropped_data */
typedef void outerfill_device_dropped(const outerfill_error *error, void *user_data);

/* How results come from the device into the caller's array. */
typedef enum outerfill_transfer {
    /* Mapped if the device shares the host's memory, otherwise staged. */
    OUTERFILL_TRANSFER_AUTO = 0,

    /* The kernel writes into the caller's memory itself (CL_MEM_USE_HOST_PTR). */
    OUTERFILL_TRANSFER_MAPPED = 1,

    /* Results pass through a ring of device buffers and pinned host memory. */
    OUTERFILL_TRANSFER_STAGED = 2
} outerfill_transfer;

/* What one OpenCL work-item computes. The choice does not change results. */
typedef enum outerfill_work_item {
    /* On CPUs ROWS, in batches of cells if the function has them (see
     * outerfill_function_batch_cells), or STREAM if it is measured to be faster. CELL on all other
     * devices. */
    OUTERFILL_WORK_ITEM_AUTO = 0,

    /* Every plane of one cell (i, j). On devices other than CPUs, also of a few neighbours. */
    OUTERFILL_WORK_ITEM_CELL = 1,

    /* Every plane of a segment of a row, or of several short rows. OUTERFILL_INVALID_ARGUMENT on
     * devices other than CPUs. */
    OUTERFILL_WORK_ITEM_ROWS = 2,

    /* As ROWS, with non-temporal stores, which bypass the caches.
     * OUTERFILL_INVALID_ARGUMENT on devices other than CPUs. */
    OUTERFILL_WORK_ITEM_STREAM = 3
} outerfill_work_item;

/* What one device did in a fill, and how long it took. Times are in seconds, by the device's own
 * clock where they are the device's, and by the host's clock otherwise. Kernels, reading back and
 * copying overlap, so their times may add up to more than `seconds`. The struct can grow at its
 * end. */
typedef struct outerfill_profile {
    uint64_t num_bands; /* bands that the device has finished */
    uint64_t num_cells; /* cells of these bands, each counted once for all planes */
    double seconds;     /* from the first launch to the end of the last band; 0: no band */

    double kernel_seconds; /* the device ran kernels */
    double read_seconds;   /* the device's results were read back; about 0 if it shares the host's
                              memory and writes into it itself */
    double copy_seconds;   /* the host copied results from pinned memory to their destination */
    double wait_seconds;   /* the host's thread of the device waited for it */

    uint64_t num_read_bytes;       /* bytes that were read back */
    double peak_read_bytes_second; /* bytes per second of the band that was read fastest, which is
                                      what the link can do; 0: nothing was read back */
} outerfill_profile;

/* The options of a fill. The library reads them during the call only. */
struct outerfill_fill_options {
    size_t struct_nbytes; /* sizeof(outerfill_fill_options) */

    /* One value for each parameter of the function, in the order of its description. NULL means the
     * defaults of the function. New values need no new build. */
    const double *parameters;

    /* Limit in bytes on what one device's part of this fill allocates and has in flight beyond the
     * caller's arrays: staging memory, device buffers, and output of unfinished bands. 0 means:
     *   - 96 MiB of pinned memory and 96 MiB on the device, if results are staged; 12 MiB each if
     *     the device shares the host's memory,
     *   - in a fill into a consumer, also 64 MiB of bands on their way there,
     *   - in a fill into a file, also 64 MiB of bands; 128 MiB from 8 planes on; 16 MiB on tmpfs.
     * Smaller limits are raised to the minimum: 64 KiB, and two 4 KiB pages per plane. */
    size_t memory_nbytes;

    outerfill_transfer transfer;
    outerfill_work_item work_item;

    outerfill_progress *progress; /* NULL: no callback */
    void *progress_data;          /* passed to `progress` untouched */

    outerfill_device_dropped *device_dropped; /* NULL: no callback */
    void *device_dropped_data;                /* passed to `device_dropped` untouched */

    /* Fills only the rows [row_begin, row_end) of ab. 0, 0 means all rows. An empty range, or one
     * that ends beyond n, is OUTERFILL_INVALID_ARGUMENT. ab still has all n rows, and the function
     * still sees the whole n. */
    size_t row_begin, row_end;

    /* Computes this number of random cells once more after the fill, and compares the values. It
     * also checks the corners, and both sides of the seams between bands (at most 4096 seams).
     * 0 verifies nothing. The calling thread recomputes a + b and a * b. Any other function is
     * recomputed, with a separate launch for each cell, by a device of the same name and driver as
     * the one that computed the cell, because unlike devices differ in the last bits of functions
     * such as exp. A cell is left out if no such device is at hand: because it was dropped, or
     * because an earlier run or another process computed the cell. Only functions without calls and
     * divisions are recomputed then, because all devices compute the same bits of them.
     * All bits must be equal, but a NaN equals any NaN. Otherwise the fill fails with
     * OUTERFILL_MISMATCH, and the message gives p, i, j and both values.
     * OUTERFILL_INVALID_ARGUMENT for relaxed functions, whose results may differ between launches,
     * and for fills into a consumer, which has already taken the values. */
    size_t verify_cells;

    /* NULL, or receives the number of cells that were computed once more, each counted once, after
     * all had the same values. It stays as it is if the fill fails. */
    size_t *num_verified;

    /* NULL, or receives the number of cells that were to be verified and were left out. It stays as
     * it is if the fill fails. */
    size_t *num_left_out;

    /* NULL, or an array of the caller's with an element for each device of the context, in its
     * order. profile_nbytes is sizeof(outerfill_profile). When the fill ends, also by a failure,
     * the k-th element tells what device k did, without the cells that were verified. The drivers'
     * clocks cost a little time for each band. An array that the calling thread would compute
     * faster by itself goes to a device, too. */
    outerfill_profile *profiles;
    size_t profile_nbytes;
};

typedef enum outerfill_device_type {
    OUTERFILL_DEVICE_CPU = 0,
    OUTERFILL_DEVICE_GPU = 1,
    OUTERFILL_DEVICE_OTHER = 2 /* an accelerator or a custom device */
} outerfill_device_type;

/* What is known of a device before it is opened. */
typedef struct outerfill_device {
    /* "P:D", as a selector takes it: the numbers of the platform and of the device. Both count from
     * 0 in the order of the OpenCL loader. "P:-" stands for a platform without devices. */
    char id[24];

    char name[128];
    char platform[128];
    char version[128]; /* the OpenCL version and the driver version of the device */
    outerfill_device_type type;
    uint64_t memory_nbytes;     /* the device's global memory, as its driver reports it */
    uint64_t max_buffer_nbytes; /* the largest buffer; a fill may be larger */
    uint32_t num_compute_units;
    int has_float64;
    int has_float32;
    int has_float32_subnormals; /* 0: float32 results below 1.2e-38 may be flushed to zero */
    int shares_host_memory;     /* 1: results need no copy */
    int only_by_name;           /* 1: "any", "gpu", "cpu" and "all" leave it out */
    char unusable[256];         /* why the device cannot be used at all; "" if it can */
    uint32_t clock_mhz;         /* the highest clock; 0: unknown */
    char pci_address[16];       /* of a card, such as "0000:3b:00.0"; "": unknown */
    char board[128];            /* the card's name in shops, if the driver tells it; "": unknown */
    uint64_t free_nbytes;       /* free memory of the device; 0: unknown */
} outerfill_device;

/* Lists the devices of all platforms, usable or not. A platform that fails, or that has no devices,
 * appears as one unusable entry.
 *
 *   devices       receives a new array of pointers to devices, or NULL if it has no elements or the
 *                 call fails. The array and the devices are one piece of memory. The caller owns it
 *                 and releases the array with outerfill_free
 *   num_devices   receives the number of elements; 0 after a failure
 *
 * Fails with
 *   OUTERFILL_NO_DEVICE          no OpenCL platform is installed. An installed platform without
 *                                devices is a success
 *   OUTERFILL_INVALID_ARGUMENT   `devices` or `num_devices` is NULL
 *   OUTERFILL_OUT_OF_MEMORY, OUTERFILL_AFTER_FORK */
OUTERFILL_API outerfill_status outerfill_devices_create(const outerfill_device ***devices,
                                                        size_t *num_devices,
                                                        outerfill_error *error);

/* Returns the number of devices of a context; 0 for NULL. */
OUTERFILL_API size_t outerfill_context_num_devices(const outerfill_context *context);

/* Returns the k-th device of a context, counted from 0; NULL if k is out of range or `context` is
 * NULL. The result belongs to the context and lives as long as the context. */
OUTERFILL_API const outerfill_device *outerfill_context_device(const outerfill_context *context,
                                                               size_t k);

/* Returns the k-th device that a term any, gpu, cpu or all of the selector meant, and that could
 * not be opened. Its member `unusable` has the reason. Returns NULL if k is out of range or
 * `context` is NULL. The result belongs to the context and lives as long as the context. */
OUTERFILL_API const outerfill_device *outerfill_context_unopened(const outerfill_context *context,
                                                                 size_t k);

/* Returns the number of planes P; 0 for NULL. */
OUTERFILL_API size_t outerfill_function_num_planes(const outerfill_function *function);

/* Returns the dtype of a function; OUTERFILL_DTYPE_DEFAULT for NULL. */
OUTERFILL_API outerfill_dtype outerfill_function_dtype(const outerfill_function *function);

/* A warning about a function's text. The text compiles, and may not mean what it seems to mean,
 * such as 1/2*a, where 1/2 is 0. The struct can grow at its end, so use it through a pointer. */
typedef struct outerfill_warning {
    int plane;           /* the expression's plane; -1: a body or a preamble */
    size_t line, column; /* in that text, from 1, the column in bytes; 0: at its end */
    const char *message; /* a whole sentence, with the place and with what to write */
} outerfill_warning;

/* Returns the warnings about a function's text, those of this library and of the devices'
 * compilers, at most 16. The array has *num_warnings pointers. It and the warnings belong to the
 * function. Returns NULL if there are none, or if `function` is NULL; num_warnings may be NULL. Any
 * thread may call it. */
OUTERFILL_API const outerfill_warning *const *outerfill_function_warnings(
    const outerfill_function *function, size_t *num_warnings);

/* Returns the number of cells of a row that the kernel for the k-th device of the context computes
 * together. It is 1 if each cell is computed by itself, and 0 if k is out of range or `function` is
 * NULL. Any thread may call it.
 *
 * It is more than 1 for bodies with loops, on PoCL's CPUs: each pass of a loop runs for up to 256
 * cells before the next one does, which compilers make vector code of. The results have the bits of
 * cells computed by themselves. The body must call no function of the driver's that keeps the
 * compiler from that (see outerfill_function_mathematics), and have no goto, switch or array, and
 * its preamble no loop. */
OUTERFILL_API size_t outerfill_function_batch_cells(const outerfill_function *function, size_t k);

/* Whose functions a text calls by the names of OpenCL C's, such as exp. */
typedef enum outerfill_mathematics {
    OUTERFILL_MATHEMATICS_DRIVER = 0,
    OUTERFILL_MATHEMATICS_OWN = 1 /* outerfill's, as outerfill_function_create describes */
} outerfill_mathematics;

/* Returns whose functions the function calls on the k-th device of its context. It is
 * OUTERFILL_MATHEMATICS_DRIVER if the text calls none of those that outerfill has, or if k is out
 * of range or `function` is NULL. */
OUTERFILL_API outerfill_mathematics
outerfill_function_mathematics(const outerfill_function *function, size_t k);

/* Returns what in the function's text keeps the compiler for the k-th device from vector code: the
 * first place of this kind, with a whole sentence. Examples are a call of a driver's function, a
 * goto, and a loop in a helper function. No compiler tells, so that the library looks for words
 * that are known to be slow on PoCL's CPUs. The warning belongs to the function. Returns NULL if
 * nothing is known, if k is out of range, or if `function` is NULL. Any thread may call it. */
OUTERFILL_API const outerfill_warning *outerfill_function_slow_code(
    const outerfill_function *function, size_t k);

/* Returns the OpenCL C program that the k-th device of the function's context compiled: the
 * function's text between the texts of this library. Its form is no part of this interface, and
 * changes from version to version. The caller owns the string and releases it with outerfill_free.
 * Returns NULL if k is out of range, if `function` is NULL, in a forked child, or if memory ran
 * out. Any thread may call it. */
OUTERFILL_API char *outerfill_function_program(const outerfill_function *function, size_t k);

/* ---- Rung 4: beyond memory ------------------------------------------------------------------- */

/* A band is some whole rows, or a part of one row, of every plane. This struct is a view of its
 * values in memory, with strides as in NumPy. The element ab[p, i, j] of the band is at
 *     data + p * plane_stride_nbytes + (i - row_begin) * row_stride_nbytes
 *          + (j - column_begin) * itemsize */
typedef struct outerfill_band {
    size_t struct_nbytes; /* the size of this struct in the library's version */
    const void *data;     /* the element [0, row_begin, column_begin] */
    size_t num_planes;
    size_t row_begin, row_end; /* rows [row_begin, row_end) of ab */

    /* Columns [column_begin, column_end) of ab; 0 and m unless the band is a part of one row. */
    size_t column_begin, column_end;

    size_t plane_stride_nbytes; /* from one plane to the next */
    size_t row_stride_nbytes;   /* from one row to the next: m * itemsize */
} outerfill_band;

/* The consumer of a fill, which takes the values of one band.
 *
 *   band        owned by the library; the struct and its values are valid during the call only
 *   user_data   as passed to outerfill_fill_consumer
 *
 * Return 0 to continue. Another number cancels the fill, and the consumer is not called again.
 * The library calls it in the thread that called the fill. Meanwhile the devices continue until
 * they reach the memory limit; then they wait. */
typedef int outerfill_consume(const outerfill_band *band, void *user_data);

typedef enum outerfill_order {
    OUTERFILL_ORDER_ROWS = 0,    /* each band begins where the band before it ended */
    OUTERFILL_ORDER_FINISHED = 1 /* bands come as they finish */
} outerfill_order;

/* Computes the same as outerfill_fill, and passes every cell once to a consumer, band by band. Use
 * it for results that you reduce or send on, and do not hold in memory as a whole.
 *
 *   consume     takes each band; not called if n or m is 0
 *   user_data   passed to `consume` untouched
 *   order       the order of the bands
 *
 * function, a, n, b, m, options and error are as in outerfill_fill. options->memory_nbytes limits
 * the bands on their way (default: 64 MiB for each device). Threads of the library drive all
 * devices, and block all signals.
 *
 * Fails with the statuses of outerfill_fill, except OUTERFILL_MISMATCH.
 *   OUTERFILL_INVALID_ARGUMENT   also: `consume` is NULL, the order is unknown, or verify_cells is
 *                                set
 *   OUTERFILL_CANCELLED          the consumer or the progress callback asked for it */
OUTERFILL_API outerfill_status outerfill_fill_consumer(const outerfill_function *function,
                                                       const void *a, size_t n, const void *b,
                                                       size_t m, outerfill_consume *consume,
                                                       void *user_data, outerfill_order order,
                                                       const outerfill_fill_options *options,
                                                       outerfill_error *error);

/* What to do if the output file exists already. */
typedef enum outerfill_existing {
    /* Fail with OUTERFILL_FILE_FAILED, and leave the file alone. */
    OUTERFILL_EXISTING_KEEP = 0,

    /* Replace the file at the moment when the new file is complete. */
    OUTERFILL_EXISTING_REPLACE = 1
} outerfill_existing;

/* What to do if an earlier fill of the same file stopped, and left finished bands. */
typedef enum outerfill_unfinished {
    /* Fail with OUTERFILL_FILE_FAILED, and leave the earlier fill alone. A PATH.part whose journal
     * is missing or damaged is left alone, too: nothing tells what of it is finished. */
    OUTERFILL_UNFINISHED_KEEP = 0,

    /* Continue the earlier fill. If there is no earlier fill, or nothing tells what it has
     * finished, begin a new one. If only its journals are left, fail with OUTERFILL_FILE_FAILED:
     * PATH.part may be put back. OUTERFILL_UNFINISHED_KEEP fails then, too. */
    OUTERFILL_UNFINISHED_RESUME = 1,

    /* Discard the earlier fill, and begin a new one. */
    OUTERFILL_UNFINISHED_RESTART = 2
} outerfill_unfinished;

/* A fill into a file calls this once, in the thread that called the fill, before it computes the
 * first cell: how many of the cells that it is to fill an earlier fill has finished, and are kept.
 * While it still compares them with their checksums, it reports them to `progress`. */
typedef void outerfill_cells_kept(size_t cells_kept, size_t num_cells, void *user_data);

/* A fill into a file calls this if what an earlier fill has left is damaged. The call comes in the
 * thread that called the fill, before the first cell is computed. The fill goes on, and computes
 * again what was lost. Each kind of damage gets a call of its own, such as that of a journal and
 * that of finished cells. A shard that would complete the file also calls it at its end, if the
 * rows of others are damaged.
 *
 *   message     a sentence that says what is damaged, and what is computed again; valid during the
 *               call
 *   user_data   outerfill_file_options.damage_found_data */
typedef void outerfill_damage_found(const char *message, void *user_data);

/* The options of an output file. The library reads them during the call only. */
typedef struct outerfill_file_options {
    size_t struct_nbytes; /* sizeof(outerfill_file_options) */

    outerfill_existing existing;
    outerfill_unfinished unfinished;

    /* 0, 0: one process fills the whole file.
     * num_shards > 0: num_shards independent processes fill one file, and this call fills shard
     * number `shard`, from 1 to num_shards. Its rows are n * (shard - 1) / num_shards to
     * n * shard / num_shards, unless the options of the fill select other rows.
     * A shard always resumes what is unfinished, so OUTERFILL_UNFINISHED_RESTART is
     * OUTERFILL_INVALID_ARGUMENT: remove PATH.part and its journals first. After its own rows, a
     * call checks the whole file. It completes the file if all rows are finished and no other
     * process works on it. Otherwise it leaves PATH.part. */
    size_t shard, num_shards;

    /* A text for the journal, for example what the caller needs to resume.
     * outerfill_file_status_create returns the one that was given last. NULL means no text: a
     * resumed journal then keeps its note. */
    const char *note;

    outerfill_cells_kept *cells_kept; /* NULL: no callback */
    void *cells_kept_data;            /* passed to `cells_kept` untouched */

    outerfill_damage_found *damage_found; /* NULL: no callback */
    void *damage_found_data;              /* passed to `damage_found` untouched */
} outerfill_file_options;

/* Fills an array of shape (P, n, m) into a NumPy file (NPY format 1.0), which
 * np.load(path, mmap_mode="r") opens. Its data begin at byte 4096. The array may be far larger than
 * memory. If n or m is 0, the file holds an empty array.
 *
 *   path    the file's name, in the encoding of the file system
 *   file    may be NULL: every option has its default
 *
 * function, a, n, b, m, options and error are as in outerfill_fill. options->memory_nbytes limits
 * the bands on their way (default for each device: 64 MiB; 128 MiB from 8 planes on; 16 MiB on
 * tmpfs). Threads of the library drive all devices, and block all signals.
 *
 * Files. While the fill runs, the data are in PATH.part. The library reserves the space first; on
 * tmpfs it only checks the free space. It records each finished band in PATH.journal, with a
 * checksum of the data; a shard uses PATH.journal-K-of-N. When all data are written and
 * synchronised, the library renames PATH.part to PATH and removes the journals. It refuses a
 * PATH.part that another fill is writing, or that was not left by a fill.
 *
 * Interruption. A fill that is killed, at any moment, leaves PATH.part and the journal. So does a
 * fill that fails or is cancelled after a band has finished. If it fails or is cancelled before a
 * band has finished, a fill of one process removes both files. A shard leaves them.
 *
 * Resuming. A later call with OUTERFILL_UNFINISHED_RESUME reads the bands that the journals record,
 * and compares them with their checksums. It computes the bands that differ and the missing bands.
 * It tells file->damage_found how many finished cells differ.
 * The file is then the same, byte for byte, as after an unbroken fill on the same devices. The
 * dtype, the shape, a, b, the function, its parameters and the version of the library must be the
 * same as before. Otherwise the call returns OUTERFILL_INVALID_ARGUMENT, and the message names what
 * differs.
 * The call succeeds at once if PATH is complete and comes from the same fill. A complete file has
 * an extended attribute "user.outerfill.fingerprint" for that. Without it, as on file systems
 * without such attributes or after a change of the file, PATH is a file that exists.
 * Comments, blanks and line ends in the function's text may differ where they do not change its
 * meaning.
 *
 * Verification. options->verify_cells checks the file before it gets its final name. After
 * OUTERFILL_MISMATCH the library discards everything that this fill has finished.
 *
 * Fails with the statuses of outerfill_fill, and with OUTERFILL_FILE_FAILED.
 *   OUTERFILL_INVALID_ARGUMENT   also: a wrong path or file option, or an earlier fill that this
 *                                call cannot resume
 *   OUTERFILL_FILE_FAILED        a file exists or is in use, or a call on it failed. If space was
 *                                the reason, the message gives the needed and the free bytes */
OUTERFILL_API outerfill_status outerfill_fill_npy(const outerfill_function *function, const void *a,
                                                  size_t n, const void *b, size_t m,
                                                  const char *path,
                                                  const outerfill_file_options *file,
                                                  const outerfill_fill_options *options,
                                                  outerfill_error *error);

/* A fill that runs in a thread of the library while the program does something else. */
typedef struct outerfill_running_fill outerfill_running_fill;

/* Start what outerfill_fill, outerfill_fill_consumer and outerfill_fill_npy do, and return at once.
 *
 *   running   receives the running fill, or NULL after a failure. The caller owns it and releases
 *             it with outerfill_fill_destroy
 *
 * The other arguments are as in these functions. The option structs are copied. Until
 * outerfill_fill_wait or outerfill_fill_destroy has returned, function, a, b, ab, path and what the
 * options point to must stay as they are, and ab is undefined. The thread of the fill calls the
 * callbacks, one at a time. It blocks all signals. Any number of fills may run at once, also of one
 * function; they share its devices.
 *
 * Fails with
 *   OUTERFILL_INVALID_ARGUMENT   `function` or `running` is NULL, or an option struct has a wrong
 *                                size. outerfill_fill_wait returns all other mistakes
 *   OUTERFILL_OUT_OF_MEMORY      also: the system allows no further thread
 *   OUTERFILL_AFTER_FORK */
OUTERFILL_API outerfill_status outerfill_fill_start(const outerfill_function *function,
                                                    const void *a, size_t n, const void *b,
                                                    size_t m, void *ab,
                                                    const outerfill_fill_options *options,
                                                    outerfill_running_fill **running,
                                                    outerfill_error *error);
OUTERFILL_API outerfill_status outerfill_fill_start_consumer(const outerfill_function *function,
                                                             const void *a, size_t n, const void *b,
                                                             size_t m, outerfill_consume *consume,
                                                             void *user_data, outerfill_order order,
                                                             const outerfill_fill_options *options,
                                                             outerfill_running_fill **running,
                                                             outerfill_error *error);
OUTERFILL_API outerfill_status outerfill_fill_start_npy(
    const outerfill_function *function, const void *a, size_t n, const void *b, size_t m,
    const char *path, const outerfill_file_options *file, const outerfill_fill_options *options,
    outerfill_running_fill **running, outerfill_error *error);

/* Tells how far a running fill is. Returns 1 if it is over, so that outerfill_fill_wait returns at
 * once, and otherwise 0. NULL is over. Any thread may call it at any time.
 *
 *   rows_done   NULL, or receives the finished cells divided by m, rounded down
 *   num_rows    NULL, or receives the rows of the fill; 0: not known yet */
OUTERFILL_API int outerfill_fill_poll(const outerfill_running_fill *running, size_t *rows_done,
                                      size_t *num_rows);

/* Waits until the fill is over. Returns its status, and its error in `error`, which may be NULL.
 * Several threads may wait, and each may wait again. Fails with OUTERFILL_INVALID_ARGUMENT for NULL
 * and OUTERFILL_AFTER_FORK in a forked child. */
OUTERFILL_API outerfill_status outerfill_fill_wait(outerfill_running_fill *running,
                                                   outerfill_error *error);

/* Asks the fill to end. It ends with OUTERFILL_CANCELLED as soon as a progress callback could
 * cancel it, unless it is complete before that. Returns at once. NULL does nothing. Any thread may
 * call it at any time. */
OUTERFILL_API void outerfill_fill_cancel(outerfill_running_fill *running);

/* Cancels the fill, waits until it is over, and releases it. NULL does nothing. No other thread may
 * use it any more. */
OUTERFILL_API void outerfill_fill_destroy(outerfill_running_fill *running);

/* Whether outerfill_fill_npy may begin, as outerfill_fill_npy_plan found it. */
typedef enum outerfill_file_verdict {
    /* It may begin a new file. */
    OUTERFILL_FILE_BEGINS = 0,

    /* It may continue an earlier fill, provided that its inputs are the same. */
    OUTERFILL_FILE_RESUMES = 1,

    /* An earlier fill has completed the file. The options resume, and its dtype and shape are the
     * same. outerfill_fill_npy compares the rest. */
    OUTERFILL_FILE_IS_COMPLETE = 2,

    /* PATH exists, and the options keep it. */
    OUTERFILL_FILE_EXISTS = 3,

    /* An earlier fill of PATH is unfinished, and the options keep it. */
    OUTERFILL_FILE_IS_UNFINISHED = 4,

    /* Another process fills PATH. A shard never gets this answer. */
    OUTERFILL_FILE_IS_BUSY = 5,

    /* The file system does not have the space. */
    OUTERFILL_FILE_HAS_NO_SPACE = 6
} outerfill_file_verdict;

/* What a fill into a file would find and need. */
typedef struct outerfill_file_plan {
    outerfill_file_verdict verdict;
    const char *part_path;   /* PATH.part: absolute, symbolic links of PATH followed */
    double fraction_done;    /* of the cells, recorded by an earlier fill: 0 to 1 */
    uint64_t file_nbytes;    /* length of the complete file */
    uint64_t missing_nbytes; /* space that is still to be reserved */
    uint64_t free_nbytes;    /* free space; UINT64_MAX if the file system tells no limit */

    /* Memory for bands on their way to the file, for each device, if the options of the fill set no
     * limit. */
    uint64_t bands_nbytes;

    /* 1: an earlier fill has left PATH.part, but a journal is missing or damaged. So nothing tells
     * what of PATH.part is finished, and fraction_done is 0. */
    int is_unrecorded;

    /* 1: only journals of an earlier fill are left, and PATH.part is missing, empty or cut off
     * within its header. It may be put back. */
    int part_is_missing;
} outerfill_file_plan;

/* Tells whether outerfill_fill_npy may begin a file, and what it needs. Call it before expensive
 * preparations. It changes nothing and takes no lock: another process may change the answer at any
 * time, and outerfill_fill_npy checks again.
 *
 *   path         the file's name
 *   dtype        of the array; OUTERFILL_DTYPE_DEFAULT means float64
 *   num_planes, n, m   the shape of the array. If the shape is not known yet, give 0: then the
 *                      space is that of an empty array
 *   file         may be NULL: every option has its default. damage_found is told what the fill
 *                would tell before it compares cells
 *   plan         receives the answer, or NULL after a failure. The caller owns it and releases it
 *                with outerfill_free
 *
 * Fails with
 *   OUTERFILL_FILE_FAILED        the folder cannot be written, PATH is not a regular file or cannot
 *                                be replaced, PATH.part was not left by a fill, or a journal is
 *                                damaged
 *   OUTERFILL_INVALID_ARGUMENT   a NULL, a wrong file option, an unknown dtype, or an array that is
 *                                too large for a file
 *   OUTERFILL_OUT_OF_MEMORY */
OUTERFILL_API outerfill_status outerfill_fill_npy_plan(const char *path, outerfill_dtype dtype,
                                                       size_t num_planes, size_t n, size_t m,
                                                       const outerfill_file_options *file,
                                                       outerfill_file_plan **plan,
                                                       outerfill_error *error);

/* The state of the fill of a file, as its journals tell it. */
typedef enum outerfill_file_state {
    OUTERFILL_FILE_STOPPED = 0, /* no process works on the file */
    OUTERFILL_FILE_RUNNING = 1, /* at least one process works on the file */
    OUTERFILL_FILE_COMPLETE = 2 /* PATH exists, and no PATH.part with a journal */
} outerfill_file_state;

/* One journal, and the process that writes it or wrote it last. */
typedef struct outerfill_file_writer {
    size_t shard, num_shards; /* 0, 0 if the writer is not a shard */
    int is_running;
    int is_finished;         /* 1: it has done everything that it was asked for */
    int64_t pid;             /* the process id, on the machine of the process; 0: unknown */
    size_t cells_done;       /* by it, and by earlier processes with the same journal */
    double cells_per_second; /* of its last 16 s since its last start; 0: not known yet */
    double begun;            /* the time of its last start, in seconds since 1970; 0: unknown */
    double last;             /* the time of its last band since then, or `begun` */
} outerfill_file_writer;

/* The cells [begin, end), counted in C order within a plane. This struct never grows. */
typedef struct outerfill_cells {
    size_t begin, end;
} outerfill_cells;

/* How far the fill of a file is. All pointers in it point into the same piece of memory. */
typedef struct outerfill_file_status {
    outerfill_file_state state;
    outerfill_dtype dtype;
    size_t num_planes, n, m; /* the shape of the array */
    size_t cells_done;       /* finished cells of one plane, at most n * m */

    /* The sum over all running writers. If no writer runs: the speed of the last writer. */
    double cells_per_second;

    const outerfill_file_writer *const *writers; /* num_writers pointers, in the order of shards */
    size_t num_writers;
    const outerfill_cells *missing; /* the other cells, sorted */
    size_t num_missing;
    const char *note; /* of the call that began or resumed the fill last, or "" */

    /* 1: PATH.part does not exist, is empty or is cut off within its header, and its journals are
     * left alone. The bands that they record are lost, so cells_done is 0. If PATH is complete, the
     * journals are those of a fill that was to replace it. */
    int part_is_missing;

    /* The number of damaged journals, and the name of the first one, or NULL. What such a journal
     * does not tell any more counts as missing. */
    size_t num_damaged_journals;
    const char *damaged_journal;

    /* The length of PATH.part; 0 if it does not exist. If it was cut off, the cells behind its end
     * count as missing. */
    uint64_t part_nbytes;

    /* 1: the header of PATH.part is damaged. A fill that resumes writes it again if PATH.part has a
     * band with the checksum that a journal records. */
    int header_is_damaged;

    /* 1: PATH is complete, and a PATH.part without a journal stands beside it. No fill goes on with
     * it. */
    int part_is_stray;
} outerfill_file_status;

/* Reads how far the fill of a file is: while it runs, after it stopped, or after it completed.
 *
 *   path          the file's name
 *   file_status   receives the answer in one piece of memory, or NULL after a failure. The caller
 *                 owns it and releases it with outerfill_free
 *
 * The call does not compare the data with the checksums; a resumed fill does.
 *
 * Fails with
 *   OUTERFILL_FILE_FAILED        neither PATH nor a journal exists, PATH.part has no journal, PATH
 *                                is truncated, a file cannot be read, or the journals are damaged
 *   OUTERFILL_INVALID_ARGUMENT   a NULL or empty path, the name of a .npy.part or of a
 *                                journal, a NULL `file_status`, a PATH that outerfill did not
 *                                write, or journals that do not belong together
 *   OUTERFILL_OUT_OF_MEMORY */
OUTERFILL_API outerfill_status outerfill_file_status_create(const char *path,
                                                            outerfill_file_status **file_status,
                                                            outerfill_error *error);

/* Reads a vector from a NumPy file (NPY format 1.0, 2.0 or 3.0), and converts its values to `dtype`
 * as NumPy's astype does. The shape is (n,), (n, 1) or (1, n). The file may have any real dtype, in
 * either byte order: bool, int8 to int64, uint8 to uint64, float16, float32, float64, long double.
 *
 *   path     the file's name
 *   dtype    the dtype of the result; OUTERFILL_DTYPE_DEFAULT means float64
 *   values   receives a new array of n values, or NULL after a failure. After a success it is never
 *            NULL, even if n is 0. The caller owns it and releases it with outerfill_free
 *   n        receives the number of elements; 0 after a failure
 *
 * Fails with
 *   OUTERFILL_FILE_FAILED        the file cannot be opened or read, or is not a regular file
 *   OUTERFILL_INVALID_ARGUMENT   a NULL, an unknown dtype, or a file that is not NPY, is truncated,
 *                                is not a vector, or has a dtype that is not real
 *   OUTERFILL_OUT_OF_MEMORY */
OUTERFILL_API outerfill_status outerfill_npy_load(const char *path, outerfill_dtype dtype,
                                                  void **values, size_t *n, outerfill_error *error);

/* Writes a vector of shape (n,) into a NumPy file (NPY format 1.0), which outerfill_npy_load and
 * numpy.load read. An older file PATH is replaced when the new one is complete on the disk.
 *
 *   path     the file's name, by custom with the ending .npy, which is not added
 *   dtype    the dtype of the values and of the file; OUTERFILL_DTYPE_DEFAULT means float64
 *   values   n values of the caller's, which are only read; NULL if n is 0
 *   n        the number of elements
 *
 * Threads may save at the same time. Of two calls with the same path, one replaces the file of the
 * other.
 *
 * Fails with
 *   OUTERFILL_FILE_FAILED        the file cannot be written; an older file PATH is unchanged
 *   OUTERFILL_INVALID_ARGUMENT   a NULL, or an unknown dtype
 *   OUTERFILL_OUT_OF_MEMORY */
OUTERFILL_API outerfill_status outerfill_npy_save(const char *path, outerfill_dtype dtype,
                                                  const void *values, size_t n,
                                                  outerfill_error *error);

/* Allocates an array that is fast to fill. Returns NULL if there is no memory. For 0 bytes it
 * returns a pointer that may be freed. The caller owns the array and releases it with
 * outerfill_free. The array is aligned to 64 bytes. From 4 MiB on it is aligned to 2 MiB, and asks
 * the system for huge pages. Its contents are undefined. Let the fill be the first to touch it. */
OUTERFILL_API void *outerfill_alloc(size_t nbytes);

/* Allocates an array that a device of the context can read results back into without a copy: pinned
 * memory of the first device that has memory of its own. Where all devices share the host's memory,
 * this is outerfill_alloc. Pinning takes up to a millisecond for each MiB, so use an array for many
 * fills. Any function of the context can fill any part of it.
 *
 *   context   of the caller's; the array holds a reference to it, so the context can be destroyed
 *             first
 *   nbytes    the size in bytes; for 0 the array may be freed and has no elements
 *   array     receives the array, or NULL if the call fails. It is aligned to 64 bytes, and its
 *             contents are undefined. The caller owns it and releases it with
 *             outerfill_context_free
 *
 * Any thread may call this. Fails with
 *   OUTERFILL_INVALID_ARGUMENT   a NULL
 *   OUTERFILL_OUT_OF_MEMORY      the system pins no more memory for the device, or has no more
 *   OUTERFILL_DEVICE_FAILED, OUTERFILL_AFTER_FORK */
OUTERFILL_API outerfill_status outerfill_context_alloc(outerfill_context *context, size_t nbytes,
                                                       void **array, outerfill_error *error);

/* Releases an array of outerfill_context_alloc, which no fill uses. The context is the one that it
 * was allocated with, also after outerfill_context_destroy. Any thread may call this. Does nothing
 * if a pointer is NULL, if the context has no such array, or in a forked child. */
OUTERFILL_API void outerfill_context_free(outerfill_context *context, void *array);

/* Pins an array of the caller's for fills that use it many times: the first device of the context
 * that has memory of its own reads results back into it without a copy. Where all devices share the
 * host's memory, this costs nothing and changes nothing. Pinning takes up to a millisecond for each
 * MiB, and a driver may keep as much memory of the device. An array that begins at a multiple of 64
 * bytes, with planes of a multiple of 64 bytes, gains the most.
 *
 *   context   of the caller's; it lives until the array is unregistered, also after
 *             outerfill_context_destroy
 *   array     the caller's memory, which may be written. It keeps its values, and nothing else may
 *             use it during the call. It stays the caller's, who calls outerfill_context_unregister
 *             before releasing it
 *   nbytes    the size in bytes; at least 1. Any fill of the context may use any part
 *
 * Any thread may call this. Fails with
 *   OUTERFILL_INVALID_ARGUMENT   a NULL, 0 bytes, or memory that overlaps an array of
 *                                outerfill_context_alloc or outerfill_context_register
 *   OUTERFILL_OUT_OF_MEMORY      the system or the device has too little memory to pin it
 *   OUTERFILL_DEVICE_FAILED, OUTERFILL_AFTER_FORK */
OUTERFILL_API outerfill_status outerfill_context_register(outerfill_context *context, void *array,
                                                          size_t nbytes, outerfill_error *error);

/* Ends the registration of an array that no fill uses. The array keeps its values. The context is
 * the one of outerfill_context_register, also after outerfill_context_destroy. Any thread may call
 * this. Does nothing if a pointer is NULL, if no registered array begins there, or in a forked
 * child. */
OUTERFILL_API void outerfill_context_unregister(outerfill_context *context, void *array);

/* Releases the result of outerfill_alloc, outerfill_devices_create, outerfill_npy_load,
 * outerfill_fill_npy_plan or outerfill_file_status_create. NULL does nothing. */
OUTERFILL_API void outerfill_free(void *pointer);

#ifdef __cplusplus
}
#endif

#endif
