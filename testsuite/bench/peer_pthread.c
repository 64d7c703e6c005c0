/* POSIX threads: what one pays without a runtime. */
#include "bench.h"
#include <pthread.h>
#include <unistd.h>

static void *nothing(void *arg)
{
    return arg;
}

static double spawn_batches(void)
{
    enum { N = 5000 };
    double t = bench_now();
    for (int i = 0; i < N; i++) {
        pthread_t th;
        pthread_create(&th, NULL, nothing, NULL);
        pthread_join(th, NULL);
    }
    return (bench_now() - t) / N;
}

/* a channel of int as a mutex, two conditions and a ring */
struct queue {
    pthread_mutex_t lock;
    pthread_cond_t not_full, not_empty;
    int cap, n, head, ring[128];
};

static void queue_init(struct queue *q, int cap)
{
    memset(q, 0, sizeof *q);
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->not_full, NULL);
    pthread_cond_init(&q->not_empty, NULL);
    q->cap = cap;
}

static void queue_put(struct queue *q, int v)
{
    pthread_mutex_lock(&q->lock);
    while (q->n == q->cap) pthread_cond_wait(&q->not_full, &q->lock);
    q->ring[(q->head + q->n++) % q->cap] = v;
    pthread_cond_signal(&q->not_empty);
    pthread_mutex_unlock(&q->lock);
}

static int queue_get(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    while (q->n == 0) pthread_cond_wait(&q->not_empty, &q->lock);
    int v = q->ring[q->head];
    q->head = (q->head + 1) % q->cap;
    q->n--;
    pthread_cond_signal(&q->not_full);
    pthread_mutex_unlock(&q->lock);
    return v;
}

struct pipe_job {
    struct queue there, back;
    int n;
};

static void *echo(void *arg)
{
    struct pipe_job *j = arg;
    for (int i = 0; i < j->n; i++) queue_put(&j->back, queue_get(&j->there));
    return NULL;
}

static double pingpong(void)
{
    struct pipe_job j = {.n = 20000};
    queue_init(&j.there, 1);
    queue_init(&j.back, 1);
    pthread_t th;
    pthread_create(&th, NULL, echo, &j);
    double t = bench_now();
    for (int i = 0; i < j.n; i++) {
        queue_put(&j.there, i);
        queue_get(&j.back);
    }
    t = (bench_now() - t) / j.n;
    pthread_join(th, NULL);
    return t;
}

static void *produce(void *arg)
{
    struct pipe_job *j = arg;
    for (int i = 0; i < j->n; i++) queue_put(&j->there, i);
    return NULL;
}

static double buffered_128(void)
{
    struct pipe_job j = {.n = 1000000};
    queue_init(&j.there, 128);
    pthread_t th;
    double t = bench_now();
    pthread_create(&th, NULL, produce, &j);
    for (int i = 0; i < j.n; i++) queue_get(&j.there);
    t = (bench_now() - t) / j.n;
    pthread_join(th, NULL);
    return t;
}

static double mutex_alone(void)
{
    enum { N = 20000000 };
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    double t = bench_now();
    for (int i = 0; i < N; i++) {
        pthread_mutex_lock(&m);
        pthread_mutex_unlock(&m);
    }
    return (bench_now() - t) / N;
}

static void *stay(void *arg)
{
    pause();
    return arg;
}

static double mutex_free(void) /* glibc's lock asks whether there is a second thread */
{
    pthread_t th;
    pthread_create(&th, NULL, stay, NULL);
    return mutex_alone();
}

static long counter;
static pthread_mutex_t counter_lock = PTHREAD_MUTEX_INITIALIZER;

static void *count(void *arg)
{
    for (int n = *(int *)arg; n > 0; n--) {
        pthread_mutex_lock(&counter_lock);
        counter++;
        pthread_mutex_unlock(&counter_lock);
    }
    return NULL;
}

static double contended(int workers)
{
    enum { TOTAL = 4000000 };
    int each = TOTAL / workers;
    pthread_t th[100];
    double t = bench_now();
    for (int i = 0; i < workers; i++) pthread_create(&th[i], NULL, count, &each);
    for (int i = 0; i < workers; i++) pthread_join(th[i], NULL);
    return (bench_now() - t) / TOTAL;
}

static double mutex_2(void) { return contended(2); }
static double mutex_10(void) { return contended(10); }
static double mutex_100(void) { return contended(100); }

int main(int argc, char **argv)
{
    static const struct bench_row rows[] = {{"spawn_batches", spawn_batches, "ns"},
                                            {"pingpong", pingpong, "ns"},
                                            {"buffered_128", buffered_128, "ns"},
                                            {"mutex_alone", mutex_alone, "ns"},
                                            {"mutex_free", mutex_free, "ns"},
                                            {"mutex_2", mutex_2, "ns"},
                                            {"mutex_10", mutex_10, "ns"},
                                            {"mutex_100", mutex_100, "ns"},
                                            {0}};
    return bench_main(rows, argc, argv);
}
