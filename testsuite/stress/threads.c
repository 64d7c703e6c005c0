/* SPDX-License-Identifier: MIT */
/* Threads of the program, goroutines that block in the kernel or compute, locked goroutines and
 * a changing GOMAXPROCS around one set of channels. */
#include "stress.h"
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#define THREADS 4
#define WORKERS 12
#define ROUNDS  300

static gocc_chan *request, *reply, *done;
static _Atomic int stop;

static void *client(void *arg) {
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        int v;
        gocc_chan_send(request, &i);
        CHECK(gocc_chan_recv(reply, &v), "reply is open");
    }
    return NULL;
}

static void burn(uint32_t n) {
    for (volatile uint32_t i = 0; i < n; i++) {
    }
}

static void worker(void *arg) {
    uint64_t s = seed_of((uint64_t)(uintptr_t)arg);
    int v;
    while (gocc_chan_recv(request, &v)) {
        uint32_t kind = rnd(&s) % 16;
        if (kind == 0)
            usleep(200);
        else if (kind == 1)
            burn(200000);
        else if (kind < 5)
            gocc_yield();
        gocc_chan_send(reply, &v);
    }
    gocc_chan_send(done, &v);
}

static void locked(void *arg) {
    (void)arg;
    gocc_lock_os_thread();
    long tid = syscall(SYS_gettid);
    while (!stop) {
        gocc_sleep(100000);
        gocc_yield();
        CHECK(syscall(SYS_gettid) == tid, "a locked goroutine has moved");
    }
    gocc_unlock_os_thread();
    gocc_chan_send(done, &(int){0});
}

static void changer(void *arg) {
    uint64_t s = seed_of(77);
    (void)arg;
    while (!stop) {
        gocc_gomaxprocs(1 + (int)(rnd(&s) % 6));
        gocc_sleep(500000);
    }
    gocc_chan_send(done, &(int){0});
}

int main(void) {
    pthread_t t[THREADS];
    request = gocc_chan_make(sizeof(int), 0);
    reply = gocc_chan_make(sizeof(int), 0);
    done = gocc_chan_make(sizeof(int), 0);
    for (intptr_t i = 0; i < WORKERS; i++)
        gocc_go(worker, (void *)i);
    gocc_go(locked, NULL);
    gocc_go(locked, NULL);
    gocc_go(changer, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&t[i], NULL, client, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    stop = 1;
    gocc_chan_close(request);
    for (int i = 0; i < WORKERS + 3; i++)
        gocc_chan_recv(done, NULL);
    return 0;
}
