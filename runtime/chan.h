/* SPDX-License-Identifier: MIT */
/* What chan.c and select.c share; see chan.c for the invariants. */
#ifndef CHAN_H
#define CHAN_H

#include "rt.h"

struct waitq {
    struct waiter *first, *last;
};
struct chan {
    struct lock lock;
    _Atomic bool closed;
    uint8_t looking;   /* under lock: how many run its timer, chan_look_at_clock() */
    uint16_t bubble;   /* where it was made: bubble.c */
    size_t count, cap; /* values in the buffer */
    size_t elem;       /* bytes of one */
    size_t sendx, recvx;
    struct waitq recvq, sendq;
    struct timer *timer; /* channel of a timer */
    char buf[] __attribute__((aligned(16)));
};

static inline void chan_enqueue(struct waitq *q, struct waiter *w) {
    w->next = NULL;
    w->prev = q->last;
    if (q->last != NULL)
        q->last->next = w;
    else
        q->first = w;
    q->last = w;
}

/* Nothing if it was taken out already. */
static inline void chan_unlink(struct waitq *q, struct waiter *w) {
    if (w->prev != NULL)
        w->prev->next = w->next;
    else if (q->first == w)
        q->first = w->next;
    else
        return;
    if (w->next != NULL)
        w->next->prev = w->prev;
    else
        q->last = w->prev;
    w->next = w->prev = NULL;
}

bool bubble_has_all(const struct g *g, struct chan *const *c, int n); /* all made in g's bubble */
/* g is about to wait at c: fatal if that is the channel of another bubble */
void bubble_check_wait(const struct g *g, const struct chan *c, bool send);

void chan_run_timer(struct chan *c);
/* As since Go 1.23, who looks at the channel of a timer finds the time there as soon as it has
 * come, even if the scheduler has not run the timer yet.  relaxed: a hint, which chan_run_timer()
 * reads again under the lock; a timer is there before anybody has its channel. */
static inline void chan_look_at_clock(struct chan *c) {
    if (unlikely(__atomic_load_n(&c->timer, __ATOMIC_RELAXED) != NULL))
        chan_run_timer(c);
}

bool chan_send_locked(struct chan *c, const void *v, struct g **wake);
bool chan_recv_locked(struct chan *c, void *v, bool *ok, struct g **wake);
_Noreturn void chan_panic_closed(void);

/* Only the first to serve a select may wake it. */
static inline bool chan_claim(struct g *g) {
    uint32_t open = 0;
    return atomic_compare_exchange_strong_explicit(&g->claim, &open, 1, memory_order_acq_rel,
                                                   memory_order_relaxed);
}

#endif
