/* SPDX-License-Identifier: MIT */
/* What the files of the package, and those that build on it, share. */
#ifndef GOCC_IO_IO_H
#define GOCC_IO_IO_H

#include "std.h"
#include <gocc/io.h>

/* A stream begins with struct gocc__h_io, whose self points to itself. */
void *io_object(size_t size, const struct handle_kind *kind, const io_methods *methods)
    GOCC_PRIVATE(io_object);
void io_destroy(void *h) GOCC_PRIVATE(io_destroy); /* destroy for its kind: methods->destroy */

/* The object, which must be of these methods; else a panic that names both. */
void *io_expect(io_reader *io, const io_methods *methods) GOCC_PRIVATE(io_expect);

/* Bytes that a reader or buffer in memory still has; -1: it is something else. */
int64_t io_memory_left(io_reader *io) GOCC_PRIVATE(io_memory_left);

/* How far a buffer has been read, and back to there: what was read stays until the next write.
 * -1: it is something else. */
int64_t io_buffer_at(io_reader *io) GOCC_PRIVATE(io_buffer_at);
void io_buffer_back(io_reader *io, int64_t at) GOCC_PRIVATE(io_buffer_back);

/* Writes text and frees it, even if the writer panics or ends its goroutine. */
ssize_t io_write_own(io_writer *w, char *text, size_t n, gocc_error *err)
    GOCC_PRIVATE(io_write_own);

/* Through a result parameter that may be NULL; e is handed over. */
static inline void io_give(gocc_error *err, gocc_error e) {
    if (err)
        *err = e;
    else
        handle_release(e);
}

#endif
