/* SPDX-License-Identifier: MIT */
/*
 * defer, panic, recover and Goexit.
 *
 * Invariants
 *  - g->frames is the chain of functions of this goroutine that have defers, innermost first.
 *  - g->panics is the chain of panics (and Goexits) that have neither ended the goroutine nor
 *    been recovered, newest first.  Each lies on the stack of the function that panicked,
 *    which stays alive: deferred calls run on top of it, as in Go, so that the report of a
 *    panic nobody recovers still has the whole stack.
 *  - A panic that comes to a frame whose record an older panic is running has killed that
 *    record's call, and with it the older panic: it is marked aborted.  It stays in the chain
 *    for the report, and goes when the newer one is recovered.
 *  - All this is touched by its own goroutine only: no locks, no atomics.
 *
 * Recovery runs the frame's other defers and then returns to the function's caller (unwind.c), or
 * jumps to frame->jump as __builtin_longjmp would.
 */
#include "rt.h"
#include <stdio.h>

struct panic_text {
    size_t size;
    char s[];
};

/* A recovered text must live until the recovering function has returned, and programs like to
 * print it a little later, so the last one is kept until the next recovery is complete. */
struct panic_store {
    struct panic_text *last, *spare;
};

struct panic {
    struct panic *link;        /* the next older one */
    struct gocc__frame *frame; /* whose defers it runs */
    const void *sp;            /* what it runs lies below */
    struct due_call *call;     /* the one that it runs now */
    struct panic_text *text;   /* NULL for Goexit */
    const void *value;         /* of panic_value */
    const struct fault *fault; /* it began as a signal */
    bool goexit, recovered, aborted, repanicked;
    bool computed; /* a text that is new each time, as if from Sprintf */
};

/* Panics that run deferred calls; a Goexit is none.  relaxed: main gives way by it and reads
 * nothing else behind it.  What plain C's longjmp has left goes on to count, then main does so in
 * vain. */
static _Atomic int32_t n_running;

static void count_running(const struct panic *p, int32_t change) {
    if (p->text)
        atomic_fetch_add_explicit(&n_running, change, memory_order_relaxed);
}

extern const char __start_gocc_thunk[] __attribute__((weak, visibility("hidden")));
extern const char __stop_gocc_thunk[] __attribute__((weak, visibility("hidden")));

/* ---- texts ---- */

static struct panic_store *store_of(struct g *g) {
    if (g->panic_store)
        return g->panic_store;
    struct panic_store *store = calloc(1, sizeof *store);
    if (!store)
        fatal_error("out of memory (panic)");
    sanitize_no_leak(store);
    return g->panic_store = store;
}

static struct panic_text *text_new(struct g *g, size_t size) {
    struct panic_store *store = store_of(g);
    struct panic_text *t = store->spare;
    if (t && t->size >= size) {
        store->spare = NULL;
        return t;
    }
    size_t room = size < 112 ? 112 : size;
    t = malloc(sizeof *t + room);
    if (!t)
        fatal_error("out of memory (panic)");
    t->size = room;
    return t;
}

static void text_free(struct panic_store *store, struct panic_text *t) {
    if (!t)
        return;
    if (store->spare) {
        free(t);
        return;
    }
    store->spare = t;
}

static struct panic_text *text_copy(struct g *g, const char *s, size_t n) {
    struct panic_text *t = text_new(g, n + 1);
    memcpy(t->s, s, n);
    t->s[n] = 0;
    return t;
}

/* Programs mostly panic with a plain text; vsnprintf alone would cost more than the rest. */
static struct panic_text *text_format(struct g *g, const char *fmt, va_list ap) {
    const char *s = fmt ? fmt : "panic called with nil argument";
    if (!strchr(s, '%'))
        return text_copy(g, s, strlen(s));
    va_list again;
    va_copy(again, ap);
    struct panic_text *t = text_new(g, 112);
    int n = vsnprintf(t->s, t->size, s, ap);
    if (n >= 0 && (size_t)n >= t->size) {
        text_free(store_of(g), t);
        t = text_new(g, (size_t)n + 1);
        vsnprintf(t->s, t->size, s, again);
    } else if (n < 0) {
        snprintf(t->s, t->size, "panic with a format that cannot be printed");
    }
    va_end(again);
    return t;
}

/* As "(void *) %p" would; printing it took a third of the time from panic to recovery. */
static struct panic_text *text_of_pointer(struct g *g, const void *value) {
    static const char before[] = "(void *) 0x";
    struct panic_text *t = text_new(g, 40);
    uintptr_t bits = (uintptr_t)value;
    int digits = bits == 0 ? 1 : (67 - __builtin_clzll(bits)) / 4;
    char *at = t->s + sizeof before - 1 + digits;
    memcpy(t->s, before, sizeof before - 1);
    *at = 0;
    for (int i = 0; i < digits; i++, bits >>= 4)
        *--at = "0123456789abcdef"[bits & 15];
    return t;
}

static struct panic_text *text_of_value(struct g *g, const void *value) {
    static const char nil[] = "panic called with nil argument";
    return value != NULL ? text_of_pointer(g, value) : text_copy(g, nil, sizeof nil - 1);
}

/* A Goexit leaves itself and the panics that it called off in the chain. */
void panic_goroutine_end(struct g *g) {
    if (likely(!g->panic_store && !g->panics))
        return;
    for (struct panic *p = g->panics; p; p = p->link) {
        count_running(p, -1);
        free(p->text);
    }
    g->panics = NULL;
    g->frames = NULL;
    if (!g->panic_store)
        return;
    free(g->panic_store->last);
    free(g->panic_store->spare);
    free(g->panic_store);
    g->panic_store = NULL;
}

/* What is there belongs to a function that is no more: it is below sp. */
static bool is_left(const struct g *g, const void *there, const void *sp) {
    uintptr_t at = (uintptr_t)there, low = (uintptr_t)g->stack_lo, now = (uintptr_t)sp;
    return at >= low && at < now && now < (uintptr_t)g->stack_hi;
}

/* The records of the frames' defers in loops leak, as whatever a longjmp leaves behind. */
int gocc__landed_in(struct gocc__frame *live, int value) {
    if (value == 0)
        return 0;
    struct g *g = rt_g();
    const void *sp = __builtin_frame_address(0);
    g->frames = live;
    for (; g->panics && is_left(g, g->panics->sp, sp); g->panics = g->panics->link) {
        count_running(g->panics, -1);
        text_free(store_of(g), g->panics->text);
    }
    return value;
}

int gocc__landed(struct gocc__frame *f, int value) {
    if (value)
        f->armed &= ~FRAME_RESTING;
    return gocc__landed_in(f, value);
}

/* ---- what becomes of a panic ---- */

static void out_indented(struct out *o, const char *s) {
    for (; *s; s++) {
        out_char(o, *s);
        if (*s == '\n')
            out_char(o, '\t');
    }
}

/* Oldest first; a value that was panicked again shows once, as in Go 1.26. */
static void write_chain(struct out *o, const struct panic *p) {
    if (p->link) {
        write_chain(o, p->link);
        if (p->link->repanicked)
            return;
        if (!p->link->goexit)
            out_char(o, '\t');
    }
    if (p->goexit)
        return;
    out_text(o, "panic: ");
    out_indented(o, p->text->s);
    if (p->recovered && p->repanicked)
        out_text(o, " [recovered, repanicked]");
    else if (p->recovered)
        out_text(o, " [recovered]");
    out_char(o, '\n');
}

/* Before a fatal error's text: the panics whose deferred calls met it, as Go's fatal() does. */
void panic_write_pending(struct out *o, const struct g *g) {
    if (!g->panics)
        return;
    write_chain(o, g->panics);
    out_char(o, '\t');
}

/* Of the newest panic in the chain that had one, also where a text was panicked on top of it.  Go's
 * divisions know of no signal. */
static void write_signal(struct out *o, const struct panic *p) {
    while (p && (!p->fault || p->fault->sig == SIGFPE))
        p = p->link;
    if (p)
        fault_write(o, p->fault);
}

_Noreturn static void panic_die(struct g *g, struct panic *p) {
    struct out o;
    death_begin(&o);
    write_chain(&o, p);
    write_signal(&o, p);
    bool crash;
    enum traceback level = death_traceback(&crash);
    if (level >= TRACEBACK_SINGLE) {
        out_char(&o, '\n');
        trace_write_self(&o, g);
    }
    if (level >= TRACEBACK_ALL || (level == TRACEBACK_SINGLE && g->stuck))
        trace_write_others(&o, g);
    death_end(&o);
}

/* gcc's __builtin_setjmp keeps two pointers to stacks under -fcf-protection, that of the shadow
 * stack in front. */
static void stack_of_setjmp(struct gocc__frame *f) {
#if defined(__x86_64__)
    if (f->table->fn_at & GOCC__SETJMP && f->jump[3])
        f->jump[2] = f->jump[3];
#else
    (void)f;
#endif
}

/* To the second return of gocc__frame_enter or of __builtin_setjmp, with the registers that the
 * function has to keep for its caller.  The argument register is the one that the asm statement of
 * gocc__frame_enter reads and says nothing of changing. */
__attribute__((noinline, noreturn)) static void jump_back(struct gocc__frame *f) {
    sanitize_no_return();
    stack_of_setjmp(f);
#if defined(__x86_64__)
    __asm__ volatile("movq (%0), %%rbp\n\tmovq 16(%0), %%rsp\n\tmovq 24(%0), %%rbx\n\t"
                     "movq 32(%0), %%r12\n\tmovq 40(%0), %%r13\n\tmovq 48(%0), %%r14\n\t"
                     "movq 56(%0), %%r15\n\tjmpq *8(%0)"
                     :
                     : "D"(f->jump)
                     : "memory");
#elif defined(__aarch64__)
    register void **jump __asm__("x0") = f->jump;
    __asm__ volatile("ldp x16, x30, [%0, #16]\n\tmov sp, x16\n\tldp x29, x16, [%0]\n\t"
                     "ldp x19, x20, [%0, #32]\n\tldp x21, x22, [%0, #48]\n\t"
                     "ldp x23, x24, [%0, #64]\n\tldp x25, x26, [%0, #80]\n\t"
                     "ldp x27, x28, [%0, #96]\n\tldp d8, d9, [%0, #112]\n\t"
                     "ldp d10, d11, [%0, #128]\n\tldp d12, d13, [%0, #144]\n\t"
                     "ldp d14, d15, [%0, #160]\n\tbr x16"
                     :
                     : "r"(jump)
                     : "memory");
#endif
    __builtin_unreachable();
}

/* p was recovered by a defer of f.  Returns only if a Goexit lies under what p has aborted:
 * recovering cannot call that off, so p goes on in its place. */
static void panic_recovered(struct g *g, struct panic *p, struct gocc__frame *f) {
    struct panic_store *store = g->panic_store;
    bool goexit = p->goexit && !p->recovered;
    struct panic_text *text = p->text;
    g->panics = p->link;
    while (g->panics && g->panics->aborted) {
        struct panic *dead = g->panics;
        goexit |= dead->goexit;
        count_running(dead, -1);
        text_free(store, dead->text);
        g->panics = dead->link;
    }
    count_running(p, -1);
    if (text) {
        text_free(store, store->last);
        store->last = text;
    }
    if (goexit) {
        *p = (struct panic){.link = g->panics, .frame = f, .sp = p->sp, .goexit = true};
        g->panics = p;
        return;
    }
    frame_run_rest(f);
    frame_drop(g, f);
#if defined(__x86_64__)
    if (likely(!(f->table->fn_at & GOCC__JUMP)))
        unwind_return(f);
#endif
    jump_back(f);
}

/* Of a longjmp to C code nothing is known here.  Frames that it has left cannot be told from others
 * once the stack has grown over them again, but those below the panic and below a younger one can;
 * what they hold may be anything. */
static void refuse_dead(struct g *g, const struct gocc__frame *f, const void *sp) {
#ifndef RT_ASAN /* which keeps locals elsewhere */
    if (unlikely(is_left(g, f, sp)))
        fatal_error("panic after a longjmp to C code out of a function that defers: setjmp() in a "
                    ".gc file would have been noticed");
#endif
    (void)g, (void)f, (void)sp;
}

/* Runs every deferred call of the goroutine; comes back when there is none left. */
static void panic_unwind(struct g *g, struct panic *p) {
    struct gocc__frame *f;
    p->sp = __builtin_frame_address(0);
    p->link = g->panics;
    g->panics = p;
    count_running(p, 1);
    const void *least = p->sp;
    while ((f = g->frames) != NULL) {
        struct due_call c;
        refuse_dead(g, f, least);
        least = p->frame = f;
        for (struct panic *q = p->link; q && (q->aborted || q->frame == f); q = q->link)
            q->aborted = true;
        while (frame_take(f, &c)) {
            p->call = &c;
            c.run(c.record);
            p->call = NULL;
            if (p->recovered)
                panic_recovered(g, p, f);
        }
        frame_drop(g, f);
    }
}

/* main has returned while others panic: they come to their reports, as in Go, unless their deferred
 * calls take long. */
void panic_let_finish(void) {
    for (int i = 0; i < 1000 && atomic_load_explicit(&n_running, memory_order_relaxed) > 0; i++)
        gocc_yield();
}

_Noreturn static void goexit_end(struct g *g) {
    if (g->foreign) {
        panic_goroutine_end(g);
        pthread_exit(NULL);
    }
    sched_exit_g();
}

static bool is_again(const struct panic *p, const struct panic *before) {
    return !p->computed && !before->goexit && before->value == p->value &&
           strcmp(before->text->s, p->text->s) == 0;
}

_Noreturn static void panic_start(struct g *g, struct panic *p) {
    struct panic *before = g->panics;
    if (before && is_again(p, before))
        before->repanicked = true;
    panic_unwind(g, p);
    if (p->goexit)
        goexit_end(g);
    panic_die(g, p);
}

/* ---- ways into a panic ---- */

void gocc__panic(const char *fmt, ...) {
    struct g *g = rt_g();
    va_list ap;
    va_start(ap, fmt);
    struct panic p = {.text = text_format(g, fmt, ap),
                      .computed = strchr(fmt, '%') != NULL && strcmp(fmt, "%s") != 0};
    va_end(ap);
    panic_start(g, &p);
}

void gocc__panic_value(const void *value) {
    struct g *g = rt_g();
    struct panic p = {.value = value, .text = text_of_value(g, value)};
    panic_start(g, &p);
}

static struct panic_text *runtime_text(struct g *g, const char *text) {
    static const char before[] = "runtime error: ";
    struct panic_text *t = text_new(g, sizeof before + strlen(text));
    memcpy(t->s, before, sizeof before - 1);
    strcpy(t->s + sizeof before - 1, text);
    return t;
}

void panic_runtime(const char *text) {
    struct g *g = rt_g();
    struct panic p = {.text = runtime_text(g, text)};
    panic_start(g, &p);
}

void gocc__divide_by_zero(void) {
    panic_runtime("integer divide by zero");
}

void panic_fault(const struct fault *fault) {
    struct g *g = rt_g();
    struct panic p = {.text = runtime_text(g, fault->text), .fault = fault};
    panic_start(g, &p);
}

void panic_goexit(void) {
    struct g *g = rt_g();
    struct panic p = {.goexit = true};
    g->goexiting = true;
    panic_unwind(g, &p);
    goexit_end(g);
}

void gocc_exit_goroutine(void) {
    panic_goexit();
}

void gocc_goexit(void) {
    panic_goexit();
}

/* ---- recover ---- */

static bool in_thunk(const void *pc) {
    return (const char *)pc > __start_gocc_thunk && (const char *)pc <= __stop_gocc_thunk;
}

/* The panic that this caller may recover.  A block is known by its record.  A function is
 * known by its address and by a thunk having called it; but a thunk of some inner frame may
 * have called the same function, which then runs inside a frame that is running its defers.
 * own: the innermost is the caller's. */
static struct panic *recoverable(const struct g *g, const void *who, const void *return_address,
                                 bool own) {
    struct panic *p = g->panics;
    if (!p || p->goexit || p->recovered || !p->call)
        return NULL;
    if (!return_address)
        return p->call->record == who ? p : NULL;
    if ((const void *)p->call->fn != who || !in_thunk(return_address))
        return NULL;
    for (const struct gocc__frame *f = g->frames; f && f != p->frame; f = f->up)
        if (f->armed & FRAME_RESTING && !(own && f == g->frames))
            return NULL;
    return p;
}

char *gocc__recover(const void *who, const void *return_address) {
    struct g *g = rt_g();
    struct panic *p = recoverable(g, who, return_address, false);
    if (!p)
        return NULL;
    p->recovered = true;
    return p->text->s;
}

void *gocc__recover_value(const void *who, const void *return_address) {
    struct g *g = rt_g();
    struct panic *p = recoverable(g, who, return_address, false);
    if (!p)
        return NULL;
    p->recovered = true;
    return (void *)(uintptr_t)p->value;
}

/* The innermost frame is that of the function itself, which may be running its defers. */
void gocc__recover_deferred(const void *who, const void *return_address) {
    struct g *g = rt_g();
    struct panic *p = recoverable(g, who, return_address, true);
    if (p)
        p->recovered = true;
}

/* ---- for the library: calls that nothing can jump out of ---- */

struct guard {
    struct gocc__frame frame;
    struct gocc__defer record;
    enum call_end end; /* the result of call_protected, also after a recovery */
};

/* Stops whatever comes, Goexit too: only this file may do that. */
static void guard_run(void *record) {
    struct guard *guard = container_of(record, struct guard, record);
    struct g *g = rt_g();
    struct panic *p = g->panics;
    g->goexiting = false;
    guard->end = p->goexit ? CALL_GOEXIT : CALL_PANICKED;
    p->recovered = true;
}

__attribute__((noinline)) enum call_end call_protected(void (*fn)(void *), void *arg) {
    static const struct gocc__deferred table[] = {
        {NULL, NULL, offsetof(struct guard, end),
         GOCC__LIST | GOCC__INTEGER | sizeof(enum call_end)}};
    struct guard guard;
    guard.end = CALL_RETURNED;
    if (gocc__frame_enter(&guard.frame, table))
        return guard.end;
    gocc__defer_push(&guard.frame, &guard.record, guard_run, NULL);
    fn(arg);
    gocc__frame_leave(&guard.frame); /* there is nothing to catch any more */
    return CALL_RETURNED;
}

void call_panic_again(const struct call_panic *why, void (*copied)(void *), void *arg) {
    struct g *g = rt_g();
    const char *s = why->text ? why->text : "panic";
    struct panic p = {.value = why->value, .text = text_copy(g, s, strlen(s))};
    if (copied)
        copied(arg);
    panic_start(g, &p);
}

struct cleanup {
    struct gocc__defer record;
    void (*after)(void *);
    void *arg;
};

static void cleanup_run(void *record) {
    struct cleanup *c = record;
    c->after(c->arg);
}

const struct gocc__deferred frame_no_result[1] = {{.fn_at = GOCC__LIST | GOCC__JUMP}};

enum call_end call_with_cleanup(void (*fn)(void *), void *arg, void (*after)(void *)) {
    struct cleanup cleanup = {.after = after, .arg = arg};
    struct gocc__frame frame;
    gocc__frame_link(&frame, frame_no_result, NULL);
    gocc__defer_push(&frame, &cleanup.record, cleanup_run, NULL);
    fn(arg);
    gocc__frame_run(&frame);
    gocc__frame_leave(&frame);
    return CALL_RETURNED;
}

struct ending {
    void (*fn)(void *);
    void (*after)(void *, enum call_end, struct call_panic);
    void *arg;
    bool returned;
};

static void ending_call(void *ending) {
    struct ending *e = ending;
    e->fn(e->arg);
    e->returned = true;
}

static void ending_tell(void *ending) {
    struct ending *e = ending;
    struct call_panic why = {NULL, NULL};
    enum call_end end = CALL_RETURNED;
    if (!e->returned) {
        const struct panic *p = rt_g()->panics;
        end = p->goexit ? CALL_GOEXIT : CALL_PANICKED;
        if (!p->goexit)
            why = (struct call_panic){strdup(p->text->s), p->value};
    }
    e->after(e->arg, end, why);
}

void call_with_end(void (*fn)(void *), void *arg,
                   void (*after)(void *, enum call_end, struct call_panic)) {
    struct ending e = {fn, after, arg, false};
    call_with_cleanup(ending_call, &e, ending_tell);
}

void panic_is_final(void) {
    struct g *g = rt_g();
    panic_die(g, g->panics);
}
