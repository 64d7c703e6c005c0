# 1 "select.gc"

# 1 "select.gc"
/* Several cases, one, none. */
typedef struct gocc__chan_int *gocc__chan_int_t;
typedef struct gocc__chan_struct_pt *gocc__chan_struct_pt_t;
typedef struct gocc__chan_void *gocc__chan_void_t;
# 2 "select.gc"
struct pt {
    int x, y;
};
int next(void);
void use(int);
struct pt point(void);

__attribute__((__section__("gocc_text"))) int selects(gocc__chan_int_t a, gocc__chan_int_t b, gocc__chan_struct_pt_t p, gocc__chan_void_t quit)
{
    int w, ok;
    for (;;) {
        {
            int v1;
            struct pt v2;
            struct gocc__case k[5];
            k[0].c = a;
            k[0].v = &v1;
            k[0].op = GOCC__RECV;
            k[1].c = b;
            k[1].v = &w;
            k[1].op = GOCC__RECV;
            k[2].c = b;
            k[2].v = &(int){next()};
            k[2].op = GOCC__SEND;
            k[3].c = p;
            k[3].v = (v2 = point(), &v2);
            k[3].op = GOCC__SEND;
            k[4].c = quit;
            k[4].v = (void *)0;
            k[4].op = GOCC__RECV;
            switch (gocc__select(k, 5, 0)) {
            case 0: { int v = v1; use(v);
            continue; } break;
            case 1: { ok = k[1].ok; break; } break;
            case 2: { use(1); } break;
            case 3: {  } break;
            default: { return 1; } break;
            }
        }
# 25 "select.gc"
        {
            if (gocc__chan_try_recv(a, &w, (void *)0)) { use(w); } else {
# 29 "select.gc"
            use(0); } }
# 31 "select.gc"
        {
            switch ((int) gocc__chan_try_send(a, &(int){1})) { case 1: { if (w)
                break;
            use(2); }
                break;
            default: {  } } }
# 38 "select.gc"
        {
            int v3;
            _Bool ok1;
            ok1 = gocc__chan_recv_ok(a, &v3); { int v = v3; _Bool more = ok1; use(v + more); } }
# 42 "select.gc"
        if (ok)
            { gocc__select((void *)0, 0, 0); __builtin_unreachable(); }
    }
}
