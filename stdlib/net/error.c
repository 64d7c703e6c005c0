/* SPDX-License-Identifier: MIT */
/* Errors of package net, with Go's texts. */
#include "errors/error.h"
#include "net/net.h"

static const errors_kind closed_kind = {.name = "net.ErrClosed"};
static struct error_fixed closed = ERROR_FIXED("use of closed network connection", &closed_kind);
const gocc_error gocc_net_err_closed = &closed.object;

static struct error_fixed connected = ERROR_FIXED("use of WriteTo with pre-connected connection",
                                                  &closed_kind);
const gocc_error gocc_net_err_write_to_connected = &connected.object;

static bool is_canceled(const void *data, gocc_error target) {
    (void)data;
    return target == CONTEXT_CANCELED;
}
static const errors_kind canceled_kind = {.name = "net.canceled", .is = is_canceled};
static struct error_fixed canceled = ERROR_FIXED("operation was canceled", &canceled_kind);

static bool is_late(const void *data, gocc_error target) {
    (void)data;
    return target == CONTEXT_DEADLINE_EXCEEDED || target == OS_ERR_DEADLINE_EXCEEDED;
}
static const errors_kind late_kind = {.name = "net.timeout", .is = is_late, .timeout = true};
static struct error_fixed late = ERROR_FIXED("i/o timeout", &late_kind);

static const errors_kind op_kind = {.name = "net.OpError"};
static const errors_kind op_timeout_kind = {.name = "net.OpError", .timeout = true};

gocc_error op_error(const char *op, const char *network, net_addr *source, const net_addr *addr,
                    gocc_error cause) {
    bool to = source && addr, named = network && *network;
    gocc_error e = errors_new_kind(error_timeout(cause) ? &op_timeout_kind : &op_kind, NULL,
                                   "%s%s%s%s%s%s%s: %w", op, named ? " " : "", named ? network : "",
                                   source || addr ? " " : "", source ? net_addr_string(source) : "",
                                   to ? "->" : "", addr ? net_addr_string(UNCONST(addr)) : "",
                                   cause);
    handle_release(cause);
    return e;
}

gocc_error call_error(const char *call, int err) {
    gocc_error cause = fd_cause(err, NET_ERR_CLOSED);
    if (err == FD_CLOSED || err == FD_TIMEOUT)
        return cause;
    gocc_error e = errors_new_kind(error_timeout(cause) ? &op_timeout_kind : &op_kind, NULL,
                                   "%s: %w", call, cause);
    handle_release(cause);
    return e;
}

gocc_error ctx_error(context *ctx) {
    gocc_error why = ctx ? context_err(ctx) : CONTEXT_DEADLINE_EXCEEDED;
    return why == CONTEXT_CANCELED ? &canceled.object : &late.object;
}
