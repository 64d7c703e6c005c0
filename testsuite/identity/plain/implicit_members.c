/* SPDX-License-Identifier: MIT */
/* Members without a type specifier. */
int printf(const char *, ...);

struct s {
    const a, b : 3, *c;
    volatile go : 2, chan;
};

int main(void)
{
    struct s s = {1, 2, &s.a, 1, 4};

    printf("%d %d %d %d %d\n", s.a, s.b, *s.c, s.go, s.chan);
    return 0;
}
