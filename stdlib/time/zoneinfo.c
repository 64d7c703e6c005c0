/* SPDX-License-Identifier: MIT */
/*
 * Reads zone files (RFC 9636): a list of changes, and behind it the rule for what comes after the
 * last one, in the form of POSIX's TZ: CET-1CEST,M3.5.0,M10.5.0/3.
 *
 * Rejected: libc's localtime with another TZ.  TZ belongs to the whole process, and tzset()
 * in one goroutine would change the clock of another.
 *
 * Invariant: after parsing, every index of the file has been checked; lookups trust them.
 */
#include "time/zoneinfo.h"
#include "time/instant.h"
#include <stdio.h>

#define DAY        INT64_C(86400)
#define TYPES      256
#define LARGE_FILE (1 << 20)

struct zone_type {
    int32_t offset;
    bool dst;
    const char *name;
};

struct rule_day { /* of POSIX's TZ: when in a year it changes */
    char form;    /* 'M' month.week.day, 'J' day 1..365 without 29 February, 'D' day 0..365 */
    int month, week, day;
    int32_t time; /* seconds after midnight, local */
};

struct rule {
    bool there, has_dst;
    struct zone_type std, dst;
    struct rule_day begin, end; /* of daylight saving time */
    char names[2][32];
};

struct zoneinfo {
    uint32_t n, n_types;
    int64_t *when;
    uint8_t *type; /* from when[i] on */
    struct zone_type types[TYPES];
    struct rule rule;
    char *chars;
    bool file;
};

/* ---- the rule at the end of a file ---- */

static bool read_name(const char **s, char name[32]) {
    size_t n = 0;
    bool quoted = **s == '<';
    *s += quoted;
    while (**s && n < 31 && (quoted ? **s != '>' : (**s | 32) >= 'a' && (**s | 32) <= 'z'))
        name[n++] = *(*s)++;
    name[n] = '\0';
    if (quoted && *(*s)++ != '>')
        return false;
    return n >= 3;
}

static bool read_int(const char **s, int *value) {
    char *end;
    if (**s < '0' || **s > '9')
        return false;
    long v = strtol(*s, &end, 10);
    *s = end;
    *value = (int)v;
    return v <= 1000;
}

static bool read_seconds(const char **s, int32_t *seconds) {
    int sign = 1, part[3] = {0, 0, 0};
    if (**s == '-' || **s == '+')
        sign = *(*s)++ == '-' ? -1 : 1;
    for (int i = 0; i < 3; i++) {
        if (i > 0 && **s != ':')
            break;
        *s += i > 0;
        if (!read_int(s, &part[i]))
            return false;
    }
    *seconds = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
    return true;
}

static bool read_day(const char **s, struct rule_day *d) {
    bool good;
    d->time = 7200;
    if (*(*s)++ != ',')
        return false;
    d->form = **s == 'M' || **s == 'J' ? *(*s)++ : 'D';
    if (d->form == 'M') {
        good = read_int(s, &d->month) && *(*s)++ == '.' && read_int(s, &d->week) &&
               *(*s)++ == '.' && read_int(s, &d->day);
        good = good && d->month >= 1 && d->month <= 12 && d->week >= 1 && d->week <= 5 &&
               d->day <= 6;
    } else {
        good = read_int(s, &d->day) && d->day <= 365;
    }
    if (!good || **s != '/')
        return good;
    ++*s;
    return read_seconds(s, &d->time);
}

static bool rule_parse(struct rule *r, const char *s) {
    if (!read_name(&s, r->names[0]) || !read_seconds(&s, &r->std.offset))
        return false;
    r->std.offset = -r->std.offset; /* POSIX counts westwards */
    r->std.name = r->names[0];
    r->there = true;
    if (!*s)
        return true;
    if (!read_name(&s, r->names[1]))
        return false;
    r->dst = (struct zone_type){r->std.offset + 3600, true, r->names[1]};
    if (*s && *s != ',') {
        if (!read_seconds(&s, &r->dst.offset))
            return false;
        r->dst.offset = -r->dst.offset;
    }
    r->has_dst = read_day(&s, &r->begin) && read_day(&s, &r->end) && !*s;
    return r->has_dst;
}

/* Days since 1970 of the day in this year. */
static int64_t rule_date(const struct rule_day *d, int64_t year) {
    int64_t first = days_from_civil(year, 1, 1);
    if (d->form == 'D')
        return first + d->day;
    if (d->form == 'J')
        return first + d->day - 1 + (is_leap(year) && d->day >= 60);
    first = days_from_civil(year, d->month, 1);
    int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1 January 1970 was a Thursday */
    int64_t date = first + (d->day - weekday + 7) % 7 + (d->week - 1) * 7;
    while (date >= days_from_civil(year, d->month + 1, 1))
        date -= 7;
    return date;
}

static int64_t rule_change(const struct rule_day *d, int64_t year, int32_t offset) {
    return rule_date(d, year) * DAY + d->time - offset;
}

/* The changes of the years around `at`, in order; the last one before it decides. */
static struct zone_span rule_lookup(const struct rule *r, int64_t last, int64_t at) {
    struct zone_span s = {r->std.name, r->std.offset, false, last, INT64_MAX};
    if (!r->has_dst)
        return s;
    int64_t year = 1970 + (at - (at % 31556952 + 31556952) % 31556952) / 31556952;
    for (int64_t y = year - 2; y <= year + 2; y++) {
        struct zone_span on = {r->dst.name, r->dst.offset, true,
                               rule_change(&r->begin, y, r->std.offset), INT64_MAX};
        struct zone_span off = {r->std.name, r->std.offset, false,
                                rule_change(&r->end, y, r->dst.offset), INT64_MAX};
        bool north = on.start < off.start;
        struct zone_span two[2] = {north ? on : off, north ? off : on};
        for (int i = 0; i < 2; i++) {
            if (two[i].start > at) {
                s.end = two[i].start;
                s.start = s.start > last ? s.start : last;
                return s;
            }
            s = two[i];
        }
    }
    return s;
}

/* ---- the file ---- */

struct reader {
    const unsigned char *p;
    size_t left;
};

static const unsigned char *take(struct reader *r, size_t n) {
    if (n > r->left)
        return NULL;
    const unsigned char *p = r->p;
    r->p += n;
    r->left -= n;
    return p;
}

static int64_t big_endian(const unsigned char *p, int bytes) {
    uint64_t v = (p[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (int i = 0; i < bytes; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

enum { COUNT_UT, COUNT_STD, COUNT_LEAP, COUNT_TIME, COUNT_TYPE, COUNT_CHAR, COUNTS };

static bool read_header(struct reader *r, uint32_t count[COUNTS], char *version) {
    const unsigned char *h = take(r, 44);
    if (!h || memcmp(h, "TZif", 4) != 0)
        return false;
    *version = (char)h[4];
    for (int i = 0; i < COUNTS; i++) {
        count[i] = (uint32_t)big_endian(h + 20 + (size_t)4 * (size_t)i, 4);
        if (count[i] > LARGE_FILE)
            return false;
    }
    return true;
}

static bool read_types(struct zoneinfo *z, const unsigned char *types, uint32_t chars) {
    for (uint32_t i = 0; i < z->n_types; i++) {
        const unsigned char *t = types + (size_t)6 * i;
        if (t[5] >= chars)
            return false;
        z->types[i] = (struct zone_type){(int32_t)big_endian(t, 4), t[4] != 0, z->chars + t[5]};
    }
    for (uint32_t i = 0; i < z->n; i++) {
        if (z->type[i] >= z->n_types)
            return false;
    }
    return z->n_types > 0;
}

static bool read_body(struct zoneinfo *z, struct reader *r, const uint32_t *count, size_t word) {
    const unsigned char *when = take(r, count[COUNT_TIME] * word);
    const unsigned char *type = take(r, count[COUNT_TIME]);
    const unsigned char *types = take(r, (size_t)count[COUNT_TYPE] * 6);
    const unsigned char *chars = take(r, count[COUNT_CHAR]);
    if (!when || !type || !types || !chars || count[COUNT_TYPE] > TYPES ||
        !take(r, count[COUNT_LEAP] * (word + 4) + count[COUNT_STD] + count[COUNT_UT]))
        return false;
    z->n = count[COUNT_TIME];
    z->n_types = count[COUNT_TYPE];
    z->when = std_alloc(z->n * (sizeof *z->when + 1) + count[COUNT_CHAR] + 1);
    z->type = (uint8_t *)(z->when + z->n);
    z->chars = (char *)z->type + z->n;
    memcpy(z->type, type, z->n);
    memcpy(z->chars, chars, count[COUNT_CHAR]);
    for (uint32_t i = 0; i < z->n; i++)
        z->when[i] = big_endian(when + i * word, (int)word);
    return read_types(z, types, count[COUNT_CHAR]);
}

static bool read_footer(struct zoneinfo *z, struct reader *r) {
    char text[128];
    if (r->left < 2 || r->left > sizeof text || r->p[0] != '\n' || r->p[r->left - 1] != '\n')
        return false;
    memcpy(text, r->p + 1, r->left - 2);
    text[r->left - 2] = '\0';
    return !*text || rule_parse(&z->rule, text);
}

static bool read_all(struct zoneinfo *z, struct reader *r) {
    uint32_t count[COUNTS];
    char version;
    if (!read_header(r, count, &version))
        return false;
    if (version == '\0')
        return read_body(z, r, count, 4);
    size_t old = (size_t)count[COUNT_TIME] * 5 + (size_t)count[COUNT_TYPE] * 6 + count[COUNT_CHAR] +
                 (size_t)count[COUNT_LEAP] * 8 + count[COUNT_STD] + count[COUNT_UT];
    return take(r, old) && read_header(r, count, &version) && read_body(z, r, count, 8) &&
           read_footer(z, r);
}

struct zoneinfo *zoneinfo_parse(const void *data, size_t size) {
    struct zoneinfo *z = std_alloc(sizeof *z);
    struct reader r = {data, size};
    if (read_all(z, &r))
        return z;
    free(z->when);
    free(z);
    return NULL;
}

static struct zoneinfo *read_path(const char *path) {
    FILE *f = fopen(path, "rbe");
    if (!f)
        return NULL;
    char *data = std_alloc(LARGE_FILE);
    size_t size = fread(data, 1, LARGE_FILE, f);
    fclose(f);
    struct zoneinfo *z = zoneinfo_parse(data, size);
    free(data);
    return z;
}

/* As in Go: no way out of the folder. */
bool zoneinfo_bad_name(const char *name) {
    return strstr(name, "..") || name[0] == '/' || name[0] == '\\';
}

struct zoneinfo *zoneinfo_load(const char *name) {
    const char *folders[] = {getenv("ZONEINFO"), "/usr/share/zoneinfo", "/usr/share/lib/zoneinfo",
                             "/etc/zoneinfo"};
    struct zoneinfo *z = NULL;
    char path[512];
    for (size_t i = 0; !z && i < sizeof folders / sizeof *folders; i++) {
        if (folders[i] &&
            (size_t)snprintf(path, sizeof path, "%s/%s", folders[i], name) < sizeof path)
            z = read_path(path);
    }
    if (z)
        z->file = true;
    return z;
}

struct zoneinfo *zoneinfo_load_local(void) {
    const char *tz = getenv("TZ");
    if (!tz)
        return read_path("/etc/localtime");
    tz += *tz == ':';
    return *tz == '/' ? read_path(tz) : *tz ? zoneinfo_load(tz) : NULL;
}

bool zoneinfo_is_file(const struct zoneinfo *z) {
    return z->file;
}

/* ---- looking up ---- */

static struct zone_span span(const struct zone_type *t, int64_t start, int64_t end) {
    return (struct zone_span){t->name, t->offset, t->dst, start, end};
}

struct zone_span zoneinfo_lookup(const struct zoneinfo *z, int64_t at) {
    uint32_t low = 0, high = z->n; /* when[low - 1] <= at < when[high] */
    while (low < high) {
        uint32_t mid = (low + high) / 2;
        if (z->when[mid] <= at)
            low = mid + 1;
        else
            high = mid;
    }
    int64_t last = z->n ? z->when[z->n - 1] : INT64_MIN;
    if (low == z->n && z->rule.there)
        return rule_lookup(&z->rule, last, at);
    int64_t end = low < z->n ? z->when[low] : INT64_MAX;
    return low == 0 ? span(&z->types[0], INT64_MIN, end)
                    : span(&z->types[z->type[low - 1]], z->when[low - 1], end);
}

/* What holds then, if it has this name, else the first that has. */
bool zoneinfo_offset(const struct zoneinfo *z, const char *name, int64_t at, int *offset) {
    const struct zone_type *first = NULL;
    for (uint32_t i = 0; i < z->n_types; i++) {
        const struct zone_type *t = &z->types[i];
        if (strcmp(t->name, name) != 0)
            continue;
        struct zone_span there = zoneinfo_lookup(z, at - t->offset);
        *offset = there.offset;
        if (strcmp(there.name, name) == 0)
            return true;
        first = first ? first : t;
    }
    if (first)
        *offset = first->offset;
    return first != NULL;
}
