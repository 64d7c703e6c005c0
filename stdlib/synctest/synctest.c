/* SPDX-License-Identifier: MIT */
/* Package testing/synctest over the runtime's bubbles. */
#include "std.h"
#include <gocc/synctest.h>

static void must(const char *fault) {
    if (fault)
        panic_text("%s", fault);
}

void synctest_test(void (*f)(void *), void *arg) {
    gocc__go_check((const void *)(uintptr_t)f);
    must(bubble_run(f, arg));
}

void synctest_wait(void) {
    must(bubble_wait());
}

void synctest_sleep(time_duration d) {
    time_sleep(d);
    synctest_wait();
}
