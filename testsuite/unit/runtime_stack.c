/* SPDX-License-Identifier: MIT */
#include "rt.h"
#include "runtime_test.h"
#include <sys/mman.h>
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

TEST(stack, one_that_finds_little_memory_has_the_usual_size, "1") {
    size_t usual = stack_size_now(), size = usual * 4;
    atomic_store(&refusals, 2);
    struct g *g = stack_alloc(size);
    atomic_store(&refusals, 0);
    EXPECT(stack_limit(g) == usual);
    return 0;
}

/* Walks would else take what lay in it for a goroutine. */
TEST(stack, one_whose_pages_are_locked_is_unused_after_its_release, "1") {
    struct g *g = stack_alloc((size_t)1 << 20);
    g->batch_n = 1;
    atomic_store(&g->state, G_DEAD);
    EXPECT(mlock(g, sizeof *g) == 0);
    stack_free(g, 1);
    rt_sched.second += 100;
    stack_release_idle();
    EXPECT(atomic_load(&g->state) == G_UNUSED);
    EXPECT(stack_alloc((size_t)1 << 20) == g);
    munlock(g, sizeof *g);
    return 0;
}
