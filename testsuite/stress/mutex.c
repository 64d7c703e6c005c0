/* SPDX-License-Identifier: MIT */
/* Mutexes that are freed by their last user, in memory where the next one then lies: a late unlock of
 * the one may wake a waiter of the other.  Some hold the lock for long, so that others starve. */
#include "stress.h"
#include <gocc/sync.h>

#define CROWD  40
#define ROUNDS 60
#define EACH   40

struct shared {
    sync_mutex mutex;
    int users, inside;
    long count;
};

static gocc_chan *done;

static void use(struct shared *s, uint64_t *seed) {
    if (rnd(seed) % 4 != 0 || !sync_mutex_try_lock(&s->mutex))
        sync_mutex_lock(&s->mutex);
    CHECK(s->inside++ == 0, "%d inside", s->inside);
    if (rnd(seed) % 16 == 0)
        gocc_yield();
    s->count++;
    s->inside--;
}

static void user(void *arg) {
    struct shared *s = *(struct shared **)arg;
    uint64_t seed = seed_of((uint64_t)(uintptr_t)&s);
    for (int i = 0; i < EACH; i++) {
        use(s, &seed);
        if (i == EACH - 1)
            break;
        sync_mutex_unlock(&s->mutex);
    }
    bool last = --s->users == 0;
    long count = s->count;
    sync_mutex_unlock(&s->mutex);
    if (last) {
        CHECK(count == (long)CROWD * EACH, "count %ld", count);
        free(s);
    }
    gocc_chan_send(done, &(int){0});
}

int main(void) {
    done = gocc_chan_make(sizeof(int), 0);
    for (int r = 0; r < ROUNDS; r++) {
        struct shared *s = calloc(1, sizeof *s);
        s->users = CROWD;
        for (int i = 0; i < CROWD; i++)
            gocc__go(user, &s, sizeof s, 0);
        if (r % 3 == 0)
            for (int i = 0; i < CROWD; i++)
                gocc_chan_recv(done, NULL);
    }
    for (int r = 0; r < ROUNDS; r++)
        for (int i = 0; r % 3 != 0 && i < CROWD; i++)
            gocc_chan_recv(done, NULL);
    return 0;
}
