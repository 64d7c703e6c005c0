/* SPDX-License-Identifier: MIT */
/* <gocc/runtime.h>: the ABI under names for people. */
#include "rt.h"

int64_t goroutine_id(void) {
    return (int64_t)rt_g()->id;
}

long long gocc_set_max_stack(long long bytes) {
    proc_ensure();
    return (long long)stack_set_size(bytes < 0 ? 0 : (size_t)bytes);
}

gocc_chan *gocc_chan_make(size_t elem_size, long long cap) {
    return gocc__chan_make(elem_size, cap);
}

void gocc_chan_send(gocc_chan *c, const void *v) {
    gocc__chan_send(c, v);
}

_Bool gocc_chan_recv(gocc_chan *c, void *v) {
    return gocc__chan_recv_ok(c, v);
}

_Bool gocc_chan_try_send(gocc_chan *c, const void *v) {
    return gocc__chan_try_send(c, v);
}

_Bool gocc_chan_try_recv(gocc_chan *c, void *v, _Bool *ok) {
    return gocc__chan_try_recv(c, v, ok);
}

void gocc_chan_close(gocc_chan *c) {
    gocc__chan_close(c);
}

int gocc_chan_len(const gocc_chan *c) {
    return gocc__chan_len(c);
}

int gocc_chan_cap(const gocc_chan *c) {
    return gocc__chan_cap(c);
}

int gocc_select(gocc_case *cases, int n, _Bool has_default) {
    return gocc__select(cases, n, has_default);
}
