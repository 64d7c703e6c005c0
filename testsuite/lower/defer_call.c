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
__attribute__((__section__("gocc_text"), __noinline__)) int defer_call(int *lock, int n)
{
    struct gocc__frame frame;
    int result = {0};
    struct gocc__defer1 d1;
    struct gocc__defer2 d2;
    frame.result = &result;
    if (gocc__frame_enter(&frame))
        return result;
# 7 "defer_call.gc"
{
    {
        d1.a1 = lock;
        d1.link.run = gocc__defer1;
        d1.link.fn = (const void *)unlock;
        d1.link.heap = 0;
        d1.link.next = frame.defers;
        frame.defers = &d1.link;
        __asm__ volatile ("" ::: "memory");
    }
# 9 "defer_call.gc"
    {
        d2.a2 = f(n);
        d2.link.run = gocc__defer2;
        d2.link.fn = (const void *)trace;
        d2.link.heap = 0;
        d2.link.next = frame.defers;
        frame.defers = &d2.link;
        __asm__ volatile ("" ::: "memory");
    }
# 10 "defer_call.gc"
    if (n < 0)
        {
            result = -1;
            gocc__frame_leave(&frame);
            return result;
        }
# 12 "defer_call.gc"
    for (int i = 0; i < n; i++)
        {
            struct gocc__defer3 *d = gocc__defer_alloc(sizeof *d);
            d->a2 = i;
            d->link.run = gocc__defer3;
            d->link.fn = (const void *)trace;
            d->link.next = frame.defers;
            frame.defers = &d->link;
            __asm__ volatile ("" ::: "memory");
        }
# 14 "defer_call.gc"
    {
        result = f(n);
        gocc__frame_leave(&frame);
        return result;
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
    struct gocc__defer link;
    int *a1;
};
static void gocc__defer4(void *);
__attribute__((__section__("gocc_text"), __noinline__)) void nothing_to_return(int *lock)
{
    struct gocc__frame frame;
    struct gocc__defer4 d3;
    if (gocc__frame_enter(&frame))
        return;
# 18 "defer_call.gc"
{
    {
        d3.a1 = lock;
        d3.link.run = gocc__defer4;
        d3.link.fn = (const void *)unlock;
        d3.link.heap = 0;
        d3.link.next = frame.defers;
        frame.defers = &d3.link;
        __asm__ volatile ("" ::: "memory");
    }
# 20 "defer_call.gc"
    f(1);
    gocc__frame_leave(&frame);
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
struct gocc__defer5 {
    struct gocc__defer link;
};
static void gocc__defer5(void *);
__attribute__((__section__("gocc_text"), __noinline__)) int main(void)
{
    struct gocc__frame frame;
    int result = {0};
    struct gocc__defer5 d4;
    frame.result = &result;
    if (gocc__frame_enter(&frame))
        return result;
# 24 "defer_call.gc"
{
    {
        d4.link.run = gocc__defer5;
        d4.link.fn = (const void *)f;
        d4.link.heap = 0;
        d4.link.next = frame.defers;
        frame.defers = &d4.link;
        __asm__ volatile ("" ::: "memory");
    }
# 26 "defer_call.gc"
    f(1);
    gocc__frame_leave(&frame);
    return result;
# 27 "defer_call.gc"
}
}
# 25 "defer_call.gc"
static __attribute__((__section__("gocc_thunk"), __noinline__, __noclone__))
void gocc__defer5(void *args)
{
    struct gocc__defer5 *g = args;
    f(0);
    __asm__ volatile ("");
}

