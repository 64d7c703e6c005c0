# 1 "defer_block.gc"

# 1 "defer_block.gc"
/* A block sees the variables themselves, may replace the result and stop a panic. */
# 2 "defer_block.gc"
int printf(const char *, ...);
int risky(int *);

struct defer_block_defer1 {
    int *sum;
    int (*a)[4];
    int *result;
};
static void defer_block_defer1(void *);
struct defer_block_frame1 {
    struct gocc__frame frame;
    int result;
    struct defer_block_defer1 d1;
};
static const struct gocc__deferred defer_block_defers1[] = {
    {(void *)0, (void *)0, __builtin_offsetof(struct defer_block_frame1, result), GOCC__INTEGER | sizeof(int)},
    {defer_block_defer1, (void *)0, __builtin_offsetof(struct defer_block_frame1, d1), 0}
};
struct defer_block_go1 {
    int n;
    int *sum_p;
};
static void defer_block_go1(void *);
struct defer_block_defer2 {
    int *n;
};
static void defer_block_defer2(void *);
struct defer_block_frame2 {
    struct gocc__frame frame;
    struct defer_block_defer2 d2;
};
static const struct gocc__deferred defer_block_defers2[] = {
    {(void *)0, (void *)0, 0, GOCC__INTEGER},
    {defer_block_defer2, (void *)0, __builtin_offsetof(struct defer_block_frame2, d2), 0}
};
__attribute__((__section__("gocc_text"), __noinline__)) int defer_block(int n)
{
    struct defer_block_frame1 f;
    f.result = 0;
    if (gocc__frame_enter(&f.frame, defer_block_defers1))
        return f.result;
# 6 "defer_block.gc"
{
    int sum = 0, a[4] = {0};
    {
        f.d1.sum = &sum;
        f.d1.a = &a;
        f.d1.result = &f.result;
        gocc__defer_arm(&f.frame, 1);
    }
# 16 "defer_block.gc"
    {
        struct defer_block_go1 g;
        g.n = n;
        g.sum_p = &sum;
        gocc__go(defer_block_go1, &g, sizeof g, 0);
    }
# 20 "defer_block.gc"
    {
        f.result = (gocc__keep(), risky(&sum));
        if (gocc__defer_due(&f.frame, 1))
            defer_block_defer1(&f.d1);
        gocc__frame_leave(&f.frame);
        return f.result;
    }
# 21 "defer_block.gc"
}
}
# 8 "defer_block.gc"
static __attribute__((__section__("gocc_text")))
void defer_block_defer1(void *args)
{
    struct defer_block_defer1 *g = args;
    int *sum = g->sum;
    int (*a)[4] = g->a;
# 8 "defer_block.gc"
          {
        char *text = gocc__recover(args, (void *)0);
        if (text) {
            printf("%s: %s %d\n", "defer_block", text, (*sum) + (*a)[0]);
            {
                *g->result = -1;
                return;
            }
# 13 "defer_block.gc"
        }
        gocc__keep(); (*sum)++; gocc__keep();
    }
}
# 17 "defer_block.gc"
static __attribute__((__section__("gocc_text")))
void defer_block_defer2(void *args1)
{
    struct defer_block_defer2 *g1 = args1;
    int *n = g1->n;
# 17 "defer_block.gc"
              { printf("%d\n", (*n)); }
}
# 16 "defer_block.gc"
static __attribute__((__section__("gocc_text"), __noinline__))
void defer_block_go1(void *args)
{
    struct defer_block_go1 *g = args;
    int n = g->n;
    int *sum_p = g->sum_p;
    {
        struct defer_block_frame2 f1;
        if (gocc__frame_enter(&f1.frame, defer_block_defers2))
            return;
# 16 "defer_block.gc"
       {
        {
            f1.d2.n = &n;
            gocc__defer_arm(&f1.frame, 1);
        }
# 18 "defer_block.gc"
        gocc__keep(); risky(&(*sum_p)); gocc__keep();
        if (gocc__defer_due(&f1.frame, 1))
            defer_block_defer2(&f1.d2);
        gocc__frame_leave(&f1.frame);
# 19 "defer_block.gc"
    }
    }
}


# 23 "defer_block.gc"
__attribute__((__section__("gocc_text"), __noinline__)) void recovers(void)
{
    __attribute__((__unused__)) int here = __extension__ ({
        __asm__ volatile ("" : : "r"(&here) : "memory");
        0;
    });
# 24 "defer_block.gc"
{
    char *text = gocc__recover(__extension__ (const void *)recovers, __builtin_return_address(0));
    void *value = gocc__recover_value(__extension__ (const void *)recovers, __builtin_return_address(0));
    printf("%s %p\n", text, value);
}
}
