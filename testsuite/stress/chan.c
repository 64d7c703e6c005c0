/* SPDX-License-Identifier: MIT */
/* Many senders and receivers on channels of all capacities: no value is lost, doubled or
 * invented, values of one sender arrive in its order at one receiver, close wakes all. */
#include "stress.h"

#define SENDERS    8
#define RECEIVERS  8
#define PER_SENDER 4000

struct value {
    uint32_t sender, number;
    char pad[24];
};
struct run {
    gocc_chan *c, *done;
    int elem;
    _Atomic int64_t sum, count;
    _Atomic int next;
};

static void send_all(void *arg) {
    struct run *r = arg;
    uint32_t me = (uint32_t)atomic_fetch_add(&r->next, 1);
    uint64_t s = seed_of(me);
    struct value v = {.sender = me};
    for (uint32_t i = 0; i < PER_SENDER; i++) {
        v.number = i;
        if (rnd(&s) % 4 == 0) {
            while (!gocc_chan_try_send(r->c, &v))
                gocc_yield();
        } else {
            gocc_chan_send(r->c, &v);
        }
        if (rnd(&s) % 64 == 0)
            gocc_yield();
    }
    gocc_chan_send(r->done, &(int){0});
}

static void receive_all(void *arg) {
    struct run *r = arg;
    uint32_t seen[SENDERS] = {0};
    struct value v;
    while (gocc_chan_recv(r->c, &v)) {
        CHECK(v.sender < SENDERS, "sender %u", v.sender);
        CHECK(v.number >= seen[v.sender], "%u after %u from %u", v.number, seen[v.sender],
              v.sender);
        seen[v.sender] = v.number + 1;
        atomic_fetch_add(&r->sum, v.number);
        atomic_fetch_add(&r->count, 1);
    }
    gocc_chan_send(r->done, &(int){0});
}

static void one(long long cap) {
    struct run r = {.c = gocc_chan_make(sizeof(struct value), cap),
                    .done = gocc_chan_make(sizeof(int), 0)};
    for (int i = 0; i < SENDERS; i++)
        gocc_go(send_all, &r);
    for (int i = 0; i < RECEIVERS; i++)
        gocc_go(receive_all, &r);
    for (int i = 0; i < SENDERS; i++)
        gocc_chan_recv(r.done, NULL);
    gocc_chan_close(r.c);
    for (int i = 0; i < RECEIVERS; i++)
        gocc_chan_recv(r.done, NULL);
    CHECK(r.count == SENDERS * PER_SENDER, "%lld values", (long long)r.count);
    CHECK(r.sum == (int64_t)SENDERS * PER_SENDER * (PER_SENDER - 1) / 2, "sum %lld",
          (long long)r.sum);
    gocc_release(r.c);
    gocc_release(r.done);
}

int main(void) {
    static const long long caps[] = {0, 1, 2, 7, 64, 1000};
    for (unsigned i = 0; i < sizeof caps / sizeof *caps; i++)
        one(caps[i]);
    return 0;
}
