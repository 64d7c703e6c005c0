/* SPDX-License-Identifier: MIT */
/* What no other program here mixes: signals that interrupt whatever runs, processes that are made
 * and waited for, GOMAXPROCS up and down, locked goroutines, threads asleep in C, descriptors whose
 * deadlines come while they are closed; and channels, timers and semaphores between all of them. */
#include "lib.h"
#include "stress.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 60

int *gocc__errno(void);

static gocc_chan *done, *ring;
static _Atomic int stop;
static _Atomic long signals;
static _Atomic uint32_t sema = 3;
static _Atomic int held;
static pthread_t sender_thread;
static char *self[] = {"/bin/true", NULL};

static void on_signal(int sig) {
    (void)sig;
    atomic_fetch_add(&signals, 1);
}

static void pass(void *arg) {
    uint64_t s = seed_of((uint64_t)(uintptr_t)arg);
    int v = 0;
    while (gocc_chan_recv(ring, &v) && v != 0) {
        *gocc__errno() = v;
        if (rnd(&s) % 4 == 0)
            gocc_yield();
        int now = *gocc__errno();
        CHECK(now == v, "errno %d of %d", now, v);
        gocc_chan_send(ring, &v);
    }
    gocc_chan_send(done, &v);
}

static void hold(void *arg) {
    uint64_t s = seed_of((uint64_t)(uintptr_t)arg + 100);
    while (!stop) {
        sema_acquire(&sema, false, WAIT_SEMACQUIRE);
        CHECK(atomic_fetch_add(&held, 1) < 3, "more than three hold it");
        if (rnd(&s) % 8 == 0)
            usleep(rnd(&s) % 300); /* its P may be taken */
        else
            gocc_yield();
        atomic_fetch_sub(&held, 1);
        sema_release(&sema, rnd(&s) % 2 == 0);
    }
    gocc_chan_send(done, &(int){0});
}

static void locked(void *arg) {
    uint64_t s = seed_of((uint64_t)(uintptr_t)arg + 200);
    while (!stop) {
        gocc_lock_os_thread();
        pthread_t me = pthread_self();
        for (uint32_t i = rnd(&s) % 8; i > 0; i--) {
            gocc_sleep(rnd(&s) % 50000);
            gocc_yield();
            CHECK(pthread_equal(me, pthread_self()), "a locked goroutine has moved");
        }
        gocc_unlock_os_thread();
    }
    gocc_chan_send(done, &(int){0});
}

static void change(void *arg) {
    uint64_t s = seed_of(300);
    (void)arg;
    while (!stop) {
        gocc_gomaxprocs(1 + (int)(rnd(&s) % 8));
        gocc_sleep(rnd(&s) % 300000);
    }
    gocc_chan_send(done, &(int){0});
}

static void run_children(void *arg) {
    int status;
    (void)arg;
    for (int i = 0; i < ROUNDS / 4; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            execv(self[0], self);
            _exit(0);
        }
        CHECK(pid > 0, "fork");
        while (waitpid(pid, &status, 0) < 0)
            CHECK(*gocc__errno() == EINTR, "errno %d", *gocc__errno());
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", status);
        gocc_yield();
    }
    gocc_chan_send(done, &(int){0});
}

static void wait_on(void *arg) {
    while (poll_wait(arg, 'r') != POLL_CLOSED)
        poll_set_deadline(arg, 'r', 0);
    gocc_chan_send(done, &(int){0});
}

static int64_t soon(uint32_t ns) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec + ns;
}

/* Who waits for it is told by the deadline or by the close, and goes on exactly once. */
static void close_while_due(uint64_t *s) {
    int fd[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == 0, "socketpair");
    struct poll_desc *pd = poll_open(fd[0]);
    CHECK(pd != NULL, "poll_open");
    for (int i = 0; i < 3; i++)
        gocc_go(wait_on, pd);
    for (uint32_t i = rnd(s) % 4; i > 0; i--) {
        poll_set_deadline(pd, 'r', soon(rnd(s) % 40000));
        gocc_yield();
    }
    poll_evict(pd);
    for (int i = 0; i < 3; i++)
        gocc_chan_recv(done, NULL);
    poll_close(pd);
    close(fd[0]);
    close(fd[1]);
}

static void *send_signals(void *arg) {
    (void)arg;
    while (!stop) {
        kill(getpid(), SIGUSR1);
        usleep(200);
    }
    return NULL;
}

static void flood(void) {
    struct sigaction act = {.sa_handler = on_signal, .sa_flags = SA_RESTART | SA_ONSTACK};
    struct itimerval often = {{0, 1000}, {0, 1000}};
    sigaction(SIGALRM, &act, NULL);
    sigaction(SIGUSR1, &act, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    CHECK(pthread_create(&sender_thread, NULL, send_signals, NULL) == 0, "no thread");
}

/* Takes what goes round and puts in what ends who takes it. */
static void end_ring(int left) {
    while (left > 0) {
        int v, end = 0;
        gocc_case k[] = {{.c = done, .v = &v, .op = GOCC_RECV},
                         {.c = ring, .v = &v, .op = GOCC_RECV},
                         {.c = ring, .v = &end, .op = GOCC_SEND}};
        if (gocc_select(k, 3, 0) == 0)
            left--;
        gocc_yield();
    }
}

int main(void) {
    uint64_t s = seed_of(0);
    int v;
    done = gocc_chan_make(sizeof(int), 0);
    ring = gocc_chan_make(sizeof(int), 2);
    flood();
    for (intptr_t i = 0; i < 6; i++)
        gocc_go(pass, (void *)i);
    for (v = 1; v <= 4; v++)
        gocc_chan_send(ring, &v);
    for (intptr_t i = 0; i < 6; i++)
        gocc_go(hold, (void *)i);
    for (intptr_t i = 0; i < 3; i++)
        gocc_go(locked, (void *)i);
    gocc_go(change, NULL);
    for (int i = 0; i < ROUNDS; i++)
        close_while_due(&s);
    gocc_go(run_children, NULL);
    gocc_chan_recv(done, NULL);
    stop = 1;
    for (int i = 0; i < 10; i++)
        gocc_chan_recv(done, NULL);
    end_ring(6);
    pthread_join(sender_thread, NULL);
    return 0;
}
