/* SPDX-License-Identifier: MIT */
/* Attributes where no declaration can stand, and the builtin that takes one. */
int printf(const char *, ...);

static int pure(int x) __attribute__((const));
typedef int assert_const[__builtin_has_attribute(pure, const) ? 1 : -1];
typedef int assert_aligned[__builtin_has_attribute(int, aligned(64)) ? -1 : 1];

static int pure(int x)
{
    switch (x) {
    case 1:
        x++;
        if (x > 5)
            __attribute__((fallthrough));
        else
            __attribute__((fallthrough));
    case 2:
    unused: __attribute__((unused));
        return x;
    default:
        goto unused;
    }
}

int main(void)
{
    auto int local(int) __attribute__((noinline));
    int local(int x) { return pure(x); }

    printf("%d %d\n", local(1), local(7));
    return 0;
}
