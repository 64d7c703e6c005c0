/* SPDX-License-Identifier: MIT */
/* What only sysmon does, at moments that are chosen: its calls of three functions of the runtime
 * come by here first (rules.mk).  A round that another way of the goroutines has spoiled is made
 * again. */
#include "rt.h"
#include "runtime_child.h"
#include <semaphore.h>

static enum moment { NEVER, DRAINED, TAKEN, ASLEEP } _Atomic armed;
static _Atomic bool hit, placed, main_ready;
static sem_t main_goes, holder_goes;
static gocc_chan *waiter_done, *holder_wakes;

static bool is_sysmon(void) {
    struct m *m = rt_m();
    return m->foreign && m->g->system;
}

static bool disarm(enum moment which) {
    enum moment was = which;
    return which != NEVER && atomic_compare_exchange_strong(&armed, &was, NEVER);
}

static void let_go(void) {
    sem_post(&main_goes);
    sem_post(&holder_goes);
}

static bool is_asleep(const struct m *m) {
    char text[256];
    const char *end = thread_tells(m->tid, "stat", text, sizeof text) ? strrchr(text, ')') : NULL;
    return end != NULL && end[2] == 'S';
}

static bool all_stopped(void) {
    lock_take(&rt_sched.lock, RANK_SCHED);
    bool stopped = rt_sched.n_idle_m == rt_sched.n_m;
    lock_drop(&rt_sched.lock);
    for (struct m *m = rt_sched.all_m; m != NULL && stopped; m = m->all_next)
        stopped = m->tid == 0 || is_asleep(m);
    return stopped;
}

/* Sysmon alone has something in its hands, and the last to stop looks for a deadlock meanwhile. */
static void hold_it(void) {
    hit = true;
    let_go();
    while (!all_stopped())
        sched_yield();
}

/* Not from where sysmon holds an M meanwhile, which cannot stop then. */
static bool hands_off; /* sysmon's */

void __real_runq_global_put(struct g *head, struct g *tail, uint32_t n);
void __wrap_runq_global_put(struct g *head, struct g *tail, uint32_t n);
void __wrap_runq_global_put(struct g *head, struct g *tail, uint32_t n) {
    if (armed == DRAINED && is_sysmon() && hands_off && disarm(DRAINED))
        hold_it();
    __real_runq_global_put(head, tail, n);
}

void __real_proc_hand_off(struct p *p);
void __wrap_proc_hand_off(struct p *p);
void __wrap_proc_hand_off(struct p *p) {
    bool sysmon = is_sysmon();
    if (armed == TAKEN && sysmon && proc_private_work(p) && disarm(TAKEN))
        hold_it();
    if (sysmon)
        hands_off = true;
    __real_proc_hand_off(p);
    if (sysmon)
        hands_off = false;
}

int __real_futex_wait(_Atomic uint32_t *word, uint32_t val, int64_t ns);
int __wrap_futex_wait(_Atomic uint32_t *word, uint32_t val, int64_t ns);
int __wrap_futex_wait(_Atomic uint32_t *word, uint32_t val, int64_t ns) {
    if (armed == ASLEEP && (ns < 0 || ns > 1000000000) && is_sysmon() && disarm(ASLEEP))
        let_go();
    return __real_futex_wait(word, val, ns);
}

/* ---- a goroutine waits behind one that sleeps in C ---- */
static void wait_behind(void *moment) {
    if (disarm((enum moment)(intptr_t)moment)) /* it came here in another way */
        let_go();
    gocc_chan_send(waiter_done, &(int){1});
}

static int here(void) {
    struct proc_pin pin = proc_pin();
    int p = pin.p;
    proc_unpin(pin);
    return p;
}

/* Main keeps the other processor, and does not enter the runtime until this goroutine has one. */
static void hold(void *moment) {
    placed = true;
    while (!main_ready)
        sched_yield();
    if (here() == 1) {
        armed = (enum moment)(intptr_t)moment;
        gocc_go(wait_behind, moment);
    } else {
        gocc_go(wait_behind, (void *)(intptr_t)NEVER);
        let_go();
    }
    while (sem_wait(&holder_goes) != 0)
        ;
    gocc_chan_recv(holder_wakes, NULL);
    gocc_chan_send(waiter_done, &(int){2});
}

static int one_round(enum moment moment) {
    int first = 0, second = 0;
    placed = main_ready = false;
    gocc_gomaxprocs(1);
    gocc_gomaxprocs(2);
    gocc_go(hold, (void *)(intptr_t)moment);
    while (!placed)
        sched_yield();
    if (moment == DRAINED)
        gocc_gomaxprocs(1);
    main_ready = true;
    while (sem_wait(&main_goes) != 0)
        ;
    gocc_chan_recv(waiter_done, &first);
    gocc_chan_send(holder_wakes, &(int){0});
    gocc_chan_recv(waiter_done, &second);
    return first == 1 && second == 2;
}

static int rounds(enum moment moment) {
    waiter_done = gocc_chan_make(sizeof(int), 0);
    holder_wakes = gocc_chan_make(sizeof(int), 0);
    sem_init(&main_goes, 0, 0);
    sem_init(&holder_goes, 0, 0);
    while (!hit)
        if (!one_round(moment))
            return 1;
    return 0;
}

static int drained(int argc, char **argv) {
    (void)argc, (void)argv;
    return rounds(DRAINED);
}

static int taken(int argc, char **argv) {
    (void)argc, (void)argv;
    return rounds(TAKEN);
}

Test(sysmon, no_deadlock_while_it_empties_a_processor_out_of_use, .timeout = 60) {
    struct child *c = child_run("2", drained);
    cr_assert_eq(c->status, 0, "status %d: %s", c->status, c->err);
}

Test(sysmon, no_deadlock_while_it_has_taken_a_processor, .timeout = 60) {
    struct child *c = child_run("2", taken);
    cr_assert_eq(c->status, 0, "status %d: %s", c->status, c->err);
}

/* Only when all Ps are idle it sleeps for so long.  This one sleeps in C until then. */
static void end(void *arg) {
    gocc_chan_send(arg, &(int){0});
}

TEST(sysmon, who_sleeps_in_C_keeps_no_processor, "2") {
    gocc_chan *ended = gocc_chan_make(sizeof(int), 0);
    sem_init(&main_goes, 0, 0);
    gocc_go(end, ended);
    gocc_chan_recv(ended, NULL);
    armed = ASLEEP;
    while (sem_wait(&main_goes) != 0)
        ;
    return 0;
}
