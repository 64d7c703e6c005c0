/* SPDX-License-Identifier: MIT */
/* Timers, sleep, semaphores and notify lists, which the library builds on. */
#include "rt.h"
#include "runtime_test.h"
#include <unistd.h>

static gocc_chan *done;

static void note_timer(void *arg, int64_t late) {
    (void)late;
    note("%d ", (int)(intptr_t)arg);
}

TEST(timer, B286_fire_in_order, "1") {
    struct timer t[5];
    int64_t now = clock_mono();
    for (intptr_t i = 5; i > 0; i--) {
        t[i - 1] = (struct timer){.when = now + i * 1000000, .fn = note_timer, .arg = (void *)i};
        timer_start(&t[i - 1]);
    }
    gocc_sleep(6000000);
    EXPECT(strcmp(trail, "1 2 3 4 5 ") == 0);
    return 0;
}

TEST(timer, B285_sleep_is_never_short, "1") {
    for (int i = 0; i < 20; i++) {
        int64_t begin = clock_mono();
        gocc_sleep(i * 50000);
        EXPECT(clock_mono() - begin >= i * 50000);
    }
    gocc_sleep(0);
    gocc_sleep(-5);
    return 0;
}

static int fired[64];

static void fire(void *arg, int64_t late) {
    EXPECT(late >= 0);
    fired[(intptr_t)arg]++;
}

TEST(timer, stopped_ones_do_not_fire, "1") {
    static struct timer t[64];
    bool stopped[64] = {false};
    int64_t now = clock_mono();
    for (intptr_t i = 0; i < 64; i++) {
        t[i] = (struct timer){
            .when = now + 5000000 + (i * 37 % 64) * 1000, .fn = fire, .arg = (void *)i};
        timer_start(&t[i]);
    }
    for (int i = 0; i < 64; i += 2) {
        stopped[i] = timer_stop(&t[i]);
        EXPECT(!timer_stop(&t[i]));
    }
    gocc_sleep(10000000);
    for (int i = 0; i < 64; i++)
        EXPECT(fired[i] == !stopped[i]);
    return 0;
}

TEST(timer, reset_moves_and_tells, "1") {
    struct timer t = {.when = clock_mono() + INT64_C(3600000000000), .fn = fire};
    timer_start(&t);
    EXPECT(timer_reset(&t, clock_mono() + 1000000, 0));
    gocc_sleep(3000000);
    EXPECT(fired[0] == 1 && !timer_stop(&t));
    EXPECT(!timer_reset(&t, clock_mono() + 1000000, 0));
    gocc_sleep(3000000);
    EXPECT(fired[0] == 2);
    return 0;
}

TEST(timer, periods_do_not_pile_up, "1") {
    int64_t begin = clock_mono();
    struct timer t = {.when = begin + 1000000, .period = 1000000, .fn = fire};
    timer_start(&t);
    gocc_sleep(10500000);
    EXPECT(timer_stop(&t));
    int n = fired[0];
    EXPECT(n >= 1 && n <= (clock_mono() - begin) / 1000000);
    gocc_sleep(3000000);
    EXPECT(fired[0] == n);
    return 0;
}

static _Atomic bool sends, go_on, adopted, stopped;
static struct p *retiring, other;

static void stay_inside(void *arg, int64_t late) {
    (void)arg, (void)late;
    sends = true;
    while (!go_on)
        usleep(100);
}

static void *run_due(void *arg) {
    timer_run_heap(arg, clock_mono());
    return NULL;
}

static void *retire(void *arg) {
    (void)arg;
    timer_adopt(retiring, &other);
    adopted = true;
    return NULL;
}

static void *stop(void *t) {
    timer_stop(t);
    stopped = true;
    return NULL;
}

/* What must not happen gets some time to happen. */
static bool happens(_Atomic bool *what) {
    for (int i = 0; i < 50 && !*what; i++)
        usleep(1000);
    return *what;
}

TEST(timer, one_that_sends_is_waited_for_though_its_processor_retires, "1") {
    static struct timer t = {.period = INT64_C(3600000000000), .fn = stay_inside};
    pthread_t threads[3];
    retiring = rt_m()->p;
    timer_heap_init(&other.timers);
    t.when = clock_mono();
    timer_start(&t);
    pthread_create(&threads[0], NULL, run_due, &retiring->timers);
    while (!sends)
        usleep(100);
    pthread_create(&threads[1], NULL, retire, NULL);
    bool early = happens(&adopted);
    pthread_create(&threads[2], NULL, stop, &t);
    EXPECT(!happens(&stopped) && !early);
    go_on = true;
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    EXPECT(!timer_stop(&t));
    return 0;
}

/* ---- semaphores ---- */
static _Atomic uint32_t sem;
static int lifo;

static void acquire(void *arg) {
    sema_acquire(&sem, lifo != 0, WAIT_MUTEX);
    note("%d ", (int)(intptr_t)arg);
    gocc_chan_send(done, &(int){0});
}

static void run_waiters(void) {
    done = gocc_chan_make(sizeof(int), 5);
    for (intptr_t i = 0; i < 5; i++) {
        gocc_go(acquire, (void *)i);
        gocc_yield();
    }
    for (int i = 0; i < 5; i++) {
        sema_release(&sem, false);
        gocc_yield();
    }
    for (int i = 0; i < 5; i++)
        gocc_chan_recv(done, NULL);
}

USUAL_ORDER(sema, waiters_are_served_in_order) {
    run_waiters();
    EXPECT(strcmp(trail, "0 1 2 3 4 ") == 0);
    return 0;
}

USUAL_ORDER(sema, lifo_puts_itself_in_front) {
    lifo = 1;
    run_waiters();
    EXPECT(strcmp(trail, "4 3 2 1 0 ") == 0);
    return 0;
}

USUAL_ORDER(sema, handoff_runs_the_waiter_at_once) {
    done = gocc_chan_make(sizeof(int), 5);
    gocc_go(acquire, (void *)7);
    gocc_yield();
    sema_release(&sem, true);
    EXPECT(strcmp(trail, "7 ") == 0 && sem == 0);
    gocc_chan_recv(done, NULL);
    return 0;
}

static _Atomic int inside;

static void critical(void *arg) {
    (void)arg;
    for (int i = 0; i < 5000; i++) {
        sema_acquire(&sem, false, WAIT_MUTEX);
        EXPECT(atomic_fetch_add(&inside, 1) == 0);
        if (i % 7 == 0)
            gocc_yield();
        atomic_fetch_sub(&inside, 1);
        sema_release(&sem, false);
    }
    gocc_chan_send(done, &(int){0});
}

TEST(sema, excludes, "4") {
    done = gocc_chan_make(sizeof(int), 5);
    sem = 1;
    for (int i = 0; i < 8; i++)
        gocc_go(critical, NULL);
    for (int i = 0; i < 8; i++)
        gocc_chan_recv(done, NULL);
    EXPECT(sem == 1);
    return 0;
}

static struct notify_list list;

static void wait_ticket(void *arg) {
    notify_list_wait(&list, notify_list_add(&list));
    note("%d ", (int)(intptr_t)arg);
    gocc_chan_send(done, &(int){0});
}

USUAL_ORDER(notify, one_and_all_in_order_of_tickets) {
    done = gocc_chan_make(sizeof(int), 5);
    for (intptr_t i = 0; i < 5; i++) {
        gocc_go(wait_ticket, (void *)i);
        gocc_yield();
    }
    notify_list_one(&list);
    gocc_yield();
    EXPECT(strcmp(trail, "0 ") == 0);
    notify_list_one(&list);
    gocc_yield();
    EXPECT(strcmp(trail, "0 1 ") == 0);
    for (int i = 0; i < 5;) { /* once is enough if all of them wait */
        notify_list_all(&list);
        gocc_yield();
        while (gocc_chan_try_recv(done, NULL, NULL))
            i++;
    }
    EXPECT(strcmp(trail, "0 1 4 2 3 ") == 0);
    return 0;
}

TEST(notify, a_notify_before_the_wait_is_not_lost, "1") {
    uint32_t ticket = notify_list_add(&list);
    notify_list_one(&list);
    notify_list_wait(&list, ticket);
    return 0;
}
