/* SPDX-License-Identifier: MIT */
/*
 * Reads a text by a layout, each conversion as Go reads the part of its layouts that prints the
 * same: %d wants two digits, %-d and %e take one or two, a space takes one or more.
 *
 * Rejected: strptime, which takes one digit for two, any case of PM, seconds up to 61 and names cut
 * short, and does not say where it failed.
 */
#include "time/layout.h"
#include <ctype.h>

static bool take_digits(struct reading *r, int n, int *value) {
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (!is_digit(r->s[i]))
            return false;
        v = v * 10 + (r->s[i] - '0');
    }
    r->s += n;
    *value = v;
    return true;
}

static void skip_spaces(struct reading *r) {
    while (*r->s == ' ')
        r->s++;
}

/* Two digits, or one if flag is '-' or '_'. */
static bool take_two(struct reading *r, char flag, int *value) {
    if (flag == '_' && *r->s == ' ')
        r->s++;
    return take_digits(r, flag && !is_digit(r->s[0] ? r->s[1] : '\0') ? 1 : 2, value);
}

static bool in_range(struct reading *r, int value, int least, int most, const char *what) {
    if (value < least || value > most)
        r->out_of_range = what;
    return true;
}

static bool take_part(struct reading *r, char flag, int *value, int least, int most,
                      const char *what) {
    return take_two(r, flag, value) && in_range(r, *value, least, most, what);
}

static const char *month_name(int i) {
    return time_month_string((time_month)(i + 1));
}

static const char *weekday_name(int i) {
    return time_weekday_string((time_weekday)i);
}

/* One of n names, or its first three letters; the case does not count. */
static bool take_name(struct reading *r, const char *(*name)(int), int n, bool whole, int *value) {
    for (*value = 0; *value < n; ++*value) {
        size_t size = whole ? strlen(name(*value)) : 3;
        if (strncasecmp(r->s, name(*value), size) == 0) {
            r->s += size;
            return true;
        }
    }
    return false;
}

static bool take_half(struct reading *r, const char *am, const char *pm) {
    bool is_am = strncmp(r->s, am, 2) == 0, is_pm = strncmp(r->s, pm, 2) == 0;
    r->am |= is_am;
    r->pm |= is_pm;
    r->s += 2 * (is_am || is_pm);
    return is_am || is_pm;
}

static bool take_year(struct reading *r, char conversion) {
    int v;
    if (conversion == 'C')
        return take_digits(r, 2, &r->century);
    if (!take_digits(r, conversion == 'Y' ? 4 : 2, &v))
        return false;
    r->year = conversion == 'Y' ? v : v + (v >= 69 ? 1900 : 2000);
    return true;
}

/* ---- fractions and zones ---- */

/* Before a fraction one stands for the other. */
static bool is_point(char c) {
    return c == '.' || c == ',';
}

/* Up to most digits, at least `least`; those beyond the ninth say nothing. */
static bool take_fraction(struct reading *r, int least, int most) {
    int32_t v = 0;
    int n = 0;
    for (; n < most && is_digit(r->s[n]); n++)
        v = n < 9 ? v * 10 + (r->s[n] - '0') : v;
    for (int i = n; i < 9; i++)
        v *= 10;
    r->s += n;
    r->out->nsec = v;
    return n >= least;
}

static bool take_point_fraction(struct reading *r) {
    if (is_point(*r->s) && is_digit(r->s[1])) {
        r->s++;
        return take_fraction(r, 1, INT32_MAX);
    }
    return true;
}

static bool take_offset(struct reading *r, bool colon, bool z) {
    char sign = *r->s;
    int hours, minutes;
    r->out->zoned = true;
    if (z && sign == 'Z') {
        r->out->utc = true;
        r->s++;
        return true;
    }
    if (sign != '+' && sign != '-')
        return false;
    r->s++;
    if (!take_digits(r, 2, &hours))
        return false;
    in_range(r, hours, 0, 24, "time zone offset hour");
    if ((colon && *r->s++ != ':') || !take_digits(r, 2, &minutes))
        return false;
    in_range(r, minutes, 0, 60, "time zone offset minute");
    r->out->offset = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return true;
}

static size_t signed_hours(const char *s) {
    char *end;
    if ((*s != '+' && *s != '-') || !is_digit(s[1]))
        return 0;
    long hours = strtol(s, &end, 10);
    return hours < -23 || hours > 23 ? 0 : (size_t)(end - s);
}

/* What Go takes for the abbreviation of a zone. */
static size_t zone_name_size(const char *s) {
    size_t n = 0;
    if (strlen(s) < 3)
        return 0;
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

static bool take_zone_name(struct reading *r) {
    struct parsed *out = r->out;
    size_t n = zone_name_size(r->s);
    if (n == 0 || n >= sizeof out->zone_name)
        return false;
    memcpy(out->zone_name, r->s, n);
    out->zone_name[n] = '\0';
    out->utc = out->utc || strcmp(out->zone_name, "UTC") == 0;
    r->s += n;
    return true;
}

/* ---- conversions ---- */

struct conversion {
    const char *end; /* behind it */
    char flag;       /* '-', '_', '+' before ":z", or 0 */
    int digits;      /* of %3N; 0: not said */
    char letter;     /* '.' for %.N, ':' for %:z, 0: there is no such */
};

static struct conversion conversion_at(const char *p) {
    struct conversion c = {.flag = '\0'};
    for (p++; *p && strchr("-_0^#EO", *p); p++)
        c.flag = *p == '-' || *p == '_' ? *p : c.flag;
    if (strncmp(p, "+:z", 3) == 0)
        c.flag = *p++;
    for (; is_digit(*p); p++)
        c.digits = *p - '0';
    bool pair = (*p == '.' && p[1] == 'N') || (*p == ':' && p[1] == 'z');
    c.letter = pair || isalpha((unsigned char)*p) || *p == '%' ? *p : '\0';
    p += pair;
    c.end = p + (*p != '\0');
    return c;
}

static bool is_fraction(const char *p) {
    struct conversion c = conversion_at(p);
    return c.letter == 'N' || c.letter == '.';
}

/* Seconds, and a fraction that the layout does not have. */
static bool take_seconds(struct reading *r, char flag, const char *rest) {
    const char *next = strchr(rest, '%');
    if (!next && r->outer)
        next = strchr(r->outer, '%');
    return take_part(r, flag, &r->out->tm.tm_sec, 0, 59, "second") &&
           ((next && is_fraction(next)) || r->out_of_range || take_point_fraction(r));
}

static const char *expansion(char letter) {
    switch (letter) {
    case 'F':
        return "%Y-%m-%d";
    case 'D':
    case 'x':
        return "%m/%d/%y";
    case 'T':
    case 'X':
        return "%H:%M:%S";
    case 'R':
        return "%H:%M";
    case 'r':
        return "%I:%M:%S %p";
    case 'c':
        return "%a %b %e %H:%M:%S %Y";
    default:
        return NULL;
    }
}

static bool take_other(struct reading *r, const struct conversion *c) {
    int unused;
    switch (c->letter) {
    case 'N':
        return take_fraction(r, c->digits ? c->digits : 1, c->digits ? c->digits : 9);
    case '.':
        return take_point_fraction(r);
    case 'z':
        return take_offset(r, false, false);
    case ':':
        return take_offset(r, true, c->flag != '+');
    case 'Z':
        return take_zone_name(r);
    case 'u':
    case 'w':
        return take_digits(r, 1, &unused);
    case 'U':
    case 'V':
    case 'W':
    case 'g':
        return take_digits(r, 2, &unused);
    case 'G':
        return take_digits(r, 4, &unused);
    case '%':
        return *r->s++ == '%';
    case 'n':
    case 't':
        while (isspace((unsigned char)*r->s))
            r->s++;
        return true;
    default:
        return false;
    }
}

static bool take_time(struct reading *r, const struct conversion *c) {
    struct tm *tm = &r->out->tm;
    switch (c->letter) {
    case 'H': /* as Go, one digit or two */
        return take_part(r, '-', &tm->tm_hour, 0, 23, "hour");
    case 'k':
        return take_part(r, '_', &tm->tm_hour, 0, 23, "hour");
    case 'I':
        return take_part(r, c->flag, &tm->tm_hour, 0, 12, "hour");
    case 'l':
        return take_part(r, '_', &tm->tm_hour, 0, 12, "hour");
    case 'M':
        return take_part(r, c->flag, &tm->tm_min, 0, 59, "minute");
    case 'S':
        return take_seconds(r, c->flag, c->end);
    case 'p':
        return take_half(r, "AM", "PM");
    case 'P':
        return take_half(r, "am", "pm");
    default:
        return take_other(r, c);
    }
}

static bool take_conversion(struct reading *r, const struct conversion *c) {
    int unused;
    switch (c->letter) {
    case 'Y':
    case 'y':
    case 'C':
        return take_year(r, c->letter);
    case 'm':
        return take_part(r, c->flag, &r->month, 1, 12, "month");
    case 'b':
    case 'h':
    case 'B':
        return take_name(r, month_name, 12, c->letter == 'B', &r->month) && ++r->month;
    case 'a':
    case 'A':
        return take_name(r, weekday_name, 7, c->letter == 'A', &unused);
    case 'd':
        return take_two(r, c->flag, &r->day);
    case 'e':
        return take_two(r, '_', &r->day);
    case 'j':
        return take_digits(r, 3, &r->yday);
    default:
        return take_time(r, c);
    }
}

/* Plain text up to end, nothing but the point before a fraction. */
static bool is_point_of_fraction(const char *p, const char *end) {
    return end - p == 1 && is_point(*p) && *end && is_fraction(end);
}

/* Plain text up to end; at the end of the text a space asks for nothing. */
static bool take_plain(struct reading *r, const char *p, const char *end) {
    while (p < end) {
        bool point = is_point_of_fraction(p, end);
        if (*p == ' ') {
            if (*r->s && *r->s != ' ')
                return false;
            while (p < end && *p == ' ')
                p++;
            skip_spaces(r);
        } else if (*r->s == *p || (point && is_point(*r->s))) {
            p++;
            r->s++;
        } else {
            return false;
        }
    }
    return true;
}

static bool stop(struct reading *r, const char *s, const char *p, const char *end) {
    r->s = s;
    r->elem = p;
    r->elem_size = (size_t)(end - p);
    return false;
}

static bool read_parts(struct reading *r, const char *layout) {
    for (const char *p = layout; *p;) {
        const char *end = p + strcspn(p, "%"), *before;
        bool point = is_point_of_fraction(p, end);
        struct conversion c = {.end = end};
        if (*end)
            c = conversion_at(end);
        if (!take_plain(r, p, end))
            return stop(r, r->s, p, point ? c.end : end);
        if (!*end)
            return true;
        before = r->s;
        const char *parts = expansion(c.letter);
        if (parts) {
            struct reading inner = *r;
            inner.outer = c.end;
            bool good = read_parts(&inner, parts);
            inner.outer = NULL;
            *r = inner;
            if (!good)
                return false;
        } else {
            bool taken = take_conversion(r, &c);
            if (r->out_of_range)
                return stop(r, r->s, end, c.end);
            if (!taken)
                return stop(r, before - point, end - point, c.end);
        }
        p = c.end;
    }
    return true;
}

/* ---- the parts together ---- */

static const int before_month[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

static const char *day_of_year(struct reading *r, bool leap) {
    int yday = r->yday, month = 1;
    if (yday < 1 || yday > 365 + leap)
        return "day-of-year out of range";
    bool leap_day = leap && yday == 60;
    yday -= leap && yday >= 60;
    while (before_month[month] < yday)
        month++;
    int day = yday - before_month[month - 1] + leap_day;
    if (r->month > 0 && r->month != month)
        return "day-of-year does not match month";
    if (r->day >= 0 && r->day != day)
        return "day-of-year does not match day";
    r->month = month;
    r->day = day;
    return NULL;
}

static void set_year(struct reading *r) {
    if (r->century >= 0)
        r->year = r->century * 100 + r->year % 100;
    r->out->tm.tm_year = r->year - 1900;
}

static const char *complete(struct reading *r) {
    struct tm *tm = &r->out->tm;
    if (r->pm && tm->tm_hour < 12)
        tm->tm_hour += 12;
    else if (r->am && tm->tm_hour == 12)
        tm->tm_hour = 0;
    set_year(r);
    const char *wrong = r->yday >= 0 ? day_of_year(r, is_leap(r->year)) : NULL;
    if (wrong)
        return wrong;
    tm->tm_mon = (r->month > 0 ? r->month : 1) - 1;
    tm->tm_mday = r->day >= 0 ? r->day : 1;
    bool has_day = tm->tm_mday >= 1 && tm->tm_mday <= days_in_month(r->year, tm->tm_mon);
    return has_day ? NULL : "day out of range";
}

bool layout_read(const char *layout, const char *text, struct parsed *out, struct reading *r) {
    *r = (struct reading){
        .out = out, .s = text, .century = -1, .month = -1, .day = -1, .yday = -1, .elem = ""};
    if (!read_parts(r, layout))
        return false;
    if (*r->s) {
        r->extra = true;
        return false;
    }
    r->wrong = complete(r);
    return !r->wrong;
}
