/* SPDX-License-Identifier: MIT */
/* asserts: 200.  Specifiers in any order, typedefs, typeof, inference, attributes, old-style functions. */
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>

unsigned long int long ulli; long unsigned lu; int short si; char unsigned uc; long double ld;
__signed__ char gsc; __const int gci = 1; int __volatile__ gvi; __complex__ float cf; double _Complex cd;
_Float128 f128; _Float64 f64; __int128 i128; unsigned __int128 u128; __uint128_t u128t;
typedef int T, *PT, AT[3], FT(int), (*FPT)(char);
typedef T TT;
T t; PT pt; AT at; FT ft; FPT fpt; TT tt; const T ct = 1; const AT cat = {1}; const PT cpt = 0;
typedef const char cchar; cchar cch = 1; cchar *ccp;
uint64_t u64; int8_t i8; size_t sz; ptrdiff_t pd; intptr_t ip; wchar_t wc;
__typeof__(t) ty1; __typeof__(int *) ty2; __typeof__(at) ty3; __typeof__(*pt) ty4; typeof(ct) ty5 = 1;
typedef int hi __attribute__((mode(HI))); typedef unsigned di __attribute__((__mode__(__DI__)));
hi h; di d;
typedef float v4 __attribute__((vector_size(16))); v4 vec; int vi __attribute__((vector_size(8)));
_Atomic int ai; _Atomic(long) al; _Atomic(int *) ap; int *_Atomic pa;
static _Thread_local int tls;
int bounds[] = {1, 2, 3}, more[4], text_len; char text[] = "four", *words[] = {"a", "b"};
int two[][2] = {{1, 2}, {3, 4}};
extern const unsigned char table[16];
enum { A, B = 5, C, D = B * 2, E = sizeof(int), F = -1 };
enum sized { S0 = A + C };
int arr[D], arr2[sizeof(int) * 2], arr3[C == 6 ? 3 : 4];

void uses(void)
{
    ulli; lu; si; uc; ld; gsc; gci; gvi; cf; cd; f128; f64; i128; u128; u128t; t; pt; *pt; at; at[1];
    ft; ft(1); fpt; fpt('a'); tt; ct; &ct; cat; cat[1]; &cat[1]; cpt; *cpt; cch; &cch; ccp; *ccp;
    u64 + 1; i8 + 1; sz * 2; pd; ip; wc; ty1; ty2; ty3; ty4; ty5; &ty5; h; d; h + 1; d + 1;
    vec; vec + vec; vec[1]; vi; -vec; ai; ai + 1; ai++; al; ap; pa; *pa; tls; &tls; bounds; text; words;
    words[1][0]; two; two[1]; table; table[2] + 1; A; C; D; E; F; S0; arr; arr2; arr3; (enum sized)0;
}

void inferred(void)
{
    __auto_type x = 1ul; __auto_type y = text; __auto_type f = ft; const __auto_type k = 'a';
    x; y; *y; f; f(1); k; __typeof__(x) again = x; again;
}

int old(a, b, c) char a; float *b; int c[]; { a; b; *b; c; *c; &c; return a; }

int variadic(int n, ...)
{
    va_list list; va_start(list, n); va_arg(list, int); va_arg(list, char *)[0]; va_end(list);
    return va_arg(list, long);
}

void shadows(int T)
{
    T; T + 1; { typedef long T; T t = 1; t; (T)1; } struct T { char c; } s; s.c; s;
    extern int bounds[]; bounds; static short st; st; &st; for (;;) { char loop = 1; loop; break; }
}

void lengths(int n, int vla[n], int m[n][n + 1])
{
    int row[n]; row[0]; vla; *vla; m[0][1]; typedef int R[n]; R r; r[1]; &row[1]; *row + 1; sizeof row;
}
