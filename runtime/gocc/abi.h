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
#else
typedef __typeof__(0 == 0) gocc__int_bool;
__extension__ typedef _Bool gocc__bool;
#endif

/* ---- channels (runtime/chan.c, runtime/select.c) ---- */
void *gocc__chan_make(__SIZE_TYPE__ elem_size, long long cap);
void gocc__chan_send(void *c, const void *v);
void gocc__chan_recv(void *c, void *v);          /* v may be NULL: discard */
gocc__bool gocc__chan_recv_ok(void *c, void *v); /* false: closed and drained, *v zeroed */
gocc__bool gocc__chan_try_send(void *c, const void *v);           /* select with default */
gocc__bool gocc__chan_try_recv(void *c, void *v, gocc__bool *ok); /* ok may be NULL */
void gocc__chan_close(void *c);
int gocc__chan_len(const void *c);
int gocc__chan_cap(const void *c);

enum { GOCC__SEND = 1, GOCC__RECV = 2, GOCC__TIMEOUT = 3 };
struct gocc__case {
    void *c;            /* channel, NULL is never ready */
    void *v;            /* value to send, or where to receive; NULL discards */
    long long wait;     /* GOCC__TIMEOUT: nanoseconds */
    unsigned char op;   /* GOCC__SEND, GOCC__RECV, GOCC__TIMEOUT */
    gocc__bool ok;      /* GOCC__RECV: was it a sent value */
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
 *     gocc__frame_enter(&f); if (__builtin_setjmp(f.jump)) return result;
 * The jump happens only after a recovered panic, when every defer of the frame has run
 * and the frame is off the goroutine's chain.  f.result escapes with the frame, so the
 * result variable is in memory whenever control may come back. */
struct gocc__defer {
    struct gocc__defer *next;
    void (*run)(void *);   /* thunk; gets this record */
    const void *fn;        /* `defer f()`: f, which may recover; a block: NULL */
    unsigned char heap;    /* from gocc__defer_alloc: the runtime frees it after the run */
};
struct gocc__frame {
    struct gocc__frame *up;
    struct gocc__defer *defers;
    void *jump[5];
    void *result;
    void *rt[2];           /* the runtime's own */
};
void gocc__frame_enter(struct gocc__frame *f);
void gocc__frame_leave(struct gocc__frame *f);            /* runs the defers, pops f */
void *gocc__defer_alloc(__SIZE_TYPE__ size);              /* for defers in loops */
void gocc__defer_push(struct gocc__frame *f, void *record);

__attribute__((__noreturn__, __format__(__printf__, 1, 2))) void gocc__panic(const char *fmt, ...);
__attribute__((__noreturn__)) void gocc__panic_value(const void *value);
/* In a function: its own address and __builtin_return_address(0), which lies in section
 * gocc_thunk exactly when a defer's thunk called it.  In a defer block: its record, NULL. */
char *gocc__recover(const void *who, const void *return_address);
void *gocc__recover_value(const void *who, const void *return_address);

/* ---- counted handles (runtime/handle.c); file and line only in debug builds, else NULL, 0 ---- */
void *gocc__retain(const void *h, const char *file, int line);
void gocc__release(const void *h, const char *file, int line);

/* errno of the running goroutine; never cached by the compiler over a park */
int *gocc__errno(void);

#pragma GCC visibility pop

#endif
