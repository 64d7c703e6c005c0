/* SPDX-License-Identifier: MIT */
/*
 * What translated code asks of the runtime, and nothing else.
 *
 * The translator puts this text, as it stands, in front of every translation unit that
 * uses a construct; the runtime includes it as a header.  So it names no other header,
 * needs no macro of libc, and must be accepted by gcc and clang in every -std mode.
 * Channels travel as void *: the translator gives each element type its own incomplete
 * struct (struct gocc__chan_int *), which C converts to void * without a cast.
 */
#ifndef GOCC_ABI_H
#define GOCC_ABI_H

/* A shared library of .gc code finds the runtime in the program that loads it. */
#pragma GCC visibility push(default)

#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L
typedef _Bool gocc__bool;
#elif defined(__cplusplus)
typedef bool gocc__bool;
#else
typedef __typeof__(0 == 0) gocc__int_bool;
__extension__ typedef _Bool gocc__bool;
#endif

/* ---- channels (runtime/chan.c, runtime/select.c) ---- */
void *gocc__chan_make(__SIZE_TYPE__ elem_size, long long cap);
void gocc__chan_send(void *c, const void *v);
void gocc__chan_recv(void *c, void *v);                 /* v may be NULL: discard */
void *gocc__chan_recv_at(void *c, void *v);             /* the same, and returns v */
gocc__bool gocc__chan_recv_ok(void *c, void *v);        /* false: closed and drained, *v zeroed */
gocc__bool gocc__chan_try_send(void *c, const void *v); /* select with default */
gocc__bool gocc__chan_try_recv(void *c, void *v, gocc__bool *ok); /* ok may be NULL */
void gocc__chan_close(void *c);
int gocc__chan_len(const void *c);
int gocc__chan_cap(const void *c);

enum { GOCC__SEND = 1, GOCC__RECV = 2, GOCC__TIMEOUT = 3 };
struct gocc__case {
    void *c;          /* channel, NULL is never ready */
    void *v;          /* value to send, or where to receive; NULL discards */
    long long wait;   /* GOCC__TIMEOUT: nanoseconds */
    unsigned char op; /* GOCC__SEND, GOCC__RECV, GOCC__TIMEOUT */
    gocc__bool ok;    /* GOCC__RECV: was it a sent value */
};
/* Index of the chosen case; -1 for default; n == 0 without default never returns. */
int gocc__select(struct gocc__case *cases, int n, int has_default);

/* ---- goroutines (runtime/sched.c) ----
 * Copies size bytes of args to the new goroutine, which runs fn(copy).  The first
 * `handles` pointers of args are counted handles: retained now, released when the
 * goroutine has ended, however it ends. */
void gocc__go(void (*fn)(void *), const void *args, __SIZE_TYPE__ size, unsigned handles);
/* `go` of a function pointer: fatal error "go of nil func value" in the caller. */
void gocc__go_check(const void *fn);

/* ---- defer, panic, recover (runtime/panic.c) ----
 * A function with defers keeps one frame.  Prologue:
 *     if (gocc__frame_enter(&f.frame, table)) return f.result;
 * and before each return it runs its defers and calls gocc__frame_leave(&f.frame).  After a
 * recovered panic, when every defer of the frame has run and the frame is off the goroutine's
 * chain, the function returns f.result to its caller: by a second return of gocc__frame_enter, or
 * without running any more of the function (runtime/unwind.c).
 *
 * Where no defer can run twice in a call, a bit for each says whether its statement has been
 * reached, and the table tells what to call.  Otherwise the frame has a list of records, which
 * gocc__frame_run runs.  Only a panic looks at the table, whose first entry is the
 * function: where its result is, and GOCC__... */
struct gocc__deferred {
    void (*run)(void *); /* thunk; gets the record */
    void (*fn)(void);    /* `defer f()`: f, which may recover; a block: NULL */
    unsigned at, fn_at;  /* in the frame: the record; a function pointer in it, or 0 */
};
struct gocc__defer {
    struct gocc__defer *next;
    void (*run)(void *);
    void (*fn)(void);
};
struct gocc__chunk;
struct gocc__frame {
    struct gocc__frame *up;
    const struct gocc__deferred *table;
    unsigned armed;             /* bits, by index in the table less one; the highest is
                                   frame.c's */
    struct gocc__defer *defers; /* the list, and what is behind its records in loops */
    struct gocc__chunk *chunks;
#if defined(__aarch64__)
    void *jump[22]; /* fp label sp lr x19-x28 d8-d15 */
#else
    void *jump[8]; /* fp label sp rbx r12-r15; begins as that of __builtin_setjmp */
#endif
};
/* Puts f on the chain, without gocc__frame_enter.  result is not looked at: the compiler must know
 * that the variable's address is known outside. */
void gocc__frame_link(struct gocc__frame *f, const struct gocc__deferred *table, void *result);
void gocc__frame_unlink(struct gocc__frame *f);
struct gocc__frame *gocc__frame_now(void); /* the youngest */
/* setjmp returned this value in the function of f, or where `live` was the youngest frame: if it is
 * not 0, that frame is so again. */
int gocc__landed(struct gocc__frame *f, int value);
int gocc__landed_in(struct gocc__frame *live, int value);
void *gocc__defer_alloc(struct gocc__frame *f, __SIZE_TYPE__ size); /* lives until f is left */
void gocc__frame_run(struct gocc__frame *f);                        /* the list */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GOCC__JUMPS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GOCC__JUMPS 1
#endif
#endif
#if !defined(__x86_64__) && !defined(GOCC__JUMPS)
#define GOCC__JUMPS 1
#endif

/* Of a function: its result's size, its kind, and how it returns after a recovery. */
enum {
    GOCC__SIZE = 15,
    GOCC__REAL = 16,
    GOCC__LIST = 32,    /* its defers are a list */
    GOCC__JUMP = 64,    /* to frame.jump */
    GOCC__SETJMP = 128, /* which __builtin_setjmp has filled */
#ifdef GOCC__JUMPS
    GOCC__INTEGER = GOCC__JUMP,
    GOCC__FLOAT = GOCC__JUMP | GOCC__REAL
#else
    GOCC__INTEGER = 0,
    GOCC__FLOAT = GOCC__REAL
#endif
};

#ifndef GOCC__JUMPS
/* The head of the chain is a variable of the thread, but what it points to is the goroutine's:
 * a signal may move the goroutine between any two instructions. */
static __inline__ __attribute__((__always_inline__, __unused__)) struct gocc__frame **
gocc__frame_head(void) {
    struct gocc__frame **head;
    __asm__ volatile("movq gocc__frames@gottpoff(%%rip), %0\n\tmovq %%fs:(%0), %0" : "=r"(head));
    return head;
}

/* The empty asm statements cost nothing and tell the compiler what it cannot see: the function may
 * return at any call with any result (asm goto, memory), and leaves no register that a call may
 * change as it was, whatever the functions are that it calls itself. */
static __inline__ __attribute__((__always_inline__, __unused__)) int
gocc__frame_enter(struct gocc__frame *f, const struct gocc__deferred *table) {
    struct gocc__frame **head, *up;
    __asm__ goto("" : : "r"(f) : "memory" : recovered);
    head = gocc__frame_head();
    if (__builtin_expect(!head, 0)) {
        gocc__frame_link(f, table, (void *)0);
        return 0;
    }
    up = *head;
    *head = f; /* first: behind it the compiler would believe that f has changed */
    f->up = up;
    f->table = table;
    f->armed = 0;
    if (table->fn_at & GOCC__LIST) {
        f->defers = (struct gocc__defer *)0;
        f->chunks = (struct gocc__chunk *)0;
    }
    __asm__ volatile("" : : : "memory"); /* what computes a first defer's arguments may fault */
    if (f->armed != 0)                   /* still known: arming need not load it */
        __builtin_unreachable();
    return 0;
recovered:
    __asm__ volatile(""
                     :
                     :
                     : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm0", "xmm1",
                       "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                       "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "cc", "memory");
    return 1;
}
#elif defined(__x86_64__)
/* Saves what a function must keep for its caller, and where to go on.  __builtin_setjmp would make
 * the compiler save all of that in every prologue and load it in every epilogue (1 ns); here only
 * a recovery loads it (panic.c: jump_back), registers that a call may change count as lost, and
 * what is read afterwards is the result alone, whose address is known outside.  The function must
 * not be inlined into one that goes on, and one whose result goes through a hidden pointer takes
 * __builtin_setjmp, since nothing says where that pointer is kept. */
static __inline__ __attribute__((__always_inline__, __unused__)) int
gocc__frame_enter(struct gocc__frame *f, const struct gocc__deferred *table) {
    __asm__ goto("leaq %l[recovered](%%rip), %%rax\n\tmovq %%rbp, (%0)\n\tmovq %%rax, 8(%0)\n\t"
                 "movq %%rsp, 16(%0)\n\tmovq %%rbx, 24(%0)\n\tmovq %%r12, 32(%0)\n\t"
                 "movq %%r13, 40(%0)\n\tmovq %%r14, 48(%0)\n\tmovq %%r15, 56(%0)"
                 :
                 : "D"(f->jump)
                 : "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2",
                   "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                   "xmm12", "xmm13", "xmm14", "xmm15", "cc", "memory"
                 : recovered);
    gocc__frame_link(f, table, (void *)0);
    return 0;
recovered:
    return 1;
}
#elif defined(__aarch64__)
static __inline__ __attribute__((__always_inline__, __unused__)) int
gocc__frame_enter(struct gocc__frame *f, const struct gocc__deferred *table) {
    register void **jump __asm__("x0") = f->jump;
    __asm__ goto(
        "adr x16, %l[recovered]\n\tstp x29, x16, [%0]\n\tmov x16, sp\n\t"
        "stp x16, x30, [%0, #16]\n\tstp x19, x20, [%0, #32]\n\tstp x21, x22, [%0, #48]\n\t"
        "stp x23, x24, [%0, #64]\n\tstp x25, x26, [%0, #80]\n\tstp x27, x28, [%0, #96]\n\t"
        "stp d8, d9, [%0, #112]\n\tstp d10, d11, [%0, #128]\n\tstp d12, d13, [%0, #144]\n\t"
        "stp d14, d15, [%0, #160]"
        :
        : "r"(jump)
        : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",
          "x15", "x16", "x17", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18",
          "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31",
          "cc", "memory"
        : recovered);
    gocc__frame_link(f, table, (void *)0);
    return 0;
recovered:
    return 1;
}
#endif

/* Takes f off the chain, after its defers. */
static __inline__ __attribute__((__always_inline__, __unused__)) void
gocc__frame_leave(struct gocc__frame *f) {
#ifdef GOCC__JUMPS
    gocc__frame_unlink(f);
#else
    *gocc__frame_head() = f->up;
#endif
}
#undef GOCC__JUMPS

/* The empty asm before: what computes an argument may fault, and then nothing has been deferred.
 * And behind: an instruction that faults must not get in front of these stores, nor of those that
 * put f on the chain (without a defer f need not be there). */
static __inline__ __attribute__((__always_inline__, __unused__)) void
gocc__defer_push(struct gocc__frame *f, struct gocc__defer *d, void (*run)(void *),
                 void (*fn)(void)) {
    __asm__ volatile("" : : : "memory");
    d->run = run;
    d->fn = fn;
    d->next = f->defers;
    f->defers = d;
    __asm__ volatile("" : : : "memory");
}
static __inline__ __attribute__((__always_inline__, __unused__)) void
gocc__defer_arm(struct gocc__frame *f, unsigned bit) {
    __asm__ volatile("" : : : "memory");
    f->armed |= bit;
    __asm__ volatile("" : : : "memory");
}
/* Is it to be run now?  It counts as run from here on. */
static __inline__ __attribute__((__always_inline__, __unused__)) int
gocc__defer_due(struct gocc__frame *f, unsigned bit) {
    if (!(f->armed & bit))
        return 0;
    f->armed &= ~bit;
    __asm__ volatile("" : : : "memory");
    return 1;
}

/* Behind a store that a defer block must see even if the next statement faults. */
static __inline__ __attribute__((__always_inline__, __unused__)) void gocc__keep(void) {
    __asm__ volatile("" : : : "memory");
}

/* The divisor of a division of integers: zero panics. */
__attribute__((__noreturn__, __cold__)) void gocc__divide_by_zero(void);
#define GOCC__DIVISOR(name, type)                          \
    static __inline__ type gocc__divisor_##name(type by)   \
        __attribute__((__always_inline__, __unused__));    \
    static __inline__ type gocc__divisor_##name(type by) { \
        if (__builtin_expect(by == 0, 0))                  \
            gocc__divide_by_zero();                        \
        return by;                                         \
    }
GOCC__DIVISOR(char, char)
GOCC__DIVISOR(schar, signed char)
GOCC__DIVISOR(uchar, unsigned char)
GOCC__DIVISOR(short, short)
GOCC__DIVISOR(ushort, unsigned short)
GOCC__DIVISOR(int, int)
GOCC__DIVISOR(uint, unsigned)
GOCC__DIVISOR(long, long)
GOCC__DIVISOR(ulong, unsigned long)
GOCC__DIVISOR(llong, long long)
GOCC__DIVISOR(ullong, unsigned long long)
#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 gocc__int128;
__extension__ typedef unsigned __int128 gocc__uint128;
GOCC__DIVISOR(int128, gocc__int128)
GOCC__DIVISOR(uint128, gocc__uint128)
#endif
#undef GOCC__DIVISOR

__attribute__((__noreturn__, __format__(__printf__, 1, 2))) void gocc__panic(const char *fmt, ...);
__attribute__((__noreturn__)) void gocc__panic_value(const void *value);
/* In a function: its own address and __builtin_return_address(0), which lies in section
 * gocc_thunk exactly when a defer's thunk called it.  In a defer block: its record, NULL. */
char *gocc__recover(const void *who, const void *return_address);
void *gocc__recover_value(const void *who, const void *return_address);
/* Of `defer recover();`, with what the function that it stands in would give to gocc__recover. */
void gocc__recover_deferred(const void *who, const void *return_address);

/* ---- counted handles (runtime/handle.c); file and line only in debug builds, else NULL, 0 ---- */
void *gocc__retain(const void *h, const char *file, int line);
void gocc__release(const void *h, const char *file, int line);

/* errno of the running goroutine; never cached by the compiler over a park */
int *gocc__errno(void);

#pragma GCC visibility pop

#endif
