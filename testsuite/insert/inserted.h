/* SPDX-License-Identifier: MIT
   What the inserted constructs call; every object has its own. */
#pragma GCC system_header

static volatile int gocc_touched;
static chan int gocc_answers;
static chan void gocc_closed;

__attribute__((unused)) static void gocc_touch(void)
{
    gocc_touched++;
}

/* A channel that holds this number. */
__attribute__((unused)) static chan int gocc_sent(int number)
{
    if (!gocc_answers)
        gocc_answers = make(chan int, 1);
    gocc_answers <- number;
    return gocc_answers;
}

/* A channel from which a receive never waits. */
__attribute__((unused)) static chan void gocc_ready(void)
{
    if (!gocc_closed)
        close(gocc_closed = make(chan void));
    return gocc_closed;
}

__attribute__((unused, noinline)) static void gocc_throw(void)
{
    panic("inserted");
}
