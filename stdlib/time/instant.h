/* SPDX-License-Identifier: MIT */
/* What the files of package time share: the calendar behind an instant. */
#ifndef GOCC_TIME_INSTANT_H
#define GOCC_TIME_INSTANT_H

#include "std.h"
#include "time/zoneinfo.h"
#include <gocc/time.h>
#include <time.h>

/* Seconds from 1 January of the year 1 to 1970, and back. */
#define UNIX_EPOCH INT64_C(62135596800)

static inline bool is_leap(int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* month: 0 is January. */
static inline int days_in_month(int64_t year, int month) {
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month] + (month == 1 && is_leap(year));
}

/* Whatever the locale is. */
static inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The parts of t in its own location; years beyond C's struct tm stop the program. */
void instant_parts(time_time t, struct tm *parts) GOCC_PRIVATE(instant_parts);
/* Days since 1970 of a date; month and day may be out of range. */
int64_t days_from_civil(int64_t year, int64_t month, int64_t day) GOCC_PRIVATE(days_from_civil);
enum { LOCATION_UTC, LOCATION_LOCAL }; /* indices of locations; others follow */
int32_t location_index(const time_location *loc) GOCC_PRIVATE(location_index);
/* The offset of this abbreviation in a location, at a time written there; false: none is. */
bool location_offset(int32_t index, const char *name, int64_t at, int *offset)
    GOCC_PRIVATE(location_offset);
/* What holds in this location at a Unix time; zone_span is in zoneinfo.h. */
struct zone_span location_lookup(int32_t index, int64_t at) GOCC_PRIVATE(location_lookup);
/* The same in the local zone, and the parts there; false: the year does not fit. */
struct zone_span local_lookup(int64_t at) GOCC_PRIVATE(local_lookup);
bool local_parts(int64_t at, struct tm *parts) GOCC_PRIVATE(local_parts);
static inline void zone_parts(const struct zone_span *span, struct tm *parts) {
    parts->tm_zone = span->name;
    parts->tm_gmtoff = span->offset;
    parts->tm_isdst = span->dst;
}
/* As gmtime_r, in a third of the time; a year that does not fit stops the program. */
void civil_parts(int64_t seconds, struct tm *parts) GOCC_PRIVATE(civil_parts);
/* The instant of these parts in loc. */
time_time instant_of(int64_t days, int64_t seconds, int64_t nsec, int32_t loc)
    GOCC_PRIVATE(instant_of);
/* In quotes, as Go's errors have it; the caller frees it. */
char *time_quote(const char *s, size_t n) GOCC_PRIVATE(time_quote);
/* What a text says. */
struct parsed {
    struct tm tm;
    int32_t nsec;
    int offset;
    bool zoned;
    bool utc; /* written Z, or UTC */
    char zone_name[8];
};
/* Prints as far as it can and moves *layout on; digits.c. */
size_t digits_print(const char **layout, char *s, size_t size, const struct tm *tm, int32_t nsec)
    GOCC_PRIVATE(digits_print);
/* false: not in this way; *out may be changed. */
bool digits_parse(const char *layout, const char *text, struct parsed *out)
    GOCC_PRIVATE(digits_parse);
extern int64_t instant_start GOCC_PRIVATE(instant_start); /* monotonic, at the first now() */

#endif
