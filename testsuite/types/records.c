/* SPDX-License-Identifier: MIT */
/* asserts: 230.  Members of every kind of struct and union. */
#include <stddef.h>

struct node { struct node *next; int v; const char *name; };
struct outer {
    struct { int x, y; };
    union { long l; struct { short lo, hi; } half; };
    struct inner { char tag; struct node n; } in, *pin, many[3];
    enum color { RED, GREEN } color;
    unsigned bits : 3, : 0, more : 5;
    int (*call)(struct outer *, int);
    int flex[];
};
typedef struct { double re, im; } pair;
typedef struct node node_t, *node_ptr;
typedef const struct node cnode;
struct { int only; } single, *to_single, some[2];
union u { int i; float f; } un;
struct node n1, *np;
const struct node cn;
volatile struct outer *vo;
struct outer o, *op;
pair z, *zp, zs[4];
node_ptr q;
cnode cc;
struct later *lp;
pair make_pair(double, double);
struct node get(void);
struct later { int done; };

void members(void)
{
    n1.v; np->next; np->next->next->v; np->name; *np->name; (*np).v; &np->v; cn.v; &cn.v; &cn;
    o.x; o.y; op->l; op->half.lo; op->half; o.in; o.in.n.v; op->pin->tag; o.many; o.many[1].n.next;
    o.color; o.color + 1; o.bits + 1; o.bits = 2; vo->x; &vo->x; vo->in.n.name; o.flex; o.flex[1];
    op->call; op->call(op, 1); (*op->call)(op, 2); lp->done; RED; GREEN + 1; (enum color)1;
}

void typedefs(void)
{
    z; z.re; zp->im; zs[1].re; zs; &zs; *zs; q->v; *q; q; cc.v; &cc; &cc.v; make_pair(1, 2);
    make_pair(1, 2).im; get().next; get().v; (pair){1, 2}; (pair){1, 2}.re; &(struct node){0};
    (node_t *)q; (cnode *)q; un.f; (union u){.f = 1}.i; (pair *)0; ((pair *)0)->re;
}

void anonymous(void)
{
    single; single.only; to_single; *to_single; to_single->only; some; some[1]; some[0].only; &some;
    struct { char a; } local, *lp2; local; local.a; lp2; lp2->a; *lp2; &local;
}

void values(void)
{
    n1 = cn; np = &n1; (n1, z); 1 ? n1 : cn; 1 ? zp : 0; offsetof(struct outer, in.n); sizeof(pair);
    __builtin_offsetof(struct node, v) + 1; sizeof n1; sizeof o.many / sizeof *o.many;
    struct local { int deep; } *s = 0; s; s->deep; *s;
    { struct local { float deep; } t; t; t.deep; }
}
