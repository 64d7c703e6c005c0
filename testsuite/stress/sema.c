/* SPDX-License-Identifier: MIT */
/* The semaphores under the locks of the library: never more inside than there are permits, nobody
 * forgotten, with hand-over and without, on many addresses that share the hash's buckets. */
#include "lib.h"
#include "stress.h"

#define SEMAS   300
#define WORKERS 60
#define ROUNDS  2000

static struct sema {
    _Atomic uint32_t permits;
    _Atomic int inside;
    int most;
} semas[SEMAS];
static gocc_chan *done;

static void linger(uint64_t *s) {
    uint32_t kind = rnd(s) % 32;
    if (kind == 0)
        gocc_sleep(rnd(s) % 20000);
    else if (kind < 8)
        gocc_yield();
}

static void worker(void *arg) {
    uint64_t s = seed_of((uint64_t)(uintptr_t)arg);
    for (int i = 0; i < ROUNDS; i++) {
        /* a third of the turns meets at the same few */
        struct sema *x = &semas[rnd(&s) % (rnd(&s) % 3 == 0 ? 2 : SEMAS)];
        sema_acquire(&x->permits, rnd(&s) % 4 == 0, WAIT_SEMACQUIRE);
        int n = ++x->inside;
        CHECK(n <= x->most, "%d with %d permits", n, x->most);
        linger(&s);
        x->inside--;
        sema_release(&x->permits, rnd(&s) % 2 == 0);
    }
    gocc_chan_send(done, &(int){0});
}

int main(void) {
    done = gocc_chan_make(sizeof(int), 0);
    for (int i = 0; i < SEMAS; i++)
        semas[i].permits = (uint32_t)(semas[i].most = 1 + i % 3);
    for (intptr_t i = 0; i < WORKERS; i++)
        gocc_go(worker, (void *)i);
    for (int i = 0; i < WORKERS; i++)
        gocc_chan_recv(done, NULL);
    for (int i = 0; i < SEMAS; i++)
        CHECK(semas[i].permits == (uint32_t)semas[i].most, "%u are left of %d", semas[i].permits,
              semas[i].most);
    return 0;
}
