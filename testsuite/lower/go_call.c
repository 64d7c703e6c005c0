# 1 "go_call.gc"

# 1 "go_call.gc"
/* The arguments are stored now and passed later. */
typedef struct gocc__chan_int *gocc__chan_int_t;
# 2 "go_call.gc"
void work(gocc__chan_int_t c, long n, const char *text);
int printf(const char *, ...);
struct ops {
    void (*run)(void *);
};
static void idle(void)
{
}

static void gocc__go1(void *);
struct gocc__go2 {
    struct gocc__chan_int *a1;
    long a2;
};
static void gocc__go2(void *);
struct gocc__go3 {
    int a2;
};
static void gocc__go3(void *);
struct gocc__go4 {
    void (*fn)(void *);
    void *a1;
};
static void gocc__go4(void *);
struct gocc__go5 {
    struct gocc__chan_int *a1;
};
static void gocc__go5(void *);
struct gocc__go6 {
    int a2;
};
static void gocc__go6(void *);
__attribute__((__section__("gocc_text"))) void go_call(gocc__chan_int_t c, struct ops *o, int n)
{
    gocc__go(gocc__go1, (void *)0, 0, 0);
    {
        struct gocc__go2 g;
        g.a1 = c;
        g.a2 = n + 1;
        gocc__go(gocc__go2, &g, sizeof g, 1);
    }
# 15 "go_call.gc"
    {
        struct gocc__go3 g;
        g.a2 = n;
        gocc__go(gocc__go3, &g, sizeof g, 0);
    }
# 16 "go_call.gc"
    {
        struct gocc__go4 g;
        g.fn = o->run;
        g.a1 = &n;
        if (!g.fn)
            gocc__go_check((void *)0);
        gocc__go(gocc__go4, &g, sizeof g, 0);
    }
# 17 "go_call.gc"
    if (n)
        {
            struct gocc__go5 g;
            g.a1 = c;
            gocc__go(gocc__go5, &g, sizeof g, 1);
        }
# 19 "go_call.gc"
    else
        {
            struct gocc__go6 g;
            g.a2 = n;
            gocc__go(gocc__go6, &g, sizeof g, 0);
        }
# 21 "go_call.gc"
}
# 13 "go_call.gc"
static __attribute__((__section__("gocc_text")))
void gocc__go1(void *args)
{
    (void)args;
    idle();
}
# 14 "go_call.gc"
static __attribute__((__section__("gocc_text")))
void gocc__go2(void *args)
{
    struct gocc__go2 *g = args;
    work(g->a1, g->a2, "constant");
}
# 15 "go_call.gc"
static __attribute__((__section__("gocc_text")))
void gocc__go3(void *args)
{
    struct gocc__go3 *g = args;
    printf("%d %s\n", g->a2, "x");
}
# 16 "go_call.gc"
static __attribute__((__section__("gocc_text")))
void gocc__go4(void *args)
{
    struct gocc__go4 *g = args;
    g->fn(g->a1);
}
# 18 "go_call.gc"
static __attribute__((__section__("gocc_text")))
void gocc__go5(void *args)
{
    struct gocc__go5 *g = args;
    gocc__chan_close(g->a1);
}
# 20 "go_call.gc"
static __attribute__((__section__("gocc_text")))
void gocc__go6(void *args)
{
    struct gocc__go6 *g = args;
    gocc__panic("no %d", g->a2);
}

