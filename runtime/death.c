/* SPDX-License-Identifier: MIT */
/*
 * The end of a process that cannot go on: report, flush, exit.
 *
 * Invariants
 *  - One thread reports; others that want to die wait for ever, so there is one report.
 *    A thread that fails while it reports (a panic at the end of its stack, say) adds the one line
 *    that says how, without a trace; if it fails once more it leaves, so there is always an end.
 *  - A report and exit() exclude each other: when main returns while another thread reports, the
 *    report and its status win, as in Go; when exit() is past its handlers, nobody reports but
 *    the thread that is in it.
 *  - The report goes out by write(2): no lock of C's is taken before it is complete, and
 *    nothing is allocated.  It must come even if the heap is broken or stdout's lock is held.
 *  - Then C's buffers are flushed, each stream by try-lock.  fflush(NULL) is no way to do that:
 *    it waits for the lock of stdin as long as somebody reads there.  A write may still block
 *    (a full pipe), so an alarm ends the process if it takes too long.
 *
 * When stdout can take a buffer at once, it is flushed before the report: whoever reads both
 * through one pipe then sees them in the order in which the program wrote them.
 */
#include "rt.h"
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#define FLUSH_SECONDS 2
#define EXIT_FATAL    2

/* Thread that reports; its negative: it is in exit(); 0: nobody yet.  Orders do not matter: only
 * the exchange counts. */
static _Atomic int reporter;
static char report_buf[4096];
static struct out *report; /* the reporter's, until it is complete; only he reads it */
static bool stumbled;

/* ---- writing without stdio ---- */

void out_flush(struct out *o) {
    size_t done = 0;
    while (o->fd >= 0 && done < o->n) {
        ssize_t n = write(o->fd, o->buf + done, o->n - done);
        if (n < 0 && errno == EAGAIN)
            poll(&(struct pollfd){.fd = o->fd, .events = POLLOUT}, 1, -1);
        else if (n < 0 && errno != EINTR)
            break;
        if (n > 0)
            done += (size_t)n;
    }
    if (o->fd >= 0)
        o->n = 0;
}

void out_char(struct out *o, char c) {
    if (o->n == o->size)
        out_flush(o);
    if (o->n < o->size)
        o->buf[o->n++] = c;
}

void out_text(struct out *o, const char *s) {
    while (*s)
        out_char(o, *s++);
}

static void out_number(struct out *o, uint64_t v, unsigned base) {
    char digits[24];
    int n = 0;
    do
        digits[n++] = "0123456789abcdef"[v % base];
    while ((v /= base) != 0);
    while (n > 0)
        out_char(o, digits[--n]);
}

void out_dec(struct out *o, int64_t v) {
    if (v < 0)
        out_char(o, '-');
    out_number(o, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 10);
}

void out_hex(struct out *o, uint64_t v) {
    out_text(o, "0x");
    out_number(o, v, 16);
}

/* ---- beginning and end ---- */

static const char *_Atomic level; /* debug.SetTraceback: lent for ever */

void death_set_traceback(const char *word) {
    level = word;
}

static enum traceback level_of(const char *s, bool *crash) {
    *crash = s && strcmp(s, "crash") == 0;
    if (!s || !*s || strcmp(s, "single") == 0)
        return TRACEBACK_SINGLE;
    if (strcmp(s, "none") == 0 || strcmp(s, "0") == 0)
        return TRACEBACK_NONE;
    if (strcmp(s, "all") == 0 || strcmp(s, "1") == 0)
        return TRACEBACK_ALL;
    if (*crash || strcmp(s, "system") == 0 || strcmp(s, "wer") == 0 || (*s >= '2' && *s <= '9'))
        return TRACEBACK_SYSTEM;
    return TRACEBACK_SINGLE;
}

/* As in Go, the program can ask for more than the environment, not for less. */
enum traceback death_traceback(bool *crash) {
    const char *word = level;
    bool more_crash = false;
    enum traceback from_env = level_of(getenv("GOTRACEBACK"), crash);
    enum traceback more = word ? level_of(word, &more_crash) : from_env;
    *crash |= more_crash;
    if (stumbled)
        return TRACEBACK_NONE;
    return more > from_env ? more : from_env;
}

/* Flushes f if its lock is free; the owner of the lock gets in too. */
static void flush_stream(FILE *f) {
    if (ftrylockfile(f) != 0)
        return;
    fflush_unlocked(f);
    funlockfile(f);
}

#ifdef __GLIBC__
/* The head of glibc's list of open streams.  Its lock is not taken: if somebody changes the
 * list at this moment and we stumble, that is a fault while dying, and the end. */
extern FILE *_IO_list_all __attribute__((weak));

static void flush_others(void) {
    for (FILE *f = &_IO_list_all ? _IO_list_all : NULL; f; f = f->_chain)
        if (f->_IO_write_ptr > f->_IO_write_base)
            flush_stream(f);
}
#else
static void flush_others(void) {
    fflush(NULL);
}
#endif

static bool stdout_ready(void) {
    struct pollfd p = {.fd = fileno(stdout), .events = POLLOUT};
    return p.fd >= 0 && poll(&p, 1, 0) == 1 && (p.revents & POLLOUT);
}

/* Does not return if the end of the process is another thread's business.  False: this thread is
 * the reporter already. */
static bool claim(int as) {
    int self = gettid(), who = 0;
    while (!atomic_compare_exchange_strong(&reporter, &who, as * self)) {
        if (who == self)
            return false;
        while (who != -self)
            poll(NULL, 0, -1);
    }
    return true;
}

/* A destructor of the program runs after what atexit() has taken, which may still panic. */
__attribute__((destructor)) static void claim_exit(void) {
    if (!claim(-1))
        _exit(EXIT_FATAL);
}

void death_after_fork(void) {
    atomic_store_explicit(&reporter, 0, memory_order_relaxed);
    report = NULL;
    stumbled = false;
}

/* What there is of the report goes out. */
static void stumble(void) {
    if (report == NULL || stumbled)
        _exit(EXIT_FATAL);
    stumbled = true;
    out_flush(report);
}

/* Whoever read stdout may be gone, or a file's limit be reached: that is no reason to die without
 * a word. */
static void survive_writing(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigaddset(&set, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void death_begin(struct out *o) {
    bool first = claim(1);
    if (!first)
        stumble();
    survive_writing();
    *o = (struct out){.fd = STDERR_FILENO, .buf = report_buf, .size = sizeof report_buf};
    report = o;
    if (first && stdout_ready())
        flush_stream(stdout);
}

static void flush_too_late(int sig) {
    (void)sig;
    _exit(EXIT_FATAL);
}

static void flush_all(void) {
    struct sigaction act = {.sa_handler = flush_too_late};
    struct itimerval limit = {.it_value.tv_sec = FLUSH_SECONDS};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigaction(SIGALRM, &act, NULL);
    setitimer(ITIMER_REAL, &limit, NULL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    flush_stream(stdout);
    flush_others();
}

void death_end(struct out *o) {
    bool crash;
    death_traceback(&crash);
    out_flush(o);
    report = NULL;
    flush_all();
    if (crash) {
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    _exit(EXIT_FATAL);
}

/* ---- fatal errors of runtime and library ---- */

#define GROWS (1 << 20) /* what malloc() wants of the kernel for a small piece */

/* A refusal of the kernel's has a reason that malloc() does not tell. */
static void write_limit(struct out *o, const char *text, size_t bytes) {
    static const char memory[] = "out of memory";
    if (strncmp(text, memory, sizeof memory - 1) != 0)
        return;
    const char *limit = limit_of_memory(bytes < GROWS ? GROWS : bytes);
    if (limit == NULL)
        return;
    out_text(o, ": ");
    out_text(o, limit);
}

static _Noreturn void fatal(size_t bytes, const char *fmt, va_list ap) {
    char text[512];
    vsnprintf(text, sizeof text, fmt, ap);
    struct out o;
    death_begin(&o);
    struct m *m = rt_m_or_null();
    struct g *g = m ? m->g : NULL;
    if (g)
        panic_write_pending(&o, g);
    out_text(&o, "fatal error: ");
    out_text(&o, text);
    write_limit(&o, text, bytes);
    out_char(&o, '\n');
    bool crash;
    if (death_traceback(&crash) > TRACEBACK_NONE) {
        out_char(&o, '\n');
        trace_write_self(&o, g);
        trace_write_others(&o, g);
    }
    death_end(&o);
}

void fatal_error(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fatal(0, fmt, ap);
}

void fatal_refused(size_t bytes, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fatal(bytes, fmt, ap);
}
