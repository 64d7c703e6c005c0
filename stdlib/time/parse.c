/* SPDX-License-Identifier: MIT */
/*
 * Instants from text: what read.c finds in it, put together.  As in Go, what a layout leaves out is
 * the year 0, January, the 1st and 00:00.
 */
#include "time/layout.h"
#include <stdio.h>

static void parse_error_free(void *data) {
    free(data);
}

const errors_kind gocc_time_parseerror = {.name = "time.ParseError", .destroy = parse_error_free};

static char *append(char **room, const char *s, size_t n) {
    char *copy = *room;
    memcpy(copy, s, n);
    copy[n] = '\0';
    *room += n + 1;
    return copy;
}

/* Texts are copied: the error outlives them. */
static time_parseerror *parse_error(const char *layout, const char *value, const char *elem,
                                    size_t elem_size, const char *rest, const char *what,
                                    const char *suffix) {
    size_t size = strlen(layout) + strlen(value) + elem_size + strlen(rest) + strlen(what) +
                  strlen(suffix) + 8;
    time_parseerror *e = std_alloc(sizeof *e + size);
    char *room = (char *)(e + 1);
    e->layout = append(&room, layout, strlen(layout));
    e->value = append(&room, value, strlen(value));
    e->layout_elem = append(&room, elem, elem_size);
    e->value_elem = append(&room, rest, strlen(rest));
    e->message = room;
    if (*what)
        sprintf(room, ": %s%s", what, suffix);
    return e;
}

static char *quoted(const char *text) {
    return time_quote(text, strlen(text));
}

static gocc_error cannot_parse(const char *layout, const char *text, const char *elem,
                               size_t elem_size, const char *rest) {
    time_parseerror *e = parse_error(layout, text, elem, elem_size, rest, "", "");
    char *q[] = {quoted(text), quoted(layout), quoted(rest), quoted(e->layout_elem)};
    gocc_error err = errors_new_kind(
        TIME_PARSEERROR, e, "parsing time %s as %s: cannot parse %s as %s", q[0], q[1], q[2], q[3]);
    for (int i = 0; i < 4; i++)
        free(q[i]);
    return err;
}

static gocc_error extra_text(const char *layout, const char *text, const char *rest) {
    time_parseerror *e = parse_error(layout, text, "", 0, rest, "extra text", "");
    char *q[] = {quoted(text), quoted(rest)};
    gocc_error err = errors_new_kind(TIME_PARSEERROR, e, "parsing time %s: extra text: %s", q[0],
                                     q[1]);
    free(q[0]);
    free(q[1]);
    return err;
}

static gocc_error wrong_value(const char *layout, const char *text, const struct reading *r,
                              const char *what, const char *suffix) {
    time_parseerror *e = parse_error(layout, text, r->elem, r->elem_size, r->s, what, suffix);
    char *q = quoted(text);
    gocc_error err = errors_new_kind(TIME_PARSEERROR, e, "parsing time %s%s", q, e->message);
    free(q);
    return err;
}

static gocc_error failed(const char *layout, const char *text, const struct reading *r) {
    if (r->out_of_range)
        return wrong_value(layout, text, r, r->out_of_range, " out of range");
    if (r->wrong)
        return wrong_value(layout, text, r, r->wrong, "");
    if (r->extra)
        return extra_text(layout, text, r->s);
    return cannot_parse(layout, text, r->elem, r->elem_size, r->s);
}

/* ---- the whole ---- */

static inline void parsed_clear(struct parsed *p) {
    *p = (struct parsed){.tm = {.tm_mday = 1, .tm_year = -1900}};
}

static bool has_day(const struct tm *tm) {
    return tm->tm_mday <= 28 ||
           tm->tm_mday <= days_in_month(tm->tm_year + INT64_C(1900), tm->tm_mon);
}

static gocc_error parse_text(const char *layout, const char *text, struct parsed *p) {
    struct reading r;
    parsed_clear(p);
    if (digits_parse(layout, text, p) && has_day(&p->tm))
        return NULL;
    parsed_clear(p);
    return layout_read(layout, text, p, &r) ? NULL : failed(layout, text, &r);
}

/* An offset that is the present one of `near` means that location, else one of its own. */
static time_time in_zone(time_time t, const struct parsed *p, const time_location *near) {
    struct zone_span there = location_lookup(location_index(near), time_time_unix(t));
    bool same_name = !p->zone_name[0] || strcmp(there.name, p->zone_name) == 0;
    if (there.offset == p->offset && same_name)
        t.loc = location_index(near);
    else
        t.loc = location_index(time_fixed_zone(p->zone_name, p->offset));
    return t;
}

/* An abbreviation that `near` does not have is kept, with an offset that nobody knows.  As in Go,
 * GMT+3 names the zone and does not move the instant. */
static time_time in_named_zone(time_time t, const char *name, const time_location *near) {
    int offset;
    if (location_offset(location_index(near), name, time_time_unix(t), &offset)) {
        t = time_time_add(t, -offset * TIME_SECOND);
        t.loc = location_index(near);
        return t;
    }
    offset = strncmp(name, "GMT", 3) == 0 ? atoi(name + 3) * 3600 : 0;
    t.loc = location_index(time_fixed_zone(name, offset));
    return t;
}

static time_time parse_in(const char *layout, const char *text, const time_location *unzoned,
                          const time_location *near, gocc_error *err) {
    NIL_CHECK(layout);
    NIL_CHECK(text);
    struct parsed p;
    gocc_error e = parse_text(layout, text, &p);
    if (err)
        *err = e;
    else
        handle_release(e);
    if (e)
        return (time_time){0, 0, 0, 0};
    int64_t days = days_from_civil((int64_t)p.tm.tm_year + 1900, (int64_t)p.tm.tm_mon + 1,
                                   p.tm.tm_mday);
    int64_t seconds = (int64_t)p.tm.tm_hour * 3600 + p.tm.tm_min * 60 + p.tm.tm_sec;
    if (!p.utc)
        seconds -= p.offset;
    bool named = !p.zoned && !p.utc && p.zone_name[0];
    if (!p.zoned && !p.utc && !named)
        return instant_of(days, seconds, p.nsec, location_index(unzoned));
    time_time t = instant_of(days, seconds, p.nsec, LOCATION_UTC);
    if (named)
        return in_named_zone(t, p.zone_name, near);
    return p.utc ? t : in_zone(t, &p, near);
}

time_time time_parse(const char *layout, const char *text, gocc_error *err) {
    return parse_in(layout, text, TIME_LOCATION_UTC, TIME_LOCATION_LOCAL, err);
}

time_time(time_parse_in_location)(const char *layout, const char *text, const time_location *loc,
                                  gocc_error *err) {
    return parse_in(layout, text, loc, loc, err);
}
