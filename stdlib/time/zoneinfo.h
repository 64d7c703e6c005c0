/* SPDX-License-Identifier: MIT */
/* The zone database: files of RFC 9636, and the rule at their end for later years. */
#ifndef GOCC_TIME_ZONEINFO_H
#define GOCC_TIME_ZONEINFO_H

#include "std.h"

struct zone_span { /* one stretch without a change: start <= t < end, in Unix seconds */
    const char *name;
    int32_t offset; /* seconds east of UTC */
    bool dst;
    int64_t start, end; /* INT64_MIN, INT64_MAX: no end */
};

struct zoneinfo;
/* NULL: not understood; never freed otherwise */
struct zoneinfo *zoneinfo_parse(const void *data, size_t size) GOCC_PRIVATE(zoneinfo_parse);
struct zoneinfo *zoneinfo_load(const char *name) GOCC_PRIVATE(zoneinfo_load);
struct zoneinfo *zoneinfo_load_local(void) GOCC_PRIVATE(zoneinfo_load_local);
bool zoneinfo_is_file(const struct zoneinfo *z) GOCC_PRIVATE(zoneinfo_is_file);
bool zoneinfo_bad_name(const char *name) GOCC_PRIVATE(zoneinfo_bad_name);
struct zone_span zoneinfo_lookup(const struct zoneinfo *z, int64_t at)
    GOCC_PRIVATE(zoneinfo_lookup);
/* The offset that this abbreviation means in z, at a time that is written in it. */
bool zoneinfo_offset(const struct zoneinfo *z, const char *name, int64_t at, int *offset)
    GOCC_PRIVATE(zoneinfo_offset);

#endif
