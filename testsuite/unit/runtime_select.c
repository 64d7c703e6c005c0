/* SPDX-License-Identifier: MIT */
/* select: group D of the behaviours, on the C interface. */
#include "runtime_test.h"

#define MANY 40

static gocc_chan *a, *b, *done;

TEST(select, default_when_nothing_is_ready, "1") {
    int v;
    a = gocc_chan_make(sizeof(int), 0);
    b = gocc_chan_make(sizeof(int), 1);
    gocc_case k[] = {{.c = a, .v = &v, .op = GOCC_RECV}, {.c = b, .v = &v, .op = GOCC_RECV}};
    EXPECT(gocc_select(k, 2, 1) == -1);
    gocc_chan_send(b, &(int){4});
    EXPECT(gocc_select(k, 2, 1) == 1 && v == 4 && k[1].ok);
    EXPECT(gocc_select(NULL, 0, 1) == -1);
    return 0;
}

TEST(select, nil_channels_are_never_ready, "1") {
    int v;
    b = gocc_chan_make(sizeof(int), 1);
    gocc_case k[] = {{.c = NULL, .v = &v, .op = GOCC_RECV},
                     {.c = NULL, .v = &v, .op = GOCC_SEND},
                     {.c = b, .v = &(int){3}, .op = GOCC_SEND}};
    EXPECT(gocc_select(k, 3, 0) == 2 && gocc_chan_len(b) == 1);
    EXPECT(gocc_select(k, 2, 1) == -1);
    return 0;
}

TEST(select, the_choice_is_uniform, "1") {
    int count[4] = {0}, v;
    gocc_case k[4];
    a = gocc_chan_make(0, 1);
    gocc_chan_close(a);
    for (int i = 0; i < 40000; i++) {
        for (int j = 0; j < 4; j++)
            k[j] = (gocc_case){.c = a, .v = NULL, .op = GOCC_RECV};
        count[v = gocc_select(k, 4, 0)]++;
    }
    for (int j = 0; j < 4; j++) /* 10000 +- 87: ten deviations */
        EXPECT(count[j] > 9100 && count[j] < 10900);
    return 0;
}

static void send_to_b(void *arg) {
    gocc_chan_send(b, &arg);
    gocc_chan_send(done, &(int){0});
}

TEST(select, parks_and_is_woken_once, "1") {
    void *v = NULL;
    a = gocc_chan_make(sizeof v, 0);
    b = gocc_chan_make(sizeof v, 0);
    done = gocc_chan_make(sizeof(int), 2);
    gocc_go(send_to_b, &a);
    gocc_case k[] = {{.c = a, .v = &v, .op = GOCC_RECV},
                     {.c = b, .v = &v, .op = GOCC_RECV},
                     {.c = a, .v = &v, .op = GOCC_SEND}};
    EXPECT(gocc_select(k, 3, 0) == 1 && v == &a && k[1].ok);
    EXPECT(!gocc_chan_try_send(a, &v) && !gocc_chan_try_recv(a, &v, NULL)); /* left a's queues */
    return 0;
}

static void close_a(void *arg) {
    (void)arg;
    gocc_chan_close(a);
}

TEST(select, close_wakes_a_parked_select, "1") {
    int v = 9;
    a = gocc_chan_make(sizeof v, 0);
    b = gocc_chan_make(sizeof v, 0);
    gocc_go(close_a, NULL);
    gocc_case k[] = {{.c = b, .v = &v, .op = GOCC_RECV}, {.c = a, .v = &v, .op = GOCC_RECV}};
    EXPECT(gocc_select(k, 2, 0) == 1 && v == 0 && !k[1].ok);
    return 0;
}

TEST(select, more_cases_than_fit_on_the_stack, "1") {
    gocc_chan *c[MANY];
    gocc_case k[MANY];
    void *v = NULL;
    for (int i = 0; i < MANY; i++) {
        c[i] = gocc_chan_make(sizeof v, 0);
        k[i] = (gocc_case){.c = c[i], .v = &v, .op = GOCC_RECV};
    }
    b = c[23];
    done = gocc_chan_make(sizeof(int), 1);
    gocc_go(send_to_b, &v);
    EXPECT(gocc_select(k, MANY, 0) == 23 && v == &v);
    return 0;
}

TEST(select, the_same_channel_in_several_cases, "1") {
    void *v = NULL;
    b = gocc_chan_make(sizeof v, 0);
    done = gocc_chan_make(sizeof(int), 1);
    gocc_go(send_to_b, &v);
    gocc_case k[] = {{.c = b, .v = &v, .op = GOCC_RECV},
                     {.c = b, .v = &v, .op = GOCC_RECV},
                     {.c = b, .v = &v, .op = GOCC_RECV}};
    EXPECT(gocc_select(k, 3, 0) >= 0 && v == &v);
    EXPECT(!gocc_chan_try_send(b, &v));
    return 0;
}

TEST(select, the_shortest_timeout_fires, "1") {
    int v;
    a = gocc_chan_make(sizeof v, 0);
    gocc_case k[] = {{.c = a, .v = &v, .op = GOCC_RECV},
                     {.op = GOCC_TIMEOUT, .wait = 50000000000},
                     {.op = GOCC_TIMEOUT, .wait = 1000000}};
    EXPECT(gocc_select(k, 3, 0) == 2);
    EXPECT(!gocc_chan_try_send(a, &v));
    k[1].wait = 0;
    EXPECT(gocc_select(k, 3, 0) == 1);
    return 0;
}

static void *two_selects(gocc_chan *first, int op) {
    int v = 1;
    gocc_case k[] = {{.c = first, .v = &v, .op = (unsigned char)op},
                     {.c = first == a ? b : a, .v = &v, .op = (unsigned char)op}};
    for (int i = 0; i < 20000; i++)
        gocc_select(k, 2, 0);
    return NULL;
}

static void senders(void *arg) {
    (void)arg;
    two_selects(b, GOCC_SEND);
    gocc_chan_send(done, &(int){0});
}

/* Go's doubleselect: a send and a receive select meet on two channels at once. */
TEST(select, B079_selects_meet_selects, "2") {
    a = gocc_chan_make(sizeof(int), 0);
    b = gocc_chan_make(sizeof(int), 0);
    done = gocc_chan_make(sizeof(int), 1);
    gocc_go(senders, NULL);
    two_selects(a, GOCC_RECV);
    gocc_chan_recv(done, NULL);
    return 0;
}
