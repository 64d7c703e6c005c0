/* SPDX-License-Identifier: MIT */
/* time.Duration: arithmetic, and Go's text of it in both directions. */
#include "time/instant.h"
#include <stdio.h>

/* ---- to text: written backwards, from the smallest unit ---- */

static char *put_text(char *end, const char *text) {
    size_t n = strlen(text);
    return memcpy(end - n, text, n);
}

static char *put_int(char *end, uint64_t v) {
    do
        *--end = (char)('0' + v % 10);
    while (v /= 10);
    return end;
}

/* The last `digits` digits of *v as a fraction without trailing zeros; *v keeps the rest. */
static char *put_fraction(char *end, uint64_t *v, int digits) {
    bool any = false;
    for (; digits > 0; digits--, *v /= 10) {
        any = any || *v % 10;
        if (any)
            *--end = (char)('0' + *v % 10);
    }
    if (any)
        *--end = '.';
    return end;
}

static char *put_below_second(char *end, uint64_t ns) {
    static const char *const units[] = {"ns", "µs", "ms"};
    int unit = ns < 1000 ? 0 : ns < 1000000 ? 1 : 2;
    end = put_text(end, units[unit]);
    end = put_fraction(end, &ns, unit * 3);
    return put_int(end, ns);
}

static char *put_seconds(char *end, uint64_t ns) {
    *--end = 's';
    end = put_fraction(end, &ns, 9);
    end = put_int(end, ns % 60);
    uint64_t minutes = ns / 60;
    if (minutes == 0)
        return end;
    *--end = 'm';
    end = put_int(end, minutes % 60);
    if (minutes < 60)
        return end;
    *--end = 'h';
    return put_int(end, minutes / 60);
}

char *time_duration_write(time_duration d, char buffer[32]) {
    uint64_t ns = d < 0 ? -(uint64_t)d : (uint64_t)d;
    char *end = buffer + 32;
    *--end = '\0';
    if (ns == 0)
        return put_text(end, "0s");
    end = ns < 1000000000 ? put_below_second(end, ns) : put_seconds(end, ns);
    if (d < 0)
        *--end = '-';
    return end;
}

/* ---- from text ---- */

static const struct unit {
    const char *name;
    uint64_t ns;
} units[] = {
    {"ns", 1},
    {"us", 1000},
    {"\xc2\xb5s", 1000}, /* micro sign */
    {"\xce\xbcs", 1000}, /* Greek mu */
    {"ms", 1000000},
    {"s", 1000000000},
    {"m", UINT64_C(60000000000)},
    {"h", UINT64_C(3600000000000)},
};

static uint64_t unit_ns(const char *name, size_t n) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strlen(units[i].name) == n && !memcmp(units[i].name, name, n))
            return units[i].ns;
    }
    return 0;
}

#define LIMIT (UINT64_C(1) << 63)

struct scan {
    const char *p;
    uint64_t whole;
    uint64_t fraction;
    double scale; /* of the fraction */
    bool overflow;
};

static const char *scan_whole(struct scan *s) {
    const char *start = s->p;
    for (s->whole = 0; is_digit(*s->p); s->p++) {
        s->overflow = s->overflow || s->whole > LIMIT / 10;
        s->whole = s->whole * 10 + (uint64_t)(*s->p - '0');
        s->overflow = s->overflow || s->whole > LIMIT;
    }
    return start;
}

static bool scan_number(struct scan *s) {
    bool digits = scan_whole(s) != s->p;
    s->fraction = 0;
    s->scale = 1;
    if (*s->p != '.')
        return digits;
    bool full = false; /* digits that do not fit any more say nothing */
    for (s->p++; is_digit(*s->p); s->p++) {
        digits = true;
        uint64_t next = s->fraction * 10 + (uint64_t)(*s->p - '0');
        full = full || s->fraction > (LIMIT - 1) / 10 || next > LIMIT;
        if (!full) {
            s->fraction = next;
            s->scale *= 10;
        }
    }
    return digits;
}

static gocc_error wrong(const char *what, const char *text) {
    char *quoted = time_quote(text, strlen(text));
    gocc_error e = fmt_errorf("time: %s duration %s", what, quoted);
    free(quoted);
    return e;
}

static gocc_error invalid(const char *text) {
    return wrong("invalid", text);
}

static gocc_error unknown_unit(const char *name, size_t n, const char *text) {
    char *unit = time_quote(name, n);
    char *all = time_quote(text, strlen(text));
    gocc_error e = fmt_errorf("time: unknown unit %s in duration %s", unit, all);
    free(unit);
    free(all);
    return e;
}

/* One number with its unit, added to *sum. */
static gocc_error scan_part(struct scan *s, const char *text, uint64_t *sum) {
    if (*s->p != '.' && !is_digit(*s->p))
        return invalid(text);
    if (!scan_number(s) || s->overflow)
        return invalid(text);
    const char *name = s->p;
    while (*s->p && *s->p != '.' && !is_digit(*s->p))
        s->p++;
    if (name == s->p)
        return wrong("missing unit in", text);
    uint64_t ns = unit_ns(name, (size_t)(s->p - name));
    if (!ns)
        return unknown_unit(name, (size_t)(s->p - name), text);
    if (s->whole > LIMIT / ns)
        return invalid(text);
    uint64_t part = s->whole * ns;
    if (s->fraction > 0)
        part += (uint64_t)((double)s->fraction * ((double)ns / s->scale));
    if (part > LIMIT || *sum + part > LIMIT)
        return invalid(text);
    *sum += part;
    return NULL;
}

static gocc_error parse(const char *text, time_duration *d) {
    struct scan s = {.p = text};
    uint64_t sum = 0;
    bool negative = *s.p == '-';
    if (*s.p == '-' || *s.p == '+')
        s.p++;
    if (!strcmp(s.p, "0"))
        return NULL;
    if (!*s.p)
        return invalid(text);
    while (*s.p) {
        gocc_error err = scan_part(&s, text, &sum);
        if (err)
            return err;
    }
    if (sum > LIMIT - 1 && !negative)
        return invalid(text);
    *d = (time_duration)(negative ? -sum : sum);
    return NULL;
}

time_duration time_parse_duration(const char *text, gocc_error *err) {
    NIL_CHECK(text);
    time_duration d = 0;
    gocc_error e = parse(text, &d);
    if (err)
        *err = e;
    else
        handle_release(e);
    return d;
}

/* ---- arithmetic ---- */

time_duration time_duration_abs(time_duration d) {
    return d >= 0 ? d : d == INT64_MIN ? INT64_MAX : -d;
}

time_duration time_duration_truncate(time_duration d, time_duration m) {
    return m <= 0 ? d : d - d % m;
}

/* Halfway values go away from zero; what does not fit stays at the edge. */
time_duration time_duration_round(time_duration d, time_duration m) {
    if (m <= 0)
        return d;
    time_duration rest = d % m;
    bool down = (uint64_t)(rest < 0 ? -rest : rest) * 2 < (uint64_t)m;
    time_duration rounded;
    if (down)
        return d - rest;
    if (d < 0)
        return __builtin_sub_overflow(d, m + rest, &rounded) ? INT64_MIN : rounded;
    return __builtin_add_overflow(d, m - rest, &rounded) ? INT64_MAX : rounded;
}

static double in_units(time_duration d, time_duration unit) {
    return (double)(d / unit) + (double)(d % unit) / (double)unit;
}

double time_duration_hours(time_duration d) {
    return in_units(d, TIME_HOUR);
}

double time_duration_minutes(time_duration d) {
    return in_units(d, TIME_MINUTE);
}

double time_duration_seconds(time_duration d) {
    return in_units(d, TIME_SECOND);
}
