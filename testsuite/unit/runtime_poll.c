/* SPDX-License-Identifier: MIT */
/* Waiting for descriptors, and fork. */
#include "runtime_child.h"
#include <errno.h>
#include <fcntl.h>
#include <lib.h>
#include <pthread.h>
#include <sys/socket.h>

#define MS INT64_C(1000000)

static int pair[2];
static struct poll_desc *end;

static struct poll_desc *open_pair(void) {
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    end = poll_open(pair[0]);
    EXPECT(end != NULL);
    return end;
}

static void write_later(void *arg) {
    (void)arg;
    gocc_sleep(2 * MS);
    EXPECT(write(pair[1], "x", 1) == 1);
}

/* A wait may return early; what counts is that the data is there when it is sure to be. */
static enum poll_result read_one(char *at, int64_t deadline) {
    enum poll_result r = POLL_READY;
    poll_set_deadline(end, 'r', deadline);
    while (r == POLL_READY && read(pair[0], at, 1) < 0 && errno == EAGAIN)
        r = poll_wait(end, 'r');
    return r;
}

TEST(poll, B341_waiting_parks_only_the_goroutine, "1") {
    char c = 0;
    open_pair();
    gocc_go(write_later, NULL);
    EXPECT(read_one(&c, 0) == POLL_READY && c == 'x');
    return 0;
}

TEST(poll, event_before_the_wait_is_kept, "1") {
    open_pair();
    EXPECT(write(pair[1], "x", 1) == 1);
    EXPECT(poll_wait(end, 'r') == POLL_READY);
    return 0;
}

TEST(poll, writable_at_once, "2") {
    open_pair();
    EXPECT(poll_wait(end, 'w') == POLL_READY);
    return 0;
}

TEST(poll, deadline_ends_the_wait, "1") {
    char c;
    open_pair();
    int64_t until = clock_mono() + 3 * MS;
    EXPECT(read_one(&c, until) == POLL_TIMEOUT);
    EXPECT(clock_mono() >= until);
    EXPECT(read_one(&c, clock_mono() - 1) == POLL_TIMEOUT);
    return 0;
}

static void expire_now(void *arg) {
    (void)arg;
    gocc_sleep(2 * MS);
    poll_set_deadline(end, 'r', 1);
}

TEST(poll, deadline_set_later_ends_the_wait, "2") {
    char c;
    open_pair();
    gocc_go(expire_now, NULL);
    EXPECT(read_one(&c, clock_mono() + 20000 * MS) == POLL_TIMEOUT);
    EXPECT(poll_wait(end, 'w') == POLL_READY);
    EXPECT(poll_check(end, 'r') == POLL_TIMEOUT);
    poll_set_deadline(end, 'r', 0);
    EXPECT(poll_check(end, 'r') == POLL_READY);
    return 0;
}

TEST(poll, data_before_the_deadline, "2") {
    char c = 0;
    open_pair();
    gocc_go(write_later, NULL);
    EXPECT(read_one(&c, clock_mono() + 20000 * MS) == POLL_READY && c == 'x');
    return 0;
}

static void close_later(void *arg) {
    (void)arg;
    gocc_sleep(2 * MS);
    poll_close(end);
}

TEST(poll, close_wakes_the_waiter, "2") {
    char c;
    open_pair();
    gocc_go(close_later, NULL);
    EXPECT(read_one(&c, 0) == POLL_CLOSED);
    return 0;
}

TEST(poll, plain_files_cannot_be_polled, "1") {
    int fd = open("/proc/self/exe", O_RDONLY);
    errno = 0;
    EXPECT(poll_open(fd) == NULL && errno == EPERM);
    EXPECT(poll_open(-1) == NULL && errno == EBADF);
    return 0;
}

static void echo(void *arg) {
    int fd = (int)(intptr_t)arg;
    struct poll_desc *pd = poll_open(fd);
    char buf[64];
    for (;;) {
        ssize_t n = read(fd, buf, sizeof buf);
        if (n == 0)
            break;
        if (n < 0)
            poll_wait(pd, 'r');
        else
            EXPECT(write(fd, buf, (size_t)n) == n);
    }
    poll_close(pd);
    close(fd);
}

static gocc_chan *finished;

static void client(void *arg) {
    int fd = (int)(intptr_t)arg;
    struct poll_desc *pd = poll_open(fd);
    char c;
    for (int i = 0; i < 100; i++) {
        EXPECT(write(fd, "y", 1) == 1);
        while (read(fd, &c, 1) < 0)
            poll_wait(pd, 'r');
    }
    poll_close(pd);
    close(fd);
    gocc_chan_send(finished, NULL);
}

TEST(poll, many_descriptors_on_two_processors, "2") {
    finished = gocc_chan_make(0, 0);
    for (int i = 0; i < 100; i++) {
        EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
        gocc_go(echo, (void *)(intptr_t)pair[0]);
        gocc_go(client, (void *)(intptr_t)pair[1]);
    }
    for (int i = 0; i < 100; i++)
        gocc_chan_recv(finished, NULL);
    return 0;
}

static void *write_from_thread(void *arg) {
    (void)arg;
    cr_assert_eq(write(pair[1], "x", 1), 1);
    return NULL;
}

/* No goroutine has ever run here: somebody must poll for this thread all the same. */
Test(poll, threads_of_the_program_wait_too, .timeout = 20) {
    pthread_t t;
    char c;
    cr_assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    end = poll_open(pair[0]);
    cr_assert_eq(read_one(&c, clock_mono() + 3 * MS), POLL_TIMEOUT);
    pthread_create(&t, NULL, write_from_thread, NULL);
    cr_assert_eq(read_one(&c, 0), POLL_READY);
    pthread_join(t, NULL);
    poll_close(end);
}

/* ---- fork ---- */

static gocc_chan *parents;

static void sleeper(void *arg) {
    (void)arg;
    for (;;)
        gocc_sleep(MS);
}

static void producer(void *c) {
    for (int i = 0; i < 100; i++)
        gocc_chan_send(c, &i);
    gocc_chan_close(c);
}

static int child_works(void) {
    gocc_chan *c = gocc_chan_make(sizeof(int), 0);
    int sum = 0, v;
    gocc_go(producer, c);
    while (gocc_chan_recv(c, &v))
        sum += v;
    gocc_sleep(MS);
    return sum == 4950 && gocc_num_goroutine() == 1 ? 7 : 8;
}

TEST(fork, B391_child_has_a_scheduler_of_its_own, "2") {
    int status = 0;
    for (int i = 0; i < 10; i++)
        gocc_go(sleeper, NULL);
    gocc_sleep(2 * MS);
    pid_t pid = fork();
    if (pid == 0)
        _exit(child_works());
    EXPECT(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 7);
    EXPECT(gocc_num_goroutine() == 11);
    return 0;
}

static int fork_and_wait(int argc, char **argv) {
    int status;
    (void)argc, (void)argv;
    parents = gocc_chan_make(0, 0);
    gocc_go(sleeper, NULL);
    pid_t pid = fork();
    if (pid == 0)
        gocc_chan_recv(parents, NULL);
    waitpid(pid, &status, 0);
    return WEXITSTATUS(status) + 10;
}

Test(fork, B391_child_without_partner_is_told) {
    struct child *c = child_run("2", fork_and_wait);
    cr_assert_eq(c->status, 12);
    SAYS("all goroutines are asleep - deadlock!");
}
