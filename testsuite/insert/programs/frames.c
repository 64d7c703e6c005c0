/* SPDX-License-Identifier: MIT */
/* Every kind of frame: of variable length, with alloca, nested, left by longjmp, with many arguments. */
#include <alloca.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct small {
    int a, b;
};

struct large {
    long v[9];
};

static int sum_of_vla(int n)
{
    int a[n], total = 0;

    for (int i = 0; i < n; i++)
        a[i] = i * i;
    for (int i = 0; i < n; i++)
        total += a[i];
    return total;
}

static int rows(int n, int m, int (*t)[m])
{
    int total = 0;

    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++)
            total += t[i][j] * (i + 1);
    return total;
}

static char *copied(const char *text, char *out)
{
    char *copy = alloca(strlen(text) + 1);

    strcpy(copy, text);
    copy[0] = '*';
    return strcpy(out, copy);
}

static struct small pair(int a, int b)
{
    struct small s = {a, b};

    return s;
}

static struct large nine(long first)
{
    struct large l;

    for (int i = 0; i < 9; i++)
        l.v[i] = first + i;
    return l;
}

static double mixed(char a, short b, float c, double d, long double e, struct small f, struct large g,
                    unsigned char h, long long i, int *j)
{
    return a + b + c + d + e + f.a * f.b + g.v[8] + h + i + *j;
}

static long double precise(long double x)
{
    return x / 3;
}

static int listed(int n, ...)
{
    va_list list, again;
    int total = 0;

    va_start(list, n);
    va_copy(again, list);
    while (n--)
        total += va_arg(list, int);
    total += 100 * va_arg(again, int);
    va_end(again);
    va_end(list);
    return total;
}

static jmp_buf back;

static void deep(int n)
{
    char fill[64];

    memset(fill, n, sizeof fill);
    if (n == 0)
        longjmp(back, fill[3] + 7);
    deep(n - 1);
}

static int jumped(int n)
{
    volatile int before = n;
    int got = setjmp(back);

    if (got == 0)
        deep(before);
    return got + before;
}

static unsigned ackermann(unsigned m, unsigned n)
{
    if (m == 0)
        return n + 1;
    return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void sort(int *a, int n)
{
    qsort(a, n, sizeof *a, compare);
}

static int knr(a, b) int a; char *b;
{
    a += b[0];
    return a;
}

static int (*choose(int which))(int, ...)
{
    return which ? listed : 0;
}

static void leave(int status) __attribute__((noreturn));
static void leave(int status)
{
    printf("leaving\n");
    exit(status);
}

int main(void)
{
    int table[2][3] = {{1, 2, 3}, {4, 5, 6}}, a[] = {5, 3, 9, 1}, five = 5;
    char text[8];

    printf("%d %d %s\n", sum_of_vla(5), rows(2, 3, table), copied("text", text));
    printf("%d %ld %.2Lf\n", pair(3, 4).b, nine(5).v[8], precise(1));
    printf("%.2f\n", mixed(1, 2, 3, 4, 5, pair(2, 3), nine(1), 6, 7, &five));
    printf("%d %d %u\n", listed(3, 1, 2, 3), jumped(4), ackermann(2, 2));
    sort(a, 4);
    printf("%d %d %d %d\n", a[0], a[3], knr(1, "A"), choose(1)(1, 9));
    leave(3);
}
