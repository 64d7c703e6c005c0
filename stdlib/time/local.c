/* SPDX-License-Identifier: MIT */
/*
 * What holds in the local zone: C's answer, remembered for its minute, for localtime_r() takes
 * as long as all the rest of printing an instant.
 *
 * Invariants
 *  - Zones change at full minutes since FULL_MINUTES, and what is remembered is of one minute;
 *    earlier instants, and zones that count leap seconds, ask C each time.
 *  - tzset() with another TZ changes C's own variables; they are remembered, too.
 *  - A sequence lock: version is odd while somebody writes; who has read the same even one before
 *    and after has read what belongs together.  Who finds it odd does without.
 */
#include "time/instant.h"

#define FULL_MINUTES INT64_C(315532800) /* 1980 */

/* All atomic. */
static struct {
    uint32_t version;
    int32_t offset;
    int64_t minute;
    const char *name;
    bool dst;
    long c_timezone;
    int c_daylight;
    const char *c_name[2];
} memory;

#define GET(field)    __atomic_load_n(&memory.field, __ATOMIC_RELAXED)
#define PUT(field, v) __atomic_store_n(&memory.field, v, __ATOMIC_RELAXED)

static bool same_zone(void) {
    return GET(c_timezone) == timezone && GET(c_daylight) == daylight &&
           GET(c_name[0]) == tzname[0] && GET(c_name[1]) == tzname[1];
}

static bool recall(int64_t minute, struct zone_span *span) {
    /* acquire: what is read below was written before this version; fence: and before the next */
    uint32_t version = __atomic_load_n(&memory.version, __ATOMIC_ACQUIRE);
    bool same = GET(minute) == minute && same_zone();
    *span = (struct zone_span){GET(name), GET(offset), GET(dst), INT64_MIN, INT64_MAX};
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return same && version % 2 == 0 && version != 0 && GET(version) == version;
}

static void remember(int64_t minute, const struct zone_span *span) {
    uint32_t version = GET(version);
    if (version % 2 != 0 || !__atomic_compare_exchange_n(&memory.version, &version, version + 1,
                                                         false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return;
    __atomic_thread_fence(__ATOMIC_RELEASE); /* nobody sees what follows with the old version */
    PUT(minute, minute);
    PUT(offset, span->offset);
    PUT(dst, span->dst);
    PUT(name, span->name);
    PUT(c_timezone, timezone);
    PUT(c_daylight, daylight);
    PUT(c_name[0], tzname[0]);
    PUT(c_name[1], tzname[1]);
    __atomic_store_n(&memory.version, version + 2, __ATOMIC_RELEASE);
}

static bool ask(int64_t at, struct tm *parts) {
    time_t seconds = at;
    struct tm sum;
    if (!localtime_r(&seconds, parts))
        return false;
    civil_parts(at + parts->tm_gmtoff, &sum);
    if (at >= FULL_MINUTES && sum.tm_sec == parts->tm_sec && sum.tm_min == parts->tm_min)
        remember(at / 60, &(struct zone_span){parts->tm_zone, (int32_t)parts->tm_gmtoff,
                                              parts->tm_isdst > 0, INT64_MIN, INT64_MAX});
    return true;
}

bool local_parts(int64_t at, struct tm *parts) {
    struct zone_span span;
    if (at < FULL_MINUTES || !recall(at / 60, &span))
        return ask(at, parts);
    civil_parts(at + span.offset, parts);
    zone_parts(&span, parts);
    return true;
}

struct zone_span local_lookup(int64_t at) {
    struct tm parts;
    if (!local_parts(at, &parts))
        return (struct zone_span){"UTC", 0, false, INT64_MIN, INT64_MAX};
    return (struct zone_span){parts.tm_zone, (int32_t)parts.tm_gmtoff, parts.tm_isdst > 0,
                              INT64_MIN, INT64_MAX};
}
