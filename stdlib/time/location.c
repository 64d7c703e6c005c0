/* SPDX-License-Identifier: MIT */
/*
 * Locations: UTC, the local one, fixed offsets, and those of the zone database.
 *
 * Invariants
 *  - A location never changes and is never freed; equal ones are made once.  So an instant
 *    holds its index, 4 bytes, and nobody owns anything.
 *  - The place of an index is written before n grows past it (release), and read after n or an
 *    index that came from it: readers take no lock.
 *
 * What mu guards: making a location, and the buckets.
 */
#include "time/instant.h"
#include "time/zoneinfo.h"
#include <gocc/sync.h>

struct time_location {
    const char *name;
    int32_t index;
    int32_t offset;        /* of a fixed one */
    struct zoneinfo *zone; /* NULL: fixed, UTC or local */
    time_location *next;   /* in its bucket */
};

time_location gocc_time_location_utc = {.name = "UTC", .index = LOCATION_UTC};
time_location gocc_time_location_local = {.name = "Local", .index = LOCATION_LOCAL};

/* A text that is read may make up the name of a zone, so there may be any number of them: segment i
 * has FIRST << i places and never moves. */
enum { FIRST_BITS = 8, FIRST = 1 << FIRST_BITS, BUCKETS = 4096 };

static sync_mutex mu;
static time_location *first[FIRST] = {&gocc_time_location_utc, &gocc_time_location_local};
static time_location **segment[31 - FIRST_BITS] = {first};
static int32_t n = 2; /* atomic */
static time_location *bucket[BUCKETS];

static time_location **place_of(int32_t index, int *number) {
    uint32_t i = (uint32_t)index + FIRST;
    *number = 31 - __builtin_clz(i) - FIRST_BITS;
    return segment[*number] + (i - ((uint32_t)FIRST << *number));
}

static time_location *location_at(int32_t index) {
    int number;
    return *place_of(index, &number);
}

int32_t location_index(const time_location *loc) {
    if (!loc)
        panic_text("time: missing Location in call to Date");
    return loc->index;
}

static time_location **bucket_of(const char *name, int32_t offset) {
    uint32_t hash = (uint32_t)offset;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619;
    return &bucket[(hash >> 16 ^ hash) % BUCKETS];
}

/* Fixed, or of the zone database; under mu. */
static time_location *find(const char *name, bool file, int32_t offset) {
    time_location *l = *bucket_of(name, offset);
    while (l && (l->offset != offset || file != (l->zone && zoneinfo_is_file(l->zone)) ||
                 (!file && l->zone) || strcmp(l->name, name) != 0))
        l = l->next;
    return l;
}

/* Under mu. */
static time_location *add(const char *name, struct zoneinfo *zone, int32_t offset) {
    int number;
    time_location *l = std_alloc(sizeof *l + strlen(name) + 1), **place = place_of(n, &number);
    if (!segment[number]) {
        segment[number] = std_alloc(((size_t)FIRST << number) * sizeof *place);
        place = segment[number];
    }
    time_location **b = bucket_of(name, offset);
    *l = (time_location){strcpy((char *)(l + 1), name), n, offset, zone, *b};
    *place = *b = l;
    __atomic_store_n(&n, n + 1, __ATOMIC_RELEASE);
    return l;
}

time_location *time_fixed_zone(const char *name, int offset) {
    NIL_CHECK(name);
    sync_mutex_lock(&mu);
    time_location *l = find(name, false, offset);
    if (!l)
        l = add(name, NULL, offset);
    sync_mutex_unlock(&mu);
    return l;
}

static gocc_error give(gocc_error e, gocc_error *err) {
    if (err)
        *err = e;
    else
        handle_release(e);
    return e;
}

/* zone becomes the location's; `failed` if there is none. */
static time_location *keep(const char *name, struct zoneinfo *zone, gocc_error failed,
                           gocc_error *err) {
    time_location *l = NULL;
    if (zone) {
        sync_mutex_lock(&mu);
        l = add(name, zone, 0);
        sync_mutex_unlock(&mu);
    }
    give(failed, err);
    return l;
}

time_location *time_load_location(const char *name, gocc_error *err) {
    NIL_CHECK(name);
    give(NULL, err);
    if (!*name || strcmp(name, "UTC") == 0)
        return &gocc_time_location_utc;
    if (strcmp(name, "Local") == 0)
        return &gocc_time_location_local;
    sync_mutex_lock(&mu);
    time_location *known = find(name, true, 0);
    sync_mutex_unlock(&mu);
    if (known)
        return known;
    if (zoneinfo_bad_name(name)) {
        give(errors_new("time: invalid location name"), err);
        return NULL;
    }
    struct zoneinfo *zone = zoneinfo_load(name);
    return keep(name, zone, zone ? NULL : fmt_errorf("unknown time zone %s", name), err);
}

time_location *time_load_location_from_tz_data(const char *name, const void *data, size_t size,
                                               gocc_error *err) {
    NIL_CHECK(name);
    struct zoneinfo *zone = zoneinfo_parse(data, size);
    return keep(name, zone, zone ? NULL : errors_new("malformed time zone information"), err);
}

const char *time_location_string(const time_location *l) {
    return l ? l->name : "UTC";
}

/* ---- what holds at an instant ---- */

struct zone_span location_lookup(int32_t index, int64_t at) {
    if (index == LOCATION_LOCAL)
        return local_lookup(at);
    const time_location *l = location_at(index);
    if (l->zone)
        return zoneinfo_lookup(l->zone, at);
    return (struct zone_span){l->name, l->offset, false, INT64_MIN, INT64_MAX};
}

/* C tells nothing about the ends of a span of the local zone, and only what holds now of its names:
 * its file does.  NULL: there is none.  TZ may have changed. */
static struct zoneinfo *local_file(void) {
    static struct zoneinfo *local;
    static char *loaded; /* for which TZ */
    const char *tz = getenv("TZ");
    sync_mutex_lock(&mu);
    if (!loaded || strcmp(loaded, tz ? tz : "?") != 0) {
        free(loaded);
        loaded = strdup(tz ? tz : "?");
        local = zoneinfo_load_local(); /* names in the old one are lent for ever */
    }
    struct zoneinfo *z = local;
    sync_mutex_unlock(&mu);
    return z;
}

static struct zone_span local_bounds(int64_t at) {
    struct zoneinfo *z = local_file();
    return z ? zoneinfo_lookup(z, at) : local_lookup(at);
}

/* Without a file: the names of the days around. */
static bool local_offset(const char *name, int64_t at, int *offset) {
    for (int n = 0; n < 25; n++) { /* 0, 30, -30, 60, ... */
        int days = (n + 1) / 2 * (n % 2 ? 30 : -30);
        struct zone_span s = local_lookup(at + days * INT64_C(86400));
        *offset = s.offset;
        if (strcmp(s.name, name) == 0)
            return true;
    }
    return false;
}

bool location_offset(int32_t index, const char *name, int64_t at, int *offset) {
    struct zoneinfo *z = index == LOCATION_LOCAL ? local_file() : location_at(index)->zone;
    if (z)
        return zoneinfo_offset(z, name, at, offset);
    if (index == LOCATION_LOCAL)
        return local_offset(name, at, offset);
    *offset = location_at(index)->offset;
    return strcmp(location_at(index)->name, name) == 0;
}

static time_time bound(int64_t at, int32_t index) {
    if (at == INT64_MIN || at == INT64_MAX)
        return (time_time){0, 0, 0, 0};
    return (time_time){at + UNIX_EPOCH, 0, index, 0};
}

time_time time_time_zone_bounds(time_time t, time_time *end) {
    int64_t at = time_time_unix(t);
    struct zone_span s = t.loc == LOCATION_LOCAL ? local_bounds(at) : location_lookup(t.loc, at);
    if (end)
        *end = bound(s.end, t.loc);
    return bound(s.start, t.loc);
}

const char *time_time_zone(time_time t, int *offset) {
    struct zone_span s = location_lookup(t.loc, time_time_unix(t));
    if (offset)
        *offset = s.offset;
    return s.name;
}

bool time_time_is_dst(time_time t) {
    return location_lookup(t.loc, time_time_unix(t)).dst;
}

time_time(time_time_in)(time_time t, const time_location *loc) {
    if (!loc)
        panic_text("time: missing Location in call to Time.In");
    t.loc = loc->index;
    t.mono = 0;
    return t;
}

time_time time_time_utc(time_time t) {
    return (time_time_in)(t, TIME_LOCATION_UTC);
}

time_time time_time_local(time_time t) {
    return (time_time_in)(t, TIME_LOCATION_LOCAL);
}

time_location *time_time_location(time_time t) {
    return location_at(t.loc);
}
