/* SPDX-License-Identifier: MIT */
/*
 * Instants to text: strftime does the work; what it lacks (fractions of a second, +01:00) is cut
 * out of the layout and done here.  A year has at least four digits, as in Go and RFC 3339.
 */
#include "time/instant.h"
#include <ctype.h>
#include <locale.h>
#include <stdio.h>

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-y2k"

/* What C lacks, and between it as much as C can do in one call. */
enum piece_kind {
    PIECE_PLAIN,
    PIECE_FRACTION,
    PIECE_FRACTION_IF_ANY, /* with its point, and without zeros at the end */
    PIECE_COLON_ZONE,
    PIECE_SIGNED_ZONE, /* the same without Z */
    PIECE_ZONE_NAME,
    PIECE_END
};

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
    if (p[1] == '.' && p[2] == 'N') {
        piece->kind = PIECE_FRACTION_IF_ANY;
        return p + 3;
    }
    if (p[1] == ':' && p[2] == 'z') {
        piece->kind = PIECE_COLON_ZONE;
        return p + 3;
    }
    if (strncmp(p, "%+:z", 4) == 0) {
        piece->kind = PIECE_SIGNED_ZONE;
        return p + 4;
    }
    if (p[1] == 'Z') {
        piece->kind = PIECE_ZONE_NAME;
        return p + 2;
    }
    return NULL;
}

/* Reads the next piece and returns what follows it. */
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

/* Names are English, as in Go and in all that layouts are for, whatever the program's locale is. */
static locale_t time_english(void) {
    static locale_t made;
    locale_t l = __atomic_load_n(&made, __ATOMIC_ACQUIRE);
    if (!l) { /* in glibc a fixed object */
        l = newlocale(LC_ALL_MASK, "C", (locale_t)0);
        __atomic_store_n(&made, l, __ATOMIC_RELEASE);
    }
    return l;
}

/* ---- printing ---- */

static int print_fraction(char *s, size_t size, int32_t nsec, int digits) {
    char all[16];
    snprintf(all, sizeof all, "%09d", (int)nsec);
    return snprintf(s, size, "%.*s", digits, all);
}

static int print_fraction_if_any(char *s, size_t size, int32_t nsec) {
    int digits = 9;
    if (nsec == 0)
        return 0;
    for (int32_t rest = nsec; rest % 10 == 0; rest /= 10)
        digits--;
    int n = snprintf(s, size, ".");
    return n + print_fraction(s + n, size - (size_t)n, nsec, digits);
}

static int print_signed_zone(char *s, size_t size, long offset) {
    long minutes = offset / 60;
    return snprintf(s, size, "%c%02ld:%02ld", minutes < 0 ? '-' : '+', labs(minutes) / 60,
                    labs(minutes) % 60);
}

/* What strftime does not print as Go: the zeros of a year below 1000, the last digits of a year
 * before the year 0, no minute west of UTC. */
static char *adapt(char *to, char conversion, const struct tm *tm) {
    bool negative = tm->tm_year < -1900;
    const char *year = negative ? "%05Y" : "%04Y"; /* the sign counts */
    switch (conversion) {
    case 'Y':
        return stpcpy(to, year);
    case 'F':
        return stpcpy(stpcpy(to, year), "-%m-%d");
    case 'c':
        return stpcpy(stpcpy(to, "%a %b %e %T "), year);
    case 'D':
    case 'x':
        return adapt(stpcpy(to, "%m/%d/"), 'y', tm);
    case 'y':
        if (negative)
            return to + sprintf(to, "%02d", (int)(-(tm->tm_year + INT64_C(1900)) % 100));
        break;
    case 'z':
        if (tm->tm_gmtoff < 0 && tm->tm_gmtoff > -60)
            return stpcpy(to, "+0000");
        break;
    }
    to[0] = '%';
    to[1] = conversion;
    return to + 2;
}

static size_t print_plain(char *s, size_t size, const char *layout, const struct tm *tm) {
    char adapted[9 * sizeof((struct piece *)0)->text]; /* %c becomes 16 characters */
    char *to = adapted;
    for (const char *p = layout; *p; p++) {
        if (*p == '%' && p[1])
            to = adapt(to, *++p, tm);
        else
            *to++ = *p;
    }
    *to = '\0';
    return strftime_l(s, size, adapted, tm, time_english());
}

static size_t print_piece(const struct piece *piece, char *s, size_t size, const struct tm *tm,
                          int32_t nsec) {
    int n;
    switch (piece->kind) {
    case PIECE_FRACTION:
        n = print_fraction(s, size, nsec, piece->digits);
        break;
    case PIECE_FRACTION_IF_ANY:
        n = print_fraction_if_any(s, size, nsec);
        break;
    case PIECE_COLON_ZONE:
        n = tm->tm_gmtoff == 0 ? snprintf(s, size, "Z") : print_signed_zone(s, size, tm->tm_gmtoff);
        break;
    case PIECE_SIGNED_ZONE:
        n = print_signed_zone(s, size, tm->tm_gmtoff);
        break;
    case PIECE_ZONE_NAME:
        if (!*tm->tm_zone) /* a zone without a name is its offset */
            return print_plain(s, size, "%z", tm);
        n = snprintf(s, size, "%s", tm->tm_zone);
        break;
    default:
        return print_plain(s, size, piece->text, tm);
    }
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

char *time_time_print(time_time t, const char *layout, char *buffer, size_t size) {
    NIL_CHECK(layout);
    struct tm tm;
    struct piece piece;
    size_t n = 0;
    if (size == 0)
        return buffer;
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
    size_t n = strlen(time_time_print(t, "%Y-%m-%d %H:%M:%S%.N", buffer, 80));
    n += strlen(time_time_print(t, " %z %Z", buffer + n, 80 - n));
    if (t.mono) {
        int64_t m = t.mono - instant_start;
        uint64_t ns = m < 0 ? -(uint64_t)m : (uint64_t)m;
        snprintf(buffer + n, 80 - n, " m=%c%llu.%09llu", m < 0 ? '-' : '+',
                 (unsigned long long)(ns / 1000000000), (unsigned long long)(ns % 1000000000));
    }
    return buffer;
}
