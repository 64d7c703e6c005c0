/* SPDX-License-Identifier: MIT */
/* Dates: what C's mktime does, for any year and without the process-wide state of TZ. */
#include "time/instant.h"
#include <stdio.h>

#define DAY INT64_C(86400)

enum { ERA = 146097, MARCH_0 = 719468 }; /* days of 400 years; from 1 March of the year 0 to 1970 */

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

/* Years begin in March here, so that the leap day is the last one; 400 years are one era. */
int64_t days_from_civil(int64_t year, int64_t month, int64_t day) {
    month -= 3; /* since March */
    if ((uint64_t)month >= 12) {
        int64_t years = floor_div(month, 12);
        year += years;
        month -= years * 12;
    }
    int64_t era = year >= 0 ? (int64_t)((uint64_t)year / 400) : floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * month + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * ERA + day_of_era - MARCH_0;
}

static void no_such_year(int64_t seconds) {
    panic_text("time: the year of %lld seconds does not fit", (long long)seconds);
}

void civil_parts(int64_t seconds, struct tm *parts) {
    int64_t days = floor_div(seconds, DAY), march = days + MARCH_0;
    uint32_t second = (uint32_t)(seconds - days * DAY);
    /* 32 bits are divided faster, and do for the first five million years */
    int64_t era = march == (int32_t)march && march >= 0 ? (uint32_t)march / ERA
                                                        : floor_div(march, ERA);
    uint32_t day_of_era = (uint32_t)(march - era * ERA);
    uint32_t year = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) /
                    365;
    uint32_t day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    uint32_t march_month = (5 * day_of_year + 2) / 153;
    bool next = march_month >= 10; /* January and February */
    bool leap = year % 4 == 0 && (year % 100 != 0 || year == 0);
    int64_t year_after_1900 = era * 400 + year + next - 1900;
    if (year_after_1900 != (int)year_after_1900)
        no_such_year(seconds);
    parts->tm_hour = (int)(second / 3600);
    parts->tm_min = (int)(second / 60 % 60);
    parts->tm_sec = (int)(second % 60);
    parts->tm_mday = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
    parts->tm_mon = (int)march_month + (next ? -10 : 2);
    parts->tm_year = (int)year_after_1900;
    parts->tm_yday = (int)day_of_year + (next ? -306 : 59 + leap);
    parts->tm_wday = (int)((day_of_era + 3) % 7); /* an era is 20871 weeks */
}

void instant_parts(time_time t, struct tm *parts) {
    int64_t at = t.sec - UNIX_EPOCH;
    struct zone_span span = {.name = "UTC"};
    if (t.loc == LOCATION_LOCAL) {
        if (!local_parts(at, parts))
            no_such_year(at);
        return;
    }
    if (t.loc != LOCATION_UTC)
        span = location_lookup(t.loc, at);
    civil_parts(at + span.offset, parts);
    zone_parts(&span, parts);
}

/* The offset that holds at the instant found: tried with the one a day's rule suggests first,
 * as Go does, so a time in a gap or a double hour is one of its two readings. */
time_time instant_of(int64_t days, int64_t seconds, int64_t nsec, int32_t loc) {
    int64_t at = days * DAY + seconds;
    if (loc != LOCATION_UTC) {
        int64_t offset = location_lookup(loc, at).offset;
        at -= location_lookup(loc, at - offset).offset;
    }
    time_time t = {at + UNIX_EPOCH, 0, loc, 0};
    if (nsec < 0 || nsec >= 1000000000)
        return time_time_add(t, nsec);
    t.nsec = (int32_t)nsec;
    return t;
}

time_time(time_date)(int year, time_month month, int day, int hour, int min, int sec, int nsec,
                     const time_location *loc) {
    int64_t seconds = (int64_t)hour * 3600 + (int64_t)min * 60 + sec;
    return instant_of(days_from_civil(year, (int)month, day), seconds, nsec, location_index(loc));
}

time_time time_time_add_date(time_time t, int years, int months, int days) {
    struct tm p;
    instant_parts(t, &p);
    int64_t seconds = (int64_t)p.tm_hour * 3600 + p.tm_min * 60 + p.tm_sec;
    int64_t date = days_from_civil((int64_t)p.tm_year + 1900 + years,
                                   (int64_t)p.tm_mon + 1 + months, (int64_t)p.tm_mday + days);
    return instant_of(date, seconds, t.nsec, t.loc);
}

int time_time_date(time_time t, time_month *month, int *day) {
    struct tm p;
    instant_parts(t, &p);
    if (month)
        *month = (time_month)(p.tm_mon + 1);
    if (day)
        *day = p.tm_mday;
    return p.tm_year + 1900;
}

int time_time_clock(time_time t, int *min, int *sec) {
    struct tm p;
    instant_parts(t, &p);
    if (min)
        *min = p.tm_min;
    if (sec)
        *sec = p.tm_sec;
    return p.tm_hour;
}

int time_time_year(time_time t) {
    return time_time_date(t, NULL, NULL);
}

time_month time_time_month(time_time t) {
    time_month month;
    time_time_date(t, &month, NULL);
    return month;
}

int time_time_day(time_time t) {
    int day;
    time_time_date(t, NULL, &day);
    return day;
}

int time_time_hour(time_time t) {
    return time_time_clock(t, NULL, NULL);
}

int time_time_minute(time_time t) {
    int min;
    time_time_clock(t, &min, NULL);
    return min;
}

int time_time_second(time_time t) {
    int sec;
    time_time_clock(t, NULL, &sec);
    return sec;
}

int time_time_nanosecond(time_time t) {
    return t.nsec;
}

time_weekday time_time_weekday(time_time t) {
    struct tm p;
    instant_parts(t, &p);
    return (time_weekday)p.tm_wday;
}

int time_time_year_day(time_time t) {
    struct tm p;
    instant_parts(t, &p);
    return p.tm_yday + 1;
}

/* The week belongs to the year that its Thursday lies in. */
int time_time_iso_week(time_time t, int *week) {
    struct tm p;
    instant_parts(t, &p);
    int64_t date = days_from_civil((int64_t)p.tm_year + 1900, (int64_t)p.tm_mon + 1, p.tm_mday);
    int64_t thursday = date - (p.tm_wday + 6) % 7 + 3;
    time_time day = {thursday * DAY + UNIX_EPOCH, 0, LOCATION_UTC, 0};
    if (week)
        *week = (time_time_year_day(day) - 1) / 7 + 1;
    return time_time_year(day);
}

/* The names of locations stay for ever, and the same one is made once: so does this. */
static const char *no_name(const char *type, int value) {
    char text[40];
    snprintf(text, sizeof text, "%%!%s(%llu)", type, (unsigned long long)(int64_t)value);
    return time_location_string(time_fixed_zone(text, 0));
}

const char *time_month_string(time_month m) {
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    return m >= 1 && m <= 12 ? names[m - 1] : no_name("Month", (int)m);
}

const char *time_weekday_string(time_weekday d) {
    static const char *const names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};
    return (unsigned)d <= 6 ? names[d] : no_name("Weekday", (int)d);
}
