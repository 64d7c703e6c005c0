/* SPDX-License-Identifier: MIT */
/* asserts: 360.  Pointers, arrays, functions, and what ?: makes of them. */
#include <stddef.h>

int i, a[3], m[2][5], *p, **pp, *ap[4], (*pa)[6];
const int ci = 1, *cp;
volatile char *vp;
char *const fixed = 0;
char **argv;
void *v;
const void *cv;
int f(int), (*fp)(int), (*table[3])(int, char *), *(*deep(void))[7];
int (*pick(int which))(int);
extern int unsized[];
long diff;

void use(int, ...);

void access(void)
{
    a[0]; *a; &a; &a[1]; a + 1; 1 + a; 1[a]; m[1]; *m; m[1][2]; &m[1]; m + 1; *p; p[2]; pp[0][1];
    **pp; *ap; ap[1][2]; (*pa)[2]; pa[1]; *pa; &*p; &p; ci; &ci; *cp; cp[1]; vp[0]; &vp; fixed[0];
    p - a; p < a; p == 0; !p; p++; --p; *p++; p += 2; (*p)++; &unsized; *unsized; unsized + 1; argv[1][0];
}

void functions(void)
{
    f; &f; *f; **f; f(1); (*f)(1); (&f)(1); fp(2); (*fp)(2); table[1]; table[1](1, 0); *table;
    deep(); *deep(); (*deep())[2]; (**deep())[0]; pick(1); pick(1)(2); (*pick(1))(2); &pick;
    (void)f(1); (char)f(2); (int (*)(int))v; (int (*(*)(void))[3])v; (void (*)())v;
}

void conditional(void)
{
    i ? p : 0; i ? 0 : p; i ? p : NULL; i ? p : v; i ? v : cp; i ? cp : p; i ? a : p; i ? f : fp;
    i ? 1 : 2l; i ? 1u : 'c'; i ?: 3; p ?: a; i ? (void)0 : (void)1; i ? 2.0 : 1; i ? cv : p;
    i ? argv : 0; i ? (void *)0 : argv; (i, p); (p, 2ul); (1, a);
}

void sizes(int n, char buf[], int g(int), int grid[][4])
{
    sizeof a; sizeof *a / sizeof a[0]; _Alignof(int *); sizeof(char *[3]); sizeof buf; &buf; *buf;
    g; g(1); grid; *grid; grid[1][2]; &grid; n; &n;
}

void literals(void)
{
    (int[]){1, 2, 3}; (int[4]){0}; *(int[]){1}; &(int){1}; (char[]){'a'}; (const char *){"x"};
    (int *[]){p, 0}; ((int[]){1, 2})[0]; use(1, (double){2});
}
