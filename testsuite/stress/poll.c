/* SPDX-License-Identifier: MIT */
/* Descriptors: bytes arrive in order, deadlines come and are moved while others wait, and who waits
 * for a descriptor that is closed is told. */
#include "lib.h"
#include "stress.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* As in a .gc file: the C library's is declared const, and then kept over a park. */
int *gocc__errno(void);
#undef errno
#define errno (*gocc__errno())

#define LINKS 24
#define BYTES 200000

struct link {
    int fd[2];
    struct poll_desc *pd[2];
};

static gocc_chan *done;

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void *link_new(void) {
    struct link *l = calloc(1, sizeof *l);
    int small = 4096;
    CHECK(l && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, l->fd) == 0, "socketpair");
    for (int i = 0; i < 2; i++) {
        setsockopt(l->fd[i], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
        CHECK((l->pd[i] = poll_open(l->fd[i])) != NULL, "poll_open");
    }
    return l;
}

static void wait_for(struct link *l, int side, char mode) {
    CHECK(errno == EAGAIN || errno == EINTR, "errno %d", errno);
    enum poll_result why = poll_wait(l->pd[side], mode);
    CHECK(why != POLL_CLOSED, "closed by nobody");
    if (why == POLL_TIMEOUT)
        poll_set_deadline(l->pd[side], mode, 0);
}

static void writer(void *arg) {
    struct link *l = arg;
    uint64_t s = seed_of((uint64_t)l->fd[0]);
    unsigned char text[1000];
    for (long at = 0; at < BYTES;) {
        long n = 1 + rnd(&s) % sizeof text;
        for (long i = 0; i < n; i++)
            text[i] = (unsigned char)(at + i);
        ssize_t put = write(l->fd[0], text, (size_t)(n < BYTES - at ? n : BYTES - at));
        if (put > 0)
            at += put;
        else
            wait_for(l, 0, 'w');
        if (rnd(&s) % 8 == 0)
            gocc_yield();
    }
    gocc_chan_send(done, &(int){0});
}

static void reader(void *arg) {
    struct link *l = arg;
    uint64_t s = seed_of((uint64_t)l->fd[1]);
    unsigned char text[700];
    for (long at = 0; at < BYTES;) {
        if (rnd(&s) % 16 == 0)
            poll_set_deadline(l->pd[1], 'r', now() + rnd(&s) % 200000);
        ssize_t got = read(l->fd[1], text, 1 + rnd(&s) % sizeof text);
        if (got <= 0)
            wait_for(l, 1, 'r');
        for (long i = 0; i < got; i++)
            CHECK(text[i] == (unsigned char)(at + i), "byte %ld is %d", at + i, text[i]);
        at += got > 0 ? got : 0;
    }
    gocc_chan_send(done, &(int){0});
}

/* Moves the deadline of one who waits. */
static void disturber(void *arg) {
    struct link *l = arg;
    uint64_t s = seed_of((uint64_t)l->fd[1] + 1000);
    for (int i = 0; i < 200; i++) {
        poll_set_deadline(l->pd[1], 'r', rnd(&s) % 2 ? 0 : now() + rnd(&s) % 100000);
        gocc_yield();
    }
    gocc_chan_send(done, &(int){0});
}

static void victim(void *arg) {
    struct link *l = arg;
    enum poll_result why;
    while ((why = poll_wait(l->pd[0], 'r')) == POLL_READY) {
    }
    CHECK(why == POLL_CLOSED, "%d", why);
    gocc_chan_send(done, &(int){0});
}

static void link_free(struct link *l) {
    for (int i = 0; i < 2; i++) {
        poll_close(l->pd[i]);
        close(l->fd[i]);
    }
    free(l);
}

static void evict_one(uint64_t *s) {
    struct link *l = link_new();
    int victims = 1 + (int)(rnd(s) % 3);
    for (int i = 0; i < victims; i++)
        gocc_go(victim, l);
    for (uint32_t i = rnd(s) % 4; i > 0; i--)
        gocc_yield();
    poll_evict(l->pd[0]);
    for (int i = 0; i < victims; i++)
        gocc_chan_recv(done, NULL);
    link_free(l);
}

int main(void) {
    struct link *links[LINKS];
    uint64_t s = seed_of(0);
    done = gocc_chan_make(sizeof(int), 0);
    for (int i = 0; i < 1000; i++)
        evict_one(&s);
    for (int i = 0; i < LINKS; i++) {
        links[i] = link_new();
        gocc_go(writer, links[i]);
        gocc_go(reader, links[i]);
        gocc_go(disturber, links[i]);
    }
    for (int i = 0; i < 3 * LINKS; i++)
        gocc_chan_recv(done, NULL);
    for (int i = 0; i < LINKS; i++)
        link_free(links[i]);
    return 0;
}
