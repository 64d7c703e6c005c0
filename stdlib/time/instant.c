/* SPDX-License-Identifier: MIT */
/*
 * time.Time: a wall clock reading with, if it comes from now(), a monotonic one beside it.
 *
 * Invariants
 *  - 0 <= nsec < 1e9, whatever the sign of sec.
 *  - mono != 0 exactly when the instant is now() plus durations.  Differences and comparisons
 *    of two such instants use mono alone, so nobody who sets the clock disturbs them.
 */
#include "time/instant.h"

#define NS INT64_C(1000000000)

int64_t instant_start;

time_time time_now(void) {
    struct timespec ts;
    int64_t bubble = clock_of_bubble();
    if (__builtin_expect(bubble != 0, 0)) /* as in Go, without a monotonic reading */
        return (time_time){bubble / NS + UNIX_EPOCH, (int32_t)(bubble % NS), LOCATION_LOCAL, 0};
    clock_gettime(CLOCK_REALTIME, &ts);
    int64_t mono = clock_mono();
    /* relaxed: any early reading does as the zero of "m=" in texts */
    if (__builtin_expect(!__atomic_load_n(&instant_start, __ATOMIC_RELAXED), 0)) {
        int64_t none = 0;
        __atomic_compare_exchange_n(&instant_start, &none, mono, false, __ATOMIC_RELAXED,
                                    __ATOMIC_RELAXED);
    }
    return (time_time){ts.tv_sec + UNIX_EPOCH, (int32_t)ts.tv_nsec, LOCATION_LOCAL, mono};
}

/* ---- arithmetic ---- */

static time_time normal(int64_t sec, int64_t nsec, int32_t loc, int64_t mono) {
    sec += nsec / NS;
    nsec %= NS;
    if (nsec < 0) {
        nsec += NS;
        sec--;
    }
    return (time_time){sec, (int32_t)nsec, loc, mono};
}

time_time time_time_add(time_time t, time_duration d) {
    int64_t mono = t.mono;
    if (mono && __builtin_add_overflow(mono, d, &mono))
        mono = 0;
    return normal(t.sec + d / NS, t.nsec + d % NS, t.loc, mono);
}

/* At most the largest one: sums with a duration may lie 292 years from now. */
static time_duration mono_sub(int64_t t, int64_t u) {
    int64_t d;
    if (__builtin_sub_overflow(t, u, &d))
        return t < u ? INT64_MIN : INT64_MAX;
    return d;
}

time_duration time_time_sub(time_time t, time_time u) {
    if (t.mono && u.mono)
        return mono_sub(t.mono, u.mono);
    __int128 d = ((__int128)t.sec - u.sec) * NS + t.nsec - u.nsec; /* seconds alone may overflow */
    return d > INT64_MAX ? INT64_MAX : d < INT64_MIN ? INT64_MIN : (time_duration)d;
}

/* A reading of the real clock says nothing about that of a bubble. */
time_duration time_since(time_time t) {
    if (t.mono && !clock_of_bubble())
        return mono_sub(clock_mono(), t.mono);
    return time_time_sub(time_now(), t);
}

time_duration time_until(time_time t) {
    if (t.mono && !clock_of_bubble())
        return mono_sub(t.mono, clock_mono());
    return time_time_sub(t, time_now());
}

int time_time_compare(time_time t, time_time u) {
    if (t.mono && u.mono)
        return (t.mono > u.mono) - (t.mono < u.mono);
    if (t.sec != u.sec)
        return t.sec > u.sec ? 1 : -1;
    return (t.nsec > u.nsec) - (t.nsec < u.nsec);
}

bool time_time_after(time_time t, time_time u) {
    return time_time_compare(t, u) > 0;
}

bool time_time_before(time_time t, time_time u) {
    return time_time_compare(t, u) < 0;
}

bool time_time_equal(time_time t, time_time u) {
    return time_time_compare(t, u) == 0;
}

bool time_time_is_zero(time_time t) {
    return t.sec == 0 && t.nsec == 0;
}

/* What t is past a multiple of d since the zero time; 128 bits, for sec * 1e9 overflows. */
static time_duration rest_of(time_time t, time_duration d) {
    __int128 ns = (__int128)t.sec * NS + t.nsec;
    __int128 rest = ns % d;
    return (time_duration)(rest < 0 ? rest + d : rest);
}

time_time time_time_truncate(time_time t, time_duration d) {
    t.mono = 0;
    return d <= 0 ? t : time_time_add(t, -rest_of(t, d));
}

time_time time_time_round(time_time t, time_duration d) {
    t.mono = 0;
    if (d <= 0)
        return t;
    time_duration rest = rest_of(t, d);
    return time_time_add(t, (uint64_t)rest * 2 < (uint64_t)d ? -rest : d - rest);
}

/* ---- Unix time: what does not fit wraps, as in Go ---- */

time_time time_unix(int64_t sec, int64_t nsec) {
    return normal((int64_t)((uint64_t)sec + UNIX_EPOCH), nsec, LOCATION_LOCAL, 0);
}

time_time time_unix_milli(int64_t msec) {
    return time_unix(msec / 1000, msec % 1000 * 1000000);
}

time_time time_unix_micro(int64_t usec) {
    return time_unix(usec / 1000000, usec % 1000000 * 1000);
}

int64_t time_time_unix(time_time t) {
    return (int64_t)((uint64_t)t.sec - UNIX_EPOCH);
}

static int64_t unix_in(time_time t, int32_t per_second) {
    uint64_t whole = (uint64_t)time_time_unix(t) * (uint64_t)per_second;
    return (int64_t)(whole + (uint64_t)(t.nsec / (NS / per_second)));
}

int64_t time_time_unix_milli(time_time t) {
    return unix_in(t, 1000);
}

int64_t time_time_unix_micro(time_time t) {
    return unix_in(t, 1000000);
}

int64_t time_time_unix_nano(time_time t) {
    return unix_in(t, NS);
}
