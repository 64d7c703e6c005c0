/* SPDX-License-Identifier: MIT */
/*
 * Package os/signal.
 *
 * Invariants
 *  - A registration is a channel, retained, with the set of signals it wants.  A signal is
 *    forwarded by the runtime exactly while some registration wants it; `ignored` ones have the
 *    action SIG_IGN and no registration.
 *  - The mutex guards all of this and is held while a signal is handed out: when signal_stop
 *    has returned, nothing more is sent to that channel.  Sends never wait.
 *  - A registration that is being stopped wants nothing to be caught, but still gets what was:
 *    so a signal during signal_stop either arrives or does what it did before.  It is in the list
 *    until its signal_stop takes it out.  A handler that the kernel had begun by then, though no
 *    instruction of it had run, comes too late for the channel: its signal is sent once more.
 *
 * The runtime calls us on a goroutine, never in a handler, so an ordinary mutex serves.
 */
#include "context/context.h"
#include "errors/error.h"
#include <gocc/signal.h>
#include <gocc/sync.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define LAST_SIGNAL 64

struct registration {
    struct registration *next;
    void *c;
    uint64_t wants; /* bit sig - 1 */
    bool stopping;
};

static sync_mutex mu;
static struct registration *registrations;
static uint64_t forwarded;
static uint64_t ignored;
static uint64_t stopped; /* by signal_stop, and nothing else was said of these since */
static uint64_t touched; /* for these, before[sig] is the action of the time before */
static struct sigaction before[LAST_SIGNAL + 1];

static inline uint64_t bit(int sig) {
    return UINT64_C(1) << (sig - 1);
}

/* Signals that say what the thread itself did wrong, that cannot be caught, or that the runtime
 * and the C library need. */
static bool usable(int sig) {
    static const int reserved[] = {SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE,
                                   SIGILL,  SIGURG,  32,      33};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (sig == reserved[i])
            return false;
    }
    return sig >= 1 && sig <= LAST_SIGNAL;
}

static uint64_t all_signals(void) {
    uint64_t set = 0;
    for (int sig = 1; sig <= LAST_SIGNAL; sig++)
        set |= usable(sig) ? bit(sig) : 0;
    return set;
}

/* ---- delivery ---- */

static void deliver(int sig) {
    bool wanted = false;
    sync_mutex_lock(&mu);
    for (struct registration *r = registrations; r; r = r->next) {
        if (r->wants & bit(sig)) {
            gocc__chan_try_send(r->c, &sig);
            wanted = true;
        }
    }
    bool late = !wanted && stopped & bit(sig);
    sync_mutex_unlock(&mu);
    if (late)
        kill(getpid(), sig);
}

/* Makes the runtime forward what is wanted now; under mu. */
static void update(void) {
    uint64_t wanted = 0;
    for (struct registration *r = registrations; r; r = r->next)
        wanted |= r->stopping ? 0 : r->wants;
    uint64_t changed = wanted ^ forwarded;
    for (int sig = 1; sig <= LAST_SIGNAL; sig++) {
        if (changed & bit(sig))
            signal_forward(sig, wanted & bit(sig) ? deliver : NULL);
    }
    if (!forwarded != !wanted)
        deadlock_suppress(wanted ? 1 : -1);
    forwarded = wanted;
    ignored &= ~wanted;
}

/* Under mu, before anything is done to these signals. */
static void remember(uint64_t set) {
    for (int sig = 1; sig <= LAST_SIGNAL; sig++) {
        if (set & ~touched & bit(sig))
            sigaction(sig, NULL, &before[sig]);
    }
    touched |= set;
}

/* ---- sets ---- */

static uint64_t set_of_args(va_list args) {
    uint64_t set = 0;
    bool any = false;
    for (int sig; (sig = va_arg(args, int)) != 0; any = true)
        set |= usable(sig) ? bit(sig) : 0;
    return any ? set : all_signals();
}

static uint64_t set_of_list(const int *signals, size_t n) {
    uint64_t set = 0;
    if (n == 0 || (n == 1 && signals[0] == 0))
        return all_signals();
    for (size_t i = 0; i < n; i++)
        set |= usable(signals[i]) ? bit(signals[i]) : 0;
    return set;
}

static void drop_empty(void) {
    struct registration **at = &registrations;
    while (*at) {
        struct registration *r = *at;
        if (r->wants || r->stopping) {
            at = &r->next;
        } else {
            *at = r->next;
            handle_release(r->c);
            free(r);
        }
    }
}

/* ---- the public side ---- */

static struct registration *find(const void *c) {
    struct registration *r = registrations;
    while (r && (r->c != c || r->stopping))
        r = r->next;
    return r;
}

static void notify(void *c, uint64_t set) {
    if (!c)
        panic_text("os/signal: Notify using nil channel");
    sync_mutex_lock(&mu);
    remember(set);
    struct registration *r = find(c);
    if (!r) {
        r = std_alloc(sizeof *r);
        r->c = handle_retain(c);
        r->next = registrations;
        registrations = r;
    }
    r->wants |= set;
    stopped &= ~set;
    update();
    sync_mutex_unlock(&mu);
}

void signal_notify_list(signal_chan c, ...) {
    va_list args;
    va_start(args, c);
    uint64_t set = set_of_args(args);
    va_end(args);
    notify(c, set);
}

void signal_stop(signal_chan c) {
    sync_mutex_lock(&mu);
    struct registration *r = find(c);
    if (r) {
        r->stopping = true;
        update();
        stopped |= r->wants & ~forwarded;
        sync_mutex_unlock(&mu);
        signal_settle();
        sync_mutex_lock(&mu);
        r->stopping = false;
        r->wants = 0;
        drop_empty();
    }
    sync_mutex_unlock(&mu);
}

/* Takes the signals from every channel; under mu. */
static void take_away(uint64_t set) {
    for (struct registration *r = registrations; r; r = r->next)
        r->wants &= ~set;
    stopped &= ~set;
    update();
    drop_empty();
}

void signal_ignore_list(const int *signals, size_t n) {
    uint64_t set = set_of_list(signals, n);
    sync_mutex_lock(&mu);
    remember(set);
    take_away(set);
    for (int sig = 1; sig <= LAST_SIGNAL; sig++) {
        if (set & bit(sig))
            signal(sig, SIG_IGN);
    }
    ignored |= set;
    sync_mutex_unlock(&mu);
}

void signal_reset_list(const int *signals, size_t n) {
    uint64_t set = set_of_list(signals, n);
    sync_mutex_lock(&mu);
    take_away(set);
    for (int sig = 1; sig <= LAST_SIGNAL; sig++) {
        if (set & touched & bit(sig))
            sigaction(sig, &before[sig], NULL);
    }
    ignored &= ~set;
    touched &= ~set;
    sync_mutex_unlock(&mu);
}

bool signal_ignored(int sig) {
    struct sigaction now;
    if (sig < 1 || sig > LAST_SIGNAL)
        return false;
    sync_mutex_lock(&mu);
    bool is = ignored & bit(sig) || (sigaction(sig, NULL, &now) == 0 && now.sa_handler == SIG_IGN);
    sync_mutex_unlock(&mu);
    return is;
}

/* As in Go for Linux, so not sigdescr_np()'s. */
static const char *names[LAST_SIGNAL + 1] = {
    [SIGHUP] = "hangup",
    [SIGINT] = "interrupt",
    [SIGQUIT] = "quit",
    [SIGILL] = "illegal instruction",
    [SIGTRAP] = "trace/breakpoint trap",
    [SIGABRT] = "aborted",
    [SIGBUS] = "bus error",
    [SIGFPE] = "floating point exception",
    [SIGKILL] = "killed",
    [SIGUSR1] = "user defined signal 1",
    [SIGSEGV] = "segmentation fault",
    [SIGUSR2] = "user defined signal 2",
    [SIGPIPE] = "broken pipe",
    [SIGALRM] = "alarm clock",
    [SIGTERM] = "terminated",
    [SIGSTKFLT] = "stack fault",
    [SIGCHLD] = "child exited",
    [SIGCONT] = "continued",
    [SIGSTOP] = "stopped (signal)",
    [SIGTSTP] = "stopped",
    [SIGTTIN] = "stopped (tty input)",
    [SIGTTOU] = "stopped (tty output)",
    [SIGURG] = "urgent I/O condition",
    [SIGXCPU] = "CPU time limit exceeded",
    [SIGXFSZ] = "file size limit exceeded",
    [SIGVTALRM] = "virtual timer expired",
    [SIGPROF] = "profiling timer expired",
    [SIGWINCH] = "window changed",
    [SIGIO] = "I/O possible",
    [SIGPWR] = "power failure",
    [SIGSYS] = "bad system call",
};

static sync_once names_once;

static void names_complete(void *unused) {
    static char numbered[LAST_SIGNAL + 1][16];
    (void)unused;
    for (int sig = 0; sig <= LAST_SIGNAL; sig++) {
        if (names[sig])
            continue;
        snprintf(numbered[sig], sizeof numbered[sig], "signal %d", sig);
        names[sig] = numbered[sig];
    }
}

const char *signal_string(int sig) {
    sync_once_do(&names_once, names_complete, NULL);
    return sig >= 0 && sig <= LAST_SIGNAL ? names[sig] : "unknown signal";
}

/* ---- a context that a signal ends ----
 * As in Go, the signals stay caught after the first until the context is cancelled by the
 * program, or goes. */

struct signal_context {
    struct cancel_node node;
    void *c; /* atomic; NULL once it gets no signals any more */
    char label[];
};

struct watch {
    struct signal_context *ctx;
    void *c;
};

static void context_ended(context *ctx) {
    struct signal_context *s = (struct signal_context *)ctx;
    void *c = __atomic_exchange_n(&s->c, NULL, __ATOMIC_ACQ_REL);
    if (!c)
        return;
    signal_stop(c);
    handle_release(c);
}

static bool is_canceled(const void *data, gocc_error target) {
    (void)data;
    return target == CONTEXT_CANCELED;
}

static const errors_kind signal_error = {.name = "os/signal.signalError", .is = is_canceled};

static void watch(void *arg) {
    struct watch *w = arg;
    int sig = 0;
    struct gocc__case cases[2] = {
        {.c = w->c, .v = &sig, .op = GOCC__RECV},
        {.c = context_done(&w->ctx->node.base), .op = GOCC__RECV},
    };
    if (gocc__select(cases, 2, 0) == 0) {
        gocc_error cause = errors_new_kind(&signal_error, NULL, "%s signal received",
                                           signal_string(sig));
        context_cancel_tree(&w->ctx->node, CONTEXT_CANCELED, cause);
        handle_release(cause);
    }
    handle_release(w->c);
    handle_release(w->ctx);
    free(w);
}

static void label_write(char *s, size_t size, const char *parent, va_list args) {
    size_t n = (size_t)snprintf(s, size, "signal.NotifyContext(%s", parent);
    const char *before = ", [";
    for (int sig; (sig = va_arg(args, int)) != 0 && n < size; before = " ")
        n += (size_t)snprintf(s + n, size - n, "%s%s", before, signal_string(sig));
    if (n < size)
        snprintf(s + n, size - n, "%s", *before == ' ' ? "])" : ")");
}

static struct signal_context *signal_context_new(context *parent, const char *label) {
    size_t size = sizeof(struct signal_context) + strlen(label) + 1;
    struct cancel_node *node = context_node_new(parent, CONTEXT_CANCEL, size);
    struct signal_context *s = (struct signal_context *)node;
    node->base.label = strcpy(s->label, label);
    s->c = gocc__chan_make(sizeof(int), 1);
    node->base.ended = context_ended;
    context_propagate(node);
    return s;
}

context *signal_notify_context_list(context *parent, ...) {
    va_list args;
    char label[1024];
    context_check_parent(parent);
    va_start(args, parent);
    label_write(label, sizeof label, context_string(parent), args);
    va_end(args);
    struct signal_context *s = signal_context_new(parent, label);
    va_start(args, parent);
    uint64_t set = set_of_args(args);
    va_end(args);
    notify(s->c, set);
    struct watch *w = std_alloc(sizeof *w);
    w->ctx = handle_retain(s);
    w->c = handle_retain(s->c);
    go_start(watch, w);
    return &s->node.base;
}
