# 1 "defer_block.gc"

# 1 "defer_block.gc"
/* A block sees the variables themselves, may replace the result and stop a panic. */
# 2 "defer_block.gc"
int printf(const char *, ...);
int risky(int *);

struct defer_block_defer1 {
    struct gocc__defer link;
    int *sum;
    int (*a)[4];
    int *result;
};
static void defer_block_defer1(void *);
struct defer_block_go1 {
    int n;
    int *sum_p;
};
static void defer_block_go1(void *);
struct defer_block_defer2 {
    struct gocc__defer link;
    int *n;
};
static void defer_block_defer2(void *);
__attribute__((__section__("gocc_text"), __noinline__)) int defer_block(int n)
{
    struct gocc__frame frame;
    int result = {0};
    struct defer_block_defer1 d1;
    frame.result = &result;
    if (gocc__frame_enter(&frame))
        return result;
# 6 "defer_block.gc"
{
    int sum = 0, a[4] = {0};
    {
        d1.sum = &sum;
        d1.a = &a;
        d1.result = &result;
        d1.link.run = defer_block_defer1;
        d1.link.fn = (const void *)0;
        d1.link.heap = 0;
        d1.link.next = frame.defers;
        frame.defers = &d1.link;
        __asm__ volatile ("" ::: "memory");
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
        result = risky(&sum);
        gocc__frame_leave(&frame);
        return result;
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
        (*sum)++;
    }
}
# 17 "defer_block.gc"
static __attribute__((__section__("gocc_text")))
void defer_block_defer2(void *args)
{
    struct defer_block_defer2 *g = args;
    int *n = g->n;
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
        struct gocc__frame frame;
        struct defer_block_defer2 d2;
        if (gocc__frame_enter(&frame))
            return;
# 16 "defer_block.gc"
       {
        {
            d2.n = &n;
            d2.link.run = defer_block_defer2;
            d2.link.fn = (const void *)0;
            d2.link.heap = 0;
            d2.link.next = frame.defers;
            frame.defers = &d2.link;
            __asm__ volatile ("" ::: "memory");
        }
# 18 "defer_block.gc"
        risky(&(*sum_p));
        gocc__frame_leave(&frame);
# 19 "defer_block.gc"
    }
    }
}


# 23 "defer_block.gc"
__attribute__((__section__("gocc_text"), __noinline__)) void recovers(void)
{
    char *text = gocc__recover((const void *)recovers, __builtin_return_address(0));
    void *value = gocc__recover_value((const void *)recovers, __builtin_return_address(0));
    printf("%s %p\n", text, value);
}
