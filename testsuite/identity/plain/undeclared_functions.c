/* SPDX-License-Identifier: MIT */
/* Old C: functions that are called before, or without, a declaration, and results left out. */
int printf(const char *, ...);

static range(n) { return n; }
extern cap();
chan(a, b) int a, *b; { return a + *b; }

int main(void)
{
    int i, one = 1;

    go();
    go(one);
    go(one, 2);
    if (defer(one))
        go("x"), go(-(one));
    for (i = range(2); i; i--)
        defer(i);
    for (i = len (2); i; i--)
        chan(i, &one);
    do release(i); while (0);
    panic(2);
    panic("text", 1);
    make(3), select(4), close(5), retain(6), recover(7);
    printf("%d %d %d\n", cap(1), chan(1, &one), panic("text"));
    return 0;
}

go() { return 1; }
defer(int n) { return n; }
len(n) { return n; }
release(n) { return n; }
panic(n) long n; { return 3; }
make(n) { return n; }
select(n) { return n; }
close(n) { return n; }
retain(n) { return n; }
recover(n) { return n; }
cap(n) { return n + 1; }
