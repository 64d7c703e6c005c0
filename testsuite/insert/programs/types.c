/* SPDX-License-Identifier: MIT */
/* A value of every type: assigned, passed, returned, compared. */
#include <complex.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef int vector __attribute__((vector_size(16)));
typedef struct {
    unsigned low : 3, mid : 7;
    signed high : 5;
    unsigned long wide : 40;
    bool flag : 1;
} bits;
typedef union {
    float f;
    uint32_t u;
    struct {
        char c[4];
    };
} punned;
typedef enum { RED, GREEN = 7, BLUE } colour;
typedef struct {
    const int fixed;
    volatile int seen;
    char *restrict text;
} qualified;
typedef struct __attribute__((packed)) {
    char c;
    double d;
} packed;
typedef int row[3];
typedef int function(int);
typedef struct list {
    struct list *next;
    int value;
} list;

static int twice(int r)
{
    return 2 * r;
}

static bits set_bits(bits b, int low, int high)
{
    b.low = low;
    b.mid = b.low << 3;
    b.high = high;
    b.wide = 99999999999;
    b.flag = b.high;
    b.wide = (unsigned long)b.wide - b.mid;
    return b;
}

static vector add(vector a, vector b)
{
    vector sum;

    sum = a + b;
    sum[2] = a[0];
    return sum;
}

static const double complex imaginary = I;

static double complex turned(double complex z)
{
    double complex t;

    t = z * imaginary;
    __real__ t = -__imag__ z;
    return t;
}

static __int128 power(int n)
{
    __int128 p = 1;

    while (n--)
        p = p * 1000;
    return p;
}

static uint32_t bits_of(float f)
{
    punned p;

    p.f = f;
    p.c[0] = p.c[0] | 1;
    return p.u;
}

static colour next(colour c)
{
    c = c == RED ? GREEN : BLUE;
    return c;
}

static int through(row *rows, function *f, int (*table[2])(int))
{
    int (*first)[3], (*called)(int), *inner;

    first = rows + 1;
    called = table[1];
    inner = *first;
    inner[1] = called((*f)(inner[0]));
    return (*first)[1];
}

static char narrow(long x)
{
    char c;
    short s;
    unsigned char u;
    _Bool b;
    float f;

    c = x;
    s = x * 3;
    u = x;
    b = x;
    f = x / 8.0;
    return c + (char)s + u + b + (char)f;
}

static const char *described(qualified q)
{
    q.seen = q.fixed;
    q.text = q.seen > 2 ? q.text + 1 : q.text;
    return q.text;
}

static double unpacked(packed p)
{
    p.d = p.d * 2;
    p.c = 'x';
    return p.d + p.c;
}

static list *reversed(list *l)
{
    list *before = NULL, *after;

    while (l) {
        after = l->next;
        l->next = before;
        before = l;
        l = after;
    }
    return before;
}

static volatile int watched;
static _Atomic int counted;

static int qualifiers(const int a, volatile int b, register int c)
{
    watched = a;
    watched = watched + b;
    counted = watched;
    counted += c;
    return counted;
}

int main(void)
{
    bits b = {0};
    vector v = {1, 2, 3, 4};
    double complex z = 3 + 4 * imaginary;
    row rows[2] = {{1, 2, 3}, {4, 5, 6}};
    int (*table[2])(int) = {NULL, twice};
    list l[3] = {{l + 1, 1}, {l + 2, 2}, {NULL, 3}}, *r;
    qualified q = {3, 0, (char[]){"text"}};
    packed p = {'a', 1.5};

    b = set_bits(b, 13, -3);
    printf("%d %d %d %lx %d\n", b.low, b.mid, b.high, (unsigned long)b.wide, b.flag);
    v = add(v, v);
    z = turned(z);
    printf("%d %d %.1f %.1f\n", v[2], v[3], creal(z), cimag(z));
    printf("%d %x %d\n", (int)(power(8) >> 70), bits_of(1), next(next(RED)));
    printf("%d %d %s %.1f\n", through(rows, twice, table), narrow(1000), described(q), unpacked(p));
    for (r = reversed(l); r; r = r->next)
        printf("%d ", r->value);
    printf("%d\n", qualifiers(1, 2, 3));
    return 0;
}
