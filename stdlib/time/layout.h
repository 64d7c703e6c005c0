/* SPDX-License-Identifier: MIT */
/* Reading by a layout: what parse.c asks of read.c. */
#ifndef GOCC_TIME_LAYOUT_H
#define GOCC_TIME_LAYOUT_H

#include "time/instant.h"

/* A text on its way through a layout; read.c. */
struct reading {
    struct parsed *out;
    const char *s;     /* what is left of the text */
    const char *outer; /* of the layout, behind the conversion whose parts are read; or NULL */
    int year, century, month, day, yday; /* -1: not said; the year: 0 */
    bool am, pm;
    /* why it failed */
    const char *elem; /* of the layout, here */
    size_t elem_size;
    const char *out_of_range; /* "month": it was read, but there is no such */
    bool extra;               /* text behind the end */
    const char *wrong;        /* or what else */
};
bool layout_read(const char *layout, const char *text, struct parsed *out, struct reading *r)
    GOCC_PRIVATE(layout_read);

#endif
