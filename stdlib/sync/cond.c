/* SPDX-License-Identifier: MIT */
/*
 * sync.Cond: tickets, so that a waiter counts from before it unlocks.
 *
 * Invariant: the ticket is taken while l is held and the wait begins after l is given up; a
 * signal in between finds the ticket and is not lost.  Signals go to the smallest ticket.
 *
 * Orders: the notify list's lock orders signal before the return of the wait it ends; l orders
 * everything else.
 */
#include "std.h"
#include <gocc/sync.h>

_Static_assert(sizeof(struct notify_list) <=
                   sizeof(((sync_cond *)0)->gocc__notify) + sizeof(((sync_cond *)0)->gocc__list),
               "the public struct has room for the runtime's");
_Static_assert(offsetof(sync_cond, gocc__list) - offsetof(sync_cond, gocc__notify) == 16,
               "no hole between the two");

static const struct handle_kind cond_kind = {"sync_cond", NULL};

static struct notify_list *cond_list(sync_cond *c) {
    NIL_CHECK(c);
    if (c->self != c) {
        handle_check_dead(c);
        panic_text(c->self != NULL ? "sync.Cond is copied"
                                   : "sync.Cond was not made by sync_new_cond()");
    }
    return (struct notify_list *)(void *)c->gocc__notify;
}

sync_cond *sync_new_cond_locker(sync_locker l) {
    sync_cond *c = handle_new(sizeof *c, &cond_kind);
    c->l = l;
    c->self = c;
    return c;
}

sync_cond *sync_new_cond_mutex(sync_mutex *m) {
    return sync_new_cond_locker(sync_mutex_locker(m));
}

sync_cond *sync_new_cond_rwmutex(sync_rwmutex *rw) {
    return sync_new_cond_locker(sync_rwmutex_locker(rw));
}

void sync_cond_wait(sync_cond *c) {
    struct notify_list *l = cond_list(c);
    uint32_t ticket = notify_list_add(l);
    sync_locker_unlock(c->l);
    notify_list_wait(l, ticket);
    sync_locker_lock(c->l);
}

void sync_cond_signal(sync_cond *c) {
    notify_list_one(cond_list(c));
}

void sync_cond_broadcast(sync_cond *c) {
    notify_list_all(cond_list(c));
}
