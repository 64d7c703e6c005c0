/* SPDX-License-Identifier: MIT */
/*
 * Waking a poller that sleeps in epoll_wait (poll_epoll.c): wake_sent saves writes to the
 * eventfd.  Property: when all wakers are done and the poller sleeps, it has looked after each
 * of them had made its work visible.  With ORDER reversed (wake_sent reset before the eventfd
 * is emptied) spin finds the wake-up that was emptied while its flag stayed set; a looker that
 * empties the eventfd too (DRAIN) takes the wake-up away from the sleeper.
 */
#ifndef REVERSED
#define REVERSED 0
#endif
#ifndef DRAIN
#define DRAIN 0
#endif
#define WAKERS 3

byte efd = 0;           /* the eventfd's count; epoll reports it as long as it is not 0 */
bool wake_sent = false;
byte work = 0;          /* how many have made something visible */
byte looked = 0;        /* work, as the poller has last seen it */
byte done = 0;

active [WAKERS] proctype waker() {
    bool before;
    work++;
    atomic { before = wake_sent; wake_sent = true };
    if
    :: !before -> efd++
    :: else -> skip
    fi;
    done++
}

active proctype poller() {
    do
    :: atomic { efd > 0 -> skip };  /* epoll_wait() returns */
#if REVERSED
       wake_sent = false;
       efd = 0;
#else
       efd = 0;
       wake_sent = false;
#endif
       looked = work                /* poll_net() is back: timers, queues */
    od
}

/* poll_net(0) of a thread that has work to do. */
active proctype looker() {
    if
    :: efd > 0 && DRAIN -> efd = 0; wake_sent = false
    :: skip
    fi
}

active proctype property() {
    timeout -> assert(done == WAKERS && looked == WAKERS)
}
