/* SPDX-License-Identifier: MIT */
/* Counted handles, with and without places. */
#include "runtime_child.h"
#include <lib.h>
#include <pthread.h>

static int destroyed;

static void count_destroyed(void *h) {
    (void)h;
    destroyed++;
}

static const struct handle_kind thing = {"thing", count_destroyed};
static const struct handle_kind other = {"other", NULL};

Test(handle, last_release_destroys) {
    char *h = handle_new(100, &thing);
    cr_assert(h[0] == 0 && h[99] == 0);
    cr_assert_eq(handle_retain(h), h);
    handle_release(h);
    cr_assert_eq(destroyed, 0);
    handle_release(h);
    cr_assert_eq(destroyed, 1);
}

Test(handle, NULL_is_nothing) {
    cr_assert_null(handle_retain(NULL));
    handle_release(NULL);
    gocc__release(NULL, "x.gc", 1);
    cr_assert(!handle_is(NULL, &thing));
}

Test(handle, kind_is_known) {
    void *h = handle_new(8, &thing);
    cr_assert(handle_is(h, &thing) && !handle_is(h, &other));
}

Test(handle, static_ones_live_for_ever) {
    static struct {
        struct gocc_handle head;
        int object;
    } fixed = {{HANDLE_STATIC, HANDLE_ALIVE, &thing}, 5};
    for (int i = 0; i < 3; i++)
        handle_release(&fixed.object);
    cr_assert(handle_retain(&fixed.object) == &fixed.object && destroyed == 0);
    cr_assert_eq(fixed.head.refs, HANDLE_STATIC);
}

static void *hammer(void *h) {
    for (int i = 0; i < 100000; i++) {
        handle_retain(h);
        handle_release(h);
    }
    handle_release(h);
    return NULL;
}

Test(handle, threads_agree_on_the_last_one) {
    pthread_t t[3];
    void *h = handle_new(8, &thing);
    for (int i = 0; i < 3; i++) {
        handle_retain(h);
        pthread_create(&t[i], NULL, hammer, h);
    }
    handle_release(h);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    cr_assert_eq(destroyed, 1);
}

static int release_twice(int argc, char **argv) {
    void *h = handle_new(8, &thing);
    (void)argc, (void)argv;
    gocc__release(h, "a.gc", 11);
    gocc__release(h, "a.gc", 12);
    return 0;
}

Test(handle, double_release_names_both_places) {
    struct child *c = child_run("1", release_twice);
    cr_assert_eq(c->status, 2);
    SAYS("fatal error: release of a thing that is gone already");
    SAYS("a.gc:11");
    SAYS("a.gc:12");
}

static int retain_after(int argc, char **argv) {
    void *h = handle_new(8, &thing);
    (void)argc, (void)argv;
    gocc__release(h, "a.gc", 11);
    gocc__retain(h, "a.gc", 13);
    return 0;
}

Test(handle, retain_after_the_last_release) {
    struct child *c = child_run("1", retain_after);
    cr_assert_eq(c->status, 2);
    SAYS("retain of a thing that is gone already");
}

static int send_after(int argc, char **argv) {
    gocc_chan *c = gocc_chan_make(sizeof(int), 1);
    (void)argc, (void)argv;
    gocc__release(c, "a.gc", 14);
    gocc_chan_send(c, &(int){1});
    return 0;
}

Test(handle, use_of_a_released_channel) {
    struct child *c = child_run("1", send_after);
    cr_assert_eq(c->status, 2);
    SAYS("use of a channel that is gone already");
    SAYS("a.gc:14");
}

static int no_handle(int argc, char **argv) {
    static char text[64];
    (void)argc, (void)argv;
    gocc_retain(text + 32);
    return 0;
}

Test(handle, other_pointers_are_told_apart) {
    struct child *c = child_run("1", no_handle);
    cr_assert_eq(c->status, 2);
    SAYS("which is no live handle");
}
