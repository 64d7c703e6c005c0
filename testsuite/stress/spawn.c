/* SPDX-License-Identifier: MIT */
/* A tree of goroutines, arguments of all sizes, and a chain as long as memory is cheap; with
 * an argument the number of goroutines that are parked at once. */
#include "stress.h"
#include <string.h>

static gocc_chan *done;

struct node {
    gocc_chan *up;
    int64_t first, size;
};

static void tree(void *arg) {
    struct node n = *(struct node *)arg;
    int64_t sum = 0, part;
    if (n.size == 1) {
        gocc_chan_send(n.up, &n.first);
        return;
    }
    gocc_chan *c = gocc_chan_make(sizeof(int64_t), 0);
    for (int i = 0; i < 10; i++) {
        struct node child = {c, n.first + i * (n.size / 10), n.size / 10};
        gocc__go(tree, &child, sizeof child, 0);
    }
    for (int i = 0; i < 10; i++) {
        gocc_chan_recv(c, &part);
        sum += part;
    }
    gocc_release(c);
    gocc_chan_send(n.up, &sum);
}

struct big {
    uint32_t size;
    unsigned char bytes[60000];
};

static void check_args(void *arg) {
    struct big *b = arg;
    for (uint32_t i = 0; i < b->size; i++)
        CHECK(b->bytes[i] == (unsigned char)(i * 7 + b->size), "byte %u of %u", i, b->size);
    gocc_chan_send(done, &(int){0});
}

static void args(void) {
    static struct big b;
    static const uint32_t sizes[] = {0, 1, 56, 60, 61, 64, 100, 127, 128, 1000, 4096, 60000};
    for (unsigned k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        b.size = sizes[k];
        for (uint32_t i = 0; i < b.size; i++)
            b.bytes[i] = (unsigned char)(i * 7 + b.size);
        for (int i = 0; i < 3; i++)
            gocc__go(check_args, &b, offsetof(struct big, bytes) + b.size, 0);
        memset(&b, 0, sizeof b);
    }
    for (unsigned k = 0; k < 3 * sizeof sizes / sizeof *sizes; k++)
        gocc_chan_recv(done, NULL);
}

static void pass(void *arg) {
    gocc_chan **c = arg;
    int v;
    gocc_chan_recv(c[0], &v);
    v++;
    gocc_chan_send(c[1], &v);
}

static void chain(int n) {
    gocc_chan **c = malloc((size_t)(n + 1) * sizeof *c);
    int v = 0;
    for (int i = 0; i <= n; i++)
        c[i] = gocc_chan_make(sizeof(int), 0);
    for (int i = 0; i < n; i++)
        gocc__go(pass, &c[i], 2 * sizeof *c, 0);
    gocc_yield();
    gocc_chan_send(c[0], &v);
    gocc_chan_recv(c[n], &v);
    CHECK(v == n, "%d of %d", v, n);
    for (int i = 0; i <= n; i++)
        gocc_release(c[i]);
    free(c);
}

int main(int argc, char **argv) {
    int64_t sum;
    int n = argc > 1 ? atoi(argv[1]) : 20000;
    done = gocc_chan_make(sizeof(int), 0);
    args();
    gocc_chan *c = gocc_chan_make(sizeof(int64_t), 0);
    struct node root = {c, 0, 100000};
    gocc__go(tree, &root, sizeof root, 0);
    gocc_chan_recv(c, &sum);
    CHECK(sum == INT64_C(99999) * 100000 / 2, "sum %lld", (long long)sum);
    chain(n);
    chain(n);
    while (gocc_num_goroutine() > 1)
        gocc_yield();
    return 0;
}
