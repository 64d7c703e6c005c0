/* SPDX-License-Identifier: MIT */
/*
 * What of a layout is digits and plain text, as in RFC 3339, without strftime and read.c: they
 * take ten times as long.  Whatever is not exactly of this form is left to them (format.c), and so
 * are all errors.
 */
#include "time/instant.h"

enum { LONGEST = 11 }; /* of one conversion, with room for its end */

/* What most layouts begin with is done in one go, half of the time of piece by piece. */
static const char date_time[] = "%Y-%m-%dT%H:%M:%S";
enum { DATE_TIME = sizeof date_time - 1, DATE_TIME_TEXT = 19 };

/* v: 0 to 99 */
static inline char *put_two(char *s, unsigned v) {
    unsigned tens = v * 103 >> 10; /* v / 10 up to 178 */
    s[0] = (char)('0' + tens);
    s[1] = (char)('0' + v - 10 * tens);
    return s + 2;
}

static char *put_fraction(char *s, int32_t nsec, int digits) {
    for (int i = 8; i >= 0; i--, nsec /= 10) {
        if (i < digits)
            s[i] = (char)('0' + nsec % 10);
    }
    return s + digits;
}

static char *put_fraction_if_any(char *s, int32_t nsec) {
    if (nsec == 0)
        return s;
    *s = '.';
    s = put_fraction(s + 1, nsec, 9);
    while (s[-1] == '0')
        s--;
    return s;
}

static char *put_zone(char *s, long offset) {
    if (offset == 0) {
        *s = 'Z';
        return s + 1;
    }
    unsigned minutes = (unsigned)labs(offset) / 60;
    *s = offset <= -60 ? '-' : '+';
    s = put_two(s + 1, minutes / 60);
    *s = ':';
    return put_two(s + 1, minutes % 60);
}

/* A conversion of two letters; NULL: not one of ours. */
static inline char *put(char *s, char conversion, const struct tm *tm) {
    unsigned year = (unsigned)tm->tm_year + 1900;
    switch (conversion) {
    case 'Y':
        return year > 9999 ? NULL : put_two(put_two(s, year / 100), year % 100);
    case 'm':
        return put_two(s, (unsigned)tm->tm_mon + 1);
    case 'd':
        return put_two(s, (unsigned)tm->tm_mday);
    case 'H':
        return put_two(s, (unsigned)tm->tm_hour);
    case 'M':
        return put_two(s, (unsigned)tm->tm_min);
    case 'S':
        return put_two(s, (unsigned)tm->tm_sec);
    default:
        return NULL;
    }
}

static char *put_date_time(char *s, const struct tm *tm) {
    unsigned year = (unsigned)tm->tm_year + 1900;
    put_two(put_two(s, year / 100), year % 100);
    put_two(s + 5, (unsigned)tm->tm_mon + 1);
    put_two(s + 8, (unsigned)tm->tm_mday);
    put_two(s + 11, (unsigned)tm->tm_hour);
    put_two(s + 14, (unsigned)tm->tm_min);
    put_two(s + 17, (unsigned)tm->tm_sec);
    s[4] = s[7] = '-';
    s[10] = 'T';
    s[13] = s[16] = ':';
    return s + DATE_TIME_TEXT;
}

size_t digits_print(const char **layout, char *s, size_t size, const struct tm *tm, int32_t nsec) {
    const char *p = *layout;
    char *at = s, *next;
    if (size > DATE_TIME_TEXT + LONGEST && strncmp(p, date_time, DATE_TIME) == 0 &&
        tm->tm_year >= -1900 && tm->tm_year <= 9999 - 1900) {
        at = put_date_time(s, tm);
        p += DATE_TIME;
    }
    while (*p && size - (size_t)(at - s) > LONGEST) {
        if (*p != '%') {
            *at++ = *p++;
        } else if (p[1] == ':' && p[2] == 'z') {
            at = put_zone(at, tm->tm_gmtoff);
            p += 3;
        } else if (p[1] >= '1' && p[1] <= '9' && p[2] == 'N') {
            at = put_fraction(at, nsec, p[1] - '0');
            p += 3;
        } else if (p[1] == '.' && p[2] == 'N') {
            at = put_fraction_if_any(at, nsec);
            p += 3;
        } else if ((next = put(at, p[1], tm)) != NULL) {
            at = next;
            p += 2;
        } else {
            break;
        }
    }
    *layout = p;
    return (size_t)(at - s);
}

/* ---- parsing ---- */

/* n digits, as a number from least to most; else -1. */
static inline __attribute__((always_inline)) int take(const char **s, int n, int least, int most) {
    int v = 0;
    for (; n > 0; n--, ++*s) {
        if (**s < '0' || **s > '9')
            return -1;
        v = v * 10 + (**s - '0');
    }
    return v < least || v > most ? -1 : v;
}

static bool take_zone(const char **s, struct parsed *out) {
    char sign = *(*s)++;
    out->zoned = true;
    out->utc = sign == 'Z';
    if (out->utc)
        return true;
    if (sign != '+' && sign != '-')
        return false;
    int hours = take(s, 2, 0, 24);
    if (hours < 0 || *(*s)++ != ':')
        return false;
    int minutes = take(s, 2, 0, 59);
    out->offset = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return minutes >= 0;
}

static inline bool take_part(const char **s, char conversion, struct tm *tm) {
    switch (conversion) {
    case 'Y':
        tm->tm_year = take(s, 4, 0, 9999) - 1900;
        return tm->tm_year >= -1900;
    case 'm':
        tm->tm_mon = take(s, 2, 1, 12) - 1;
        return tm->tm_mon >= 0;
    case 'd':
        return (tm->tm_mday = take(s, 2, 1, 31)) > 0;
    case 'H':
        return (tm->tm_hour = take(s, 2, 0, 23)) >= 0;
    case 'M':
        return (tm->tm_min = take(s, 2, 0, 59)) >= 0;
    case 'S':
        return (tm->tm_sec = take(s, 2, 0, 59)) >= 0;
    default:
        return false;
    }
}

/* "dd": 0 to 99, else more */
static inline unsigned two(const char *s) {
    unsigned tens = (unsigned char)s[0] - '0', ones;
    return tens > 9 || (ones = (unsigned char)s[1] - '0') > 9 ? 100 : tens * 10 + ones;
}

/* The text may end anywhere: a part that is none stops before the next is looked at. */
static bool take_date_time(const char *s, struct tm *tm) {
    unsigned century = two(s), year, month, day, hour, min, sec;
    if (century > 99 || (year = two(s + 2)) > 99 || s[4] != '-' || (month = two(s + 5)) - 1 > 11 ||
        s[7] != '-' || (day = two(s + 8)) - 1 > 30 || s[10] != 'T' || (hour = two(s + 11)) > 23 ||
        s[13] != ':' || (min = two(s + 14)) > 59 || s[16] != ':' || (sec = two(s + 17)) > 59)
        return false;
    tm->tm_year = (int)(century * 100 + year) - 1900;
    tm->tm_mon = (int)month - 1;
    tm->tm_mday = (int)day;
    tm->tm_hour = (int)hour;
    tm->tm_min = (int)min;
    tm->tm_sec = (int)sec;
    return true;
}

bool digits_parse(const char *p, const char *s, struct parsed *out) {
    if (strncmp(p, date_time, DATE_TIME) == 0) {
        if (!take_date_time(s, &out->tm))
            return false;
        p += DATE_TIME;
        s += DATE_TIME_TEXT;
    }
    while (*p) {
        if (*p != '%') {
            if (*p <= ' ' || *p++ != *s++) /* C takes any white space for a space */
                return false;
        } else if (p[1] == ':' && p[2] == 'z') {
            if (!take_zone(&s, out))
                return false;
            p += 3;
        } else if (!take_part(&s, p[1], &out->tm)) {
            return false;
        } else {
            p += 2;
        }
    }
    return *s == '\0';
}
