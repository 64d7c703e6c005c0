/* SPDX-License-Identifier: MIT */
/*
 * Waiting for descriptors by epoll.
 *
 * Invariants
 *  - The epoll instance and the eventfd that interrupts it are made once, by the first
 *    poll_open(), and live as long as the process.
 *  - wake_sent is true from a poll_wake() until the poller has emptied the eventfd, so a
 *    thousand wakes cost one write.  Exchanges are sequentially consistent: whoever finds
 *    true may rely on the poller to return after what it did before.
 *  - The eventfd is level-triggered and only a poller that sleeps (delay != 0) empties it: one
 *    that just looks must not take the wake-up away from one that is asleep.
 *  - Registration of the others is for both directions, edge-triggered, once per descriptor: 1
 *    system call per connection instead of 2 per wait.
 */
#include "rt.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EVENTS 128
#define ODD    (EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR)

static struct lock init_lock; /* guards the making of the two descriptors */
static _Atomic int epoll_fd = -1;
static int wake_fd = -1;
static _Atomic bool wake_sent;
static _Atomic bool no_pwait2;

bool poll_active(void) {
    return atomic_load_explicit(&epoll_fd, memory_order_acquire) >= 0;
}

static int make_both(void) {
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = NULL};
    int ep = epoll_create1(EPOLL_CLOEXEC);
    if (ep < 0)
        return errno;
    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0 || epoll_ctl(ep, EPOLL_CTL_ADD, wake_fd, &ev) != 0) {
        int err = errno;
        if (wake_fd >= 0)
            close(wake_fd);
        close(ep);
        return err;
    }
    tsan_release(&epoll_fd); /* the detector knows of descriptors, too */
    /* release: readers of epoll_fd see wake_fd */
    atomic_store_explicit(&epoll_fd, ep, memory_order_release);
    return 0;
}

static int make_once(void) {
    if (poll_active())
        return 0;
    lock_take(&init_lock, RANK_POLL);
    int err = poll_active() ? 0 : make_both();
    lock_drop(&init_lock);
    return err;
}

int poll_os_open(struct poll_desc *pd) {
    int err = make_once();
    if (err)
        return err;
    tsan_acquire(&epoll_fd);
    struct epoll_event ev = {.events = EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP | EPOLLET,
                             .data.ptr = pd};
    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, pd->fd, &ev) == 0 ? 0 : errno;
}

void poll_os_close(struct poll_desc *pd) {
    epoll_ctl(epoll_fd, EPOLL_CTL_DEL, pd->fd, NULL);
}

/* delay in ns, < 0: for ever.  Kernels before 5.11 know milliseconds only. */
static int wait_events(struct epoll_event *ev, int64_t delay) {
    if (!atomic_load_explicit(&no_pwait2, memory_order_relaxed)) {
        struct timespec ts = {.tv_sec = delay / 1000000000, .tv_nsec = delay % 1000000000};
        int n = (int)syscall(SYS_epoll_pwait2, epoll_fd, ev, EVENTS, delay < 0 ? NULL : &ts, NULL,
                             (size_t)0);
        if (n >= 0 || (errno != ENOSYS && errno != EPERM))
            return n;
        atomic_store_explicit(&no_pwait2, true, memory_order_relaxed);
    }
    int64_t ms = delay < 0 ? -1 : (delay + 999999) / 1000000;
    return epoll_wait(epoll_fd, ev, EVENTS, ms > INT_MAX ? INT_MAX : (int)ms);
}

/* Emptied first, then reset.  A wake in between writes nothing, but its caller's doings are
 * seen: the poller is awake and looks again.  The other order could empty a second wake and
 * leave wake_sent true for ever. */
static void drain_wake(void) {
    uint64_t count;
    tsan_acquire(&epoll_fd);
    while (read(wake_fd, &count, sizeof count) > 0)
        ;
    atomic_store(&wake_sent, false);
}

static _Noreturn void broken(const char *call) {
    fatal_error("runtime: nobody can wait for descriptors any more (%s: %s); a program must close "
                "only what it has opened",
                call, strerror(errno));
}

struct g *poll_net(int64_t delay) {
    struct epoll_event ev[EVENTS];
    struct g *list = NULL;
    if (!poll_active())
        return NULL;
    int n = wait_events(ev, delay);
    if (n < 0 && errno != EINTR)
        broken("epoll_wait");
    for (int i = 0; i < n; i++) {
        struct poll_desc *pd = ev[i].data.ptr;
        uint32_t e = ev[i].events;
        if (pd)
            list = poll_event(pd, e & (EPOLLIN | ODD), e & (EPOLLOUT | EPOLLHUP | EPOLLERR),
                              e & ODD, list);
        else if (delay != 0)
            drain_wake();
    }
    return list;
}

void poll_wake(void) {
    uint64_t one = 1;
    if (!poll_active() || atomic_exchange(&wake_sent, true))
        return;
    tsan_acquire(&epoll_fd);
    int saved = errno;
    while (write(wake_fd, &one, sizeof one) < 0)
        if (errno != EINTR)
            broken("eventfd");
    errno = saved;
}

void poll_os_forget(void) {
    int ep = atomic_exchange(&epoll_fd, -1);
    if (ep < 0)
        return;
    close(ep);
    close(wake_fd);
    atomic_store(&wake_sent, false);
}
