/* SPDX-License-Identifier: MIT */
/* atomic.Value: what cannot be inline in the header, for it panics. */
#include "std.h"
#include <gocc/atomic.h>

void atomic_value_store(atomic_value *x, const void *value) {
    NIL_CHECK(x);
    if (!value)
        panic_text("sync/atomic: store of nil value into Value");
    __atomic_store_n(&x->v, UNCONST(value), __ATOMIC_SEQ_CST);
}

void *atomic_value_swap(atomic_value *x, const void *value) {
    NIL_CHECK(x);
    if (!value)
        panic_text("sync/atomic: swap of nil value into Value");
    return __atomic_exchange_n(&x->v, UNCONST(value), __ATOMIC_SEQ_CST);
}

bool atomic_value_compare_and_swap(atomic_value *x, const void *old, const void *value) {
    NIL_CHECK(x);
    if (!value)
        panic_text("sync/atomic: compare and swap of nil value into Value");
    void *expected = UNCONST(old);
    return __atomic_compare_exchange_n(&x->v, &expected, UNCONST(value), false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}
