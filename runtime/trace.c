/* SPDX-License-Identifier: MIT */
/*
 * Stacks of goroutines, as Go prints them.
 *
 * Invariants
 *  - Frames are found by libgcc's unwinder, which needs no frame pointers and walks through
 *    signal frames.  A goroutine's stack ends at rt_entry (its pc is undefined there).
 *  - A parked goroutine is walked by running the unwinder on its own stack, below what it
 *    has saved (trace_on_parked).  That is sound only while nobody can resume it: its M's
 *    are frozen, or none runs.  An interpreter of its own for DWARF tables would not need
 *    that, but is 1500 lines that only ever run when something is wrong already.
 *  - Frames of the runtime itself are left out.  They are known by the source directory in
 *    the debug information; without it, by names that begin with gocc__.
 *  - A broken stack must not lose the report: a fault while frames are collected jumps back
 *    to trace_guarded(), whose caller keeps what it has.
 */
#include "rt.h"
#include <setjmp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unwind.h>

#define SHOW_FIRST     50
#define SHOW_LAST      50
#define FRAMES_MAX     2000000
#define ROOM_TO_UNWIND 12288

struct frames {
    uintptr_t first[SHOW_FIRST];
    uintptr_t last[SHOW_LAST]; /* a ring */
    uintptr_t from;            /* != 0: begin at the frame with this pc */
    long n;
};

void trace_on_parked(struct ctx *parked, void (*fn)(void *), void *arg);

/* ---- collecting ---- */

/* Where this thread goes on if what it looks at is broken.  Each has its own: while one reports,
 * others may be asked to hand their processors on, and look at their stacks for that. */
static _Thread_local sigjmp_buf *volatile escape __attribute__((tls_model("initial-exec")));

/* From the fault handler: was it the unwinder that stumbled?  Then this does not return. */
void trace_fault(void) {
    if (escape != NULL)
        siglongjmp(*escape, 1);
}

static _Unwind_Reason_Code on_frame(struct _Unwind_Context *at, void *arg) {
    struct frames *f = arg;
    int exact = 0;
    uintptr_t pc = _Unwind_GetIPInfo(at, &exact);
    if (f->from) {
        if (pc != f->from)
            return _URC_NO_REASON;
        f->from = 0;
    }
    if (!pc || f->n == FRAMES_MAX)
        return _URC_END_OF_STACK;
    /* A return address may belong to the next line, or the next function. */
    pc -= exact ? 0 : 1;
    if (f->n < SHOW_FIRST)
        f->first[f->n] = pc;
    else
        f->last[(f->n - SHOW_FIRST) % SHOW_LAST] = pc;
    f->n++;
    return _URC_NO_REASON;
}

static void collect_here(void *arg) {
    _Unwind_Backtrace(on_frame, arg);
}

static bool can_unwind(struct g *g) {
    uintptr_t sp = (uintptr_t)g->ctx.sp;
    return sp > (uintptr_t)g->stack_lo + ROOM_TO_UNWIND && sp < (uintptr_t)g->stack_hi &&
           g->ctx.pc != (void *)rt_entry;
}

bool trace_guarded(void (*fn)(void *), void *arg) {
    sigjmp_buf here, *outer = escape;
    bool back = sigsetjmp(here, 0) != 0;
    if (!back) {
        escape = &here;
        fn(arg);
    }
    escape = outer;
    return !back;
}

struct collecting {
    struct frames *f;
    struct g *parked;
};

static void collect_it(void *arg) {
    struct collecting *c = arg;
    if (c->parked)
        trace_on_parked(&c->parked->ctx, collect_here, c->f);
    else
        collect_here(c->f);
}

/* parked: whose stack, NULL for the calling one. */
static void collect(struct frames *f, struct g *parked) {
    trace_guarded(collect_it, &(struct collecting){f, parked});
}

/* ---- frames ---- */

struct show {
    struct out *o;
    uintptr_t pc;
};

static void write_place(struct out *o, const struct symbol *s, uintptr_t pc) {
    out_char(o, '\t');
    if (s->file) {
        out_text(o, s->file);
        out_char(o, ':');
        out_dec(o, s->line);
    } else {
        out_hex(o, pc);
    }
    if (s->entry && s->entry <= pc) {
        out_text(o, " +");
        out_hex(o, pc - s->entry);
    }
    out_char(o, '\n');
}

/* Library functions have their exported names in the object file: gocc_sync_mutex_lock. */
static const char *name_of(const struct symbol *s) {
    bool ours = s->function != NULL && strncmp(s->function, "gocc_", 5) == 0;
    return ours ? s->function + 5 : s->function;
}

static void write_function(struct out *o, const struct symbol *s) {
    const char *name = name_of(s);
    out_text(o, name != NULL ? name : "??");
}

static bool show_symbol(const struct symbol *s, void *arg) {
    struct show *show = arg;
    if (symbol_is_runtime(s))
        return true;
    write_function(show->o, s);
    out_text(show->o, "(...)\n");
    write_place(show->o, s, show->pc);
    return true;
}

static void write_frame(struct out *o, uintptr_t pc) {
    struct show show = {.o = o, .pc = pc};
    symbol_each(pc, show_symbol, &show);
}

static void write_frames(struct out *o, const struct frames *f) {
    long kept = f->n < SHOW_FIRST + SHOW_LAST ? f->n : SHOW_FIRST + SHOW_LAST;
    for (long i = 0; i < kept && i < SHOW_FIRST; i++)
        write_frame(o, f->first[i]);
    if (f->n > kept) {
        out_text(o, "...");
        out_dec(o, f->n - kept);
        out_text(o, " frames elided...\n");
    }
    for (long i = f->n - (kept - SHOW_FIRST); i < f->n && kept > SHOW_FIRST; i++)
        write_frame(o, f->last[(i - SHOW_FIRST) % SHOW_LAST]);
}

/* ---- goroutines ---- */

static const char *const wait_names[WAIT_REASONS] = {
    [WAIT_NONE] = "waiting",
    [WAIT_CHAN_RECV] = "chan receive",
    [WAIT_CHAN_RECV_NIL] = "chan receive (nil chan)",
    [WAIT_CHAN_SEND] = "chan send",
    [WAIT_CHAN_SEND_NIL] = "chan send (nil chan)",
    [WAIT_SELECT] = "select",
    [WAIT_SELECT_NO_CASES] = "select (no cases)",
    [WAIT_SLEEP] = "sleep",
    [WAIT_SEMACQUIRE] = "semacquire",
    [WAIT_MUTEX] = "sync.Mutex.Lock",
    [WAIT_RWMUTEX_RLOCK] = "sync.RWMutex.RLock",
    [WAIT_RWMUTEX_LOCK] = "sync.RWMutex.Lock",
    [WAIT_COND] = "sync.Cond.Wait",
    [WAIT_WAITGROUP] = "sync.WaitGroup.Wait",
    [WAIT_WAITGROUP_OUTSIDE] = "sync.WaitGroup.Wait",
    [WAIT_IO] = "IO wait",
    [WAIT_SYNCTEST] = "synctest.Wait",
    [WAIT_SYNCTEST_RUN] = "synctest.Run",
};

const char *trace_wait_name(unsigned why) {
    return why < WAIT_REASONS ? wait_names[why] : "waiting";
}

static const char *state_name(const struct g *g) {
    switch (atomic_load_explicit(&g->state, memory_order_relaxed)) {
    case G_WAITING:
        return trace_wait_name(g->wait);
    case G_RUNNABLE:
        return "runnable";
    case G_RUNNING:
        return "running";
    default:
        return "idle";
    }
}

static void write_header(struct out *o, const struct g *g, const char *state) {
    out_text(o, "goroutine ");
    out_dec(o, (int64_t)g->id);
    out_text(o, " [");
    out_text(o, state);
    if (unlikely(g->durable))
        out_text(o, " (durable)");
    if (atomic_load_explicit(&g->state, memory_order_relaxed) == G_WAITING &&
        rt_sched.minute > g->wait_minute + 1) { /* the first may have been a moment */
        out_text(o, ", ");
        out_dec(o, rt_sched.minute - g->wait_minute - 1);
        out_text(o, " minutes");
    }
    if (g->locked)
        out_text(o, ", locked to thread");
    if (unlikely(g->bubble != 0)) {
        out_text(o, ", synctest bubble ");
        out_dec(o, (int64_t)bubble_number(g));
    }
    out_text(o, "]:\n");
}

struct channel {
    const void *c;
    int len, cap;
};

static void look_at_channel(void *arg) {
    struct channel *at = arg;
    if (handle_alive(at->c)) {
        at->len = gocc__chan_len(at->c);
        at->cap = gocc__chan_cap(at->c);
    }
}

/* What a channel operation waits for; a line of our own, Go has none.  Whoever does not wait may
 * have been the last to have it; and an M that is not frozen may end a wait while we look. */
static void write_channel(struct out *o, const struct g *g) {
    struct channel at = {g->wait_on, -1, -1};
    if (atomic_load_explicit(&g->state, memory_order_acquire) != G_WAITING || !at.c ||
        (g->wait != WAIT_CHAN_RECV && g->wait != WAIT_CHAN_SEND) ||
        !trace_guarded(look_at_channel, &at) || at.cap < 0)
        return;
    out_text(o, "\ton chan ");
    out_hex(o, (uintptr_t)at.c);
    out_text(o, " (len ");
    out_dec(o, at.len);
    out_text(o, ", cap ");
    out_dec(o, at.cap);
    out_text(o, ")\n");
}

struct creator {
    struct out *o;
    const struct g *g;
    uintptr_t pc;
};

static bool show_creator(const struct symbol *s, void *arg) {
    struct creator *c = arg;
    if (symbol_is_runtime(s))
        return true;
    out_text(c->o, "created by ");
    write_function(c->o, s);
    if (c->g->created_by) { /* a timer's has no goroutine for a parent */
        out_text(c->o, " in goroutine ");
        out_dec(c->o, (int64_t)c->g->created_by);
    }
    out_char(c->o, '\n');
    write_place(c->o, s, c->pc);
    return false;
}

static void write_creator(struct out *o, const struct g *g) {
    if (!g->created_pc || g->id == 1)
        return;
    struct creator c = {.o = o, .g = g, .pc = (uintptr_t)g->created_pc - 1};
    symbol_each(c.pc, show_creator, &c);
}

void trace_write_at(struct out *o, struct g *g, uintptr_t pc) {
    struct frames f = {.from = pc};
    collect(&f, NULL);
    if (pc && f.from) { /* the unwinder cannot leave the handler: say at least where */
        f.first[0] = pc;
        f.n = 1;
    }
    if (g && g->id != 0)
        write_header(o, g, "running");
    else
        out_text(o, "thread outside the runtime [running]:\n");
    write_frames(o, &f);
    if (g && g->id != 0)
        write_creator(o, g);
}

void trace_write_self(struct out *o, struct g *g) {
    trace_write_at(o, g, 0);
}

static void write_parked(struct out *o, struct g *g) {
    struct frames f = {.n = 0};
    write_header(o, g, state_name(g));
    write_channel(o, g);
    if (can_unwind(g)) {
        collect(&f, g);
        write_frames(o, &f);
    } else if (g->ctx.pc == (void *)rt_entry && g->fn) {
        write_frame(o, (uintptr_t)g->fn);
    } else {
        out_text(o, "\tno room on its stack to walk it\n");
    }
    write_creator(o, g);
}

static void write_other(struct out *o, struct g *g) {
    out_char(o, '\n');
    if (atomic_load_explicit(&g->state, memory_order_relaxed) != G_RUNNING) {
        write_parked(o, g);
        return;
    }
    write_header(o, g, "running");
    const struct frames *stopped = freeze_frames(g);
    if (stopped)
        write_frames(o, stopped);
    else
        out_text(o, "\tgoroutine running on other thread; stack unavailable\n");
    write_creator(o, g);
}

/* One that has not run yet has no G; sched_each_g() shows a passing likeness of one. */
struct entry {
    uint64_t id;
    struct g *g; /* NULL: not started */
    void (*fn)(void *);
    void *created_pc;
    uint64_t created_by;
};

struct others {
    struct g *self;
    struct entry *list;
    size_t n, room;
};

static void note_other(struct g *g, void *arg) {
    struct others *others = arg;
    if (g == others->self || g->foreign)
        return;
    if (others->n < others->room)
        others->list[others->n] = (struct entry){g->id, g->stack_hi ? g : NULL, g->fn,
                                                 g->created_pc, g->created_by};
    others->n++;
}

/* Stacks are found by address; people want main first.  Shellsort: qsort() may allocate. */
static void sort_by_id(struct entry *list, size_t n) {
    size_t gap = 1;
    while (gap < n / 3)
        gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3)
        for (size_t i = gap; i < n; i++) {
            struct entry e = list[i];
            size_t k = i;
            for (; k >= gap && list[k - gap].id > e.id; k -= gap)
                list[k] = list[k - gap];
            list[k] = e;
        }
}

static void write_entry(struct out *o, const struct entry *e) {
    struct g fresh = {.id = e->id,
                      .fn = e->fn,
                      .created_pc = e->created_pc,
                      .created_by = e->created_by,
                      .ctx.pc = (void *)rt_entry,
                      .state = G_RUNNABLE};
    write_other(o, e->g ? e->g : &fresh);
}

static void write_list(struct out *o, struct others *others) {
    size_t n = others->n < others->room ? others->n : others->room;
    sort_by_id(others->list, n);
    for (size_t i = 0; i < n; i++)
        write_entry(o, &others->list[i]);
}

/* Those that fit into little memory, where there is no more. */
static void write_few(struct out *o, struct others *others) {
    static struct entry few[32]; /* one freeze at a time */
    size_t all = others->n, room = sizeof few / sizeof *few;
    others->list = few;
    others->room = room;
    others->n = 0;
    sched_each_g(note_other, others);
    write_list(o, others);
    if (all > room)
        out_text(o, "\nno memory for the other goroutines\n");
}

void trace_write_others(struct out *o, struct g *self) {
    struct others others = {.self = self};
    symbol_prepare();
    if (!freeze_begin())
        return;
    sched_each_g(note_other, &others);
    size_t bytes = (others.n + 1) * sizeof *others.list;
    others.list = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (others.list != MAP_FAILED) {
        others.room = others.n;
        others.n = 0;
        sched_each_g(note_other, &others);
        write_list(o, &others);
        munmap(others.list, bytes);
    } else {
        write_few(o, &others);
    }
    freeze_end();
}

/* ---- stacks of goroutines that a signal has stopped (freeze.c) ---- */

_Static_assert(sizeof(struct frames) <= sizeof(((struct frozen *)0)->frames), "frozen.frames");

void trace_capture(struct frozen *f, uintptr_t pc) {
    struct frames *frames = (struct frames *)f->frames;
    *frames = (struct frames){.from = pc};
    collect(frames, NULL);
}

/* ---- deadlock ---- */

void trace_fatal_deadlock(void) {
    struct out o;
    bool crash;
    death_begin(&o);
    out_text(&o, "fatal error: ");
    out_text(&o, rt_sched.main_gone && sched_live() == 0
                     ? "no goroutines (main called runtime.Goexit) - deadlock!\n"
                     : "all goroutines are asleep - deadlock!\n");
    if (death_traceback(&crash) > TRACEBACK_NONE)
        trace_write_others(&o, NULL);
    death_end(&o);
}

/* ---- for the library ---- */

/* The text of runtime.Stack: this goroutine, and the others while they stand still. */
size_t trace_goroutine(char *buf, size_t size, bool all) {
    struct out o = {.fd = -1, .buf = buf, .size = size};
    struct g *self = rt_g();
    trace_write_self(&o, self);
    if (all)
        trace_write_others(&o, self);
    return o.n;
}

struct callers {
    int skip, n, room;
    uintptr_t *to;
    uintptr_t pc, level; /* where the unwinder is */
};

static bool on_caller(const struct symbol *s, void *arg) {
    struct callers *c = arg;
    uintptr_t level = c->level++;
    if (symbol_is_runtime(s) || symbol_is_library(s) || c->skip-- > 0)
        return true;
    c->to[c->n++] = (c->pc + 1) | level << TRACE_LEVEL;
    return c->n < c->room;
}

static _Unwind_Reason_Code on_callers_frame(struct _Unwind_Context *at, void *arg) {
    struct callers *c = arg;
    int exact = 0;
    c->pc = _Unwind_GetIPInfo(at, &exact);
    if (!c->pc)
        return _URC_END_OF_STACK;
    c->pc -= exact ? 0 : 1;
    c->level = 0;
    symbol_each(c->pc, on_caller, c);
    return c->n < c->room ? _URC_NO_REASON : _URC_END_OF_STACK;
}

int trace_callers(int skip, uintptr_t *pc, int n) {
    struct callers c = {.skip = skip < 0 ? 0 : skip, .to = pc, .room = n};
    if (n > 0)
        _Unwind_Backtrace(on_callers_frame, &c);
    return c.n;
}

struct level {
    int skip;
    struct trace_frame *frame;
    bool found;
};

static bool on_level(const struct symbol *s, void *arg) {
    struct level *l = arg;
    if (l->skip-- > 0)
        return true;
    *l->frame = (struct trace_frame){name_of(s), s->file, s->line, s->entry};
    l->found = true;
    return false;
}

bool trace_frame_at(uintptr_t pc, int level, struct trace_frame *frame) {
    struct level l = {.skip = level, .frame = frame};
    symbol_each(pc, on_level, &l);
    return l.found && frame->function != NULL;
}

/* ---- stacks as addresses ---- */

static void keep(struct trace_stack *s, const struct g *g, const struct frames *f) {
    long n = f->n < SHOW_FIRST ? f->n : SHOW_FIRST;
    s->goroutine = g ? (int64_t)g->id : 0;
    s->count = 1;
    s->n = 0;
    for (long i = 0; i < n; i++)
        s->pc[s->n++] = f->first[i];
}

static bool is_of_program(const struct symbol *s, void *arg) {
    *(bool *)arg = !symbol_is_runtime(s) && !symbol_is_library(s);
    return false;
}

static int first_of_program(const struct trace_stack *s) {
    bool ours = false;
    for (int i = 0; i < s->n; i++) {
        symbol_each(s->pc[i], is_of_program, &ours);
        if (ours)
            return i;
    }
    return s->n;
}

static void drop_first(struct trace_stack *s, int n) {
    if (n > s->n)
        n = s->n;
    s->n -= n;
    memmove(s->pc, s->pc + n, (size_t)s->n * sizeof *s->pc);
}

void trace_strip(struct trace_stack *s) {
    int n = first_of_program(s);
    if (n < s->n) /* else it is all the runtime's */
        drop_first(s, n);
}

void trace_here(struct trace_stack *s, int skip) {
    struct frames f = {.n = 0};
    collect_here(&f);
    keep(s, rt_g(), &f);
    drop_first(s, first_of_program(s) + skip);
}

void trace_interrupted(void *context, struct trace_stack *s) {
    struct m *m = rt_m_or_null();
    struct frames f = {.from = fault_pc(context)};
    collect(&f, NULL);
    if (f.from) { /* the unwinder cannot leave the handler */
        f.first[0] = f.from;
        f.n = 1;
    }
    keep(s, m ? m->g : NULL, &f);
}

struct stack_list {
    struct g *self;
    struct trace_stack *list;
    size_t n, room;
};

/* While all stand still. */
static void keep_other(struct g *g, void *arg) {
    struct stack_list *l = arg;
    struct frames f = {.n = 0};
    if (g == l->self || g->foreign || g->system)
        return;
    if (l->n++ >= l->room)
        return;
    if (atomic_load_explicit(&g->state, memory_order_relaxed) == G_RUNNING) {
        const struct frames *stopped = freeze_frames(g);
        if (stopped)
            f = *stopped;
    } else if (g->stack_hi && can_unwind(g)) {
        collect(&f, g);
    }
    if (f.n == 0 && g->fn)
        f = (struct frames){.first[0] = (uintptr_t)g->fn, .n = 1};
    keep(&l->list[l->n - 1], g, &f);
}

size_t trace_stacks(struct trace_stack *list, size_t room) {
    struct stack_list l = {.self = rt_g(), .list = list, .room = room};
    if (!l.self->foreign && room > 0)
        trace_here(&list[l.n++], 0);
    if (!freeze_begin())
        return l.n;
    sched_each_g(keep_other, &l);
    freeze_end();
    return l.n;
}
