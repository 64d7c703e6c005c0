/* SPDX-License-Identifier: MIT */
/* Package time: durations, instants, sleeping, timers and tickers as in Go 1.23. */
#ifndef GOCC_TIME_H
#define GOCC_TIME_H

#include <gocc/base.h>
#include <gocc/errors.h>

typedef int64_t time_duration; /* nanoseconds */
#define TIME_NANOSECOND  ((time_duration)1)
#define TIME_MICROSECOND ((time_duration)1000)
#define TIME_MILLISECOND ((time_duration)1000000)
#define TIME_SECOND      ((time_duration)1000000000)
#define TIME_MINUTE      ((time_duration)60000000000)
#define TIME_HOUR        ((time_duration)3600000000000)

/* Locations live as long as the program; nobody releases one.  C's <time.h> has a macro TIME_UTC,
 * the integer 1, hence the longer name; where a location is wanted that integer is taken too. */
typedef struct time_location time_location;
extern time_location gocc_time_location_utc __attribute__((__visibility__("default")));
extern time_location gocc_time_location_local __attribute__((__visibility__("default")));
#define TIME_LOCATION_UTC   (&gocc_time_location_utc)
#define TIME_LOCATION_LOCAL (&gocc_time_location_local)
#define TIME_LOCAL          TIME_LOCATION_LOCAL
#ifndef __cplusplus /* clang-format off */
#define GOCC_LOCATION(loc) \
    (__extension__ _Generic((loc), int: TIME_LOCATION_UTC, default: (loc)))
#else /* clang-format on */
#define GOCC_LOCATION(loc) (loc)
#endif

/* An instant.  The zero value is 1 January of the year 1, 00:00 UTC, as in Go. */
typedef struct time_time {
    int64_t sec;  /* since the zero value */
    int32_t nsec; /* 0 .. 999 999 999 */
    int32_t loc;  /* of its location, 0: UTC */
    int64_t mono; /* monotonic reading in nanoseconds, 0: none */
} time_time;

typedef enum time_month {
    TIME_JANUARY = 1,
    TIME_FEBRUARY,
    TIME_MARCH,
    TIME_APRIL,
    TIME_MAY,
    TIME_JUNE,
    TIME_JULY,
    TIME_AUGUST,
    TIME_SEPTEMBER,
    TIME_OCTOBER,
    TIME_NOVEMBER,
    TIME_DECEMBER
} time_month;

typedef enum time_weekday {
    TIME_SUNDAY,
    TIME_MONDAY,
    TIME_TUESDAY,
    TIME_WEDNESDAY,
    TIME_THURSDAY,
    TIME_FRIDAY,
    TIME_SATURDAY
} time_weekday;

/* Layouts of time_time_format and time_parse: strftime's, with %N for nanoseconds (%3N, %6N,
 * %9N for so many digits; %.N with the point and without zeros at the end) and %:z for +01:00
 * (Z where it is zero, but +00:00 by %+:z). */
#define TIME_LAYOUT       "%m/%d %I:%M:%S%p '%y %z"
#define TIME_ANSIC        "%a %b %e %H:%M:%S %Y"
#define TIME_UNIX_DATE    "%a %b %e %H:%M:%S %Z %Y"
#define TIME_RUBY_DATE    "%a %b %d %H:%M:%S %z %Y"
#define TIME_RFC822       "%d %b %y %H:%M %Z"
#define TIME_RFC822Z      "%d %b %y %H:%M %z"
#define TIME_RFC850       "%A, %d-%b-%y %H:%M:%S %Z"
#define TIME_RFC1123      "%a, %d %b %Y %H:%M:%S %Z"
#define TIME_RFC1123Z     "%a, %d %b %Y %H:%M:%S %z"
#define TIME_RFC3339      "%Y-%m-%dT%H:%M:%S%:z"
#define TIME_RFC3339_NANO "%Y-%m-%dT%H:%M:%S%.N%:z"
#define TIME_KITCHEN      "%-I:%M%p"
#define TIME_STAMP        "%b %e %H:%M:%S"
#define TIME_STAMP_MILLI  "%b %e %H:%M:%S.%3N"
#define TIME_STAMP_MICRO  "%b %e %H:%M:%S.%6N"
#define TIME_STAMP_NANO   "%b %e %H:%M:%S.%9N"
#define TIME_DATE_TIME    "%Y-%m-%d %H:%M:%S"
#define TIME_DATE_ONLY    "%Y-%m-%d"
#define TIME_TIME_ONLY    "%H:%M:%S"

/* ---- durations ----
 * A function that makes a text returns one that lives as long as the block around the call. */
#define time_duration_string(d) time_duration_write((d), (char[32]){0})
char *time_duration_write(time_duration d, char buffer[32]) GOCC_SYMBOL(time_duration_write);
time_duration time_parse_duration(const char *text, gocc_error *err)
    GOCC_SYMBOL(time_parse_duration);
time_duration time_duration_abs(time_duration d) GOCC_SYMBOL(time_duration_abs);
time_duration time_duration_round(time_duration d, time_duration m)
    GOCC_SYMBOL(time_duration_round);
time_duration time_duration_truncate(time_duration d, time_duration m)
    GOCC_SYMBOL(time_duration_truncate);
double time_duration_hours(time_duration d) GOCC_SYMBOL(time_duration_hours);
double time_duration_minutes(time_duration d) GOCC_SYMBOL(time_duration_minutes);
double time_duration_seconds(time_duration d) GOCC_SYMBOL(time_duration_seconds);
static __inline__ int64_t time_duration_milliseconds(time_duration d) {
    return d / TIME_MILLISECOND;
}
static __inline__ int64_t time_duration_microseconds(time_duration d) {
    return d / TIME_MICROSECOND;
}
static __inline__ int64_t time_duration_nanoseconds(time_duration d) {
    return d;
}

/* ---- instants ---- */
time_time time_now(void) GOCC_SYMBOL(time_now);
time_duration time_since(time_time t) GOCC_SYMBOL(time_since);
time_duration time_until(time_time t) GOCC_SYMBOL(time_until);
time_time time_unix(int64_t sec, int64_t nsec) GOCC_SYMBOL(time_unix);
time_time time_unix_milli(int64_t msec) GOCC_SYMBOL(time_unix_milli);
time_time time_unix_micro(int64_t usec) GOCC_SYMBOL(time_unix_micro);
time_time time_date(int year, time_month month, int day, int hour, int min, int sec, int nsec,
                    const time_location *loc) GOCC_SYMBOL(time_date);
#define time_date(year, month, day, hour, min, sec, nsec, loc) \
    time_date((year), (month), (day), (hour), (min), (sec), (nsec), GOCC_LOCATION(loc))
/* Without a zone in the text it is UTC; or as in `loc`. */
time_time time_parse(const char *layout, const char *text, gocc_error *err) GOCC_SYMBOL(time_parse);
time_time time_parse_in_location(const char *layout, const char *text, const time_location *loc,
                                 gocc_error *err) GOCC_SYMBOL(time_parse_in_location);
#define time_parse_in_location(layout, text, loc, err) \
    time_parse_in_location((layout), (text), GOCC_LOCATION(loc), (err))
/* What errors_as(err, TIME_PARSEERROR, &data) finds in an error of parsing. */
typedef struct time_parseerror {
    const char *layout, *value;           /* what was asked for */
    const char *layout_elem, *value_elem; /* where it failed */
    const char *message;                  /* or what else was wrong */
} time_parseerror;
extern const errors_kind gocc_time_parseerror __attribute__((__visibility__("default")));
#define TIME_PARSEERROR (&gocc_time_parseerror)

time_time time_time_add(time_time t, time_duration d) GOCC_SYMBOL(time_time_add);
time_time time_time_add_date(time_time t, int years, int months, int days)
    GOCC_SYMBOL(time_time_add_date);
time_duration time_time_sub(time_time t, time_time u) GOCC_SYMBOL(time_time_sub);
bool time_time_after(time_time t, time_time u) GOCC_SYMBOL(time_time_after);
bool time_time_before(time_time t, time_time u) GOCC_SYMBOL(time_time_before);
bool time_time_equal(time_time t, time_time u) GOCC_SYMBOL(time_time_equal);
int time_time_compare(time_time t, time_time u) GOCC_SYMBOL(time_time_compare);
bool time_time_is_zero(time_time t) GOCC_SYMBOL(time_time_is_zero);
time_time time_time_round(time_time t, time_duration d) GOCC_SYMBOL(time_time_round);
time_time time_time_truncate(time_time t, time_duration d) GOCC_SYMBOL(time_time_truncate);
time_time time_time_utc(time_time t) GOCC_SYMBOL(time_time_utc);
time_time time_time_local(time_time t) GOCC_SYMBOL(time_time_local);
time_time time_time_in(time_time t, const time_location *loc) GOCC_SYMBOL(time_time_in);
#define time_time_in(t, loc) time_time_in((t), GOCC_LOCATION(loc))
time_location *time_time_location(time_time t) GOCC_SYMBOL(time_time_location);
const char *time_time_zone(time_time t, int *offset) GOCC_SYMBOL(time_time_zone); /* "CEST" */
bool time_time_is_dst(time_time t) GOCC_SYMBOL(time_time_is_dst);
/* from when to when that zone holds; the zero time where it has no end */
time_time time_time_zone_bounds(time_time t, time_time *end) GOCC_SYMBOL(time_time_zone_bounds);
int64_t time_time_unix(time_time t) GOCC_SYMBOL(time_time_unix);
int64_t time_time_unix_milli(time_time t) GOCC_SYMBOL(time_time_unix_milli);
int64_t time_time_unix_micro(time_time t) GOCC_SYMBOL(time_time_unix_micro);
int64_t time_time_unix_nano(time_time t) GOCC_SYMBOL(time_time_unix_nano);
int time_time_date(time_time t, time_month *month, int *day) GOCC_SYMBOL(time_time_date);
int time_time_clock(time_time t, int *min, int *sec) GOCC_SYMBOL(time_time_clock);
int time_time_year(time_time t) GOCC_SYMBOL(time_time_year);
time_month time_time_month(time_time t) GOCC_SYMBOL(time_time_month);
int time_time_day(time_time t) GOCC_SYMBOL(time_time_day);
int time_time_hour(time_time t) GOCC_SYMBOL(time_time_hour);
int time_time_minute(time_time t) GOCC_SYMBOL(time_time_minute);
int time_time_second(time_time t) GOCC_SYMBOL(time_time_second);
int time_time_nanosecond(time_time t) GOCC_SYMBOL(time_time_nanosecond);
time_weekday time_time_weekday(time_time t) GOCC_SYMBOL(time_time_weekday);
int time_time_year_day(time_time t) GOCC_SYMBOL(time_time_year_day);
int time_time_iso_week(time_time t, int *week) GOCC_SYMBOL(time_time_iso_week); /* the year */

#define time_time_string(t) time_time_write((t), (char[80]){0})
char *time_time_write(time_time t, char buffer[80]) GOCC_SYMBOL(time_time_write);
#define time_time_format(t, layout) time_time_print((t), (layout), (char[128]){0}, 128)
char *time_time_print(time_time t, const char *layout, char *buffer, size_t size)
    GOCC_SYMBOL(time_time_print);
const char *time_month_string(time_month m) GOCC_SYMBOL(time_month_string);
const char *time_weekday_string(time_weekday d) GOCC_SYMBOL(time_weekday_string);

/* ---- locations ---- */
time_location *time_fixed_zone(const char *name, int offset) GOCC_SYMBOL(time_fixed_zone);
time_location *time_load_location(const char *name, gocc_error *err)
    GOCC_SYMBOL(time_load_location);
time_location *time_load_location_from_tz_data(const char *name, const void *data, size_t size,
                                               gocc_error *err)
    GOCC_SYMBOL(time_load_location_from_tz_data);
const char *time_location_string(const time_location *loc) GOCC_SYMBOL(time_location_string);

/* ---- sleeping, timers, tickers ---- */
#ifdef __GOCC__ /* clang-format off */
typedef <-chan time_time time_chan;
#else /* clang-format on */
typedef struct gocc__chan_struct_time_time *time_chan;
#endif

void time_sleep(time_duration d) GOCC_SYMBOL(time_sleep);

typedef struct gocc__h_time_timer {
    time_chan c; /* the timer's; NULL for an after_func one */
    void *gocc__timer;
} time_timer;
typedef struct gocc__h_time_ticker {
    time_chan c; /* the ticker's */
    void *gocc__timer;
} time_ticker;

/* handles: release(t) when done; that stops a timer which has a channel */
time_timer *time_new_timer(time_duration d) GOCC_SYMBOL(time_new_timer);
time_timer *time_after_func(time_duration d, void (*f)(void *), void *arg)
    GOCC_SYMBOL(time_after_func);
bool time_timer_stop(time_timer *t) GOCC_SYMBOL(time_timer_stop);
bool time_timer_reset(time_timer *t, time_duration d) GOCC_SYMBOL(time_timer_reset);
time_ticker *time_new_ticker(time_duration d) GOCC_SYMBOL(time_new_ticker);
void time_ticker_stop(time_ticker *t) GOCC_SYMBOL(time_ticker_stop);
void time_ticker_reset(time_ticker *t, time_duration d) GOCC_SYMBOL(time_ticker_reset);
/* the channel is the caller's; releasing it stops the timer behind it */
time_chan time_after(time_duration d) GOCC_SYMBOL(time_after);
time_chan time_tick(time_duration d) GOCC_SYMBOL(time_tick);

#endif
