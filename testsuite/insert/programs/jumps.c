/* SPDX-License-Identifier: MIT */
/* Every kind of jump and loop, in one another. */
#include <stdio.h>

static int nested_loops(int n)
{
    int found = 0;

    for (int i = 0; i < n; i++) {
        int j = n;

        while (j-- > 0) {
            if (j == i)
                continue;
            if (i * j == 12)
                goto found;
            do {
                found++;
                if (found % 3)
                    break;
                continue;
            } while (found < 5);
        }
    }
    return -found;
found:
    return found;
}

static int duff(const char *from, char *to, int count)
{
    int n = (count + 3) / 4, rounds = 0;

    switch (count % 4) {
    case 0:
        do {
            rounds++;
            *to++ = *from++;
        case 3:
            *to++ = *from++;
        case 2:
            *to++ = *from++;
        case 1:
            *to++ = *from++;
        } while (--n > 0);
    }
    *to = 0;
    return rounds;
}

static int kinds(int c)
{
    int n = 0;

    for (;;) {
        switch (c) {
        case 0:
            break;
        case 1:
        case 2:
            n += c;
            if (c == 1) {
                c = 7;
                continue;
            }
            /* fall through */
        case 3 ... 6:
            n += 10;
            switch (n) {
            case 12:
                c = 0;
                break;
            default:
                return n;
            }
            break;
        default:
            for (c = 0; c < 9; c++)
                if (c == 4)
                    break;
                else if (c == 2)
                    continue;
                else
                    n++;
            continue;
        }
        break;
    }
    return n + c;
}

static int backwards(int n)
{
    int steps = 0;

again:
    steps++;
    if (n > 1) {
        n = n % 2 ? 3 * n + 1 : n / 2;
        goto again;
    }
    return steps;
}

static int machine(const unsigned char *code)
{
    static void *const to[] = {&&stop, &&add, &&twice, &&skip};
    int value = 0;

    goto *to[*code];
add:
    value += *++code;
    goto *to[*++code];
twice:
    value *= 2;
    goto *to[*++code];
skip:
    code += 2;
    goto *to[*code];
stop:
    return value;
}

static int into(int n)
{
    int r = 0;

    if (n)
        goto inside;
    for (r = 10; r < 14; r++) {
        r++;
    inside:
        r++;
    }
    return r;
}

static int dangling(int a, int b)
{
    if (a)
        if (b)
            return 1;
        else
            return 2;
    else
        while (b)
            if (--b == 2)
                return 3;
    return 4;
}

static int valued(int n)
{
    int r = ({
        int t = 0;
        for (int i = 0; i < n; i++) {
            if (i == 3)
                break;
            t += i;
        }
        t;
    });

    while (({ r += 2; r < 9; }))
        if (r == 7)
            continue;
    return r;
}

static int local_labels(int n)
{
    int r = 0;

    for (int i = 0; i < 2; i++) {
        __label__ out;

        if (n)
            goto out;
        r += 5;
    out:
        r++;
    }
    return r;
}

int main(void)
{
    char copy[16];
    const unsigned char code[] = {1, 5, 2, 3, 9, 1, 1, 0};

    printf("%d %d\n", nested_loops(3), nested_loops(9));
    printf("%d %s\n", duff("hello world", copy, 11), copy);
    for (int i = 0; i < 9; i++)
        printf("%d%c", kinds(i), i == 8 ? '\n' : ' ');
    printf("%d %d %d %d\n", backwards(27), machine(code), into(0), into(1));
    printf("%d %d %d %d\n", dangling(1, 0), dangling(1, 1), dangling(0, 5), dangling(0, 0));
    printf("%d %d %d\n", valued(9), local_labels(0), local_labels(1));
    return 4;
}
