# 1 "defer_call.gc"

# 1 "defer_call.gc"
/* A frame, a record for each defer, and every return through the frame. */
# 2 "defer_call.gc"
void unlock(int *);
int trace(const char *, int);
int f(int);

struct gocc__defer1 {
    struct gocc__defer link;
    int *a1;
};
static void gocc__defer1(void *);
struct gocc__defer2 {
    struct gocc__defer link;
    int a2;
};
static void gocc__defer2(void *);
struct gocc__defer3 {
    struct gocc__defer link;
    int a2;
};
static void gocc__defer3(void *);
struct defer_call_frame1 {
    struct gocc__frame frame;
    int result;
    struct gocc__defer1 d1;
    struct gocc__defer2 d2;
};
static const struct gocc__deferred defer_call_defers1[] = {
    {(void *)0, (void *)0, __builtin_offsetof(struct defer_call_frame1, result), GOCC__LIST | GOCC__INTEGER | sizeof(int)}
};
__attribute__((__section__("gocc_text"), __noinline__)) int defer_call(int *lock, int n)
{
    struct defer_call_frame1 f1;
    f1.result = 0;
    if (gocc__frame_enter(&f1.frame, defer_call_defers1))
        return f1.result;
# 7 "defer_call.gc"
{
    {
        f1.d1.a1 = lock;
        gocc__defer_push(&f1.frame, &f1.d1.link, gocc__defer1, (void (*)(void))unlock);
    }
# 9 "defer_call.gc"
    {
        f1.d2.a2 = f(n);
        gocc__defer_push(&f1.frame, &f1.d2.link, gocc__defer2, (void (*)(void))trace);
    }
# 10 "defer_call.gc"
    if (n < 0)
        {
            f1.result = -1;
            gocc__frame_run(&f1.frame);
            gocc__frame_leave(&f1.frame);
            return f1.result;
        }
# 12 "defer_call.gc"
    for (int i = 0; i < n; i++)
        {
            struct gocc__defer3 *d = gocc__defer_alloc(&f1.frame, sizeof *d);
            d->a2 = i;
            gocc__defer_push(&f1.frame, &d->link, gocc__defer3, (void (*)(void))trace);
        }
# 14 "defer_call.gc"
    {
        f1.result = f(n);
        gocc__frame_run(&f1.frame);
        gocc__frame_leave(&f1.frame);
        return f1.result;
    }
# 15 "defer_call.gc"
}
}
# 8 "defer_call.gc"
static __attribute__((__section__("gocc_thunk"), __noinline__, __noclone__))
void gocc__defer1(void *args)
{
    struct gocc__defer1 *g = args;
    unlock(g->a1);
    __asm__ volatile ("");
}
# 9 "defer_call.gc"
static __attribute__((__section__("gocc_thunk"), __noinline__, __noclone__))
void gocc__defer2(void *args)
{
    struct gocc__defer2 *g = args;
    trace("left", g->a2);
    __asm__ volatile ("");
}
# 13 "defer_call.gc"
static __attribute__((__section__("gocc_thunk"), __noinline__, __noclone__))
void gocc__defer3(void *args)
{
    struct gocc__defer3 *g = args;
    trace("turn", g->a2);
    __asm__ volatile ("");
}


# 17 "defer_call.gc"
struct gocc__defer4 {
    int *a1;
};
static void gocc__defer4(void *);
struct nothing_to_return_frame1 {
    struct gocc__frame frame;
    struct gocc__defer4 d4;
};
static const struct gocc__deferred nothing_to_return_defers1[] = {
    {(void *)0, (void *)0, 0, GOCC__INTEGER},
    {gocc__defer4, (void (*)(void))unlock, __builtin_offsetof(struct nothing_to_return_frame1, d4), 0}
};
__attribute__((__section__("gocc_text"), __noinline__)) void nothing_to_return(int *lock)
{
    struct nothing_to_return_frame1 f1;
    if (gocc__frame_enter(&f1.frame, nothing_to_return_defers1))
        return;
# 18 "defer_call.gc"
{
    {
        f1.d4.a1 = lock;
        gocc__defer_arm(&f1.frame, 1);
    }
# 20 "defer_call.gc"
    f(1);
    if (gocc__defer_due(&f1.frame, 1))
        unlock(f1.d4.a1);
    gocc__frame_leave(&f1.frame);
# 21 "defer_call.gc"
}
}
# 19 "defer_call.gc"
static __attribute__((__section__("gocc_thunk"), __noinline__, __noclone__))
void gocc__defer4(void *args)
{
    struct gocc__defer4 *g = args;
    unlock(g->a1);
    __asm__ volatile ("");
}


# 23 "defer_call.gc"
static void gocc__defer5(void *);
struct main_frame1 {
    struct gocc__frame frame;
    int result;
};
static const struct gocc__deferred main_defers1[] = {
    {(void *)0, (void *)0, __builtin_offsetof(struct main_frame1, result), GOCC__INTEGER | sizeof(int)},
    {gocc__defer5, (void (*)(void))f, 0, 0}
};
__attribute__((__section__("gocc_text"), __noinline__)) int main(void)
{
    struct main_frame1 f1;
    f1.result = 0;
    if (gocc__frame_enter(&f1.frame, main_defers1))
        return f1.result;
# 24 "defer_call.gc"
{
    {
        gocc__defer_arm(&f1.frame, 1);
    }
# 26 "defer_call.gc"
    f(1);
    if (gocc__defer_due(&f1.frame, 1))
        f(0);
    gocc__frame_leave(&f1.frame);
    return f1.result;
# 27 "defer_call.gc"
}
}
# 25 "defer_call.gc"
static __attribute__((__section__("gocc_thunk"), __noinline__, __noclone__))
void gocc__defer5(void *args)
{
    (void)args;
    f(0);
    __asm__ volatile ("");
}

