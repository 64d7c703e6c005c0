/* SPDX-License-Identifier: MIT */
/* An error's inside, for the packages that have errors of their own. */
#ifndef GOCC_ERRORS_ERROR_H
#define GOCC_ERRORS_ERROR_H

#include "std.h"
#include <gocc/errors.h>

struct gocc__h_error {
    const char *text;        /* behind the object, unless it is a fixed one */
    const errors_kind *kind; /* may be NULL */
    void *data;
    gocc_error *wrapped; /* retained */
    uint32_t n_wrapped;
    bool tree; /* errors_join, or several %w: unwrap answers nil, is and as look at all */
};

extern const struct handle_kind error_handle_kind GOCC_PRIVATE(error_handle_kind);

/* An error for ever: struct error_fixed e = ERROR_FIXED("text", kind); use &e.object. */
struct error_fixed {
    struct gocc_handle head;
    struct gocc__h_error object;
};
#define ERROR_FIXED(message, error_kind)                           \
    {                                                              \
        .head = {HANDLE_STATIC, HANDLE_ALIVE, &error_handle_kind}, \
        .object = {.text = (message), .kind = (error_kind)},       \
    }

/* Retains the n wrapped; text is copied. */
gocc_error error_make(const char *text, const gocc_error *wrapped, uint32_t n)
    GOCC_PRIVATE(error_make);

#endif
