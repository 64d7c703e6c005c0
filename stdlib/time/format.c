/* SPDX-License-Identifier: MIT */
/*
 * Instants as text: strftime and strptime do the work; what they lack (fractions of a second,
 * +01:00) is cut out of the layout and done here.
 */
#include "time/instant.h"
#include <ctype.h>
#include <stdio.h>

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-y2k"

enum piece_kind { PIECE_PLAIN, PIECE_FRACTION, PIECE_COLON_ZONE, PIECE_ZONE_NAME, PIECE_END };

/* The next piece of a layout: ours alone, or as much as C can do in one call. */
struct piece {
    enum piece_kind kind;
    int digits;
    char text[128];
};

static const char *own_piece(const char *p, struct piece *piece) {
    if (p[0] != '%')
        return NULL;
    piece->digits = 0;
    if (isdigit((unsigned char)p[1]) && p[2] == 'N') {
        piece->digits = p[1] - '0';
        piece->kind = PIECE_FRACTION;
        return p + 3;
    }
    if (p[1] == 'N') {
        piece->digits = 9;
        piece->kind = PIECE_FRACTION;
        return p + 2;
    }
    if (p[1] == ':' && p[2] == 'z') {
        piece->kind = PIECE_COLON_ZONE;
        return p + 3;
    }
    if (p[1] == 'Z') {
        piece->kind = PIECE_ZONE_NAME;
        return p + 2;
    }
    return NULL;
}

static const char *piece_next(const char *p, struct piece *piece) {
    const char *after = own_piece(p, piece);
    if (after)
        return after;
    size_t n = 0;
    struct piece other;
    while (*p && n < sizeof piece->text - 3 && !own_piece(p, &other)) {
        if (*p == '%' && p[1])
            piece->text[n++] = *p++;
        piece->text[n++] = *p++;
    }
    piece->text[n] = '\0';
    piece->kind = n ? PIECE_PLAIN : PIECE_END;
    return p;
}

/* ---- printing ---- */

static int print_fraction(char *s, size_t size, int32_t nsec, int digits) {
    char all[16];
    snprintf(all, sizeof all, "%09d", (int)nsec);
    return snprintf(s, size, "%.*s", digits, all);
}

static int print_colon_zone(char *s, size_t size, long offset) {
    if (offset == 0)
        return snprintf(s, size, "Z");
    long minutes = labs(offset) / 60;
    return snprintf(s, size, "%c%02ld:%02ld", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static size_t print_piece(const struct piece *piece, char *s, size_t size, const struct tm *tm,
                          int32_t nsec) {
    int n;
    switch (piece->kind) {
    case PIECE_FRACTION:
        n = print_fraction(s, size, nsec, piece->digits);
        break;
    case PIECE_COLON_ZONE:
        n = print_colon_zone(s, size, tm->tm_gmtoff);
        break;
    case PIECE_ZONE_NAME:
        if (!*tm->tm_zone) /* a zone without a name is its offset */
            return strftime(s, size, "%z", tm);
        n = snprintf(s, size, "%s", tm->tm_zone);
        break;
    default:
        return strftime(s, size, piece->text, tm);
    }
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

char *time_time_print(time_time t, const char *layout, char *buffer, size_t size) {
    NIL_CHECK(layout);
    struct tm tm;
    struct piece piece;
    size_t n = 0;
    instant_parts(t, &tm);
    buffer[0] = '\0';
    for (;;) {
        n += digits_print(&layout, buffer + n, size - n, &tm, t.nsec);
        buffer[n] = '\0';
        layout = piece_next(layout, &piece);
        if (piece.kind == PIECE_END || n + 1 >= size)
            return buffer;
        n += print_piece(&piece, buffer + n, size - n, &tm, t.nsec);
        buffer[n] = '\0';
    }
}

/* Go's Time.String: the fraction without its trailing zeros, then the monotonic reading. */
char *time_time_write(time_time t, char buffer[80]) {
    size_t n = strlen(time_time_print(t, "%04Y-%m-%d %H:%M:%S.%9N", buffer, 80));
    while (buffer[n - 1] == '0')
        n--;
    if (buffer[n - 1] == '.')
        n--;
    n += strlen(time_time_print(t, " %z %Z", buffer + n, 80 - n));
    if (t.mono) {
        int64_t m = t.mono - instant_start;
        uint64_t ns = m < 0 ? -(uint64_t)m : (uint64_t)m;
        snprintf(buffer + n, 80 - n, " m=%c%llu.%09llu", m < 0 ? '-' : '+',
                 (unsigned long long)(ns / 1000000000), (unsigned long long)(ns % 1000000000));
    }
    return buffer;
}

/* ---- parsing ---- */

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

static const char *parse_zone_name(const char *s) {
    const char *start = s;
    while (isupper((unsigned char)*s))
        s++;
    return s - start >= 3 ? s : NULL;
}

static const char *parse_plain(const char *s, const struct piece *piece, struct parsed *out) {
    out->tm.tm_gmtoff = 0;
    s = strptime(s, piece->text, &out->tm);
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
    case PIECE_COLON_ZONE:
        return parse_colon_zone(s, out);
    case PIECE_ZONE_NAME:
        return parse_zone_name(s);
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

static gocc_error cannot_parse(const char *layout, const char *text, const char *elem,
                               size_t elem_size, const char *rest) {
    time_parseerror *e = parse_error(layout, text, elem, elem_size, rest);
    return errors_new_kind(TIME_PARSEERROR, e,
                           "parsing time \"%s\" as \"%s\": cannot parse \"%s\" as \"%s\"", text,
                           layout, rest, e->layout_elem);
}

static gocc_error extra_text(const char *layout, const char *text, const char *rest) {
    time_parseerror *e = parse_error(layout, text, "", 0, rest);
    e->message = ": extra text";
    return errors_new_kind(TIME_PARSEERROR, e, "parsing time \"%s\": extra text: \"%s\"", text,
                           rest);
}

static gocc_error parse_layout(const char *layout, const char *text, struct parsed *out) {
    struct piece piece;
    const char *s = text;
    for (const char *p = layout;;) {
        const char *at = p;
        p = piece_next(p, &piece);
        if (piece.kind == PIECE_END)
            break;
        const char *after = parse_piece(s, &piece, out);
        if (!after)
            return cannot_parse(layout, text, at, (size_t)(p - at), s);
        s = after;
    }
    return *s ? extra_text(layout, text, s) : NULL;
}

/* An offset that is the present one of `near` means that location, else one of its own. */
static time_time in_zone(time_time t, int offset, const time_location *near) {
    int32_t loc = location_index(near);
    if (location_lookup(loc, time_time_unix(t)).offset != offset)
        loc = location_index(offset ? time_fixed_zone("", offset) : TIME_LOCATION_UTC);
    t.loc = loc;
    return t;
}

static time_time parse_in(const char *layout, const char *text, const time_location *unzoned,
                          const time_location *near, gocc_error *err) {
    NIL_CHECK(layout);
    NIL_CHECK(text);
    struct parsed p = {.tm = {.tm_mday = 1}};
    gocc_error e = NULL;
    if (!digits_parse(layout, text, &p)) {
        p = (struct parsed){.tm = {.tm_mday = 1}};
        e = parse_layout(layout, text, &p);
    }
    if (err)
        *err = e;
    else
        handle_release(e);
    if (e)
        return (time_time){0, 0, 0, 0};
    int64_t days = days_from_civil((int64_t)p.tm.tm_year + 1900, (int64_t)p.tm.tm_mon + 1,
                                   p.tm.tm_mday);
    int64_t seconds = (int64_t)p.tm.tm_hour * 3600 + p.tm.tm_min * 60 + p.tm.tm_sec - p.offset;
    if (!p.zoned || p.utc)
        return instant_of(days, seconds, p.nsec, p.utc ? LOCATION_UTC : location_index(unzoned));
    return in_zone(instant_of(days, seconds, p.nsec, LOCATION_UTC), p.offset, near);
}

time_time time_parse(const char *layout, const char *text, gocc_error *err) {
    return parse_in(layout, text, TIME_LOCATION_UTC, TIME_LOCATION_LOCAL, err);
}

time_time(time_parse_in_location)(const char *layout, const char *text, const time_location *loc,
                                  gocc_error *err) {
    return parse_in(layout, text, loc, loc, err);
}
