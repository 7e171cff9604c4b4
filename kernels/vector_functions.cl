/* SPDX-License-Identifier: MIT
 *
 * Built-in functions of vectors that are as right as those of scalars. Drivers compute ordinary arguments well, but some of
 * their vector versions go wrong as a whole where one element is extraordinary: on PoCL 3.1 (AVX-512), one element of 1e8
 * spoils sin, cos and tan of a float16 vector, and a subnormal one pow of a double8 vector. So a vector with such an element
 * is computed element by element, by the scalar functions.
 *
 * In front of this text the host puts outerfill_vector, VECTOR_WIDTH and LARGEST_ORDINARY; behind it, GUARDED_1 or GUARDED_2 for
 * each function that the caller's text calls, under whose name it then calls outerfill_guarded_NAME. */

#define JOIN(x, y) x##y
#define WITH_WIDTH(name, width) JOIN(name, width)
#define LOAD_VECTOR(elements) WITH_WIDTH(vload, VECTOR_WIDTH)(0, elements)
#define STORE_VECTOR(vector, elements) WITH_WIDTH(vstore, VECTOR_WIDTH)(vector, 0, elements)

/* Zero, or a magnitude from 1 / LARGEST_ORDINARY to limit; not NaN. */
#define IS_ORDINARY(x, limit) all((fabs(x) <= (real)(limit)) & ((fabs(x) >= 1 / LARGEST_ORDINARY) | (x == 0)))

#define GUARDED_1(name, limit)                                                                                                    \
    static inline outerfill_vector outerfill_guarded_##name(const outerfill_vector x) {                                                               \
        real elements[VECTOR_WIDTH];                                                                                              \
        if (IS_ORDINARY(x, limit)) return name(x);                                                                                \
        STORE_VECTOR(x, elements);                                                                                                \
        for (int k = 0; k < VECTOR_WIDTH; k++) elements[k] = name(elements[k]);                                                   \
        return LOAD_VECTOR(elements);                                                                                             \
    }

#define GUARDED_2(name, limit)                                                                                                    \
    static inline outerfill_vector outerfill_guarded_##name(const outerfill_vector x, const outerfill_vector y) {                                          \
        real x_elements[VECTOR_WIDTH], y_elements[VECTOR_WIDTH];                                                                  \
        if (IS_ORDINARY(x, limit) && IS_ORDINARY(y, limit)) return name(x, y);                                                    \
        STORE_VECTOR(x, x_elements);                                                                                              \
        STORE_VECTOR(y, y_elements);                                                                                              \
        for (int k = 0; k < VECTOR_WIDTH; k++) x_elements[k] = name(x_elements[k], y_elements[k]);                                \
        return LOAD_VECTOR(x_elements);                                                                                           \
    }
