/* SPDX-License-Identifier: MIT */
/* For tests in which others must wait first: what a dump of the goroutines says, whenever that is. */
#include <gocc/runtime.h>
#include <stdio.h>
#include <string.h>

/* Returns when n goroutines are parked for this reason: "sync.Mutex.Lock", "IO wait" ... */
static void until_parked(int n, const char *reason)
{
    static char dump[1 << 20];
    char state[64];
    int found;

    snprintf(state, sizeof state, " [%s]:\n", reason);
    do {
        runtime_gosched();
        dump[runtime_stack(dump, sizeof dump - 1, true)] = '\0';
        found = 0;
        for (const char *s = dump; (s = strstr(s, state)) != NULL; s++)
            found++;
    } while (found < n);
}
