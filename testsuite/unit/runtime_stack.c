/* SPDX-License-Identifier: MIT */
#include "rt.h"
#include "runtime_test.h"
#include <unistd.h>

extern void *__libc_calloc(size_t n, size_t size);

static _Atomic int refusals; /* so many of the next requests fail */

void *calloc(size_t n, size_t size) {
    if (atomic_load(&refusals) > 0 && atomic_fetch_sub(&refusals, 1) > 0)
        return NULL;
    return __libc_calloc(n, size);
}

static size_t address_space(void) {
    size_t pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f == NULL || fscanf(f, "%zu", &pages) != 1)
        pages = 0;
    if (f != NULL)
        fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Half of the size is tried next, and what was taken in vain is given back. */
TEST(stack, one_that_finds_no_memory_is_made_smaller_and_leaves_nothing, "1") {
    size_t before = address_space();
    atomic_store(&refusals, 1);
    struct g *g = stack_alloc((size_t)1 << 31);
    atomic_store(&refusals, 0);
    EXPECT(stack_limit(g) == (size_t)1 << 30);
    EXPECT(before > 0 && address_space() - before < (size_t)2 << 30);
    return 0;
}
