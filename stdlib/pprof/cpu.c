/* SPDX-License-Identifier: MIT */
/*
 * The CPU profile: SIGPROF, every 10 ms of CPU time that all threads have used together.
 *
 * Invariants
 *  - The handler takes no lock and no memory: it claims a place in `samples` by a counter and
 *    walks the stack that was interrupted.  When all places are taken, samples are only counted.
 *  - `handlers` counts who is inside; stopping waits until nobody is, so what it then reads does
 *    not change.  The handler stays installed: a signal may be on its way.
 *  - `lock` guards starting and stopping.  No sample is written while it is held by another.
 *
 * A timer per thread (timer_create) would divide the samples more evenly among threads that run
 * at once, but has to be told of each thread, those of C libraries included.
 */
#include "io/io.h"
#include "pprof.h"
#include <errno.h>
#include <gocc/errors.h>
#include <gocc/sync.h>
#include <gocc/time.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>

#define PERIOD_NS 10000000
#define ROOM      65536 /* 11 minutes of one core; touched as far as it fills */

static sync_mutex lock;
static io_writer *writer;
static int64_t started; /* Unix time, ns */
static struct trace_stack *samples;
static _Atomic size_t n_samples;
static _Atomic int handlers;
static _Atomic bool active;

static void on_sample(int sig, siginfo_t *info, void *context) {
    int err = errno;
    (void)sig, (void)info;
    /* seq_cst here and in stop(): either it sees us, or we see that it has begun */
    atomic_fetch_add(&handlers, 1);
    if (atomic_load(&active)) {
        size_t i = atomic_fetch_add_explicit(&n_samples, 1,
                                             memory_order_relaxed); /* only a claim */
        if (i < ROOM)
            trace_interrupted(context, &samples[i]);
    }
    /* release: whoever sees 0 sees the sample */
    atomic_fetch_sub_explicit(&handlers, 1, memory_order_release);
    errno = err;
}

static bool set_timer(long us) {
    struct itimerval t = {{0, us}, {0, us}};
    return setitimer(ITIMER_PROF, &t, NULL) == 0;
}

static bool make_room(void) {
    samples = mmap(NULL, ROOM * sizeof *samples, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return samples != MAP_FAILED;
}

static gocc_error start(io_writer *w) {
    struct sigaction act = {.sa_sigaction = on_sample,
                            .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
    if (atomic_load(&active))
        return errors_new("cpu profiling already in use");
    if (!make_room())
        return fmt_errorf("pprof: no memory for samples: %s", strerror(errno));
    sigemptyset(&act.sa_mask);
    started = time_time_unix_nano(time_now());
    atomic_store(&n_samples, 0);
    writer = handle_retain(w);
    sigaction(SIGPROF, &act, NULL);
    atomic_store(&active, true);
    set_timer(PERIOD_NS / 1000);
    return NULL;
}

gocc_error gocc__pprof_start(io_writer *w) {
    NIL_CHECK(w);
    sync_mutex_lock(&lock);
    gocc_error err = start(w);
    sync_mutex_unlock(&lock);
    return err;
}

static char *profile_text(size_t *length) {
    size_t n = atomic_load(&n_samples);
    struct stacks s = {.n = n < ROOM ? n : ROOM};
    struct kind kind = {"samples", "count", "cpu",         "nanoseconds", PERIOD_NS,
                        PERIOD_NS, "cpu",   "nanoseconds", started,       0};
    kind.duration = time_time_unix_nano(time_now()) - started;
    s.list = std_alloc((s.n + 1) * sizeof *s.list);
    memcpy(s.list, samples, s.n * sizeof *s.list);
    stacks_merge(&s);
    char *text = proto_text(&kind, &s, length);
    free(s.list);
    return text;
}

static void stop(void *unused) {
    size_t n;
    gocc_error err = NULL;
    (void)unused;
    set_timer(0);
    atomic_store(&active, false);
    /* acquire: pairs with the release of the last one that leaves */
    while (atomic_load(&handlers) != 0)
        gocc_yield();
    char *text = profile_text(&n);
    munmap(samples, ROOM * sizeof *samples);
    io_write_own(writer, text, n, &err);
    handle_release(err);
}

static void stopped(void *unused) {
    (void)unused;
    handle_release(writer);
    writer = NULL;
    sync_mutex_unlock(&lock);
}

void pprof_stop_cpu_profile(void) {
    sync_mutex_lock(&lock);
    if (atomic_load(&active))
        call_with_cleanup(stop, NULL, stopped); /* the writer may panic */
    else
        sync_mutex_unlock(&lock);
}
