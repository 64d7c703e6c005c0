/* SPDX-License-Identifier: MIT */
/*
 * Instants from text: strptime does the work, but for what C lacks.  As in Go, what a layout leaves
 * out is the year 0, January, the 1st and 00:00, a day that its month has not is an error, and a
 * fraction may follow the seconds though the layout has none.
 */
#include "time/layout.h"
#include <ctype.h>
#include <stdio.h>

static const char *parse_fraction(const char *s, int digits, int32_t *nsec) {
    int32_t v = 0;
    int n = 0;
    for (; n < digits && isdigit((unsigned char)*s); n++, s++)
        v = v * 10 + (*s - '0');
    if (n == 0)
        return NULL;
    for (; n < 9; n++)
        v *= 10;
    *nsec = v;
    return s;
}

static bool is_point(const char *s) {
    return (s[0] == '.' || s[0] == ',') && isdigit((unsigned char)s[1]);
}

/* Digits beyond the ninth say nothing. */
static const char *parse_fraction_if_any(const char *s, int32_t *nsec) {
    if (!is_point(s))
        return s;
    s = parse_fraction(s + 1, 9, nsec);
    while (isdigit((unsigned char)*s))
        s++;
    return s;
}

static const char *parse_colon_zone(const char *s, struct parsed *out) {
    unsigned hours;
    unsigned minutes;
    int n = 0;
    out->zoned = true;
    if (*s == 'Z') {
        out->utc = true;
        return s + 1;
    }
    if ((*s != '+' && *s != '-') || sscanf(s + 1, "%2u:%2u%n", &hours, &minutes, &n) != 2 ||
        hours > 24 || minutes > 59)
        return NULL;
    out->offset = (int)(hours * 3600 + minutes * 60) * (*s == '-' ? -1 : 1);
    return s + 1 + n;
}

static size_t signed_hours(const char *s) {
    char *end;
    if ((*s != '+' && *s != '-') || !isdigit((unsigned char)s[1]))
        return 0;
    long hours = strtol(s, &end, 10);
    return hours < -23 || hours > 23 ? 0 : (size_t)(end - s);
}

/* What Go takes for the abbreviation of a zone. */
static size_t zone_name_size(const char *s) {
    size_t n = 0;
    if (!strncmp(s, "ChST", 4) || !strncmp(s, "MeST", 4))
        return 4;
    if (!strncmp(s, "UTC", 3))
        return 3;
    if (!strncmp(s, "GMT", 3))
        return 3 + signed_hours(s + 3);
    if (*s == '+' || *s == '-')
        return signed_hours(s);
    while (n < 6 && s[n] >= 'A' && s[n] <= 'Z')
        n++;
    if (n == 3 || ((n == 4 || n == 5) && s[n - 1] == 'T') || (n == 4 && !strncmp(s, "WITA", 4)))
        return n;
    return 0;
}

static const char *parse_zone_name(const char *s, struct parsed *out) {
    size_t n = zone_name_size(s);
    if (n == 0 || n >= sizeof out->zone_name)
        return NULL;
    memcpy(out->zone_name, s, n);
    out->zone_name[n] = '\0';
    out->utc = out->utc || strcmp(out->zone_name, "UTC") == 0;
    return s + n;
}

static const char *read_tm(const char *s, const char *layout, struct tm *tm) {
#ifdef __GLIBC__
    return strptime_l(s, layout, tm, time_english());
#else
    return strptime(s, layout, tm); /* knows English only */
#endif
}

static const char *parse_plain(const char *s, const struct piece *piece, struct parsed *out) {
    out->tm.tm_gmtoff = 0;
    s = read_tm(s, piece->text, &out->tm);
    if (strstr(piece->text, "%z")) {
        out->zoned = true;
        out->offset = (int)out->tm.tm_gmtoff;
    }
    return s;
}

static const char *parse_piece(const char *s, const struct piece *piece, struct parsed *out) {
    switch (piece->kind) {
    case PIECE_FRACTION:
        return parse_fraction(s, piece->digits, &out->nsec);
    case PIECE_FRACTION_IF_ANY:
        return parse_fraction_if_any(s, &out->nsec);
    case PIECE_COLON_ZONE:
        return parse_colon_zone(s, out);
    case PIECE_ZONE_NAME:
        return parse_zone_name(s, out);
    default:
        return parse_plain(s, piece, out);
    }
}

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
                                    size_t elem_size, const char *rest) {
    size_t size = strlen(layout) + strlen(value) + elem_size + strlen(rest) + 4;
    time_parseerror *e = std_alloc(sizeof *e + size);
    char *room = (char *)(e + 1);
    e->layout = append(&room, layout, strlen(layout));
    e->value = append(&room, value, strlen(value));
    e->layout_elem = append(&room, elem, elem_size);
    e->value_elem = append(&room, rest, strlen(rest));
    e->message = "";
    return e;
}

static char *quoted(const char *text) {
    return time_quote(text, strlen(text));
}

static gocc_error cannot_parse(const char *layout, const char *text, const char *elem,
                               size_t elem_size, const char *rest) {
    time_parseerror *e = parse_error(layout, text, elem, elem_size, rest);
    char *q[] = {quoted(text), quoted(layout), quoted(rest), quoted(e->layout_elem)};
    gocc_error err = errors_new_kind(
        TIME_PARSEERROR, e, "parsing time %s as %s: cannot parse %s as %s", q[0], q[1], q[2], q[3]);
    for (int i = 0; i < 4; i++)
        free(q[i]);
    return err;
}

static gocc_error extra_text(const char *layout, const char *text, const char *rest) {
    time_parseerror *e = parse_error(layout, text, "", 0, rest);
    char *q[] = {quoted(text), quoted(rest)};
    gocc_error err = errors_new_kind(TIME_PARSEERROR, e, "parsing time %s: extra text: %s", q[0],
                                     q[1]);
    e->message = ": extra text";
    free(q[0]);
    free(q[1]);
    return err;
}

static gocc_error day_out_of_range(const char *layout, const char *text) {
    time_parseerror *e = parse_error(layout, text, "", 0, text);
    char *q = quoted(text);
    gocc_error err = errors_new_kind(TIME_PARSEERROR, e, "parsing time %s: day out of range", q);
    e->message = ": day out of range";
    free(q);
    return err;
}

/* What C has read, piece by piece, in one layout and one text: some conversions mean something only
 * together, as %I and %p, or %Y and %j. */
struct together {
    char *layout, *text; /* where the next piece goes */
    int pieces;
};

static void together_add(struct together *t, const char *layout, const char *text, size_t n) {
    if (t->pieces++ > 0)
        *t->layout++ = *t->text++ = '|';
    t->layout = stpcpy(t->layout, layout);
    t->text = stpncpy(t->text, text, n);
}

static const char *parse_pieces(const char *layout, const char *text, struct parsed *out,
                                struct together *t, gocc_error *err) {
    struct piece piece;
    const char *s = text;
    for (const char *p = layout;;) {
        const char *at = p;
        p = piece_next(p, &piece);
        if (piece.kind == PIECE_END)
            return s;
        const char *after = parse_piece(s, &piece, out);
        if (!after) {
            *err = cannot_parse(layout, text, at, (size_t)(p - at), s);
            return NULL;
        }
        if (piece.kind == PIECE_PLAIN)
            together_add(t, piece.text, s, (size_t)(after - s));
        s = after;
    }
}

static inline void parsed_clear(struct parsed *p) {
    *p = (struct parsed){.tm = {.tm_mday = 1, .tm_year = -1900}};
}

static gocc_error parse_layout(const char *layout, const char *text, struct parsed *out) {
    size_t n = strlen(layout) * 2 + strlen(text) + 1; /* a bar for each piece at most */
    char *both = std_alloc(2 * n);
    struct together t = {both, both + n, 0};
    struct parsed all;
    gocc_error err = NULL;
    const char *rest = parse_pieces(layout, text, out, &t, &err);
    if (rest && *rest)
        err = extra_text(layout, text, rest);
    if (!err && t.pieces > 1) {
        parsed_clear(&all);
        read_tm(both + n, both, &all.tm);
        out->tm = all.tm;
    }
    free(both);
    return err;
}

/* ---- a fraction that the layout does not have ---- */

static bool is_fraction(const char *layout) {
    if (*layout == '.' || *layout == ',')
        layout++;
    return layout[0] == '%' && (layout[1] == 'N' || layout[2] == 'N');
}

/* Behind the first seconds that no fraction follows; NULL: there are none. */
static const char *after_seconds(const char *layout) {
    for (const char *p = layout; (p = strchr(p, '%')) != NULL && p[1]; p += 2) {
        if ((p[1] == 'S' || p[1] == 'T') && !is_fraction(p + 2))
            return p + 2;
    }
    return NULL;
}

/* The text without that fraction, which is stored; NULL: it has none.  The caller frees it. */
static char *without_fraction(const char *layout, const char *text, int32_t *nsec) {
    struct parsed scratch = {.tm = {.tm_mday = 1}};
    struct piece piece;
    const char *end = after_seconds(layout);
    const char *s = text;
    if (!end)
        return NULL;
    char *begin = strndup(layout, (size_t)(end - layout));
    for (const char *p = begin; s && (p = piece_next(p, &piece), piece.kind != PIECE_END);)
        s = parse_piece(s, &piece, &scratch);
    free(begin);
    if (!s || !is_point(s))
        return NULL;
    char *shorter = strdup(text);
    strcpy(shorter + (s - text), parse_fraction_if_any(s, nsec));
    return shorter;
}

/* ---- the whole ---- */

static bool has_day(const struct tm *tm) {
    static const char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = tm->tm_year + 1900;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return tm->tm_mday <= 28 ||
           (tm->tm_mday <= days[tm->tm_mon] && (tm->tm_mday != 29 || tm->tm_mon != 1 || leap));
}

static gocc_error parse_text(const char *layout, const char *text, struct parsed *p) {
    int32_t nsec = 0;
    parsed_clear(p);
    if (digits_parse(layout, text, p))
        return has_day(&p->tm) ? NULL : day_out_of_range(layout, text);
    parsed_clear(p);
    gocc_error e = parse_layout(layout, text, p);
    char *shorter = e ? without_fraction(layout, text, &nsec) : NULL;
    if (shorter) {
        parsed_clear(p);
        gocc_error again = parse_layout(layout, shorter, p);
        p->nsec = nsec;
        handle_release(again ? again : e);
        e = again ? e : NULL;
        free(shorter);
    }
    return e || has_day(&p->tm) ? e : day_out_of_range(layout, text);
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
    int64_t seconds = (int64_t)p.tm.tm_hour * 3600 + p.tm.tm_min * 60 + p.tm.tm_sec - p.offset;
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
