/* What the machine itself takes: the floor under every row. */
#define _GNU_SOURCE
#include "bench.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

__attribute__((noinline)) static void empty(void)
{
    __asm__ volatile("");
}

static double call(void)
{
    enum { N = 100000000 };
    double t = bench_now();
    for (int i = 0; i < N; i++) empty();
    return (bench_now() - t) / N;
}

static double cas(void)
{
    enum { N = 50000000 };
    static int word;
    double t = bench_now();
    for (int i = 0; i < N; i++) {
        int old = i & 1;
        __atomic_compare_exchange_n(&word, &old, !old, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    }
    return (bench_now() - t) / N;
}

static double system_call(void)
{
    enum { N = 2000000 };
    double t = bench_now();
    for (int i = 0; i < N; i++) syscall(SYS_getppid);
    return (bench_now() - t) / N;
}

static int turn;

static void futex_turn(int mine)
{
    while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != mine)
        syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, !mine, NULL, NULL, 0);
}

static void futex_pass(int other)
{
    __atomic_store_n(&turn, other, __ATOMIC_RELEASE);
    syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

enum { TURNS = 20000 };

static void *futex_partner(void *arg)
{
    for (int i = 0; i < TURNS; i++) {
        futex_turn(1);
        futex_pass(0);
    }
    return arg;
}

static double futex_trip(void)
{
    pthread_t th;
    pthread_create(&th, NULL, futex_partner, NULL);
    double t = bench_now();
    for (int i = 0; i < TURNS; i++) {
        futex_pass(1);
        futex_turn(0);
    }
    t = (bench_now() - t) / TURNS;
    pthread_join(th, NULL);
    return t;
}

static double page_touch(void)
{
    enum { N = 100000 };
    char *p = mmap(NULL, (size_t)N * 4096, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    madvise(p, (size_t)N * 4096, MADV_NOHUGEPAGE);
    double t = bench_now();
    for (size_t i = 0; i < N; i++) p[i * 4096] = 1;
    t = (bench_now() - t) / N;
    munmap(p, (size_t)N * 4096);
    return t;
}

int main(int argc, char **argv)
{
    static const struct bench_row rows[] = {
        {"call", call, "ns"},           {"cas", cas, "ns"},
        {"syscall", system_call, "ns"}, {"futex_round_trip", futex_trip, "ns"},
        {"page_touch", page_touch, "ns"}, {0}};
    return bench_main(rows, argc, argv);
}
