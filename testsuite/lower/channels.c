# 1 "channels.gc"

# 1 "channels.gc"
/* Types, make, send, receive. */
typedef struct gocc__chan_int *gocc__chan_int_t;
typedef struct gocc__chan_struct_pt *gocc__chan_struct_pt_t;
typedef struct gocc__chan_char *gocc__chan_char_t;
typedef struct gocc__chan_p_char *gocc__chan_p_char_t;
typedef struct gocc__chan_void *gocc__chan_void_t;
typedef struct gocc__chan_p_f_int_e *gocc__chan_p_f_int_e_t;
# 2 "channels.gc"
struct pt {
    int x, y;
};
struct pt origin(void);
int next(void);
gocc__chan_int_t open(void);
extern gocc__chan_struct_pt_t pts;
const gocc__chan_int_t *both, one;

__attribute__((__section__("gocc_text"))) int channels(gocc__chan_int_t c, gocc__chan_char_t out, gocc__chan_p_char_t names)
{
    gocc__chan_void_t done = gocc__chan_make(0, 0);
    gocc__chan_p_f_int_e_t calls = gocc__chan_make(sizeof(int (*)(void)), 4);
    struct pt p;
    int x = 0;
    long wide;

    gocc__chan_send(c, &(int){x + 1});
    gocc__chan_send(out, &(char){33});
    { void *c1 = open(); int v = next(); gocc__chan_send(c1, &v); }
    { struct pt v = origin(); gocc__chan_send(pts, &v); }
    gocc__chan_send(pts, &p);
    gocc__chan_send(calls, &(int (*)(void)){next});
    gocc__chan_send(done, (void *)0);
    gocc__chan_recv(c, &x);
    wide = __extension__ ({ int v; gocc__chan_recv(c, &v); v; });
    gocc__chan_recv(pts, &p);
    p.x = __extension__ ({ int v; gocc__chan_recv(c, &v); v; }) + (__extension__ ({ int (*v)(void); gocc__chan_recv(calls, &v); v; }))();
    gocc__chan_recv(done, (void *)0);
    char *name = __extension__ ({ char *v; gocc__chan_recv(names, &v); v; });
    gocc__chan_close(c);
    return gocc__chan_len(c) + gocc__chan_cap(c) + sizeof(__extension__ ({ int v; gocc__chan_recv(c, &v); v; })) + *name + wide;
}

__attribute__((__section__("gocc_text"))) void stays(gocc__chan_int_t c)
{
    if (c)
        gocc__chan_close(c);
    gocc__chan_recv(c, (void *)0);
    __asm__ volatile ("");
# 41 "channels.gc"
}
