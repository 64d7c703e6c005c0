/* SPDX-License-Identifier: MIT */
/* Channels: groups A to C of the behaviours, on the C interface. */
#include "runtime_test.h"

static gocc_chan *c, *done;

static void send_int(gocc_chan *to, int v) {
    gocc_chan_send(to, &v);
}

static int recv_int(gocc_chan *from) {
    int v = -1;
    gocc_chan_recv(from, &v);
    return v;
}

TEST(chan, B001_nil_channel_has_no_length, "1") {
    EXPECT(gocc_chan_len(NULL) == 0 && gocc_chan_cap(NULL) == 0);
    EXPECT(!gocc_chan_try_send(NULL, &(int){1}) && !gocc_chan_try_recv(NULL, NULL, NULL));
    return 0;
}

TEST(chan, B002_length_and_capacity, "1") {
    c = gocc_chan_make(sizeof(int), 0);
    EXPECT(gocc_chan_len(c) == 0 && gocc_chan_cap(c) == 0);
    c = gocc_chan_make(sizeof(int), 3);
    send_int(c, 1);
    send_int(c, 2);
    EXPECT(gocc_chan_len(c) == 2 && gocc_chan_cap(c) == 3);
    return 0;
}

TEST(chan, B006_no_buffer_for_nothing, "1") {
    c = gocc_chan_make(0, 1LL << 40);
    gocc_chan_send(c, NULL);
    gocc_chan_send(c, NULL);
    EXPECT(gocc_chan_len(c) == 2);
    return 0;
}

TEST(chan, B007_value_is_copied_at_send, "1") {
    static unsigned char big[64000], got[64000];
    c = gocc_chan_make(sizeof big, 1);
    memset(big, 5, sizeof big);
    gocc_chan_send(c, big);
    memset(big, 9, sizeof big);
    gocc_chan_recv(c, got);
    EXPECT(got[0] == 5 && got[sizeof got - 1] == 5);
    return 0;
}

static void receive_one(void *arg) {
    note("r%d ", (int)(intptr_t)arg * 10 + recv_int(c));
    send_int(done, 0);
}

USUAL_ORDER(chan, B024_receivers_are_served_in_order) {
    c = gocc_chan_make(sizeof(int), 0);
    done = gocc_chan_make(sizeof(int), 5);
    for (intptr_t i = 0; i < 5; i++) {
        gocc_go(receive_one, (void *)i);
        gocc_yield();
    }
    for (int i = 0; i < 5; i++)
        send_int(c, i);
    for (int i = 0; i < 5; i++)
        recv_int(done);
    EXPECT(strstr(trail, "r0 ") && strstr(trail, "r11 ") && strstr(trail, "r22 ") &&
           strstr(trail, "r33 ") && strstr(trail, "r44 "));
    return 0;
}

static void send_one(void *arg) {
    send_int(c, (int)(intptr_t)arg);
}

USUAL_ORDER(chan, B025_senders_are_served_in_order) {
    c = gocc_chan_make(sizeof(int), 0);
    for (intptr_t i = 0; i < 5; i++) {
        gocc_go(send_one, (void *)i);
        gocc_yield();
    }
    for (int i = 0; i < 5; i++)
        EXPECT(recv_int(c) == i);
    return 0;
}

USUAL_ORDER(chan, a_full_buffer_takes_the_value_of_the_first_sender) {
    c = gocc_chan_make(sizeof(int), 2);
    for (intptr_t i = 0; i < 6; i++) {
        gocc_go(send_one, (void *)i);
        gocc_yield();
    }
    EXPECT(gocc_chan_len(c) == 2);
    for (int i = 0; i < 6; i++)
        EXPECT(recv_int(c) == i);
    EXPECT(gocc_chan_len(c) == 0);
    return 0;
}

static void send_many(void *arg) {
    (void)arg;
    for (int i = 0; i < 100000; i++)
        send_int(c, i);
    gocc_chan_close(c);
}

TEST(chan, B023_order_of_one_sender_unbuffered, "2") {
    int v, next = 0;
    c = gocc_chan_make(sizeof(int), 0);
    gocc_go(send_many, NULL);
    while (gocc_chan_recv(c, &v))
        EXPECT(v == next++);
    EXPECT(next == 100000 && v == 0);
    return 0;
}

TEST(chan, B023_order_of_one_sender_buffered, "2") {
    int v, next = 0;
    c = gocc_chan_make(sizeof(int), 7);
    gocc_go(send_many, NULL);
    while (gocc_chan_recv(c, &v))
        EXPECT(v == next++);
    EXPECT(next == 100000);
    return 0;
}

TEST(chan, closed_channel_drains_then_gives_zero, "1") {
    int v = 7;
    c = gocc_chan_make(sizeof(int), 2);
    send_int(c, 1);
    send_int(c, 2);
    gocc_chan_close(c);
    EXPECT(gocc_chan_recv(c, &v) && v == 1);
    EXPECT(gocc_chan_recv(c, &v) && v == 2);
    v = 7;
    EXPECT(!gocc_chan_recv(c, &v) && v == 0);
    _Bool ok = true;
    EXPECT(gocc_chan_try_recv(c, &v, &ok) && !ok);
    return 0;
}

static void wait_for_close(void *arg) {
    int v;
    gocc_chan_recv(c, &v);
    note("%d ", (int)(intptr_t)arg);
    send_int(done, 0);
}

USUAL_ORDER(chan, close_wakes_in_the_order_of_go) {
    c = gocc_chan_make(sizeof(int), 0);
    done = gocc_chan_make(sizeof(int), 5);
    for (intptr_t i = 0; i < 5; i++)
        gocc_go(wait_for_close, (void *)i);
    gocc_yield();
    gocc_chan_close(c);
    for (int i = 0; i < 5; i++)
        recv_int(done);
    EXPECT(strcmp(trail, "4 3 2 1 0 ") == 0);
    return 0;
}

static void print_received(void *arg) {
    (void)arg;
    for (int i = 0; i < 5; i++)
        note("r%d ", recv_int(c));
    send_int(done, 0);
}

USUAL_ORDER(chan, B347_order_of_an_unbuffered_ping) {
    c = gocc_chan_make(sizeof(int), 0);
    done = gocc_chan_make(sizeof(int), 1);
    gocc_go(print_received, NULL);
    for (int i = 0; i < 5; i++) {
        note("s%d ", i);
        send_int(c, i);
    }
    recv_int(done);
    EXPECT(strcmp(trail, "s0 r0 s1 s2 r1 r2 s3 s4 r3 r4 ") == 0);
    return 0;
}
