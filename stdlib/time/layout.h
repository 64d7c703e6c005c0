/* SPDX-License-Identifier: MIT */
/* The pieces of a layout: what C lacks, and between it as much as C can do in one call. */
#ifndef GOCC_TIME_LAYOUT_H
#define GOCC_TIME_LAYOUT_H

#include "time/instant.h"
#include <locale.h>

enum piece_kind {
    PIECE_PLAIN,
    PIECE_FRACTION,
    PIECE_FRACTION_IF_ANY, /* with its point, and without zeros at the end */
    PIECE_COLON_ZONE,
    PIECE_ZONE_NAME,
    PIECE_END
};

struct piece {
    enum piece_kind kind;
    int digits;
    char text[128];
};

/* Names are English, as in Go and in all that layouts are for, whatever the program's locale is. */
locale_t time_english(void) GOCC_PRIVATE(time_english);

/* Reads the next piece and returns what follows it. */
const char *piece_next(const char *layout, struct piece *piece) GOCC_PRIVATE(piece_next);

#endif
