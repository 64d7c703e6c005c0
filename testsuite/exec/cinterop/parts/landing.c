/* SPDX-License-Identifier: MIT */
/* setjmp in C, of which gocc sees nothing. */
#include <setjmp.h>

int land(void (*f)(void));
_Noreturn void leave(int value);

static jmp_buf landing;

int land(void (*f)(void))
{
    int got = setjmp(landing);

    if (got == 0)
        f();
    return got;
}

_Noreturn void leave(int value)
{
    longjmp(landing, value);
}
