/* SPDX-License-Identifier: MIT */
/* fmt.Fprintf with printf's formats. */
#include "io/io.h"
#include <stdarg.h>
#include <stdio.h>

ssize_t gocc__fmt_fprintf(io_writer *w, const char *format, ...) {
    char few[512];
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(few, sizeof few, format, args);
    char *text = n >= (int)sizeof few ? std_alloc((size_t)n + 1) : few;
    if (text != few)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    va_end(args);
    ssize_t put = n < 0 ? 0 : gocc__io_write(w, text, (size_t)n, NULL);
    if (text != few)
        free(text);
    return put;
}
