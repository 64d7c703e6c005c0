# 1 "range.gc"

# 1 "range.gc"
/* range over channels and integers. */
typedef struct gocc__chan_int *gocc__chan_int_t;
typedef struct gocc__chan_void *gocc__chan_void_t;
# 2 "range.gc"
void use(long);

__attribute__((__section__("gocc_text"))) void ranges(gocc__chan_int_t c, gocc__chan_void_t ticks, unsigned n)
{
    int x;
    { struct gocc__chan_int *c1 = c; int v; while (gocc__chan_recv_ok(c1, &v)) use(v); }
# 9 "range.gc"
    { struct gocc__chan_int *c1 = c; int v1; while (gocc__chan_recv_ok(c1, &v1)) { x = v1; use(x); } }
# 11 "range.gc"
    { struct gocc__chan_void *c1 = ticks; while (gocc__chan_recv_ok(c1, (void *)0)) use(0); }
# 13 "range.gc"
    for (unsigned int n1 = n, i = 0; i < n1; i++) use(i);
# 15 "range.gc"
    for (unsigned int n1 = n, i1 = 0; i1 < n1; i1++) { unsigned int i = i1; {
        i *= 2;
        use(i);
    } }
    for (int i1 = 0; i1 < 10; i1++) { x = i1; use(x); }
# 21 "range.gc"
    for (int i1 = 0; i1 < 3; i1++) use(1);
# 23 "range.gc"
}
