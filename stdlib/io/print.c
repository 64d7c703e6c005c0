/* SPDX-License-Identifier: MIT */
/* fmt.Fprintf with printf's formats. */
#include "io/io.h"
#include <stdarg.h>
#include <stdio.h>

struct writing {
    io_writer *w;
    char *text;
    size_t n;
    gocc_error *err;
    ssize_t put;
};

static void write_call(void *writing) {
    struct writing *x = writing;
    x->put = gocc__io_write(x->w, x->text, x->n, x->err);
}

static void write_end(void *writing) {
    free(((struct writing *)writing)->text);
}

ssize_t io_write_own(io_writer *w, char *text, size_t n, gocc_error *err) {
    struct writing x = {w, text, n, err, 0};
    call_with_cleanup(write_call, &x, write_end);
    return x.put;
}

ssize_t gocc__fmt_fprintf(io_writer *w, const char *format, ...) {
    char few[512];
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(few, sizeof few, format, args);
    char *text = n >= (int)sizeof few ? std_alloc((size_t)n + 1) : NULL;
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    va_end(args);
    if (text)
        return io_write_own(w, text, (size_t)n, NULL);
    return n < 0 ? 0 : gocc__io_write(w, few, (size_t)n, NULL);
}
