# 1 "defines.gc"

# 1 "defines.gc"
/* := and the receive that says whether there was a value. */
typedef struct gocc__chan_int *gocc__chan_int_t;
# 2 "defines.gc"
int f(int);
struct s {
    gocc__chan_int_t c;
    int n;
};

__attribute__((__section__("gocc_text"))) int defines(gocc__chan_int_t c, struct s *s)
{
    int x = f(1);
    int *p = &x;
    int y; gocc__chan_recv(c, &y);
    int v; _Bool ok = gocc__chan_recv_ok(c, &v);
    _Bool more = gocc__chan_recv_ok(c, (void *)0);
       ok = gocc__chan_recv_ok(c, &y);
    { int v1; _Bool ok1 = gocc__chan_recv_ok(s->c, &v1); s->n = v1; ok = ok1; }
    gocc__chan_recv_ok(c, (void *)0);
    int n = s->n;
    for (int i = 0; i < 3; i++)
        y += i;
    return *p + v + ok + more + y + n;
}
