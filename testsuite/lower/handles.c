# 1 "handles.gc"

# 1 "handles.gc"
/* Counted handles: go retains them, the words are calls. */
typedef struct gocc__chan_int *gocc__chan_int_t;
# 2 "handles.gc"
void serve(gocc__chan_int_t c, int n);

struct gocc__defer1 {
    struct gocc__chan_int *a1;
};
static void gocc__defer1(void *);
struct handles_frame1 {
    struct gocc__frame frame;
    struct gocc__chan_int *result;
    struct gocc__defer1 d1;
};
static const struct gocc__deferred handles_defers1[] = {
    {(void *)0, (void *)0, __builtin_offsetof(struct handles_frame1, result), GOCC__INTEGER | sizeof(struct gocc__chan_int *)},
    {gocc__defer1, (void *)0, __builtin_offsetof(struct handles_frame1, d1), 0}
};
struct gocc__go1 {
    struct gocc__chan_int *a1;
    int a2;
};
static void gocc__go1(void *);
struct handles_go1 {
    struct gocc__chan_int *mine;
    int n;
};
static void handles_go1(void *);
__attribute__((__section__("gocc_text"), __noinline__)) gocc__chan_int_t handles(gocc__chan_int_t c, int n)
{
    struct handles_frame1 f;
    f.result = 0;
    if (gocc__frame_enter(&f.frame, handles_defers1))
        return f.result;
# 5 "handles.gc"
{
    gocc__chan_int_t mine = ((struct gocc__chan_int *) gocc__retain(c, 0, 0));
    {
        f.d1.a1 = mine;
        gocc__defer_arm(&f.frame, 1);
    }
# 8 "handles.gc"
    {
        struct gocc__go1 g;
        g.a1 = c;
        g.a2 = n;
        gocc__go(gocc__go1, &g, sizeof g, 1);
    }
# 9 "handles.gc"
    {
        struct handles_go1 g;
        g.mine = mine;
        g.n = n;
        gocc__go(handles_go1, &g, sizeof g, 1);
    }
# 12 "handles.gc"
    {
        f.result = ((struct gocc__chan_int *) gocc__retain(c, 0, 0));
        if (gocc__defer_due(&f.frame, 1))
            gocc__release(f.d1.a1, 0, 0);
        gocc__frame_leave(&f.frame);
        return f.result;
    }
# 13 "handles.gc"
}
}
# 7 "handles.gc"
static __attribute__((__section__("gocc_thunk"), __noinline__, __noclone__))
void gocc__defer1(void *args)
{
    struct gocc__defer1 *g = args;
    gocc__release(g->a1, 0, 0);
    __asm__ volatile ("");
}
# 8 "handles.gc"
static __attribute__((__section__("gocc_text")))
void gocc__go1(void *args)
{
    struct gocc__go1 *g = args;
    serve(g->a1, g->a2);
}
# 9 "handles.gc"
static __attribute__((__section__("gocc_text")))
void handles_go1(void *args)
{
    struct handles_go1 *g = args;
    struct gocc__chan_int *mine = g->mine;
    int n = g->n;
# 9 "handles.gc"
       {
        gocc__chan_send(mine, &(int){n});
    }
}

