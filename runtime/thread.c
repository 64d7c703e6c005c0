/* SPDX-License-Identifier: MIT */
/*
 * Ms: the runtime's threads, and the pseudo-Ms of threads that the program made itself.
 *
 * Invariants
 *  - gocc__m of a thread is set before any goroutine code runs on it and changes only when
 *    the main thread turns from a pseudo-M into a real one.
 *  - Real Ms are never freed: sysmon and dumps walk rt_sched.all_m without a lock.  An M that
 *    has nothing to do sleeps in the idle list; there are never more than have been needed
 *    at once.  A thread ends only with a goroutine that was locked to it, as in Go, for that
 *    one may have changed what other goroutines must not see (a namespace, a signal mask); its M
 *    has tid 0 and waits in spare_ms for the next thread.
 *  - A pseudo-M dies with its thread (pthread key destructor); while one lives there is no
 *    deadlock report, because that thread may still send.
 * Scheduler stacks are 64 KiB of the thread's own: timers and the scheduler run there, fault
 * handlers have a sigaltstack.
 */
#include "rt.h"
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

_Thread_local struct m *gocc__m __attribute__((tls_model("initial-exec")));
_Thread_local struct gocc__frame **gocc__frames
    __attribute__((tls_model("initial-exec"), visibility("default")));

#define M_STACK       (64 * 1024)
#define M_LIMIT       10000
#define LOOK_FIRST_NS 1000000 /* for the end of all threads */
#define LOOK_LAST_NS  100000000
static _Atomic int m_limit = M_LIMIT;
#ifdef RT_TSAN
static _Atomic int helper_threads = 1; /* TSan has a thread of its own */
#else
static _Atomic int helper_threads; /* sysmon and the like */
#endif
static sigset_t start_mask; /* of the thread that started the scheduler */
static pthread_key_t foreign_key, ending_key;
static void keys_init(void);
static pthread_once_t foreign_once = PTHREAD_ONCE_INIT;

/* Called on the thread that m stands for. */
void m_init_self(struct m *m) {
    m->self = m;
    m->errno_ptr = &errno;
    m->cxx = __cxa_get_globals != NULL ? __cxa_get_globals() : NULL;
    m->thread = pthread_self();
    m->tid = (int)syscall(SYS_gettid);
    clockid_t clock; /* the race detector sees what is written, and knows nothing of spare Ms */
    pthread_getcpuclockid(m->thread, &clock);
    m->cpu_clock = clock;
    race_thread_memory(m);
    gocc__m = m;
}

static struct lock spare_lock; /* guards spare_ms */
static struct m *spare_ms;     /* linked by idle_next */

static void m_publish(struct m *m) {
    if (m->listed)
        return;
    m->listed = true;
    struct m *head = atomic_load_explicit(&rt_sched.all_m, memory_order_relaxed);
    do
        m->all_next = head;
    /* release: readers of the list see the initialised M */
    while (!atomic_compare_exchange_weak_explicit(&rt_sched.all_m, &head, m, memory_order_release,
                                                  memory_order_relaxed));
}

void m_adopt_thread(struct m *m) {
    m_init_self(m);
    m->rites = 0;
    pthread_once(&foreign_once, keys_init);
    pthread_setspecific(ending_key, m);
    m_publish(m);
    fault_m_init(m);
}

static void *m_thread(void *arg) {
    struct m *m = arg;
    m_adopt_thread(m);
    pthread_sigmask(SIG_SETMASK, &start_mask, NULL);
    proc_arrive(m);
    find_loop();
    return NULL;
}

static void thread_fail(int err) {
    const char *limit = limit_of_memory(2 * M_STACK); /* the stack with its guard and more */
    if (err == EAGAIN && limit == NULL)
        limit = "limit of processes reached (ulimit -u, or pids.max of the cgroup)";
    if (limit != NULL)
        fatal_error("runtime: cannot create a thread (%s): %s", strerror(err), limit);
    fatal_error("runtime: cannot create a thread: %s", strerror(err));
}

/* Signals are blocked while the thread starts: a handler needs its sigaltstack. */
void thread_make(void *(*fn)(void *), void *arg) {
    pthread_attr_t attr;
    pthread_t thread;
    sigset_t all, old;
    int saved = errno;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, M_STACK < PTHREAD_STACK_MIN ? PTHREAD_STACK_MIN : M_STACK);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int err = pthread_create(&thread, &attr, fn, arg);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    if (err != 0)
        thread_fail(err);
    errno = saved;
}

/* A new thread inherits its maker's directory, namespaces, capabilities, priority, processors and
 * name.  Who locks a goroutine to its thread may want to change them for that one alone, and what a
 * thread of the program has is not known; so sysmon makes theirs. */
static bool is_like_others(const struct m *m) {
    return m != NULL && !m->foreign && !m->ending && m->locked_g == NULL;
}

static void thread_create(void *(*fn)(void *), void *arg) {
    if (is_like_others(rt_m_or_null()) || !sysmon_makes_thread(fn, arg))
        thread_make(fn, arg);
}

static struct m *m_spare(void) {
    lock_take(&spare_lock, RANK_STACK);
    struct m *m = spare_ms;
    if (m != NULL)
        spare_ms = m->idle_next;
    lock_drop(&spare_lock);
    return m;
}

struct m *m_new(void) {
    struct m *m = m_spare();
    if (m == NULL)
        m = calloc(1, sizeof *m);
    if (m == NULL)
        fatal_error("out of memory (thread)");
    m->in_rt = 1; /* it may get a P, which nobody may take, before its thread runs */
    return m;
}

static void m_ended(struct m *m) {
    /* seq_cst: who reads tid 0 and then gone finds the thread there */
    int tid = atomic_load_explicit(&m->tid, memory_order_relaxed);
    atomic_store(&m->gone, tid);
    atomic_store(&m->tid, 0);
    if (!m->stays) {
        lock_take(&spare_lock, RANK_STACK);
        m->idle_next = spare_ms;
        spare_ms = m;
        lock_drop(&spare_lock);
    }
    proc_forget_m();
}

/* C's way to end main while threads go on, and goroutines do: the process ends with the last of
 * them.  Nobody tells when that is.  This thread is the one that looks, and not only because it
 * has nothing else to do: without a first thread /proc/self shows nothing of a process. */
_Noreturn static void outlive_all(void) {
    struct timespec pause = {.tv_nsec = LOOK_FIRST_NS};
    while (sched_live() > 0 || timer_any_waited() || thread_count_foreign() > 0) {
        nanosleep(&pause, NULL);
        if (pause.tv_nsec < LOOK_LAST_NS)
            pause.tv_nsec *= 2;
    }
    exit(0);
}

/* By pthread_exit() or pthread_cancel(). */
static void goroutine_was_left(struct m *m) {
    struct g *g = m->g;
    sanitize_left(m);
    if (g != NULL)
        g->panics = NULL; /* they lie on a stack that has been left */
    if (g == NULL || g->id != 1)
        fatal_error("a thread was ended while it ran goroutine %llu (pthread_exit or "
                    "pthread_cancel); runtime_goexit() ends a goroutine",
                    g != NULL ? (unsigned long long)g->id : 0);
    m->stays = true;
    rt_sched.main_left = true;
    sched_leave_g();
    m_end(m);
}

/* Other destructors may use the runtime, as a thread of the program.  Until the last round of
 * them the thread counts as running: it may send what somebody waits for. */
static void last_rites(void *arg) {
    struct m *m = arg;
    if (m->rites == 0) {
        goroutine_was_left(m);
    } else if (++m->rites == PTHREAD_DESTRUCTOR_ITERATIONS ||
               pthread_setspecific(ending_key, m) != 0) {
        m_ended(m);
        if (m->stays)
            outlive_all();
    }
}

void m_end(struct m *m) {
    fault_m_exit(m);
    gocc__m = NULL;
    gocc__frames = NULL;
    race_slot(&m->ending); /* what its goroutine did comes before the destructors */
    m->ending = false;
    m->fiber = NULL;
    m->stack_bottom = NULL;
    m->rites = 1;
    if (pthread_setspecific(ending_key, m) != 0)
        m_ended(m);
}

void m_first_waits(struct m *m) {
    m->stays = true;
    m_ended(m);
    for (;;)
        poll(NULL, 0, -1);
}

void m_run(struct m *m) {
    thread_create(m_thread, m);
}

void m_remember_mask(void) {
    pthread_sigmask(SIG_SETMASK, NULL, &start_mask);
}

int gocc_set_max_threads(int n) {
    int before = atomic_exchange(&m_limit, n);
    rt_enter();
    lock_take(&rt_sched.lock, RANK_SCHED);
    uint32_t have = rt_sched.n_m;
    lock_drop(&rt_sched.lock);
    rt_leave();
    m_check_limit(have);
    return before;
}

void m_check_limit(uint32_t have) {
    int limit = atomic_load_explicit(&m_limit, memory_order_relaxed);
    if ((int64_t)have > limit) {
        char text[80];
        int n = snprintf(text, sizeof text, "runtime: program exceeds %d-thread limit\n", limit);
        if (write(2, text, (size_t)n) < 0) {
            /* nowhere to say it */
        }
        fatal_error("thread exhaustion");
    }
}

/* ---- threads of the program ---- */
static void foreign_end(void *arg) {
    struct m *m = arg;
    solo_foreign(-1);
    proc_foreign_gone();
    fault_m_exit(m);
    gocc__m = NULL;
    gocc__frames = NULL;
    m->g->panics = NULL; /* they lie on a stack that has been left */
    panic_goroutine_end(m->g);
    free(m->g);
    free(m);
}

static void keys_init(void) {
    pthread_key_create(&foreign_key, foreign_end);
    pthread_key_create(&ending_key, last_rites);
}

struct m *m_foreign(void) {
    struct m *m = calloc(1, sizeof *m);
    struct g *g = calloc(1, sizeof *g);
    if (m == NULL || g == NULL)
        fatal_error("out of memory (thread of the program)");
    pthread_once(&foreign_once, keys_init);
    m_init_self(m);
    m->foreign = true;
    m->g = g;
    gocc__frames = &g->frames;
    g->foreign = true;
    g->m = m;
    g->state = G_RUNNING;
    pthread_setspecific(foreign_key, m);
    fault_m_init(m);
    solo_foreign(1);
    if (GUEST) /* no main has done it, and a deferred recover may be all that this thread uses */
        proc_ensure();
    return m;
}

void thread_set_aside(bool aside) {
    atomic_fetch_add(&helper_threads, aside ? 1 : -1);
    solo_foreign(aside ? -1 : 1);
}

/* The main thread used the runtime (in a constructor) before it became an M. */
void m_forget_foreign(void) {
    struct m *m = rt_m_or_null();
    if (m == NULL || !m->foreign)
        return;
    pthread_setspecific(foreign_key, NULL);
    foreign_end(m);
}

/* The file is not kept open: the thread may end meanwhile, and programs close descriptors whose
 * numbers they do not know. */
bool thread_tells(int tid, const char *file, char *text, size_t size) {
    char path[48];
    snprintf(path, sizeof path, "/proc/self/task/%d/%s", tid, file);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return false;
    text[n] = '\0';
    return true;
}

static int count_tasks(void) {
    DIR *d = opendir("/proc/self/task");
    if (d == NULL)
        return -1;
    int n = 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

/* An emulator of processors (qemu-user) has threads of its own, and pretends to be the program in
 * one of these files only. */
static int count_emulators(void) {
    char shown[PATH_MAX], real[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", shown, sizeof shown);
    ssize_t k = readlink("/proc/thread-self/exe", real, sizeof real);
    if (n <= 0 || k <= 0 || (n == k && memcmp(shown, real, (size_t)n) == 0))
        return 0;
    return count_tasks() - 1;
}

void thread_init(void) {
    atomic_fetch_add(&helper_threads, count_emulators());
}

/* Those of the runtime: helpers, Ms, and those that are about to end. */
static int count_ours(void) {
    int ours = atomic_load(&helper_threads);
    for (struct m *m = atomic_load(&rt_sched.all_m); m != NULL; m = m->all_next) {
        int gone = atomic_load(&m->gone);
        ours += atomic_load(&m->tid) != 0;
        ours += gone != 0 && syscall(SYS_tgkill, getpid(), gone, 0) == 0;
    }
    return ours;
}

int thread_count_foreign(void) {
    for (;;) {
        int ours = count_ours(), tasks = count_tasks();
        if (tasks < 0)
            return (int)atomic_load(&rt_sched.n_foreign);
        if (ours == count_ours()) /* none has ended meanwhile */
            return tasks > ours ? tasks - ours : 0;
    }
}

int64_t thread_cpu(struct m *m) {
    struct timespec ts;
    if (clock_gettime(m->cpu_clock, &ts) != 0)
        return -1;
    return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

void thread_count_helper(void) {
    atomic_fetch_add(&helper_threads, 1);
}

void thread_helper(void *(*fn)(void *)) {
    thread_count_helper();
    thread_create(fn, NULL);
}

/* The child of a fork has this thread only. */
void m_after_fork(struct m *m) {
    atomic_store(&helper_threads, count_emulators());
    spare_ms = NULL;
    m->tid = (int)syscall(SYS_gettid);
    pthread_getcpuclockid(m->thread, &m->cpu_clock);
}

struct lock *thread_spare_lock(void) /* for fork.c */
{
    return &spare_lock;
}
