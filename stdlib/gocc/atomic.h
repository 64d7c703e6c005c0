/* SPDX-License-Identifier: MIT */
/*
 * Package sync/atomic: functions on plain integers (atomic_add_int32(&i, 1)) and types
 * (atomic_int32 n; atomic_int32_add(&n, 1)).  Each operation is sequentially consistent, as in
 * Go.  What <stdatomic.h>, which is included, has a name for is used under that name:
 * atomic_bool is C's type.
 */
#ifndef GOCC_ATOMIC_H
#define GOCC_ATOMIC_H

#include <gocc/base.h>
#ifndef __cplusplus
#include <stdatomic.h>
#endif

/* add gives the new value; swap, and, or give the old one */
#define GOCC_ATOMIC_FUNCTIONS(word, type)                                                          \
    static __inline__ type atomic_load_##word(type const *p) {                                     \
        return __atomic_load_n(p, __ATOMIC_SEQ_CST);                                               \
    }                                                                                              \
    static __inline__ void atomic_store_##word(type *p, type value) {                              \
        __atomic_store_n(p, value, __ATOMIC_SEQ_CST);                                              \
    }                                                                                              \
    static __inline__ type atomic_swap_##word(type *p, type value) {                               \
        return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST);                                    \
    }                                                                                              \
    static __inline__ bool atomic_compare_and_swap_##word(type *p, type old, type value) {         \
        return __atomic_compare_exchange_n(p, &old, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
    }
#define GOCC_ATOMIC_ARITHMETIC(word, type)                          \
    static __inline__ type atomic_add_##word(type *p, type delta) { \
        return __atomic_add_fetch(p, delta, __ATOMIC_SEQ_CST);      \
    }                                                               \
    static __inline__ type atomic_and_##word(type *p, type mask) {  \
        return __atomic_fetch_and(p, mask, __ATOMIC_SEQ_CST);       \
    }                                                               \
    static __inline__ type atomic_or_##word(type *p, type mask) {   \
        return __atomic_fetch_or(p, mask, __ATOMIC_SEQ_CST);        \
    }
/* the same as methods of a type of its own */
#define GOCC_ATOMIC_METHODS(word, type)                                                 \
    static __inline__ type atomic_##word##_load(const atomic_##word *x) {               \
        return __atomic_load_n(&x->v, __ATOMIC_SEQ_CST);                                \
    }                                                                                   \
    static __inline__ void atomic_##word##_store(atomic_##word *x, type value) {        \
        __atomic_store_n(&x->v, value, __ATOMIC_SEQ_CST);                               \
    }                                                                                   \
    static __inline__ type atomic_##word##_swap(atomic_##word *x, type value) {         \
        return __atomic_exchange_n(&x->v, value, __ATOMIC_SEQ_CST);                     \
    }                                                                                   \
    static __inline__ bool atomic_##word##_compare_and_swap(atomic_##word *x, type old, \
                                                            type value) {               \
        return atomic_compare_and_swap_##word(&x->v, old, value);                       \
    }
#define GOCC_ATOMIC_METHODS_ARITHMETIC(word, type)                             \
    static __inline__ type atomic_##word##_add(atomic_##word *x, type delta) { \
        return __atomic_add_fetch(&x->v, delta, __ATOMIC_SEQ_CST);             \
    }                                                                          \
    static __inline__ type atomic_##word##_and(atomic_##word *x, type mask) {  \
        return __atomic_fetch_and(&x->v, mask, __ATOMIC_SEQ_CST);              \
    }                                                                          \
    static __inline__ type atomic_##word##_or(atomic_##word *x, type mask) {   \
        return __atomic_fetch_or(&x->v, mask, __ATOMIC_SEQ_CST);               \
    }
#define GOCC_ATOMIC_INTEGER(word, type)                    \
    typedef struct atomic_##word {                         \
        __attribute__((__aligned__(sizeof(type)))) type v; \
    } atomic_##word;                                       \
    GOCC_ATOMIC_FUNCTIONS(word, type)                      \
    GOCC_ATOMIC_ARITHMETIC(word, type)                     \
    GOCC_ATOMIC_METHODS(word, type)                        \
    GOCC_ATOMIC_METHODS_ARITHMETIC(word, type)

GOCC_ATOMIC_INTEGER(int32, int32_t)
GOCC_ATOMIC_INTEGER(int64, int64_t)
GOCC_ATOMIC_INTEGER(uint32, uint32_t)
GOCC_ATOMIC_INTEGER(uint64, uint64_t)
GOCC_ATOMIC_INTEGER(uintptr, uintptr_t)

typedef struct atomic_pointer {
    void *v;
} atomic_pointer;
GOCC_ATOMIC_FUNCTIONS(pointer, void *)
GOCC_ATOMIC_METHODS(pointer, void *)

/* Methods for C's atomic_bool, which is one byte. */
#define atomic_bool_load(p)         __atomic_load_n((bool *)(p), __ATOMIC_SEQ_CST)
#define atomic_bool_store(p, value) __atomic_store_n((bool *)(p), (value), __ATOMIC_SEQ_CST)
#define atomic_bool_swap(p, value)  __atomic_exchange_n((bool *)(p), (value), __ATOMIC_SEQ_CST)
static __inline__ bool gocc__atomic_bool_cas(bool *p, bool old, bool value) {
    return __atomic_compare_exchange_n(p, &old, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
#define atomic_bool_compare_and_swap(p, old, value) \
    gocc__atomic_bool_cas((bool *)(p), (old), (value))

/* A pointer that is never taken back to NULL.  C has no types at run time: Go's panic about an
 * inconsistent type has no counterpart; those about nil do. */
typedef struct atomic_value {
    void *v;
} atomic_value;
static __inline__ void *atomic_value_load(const atomic_value *x) {
    return __atomic_load_n(&x->v, __ATOMIC_SEQ_CST);
}
void atomic_value_store(atomic_value *x, const void *value) GOCC_SYMBOL(atomic_value_store);
void *atomic_value_swap(atomic_value *x, const void *value) GOCC_SYMBOL(atomic_value_swap);
bool atomic_value_compare_and_swap(atomic_value *x, const void *old, const void *value)
    GOCC_SYMBOL(atomic_value_compare_and_swap);

#endif
