# 1 "go_block.gc"

# 1 "go_block.gc"
/* A block gets copies, arrays by their first element, and what stands under & by its address. */
typedef struct gocc__chan_int *gocc__chan_int_t;
# 2 "go_block.gc"
void use(int, int *, int *, int);
int printf(const char *, ...);

static void go_block_go1(void *);
struct go_block_go2 {
    struct gocc__chan_int *c;
    int n;
    int *sum_p1;
    int *a;
};
static void go_block_go2(void *);
__attribute__((__section__("gocc_text"))) void go_block(gocc__chan_int_t c, int n)
{
    int a[3] = {0}, sum = 0;
    static int count;
    struct point {
        int x, y;
    } pt = {1, 2};

    {
        struct go_block_go1 {
            struct gocc__chan_int *c;
            int n;
            int *a;
            int *sum_p1;
            struct point pt;
            int *count_p;
        } g;
        g.n = n;
        g.a = a;
        g.sum_p1 = &sum;
        g.pt = pt;
        g.count_p = &count;
        g.c = c;
        gocc__go(go_block_go1, &g, sizeof g, 1);
    }
# 25 "go_block.gc"
}
# 17 "go_block.gc"
static __attribute__((__section__("gocc_text")))
void go_block_go2(void *args1)
{
    struct go_block_go2 *g1 = args1;
    struct gocc__chan_int *c = g1->c;
    int n = g1->n;
    int *sum_p1 = g1->sum_p1;
    int *a = g1->a;
# 17 "go_block.gc"
           {
            gocc__chan_send(c, &(int){n});
            int *sum_p = &(*sum_p1);
            *sum_p = a[0];
        }
}
# 13 "go_block.gc"
static __attribute__((__section__("gocc_text")))
void go_block_go1(void *args)
{
    struct point { int x, y; };
    struct go_block_go1 {
        struct gocc__chan_int *c;
        int n;
        int *a;
        int *sum_p1;
        struct point pt;
        int *count_p;
    } *g = args;
    int n = g->n;
    int *a = g->a;
    int *sum_p1 = g->sum_p1;
    struct point pt = g->pt;
    int *count_p = g->count_p;
    struct gocc__chan_int *c = g->c;
# 13 "go_block.gc"
       {
        use(n, a, &(*sum_p1), pt.x);
        (*count_p)++;
        printf("%s\n", "go_block");
        {
            struct go_block_go2 g1;
            g1.c = c;
            g1.n = n;
            g1.sum_p1 = sum_p1;
            g1.a = a;
            gocc__go(go_block_go2, &g1, sizeof g1, 1);
        }
# 22 "go_block.gc"
        if (n)
            return;
    }
}

