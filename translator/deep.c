/* SPDX-License-Identifier: MIT */
/*
 * The translator recurses over the tree, and a tree is as deep as its source: generated code
 * holds sums of 100 000 terms and `else if` chains of 10 000.  It therefore runs on a stack
 * of its own, of which only what is used costs memory, and millions of levels are told to be too
 * many.  Rejected: a depth limit in the parser, since gcc has none either.
 */
#include "driver.h"
#include <pthread.h>
#include <signal.h>

enum { STACK_SIZE = 1 << 30, GUARD_SIZE = 1 << 20 };
static char *stack_low; /* the first byte above the guard */

bool deep_stack_end(const void *fault) {
    const char *at = fault;
    return stack_low && at < stack_low && at >= stack_low - GUARD_SIZE;
}

static void find_stack(void) {
    pthread_attr_t attr;
    void *low;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attr))
        return;
    if (!pthread_attr_getstack(&attr, &low, &size) && size >= STACK_SIZE)
        stack_low = low;
    pthread_attr_destroy(&attr);
}

struct call {
    const struct text *text;
    FILE *out;
    const struct translate_options *opt;
    int status;
};

static void *run(void *arg) {
    static char alternate[64 << 10]; /* for the handler of a stack that still was too small */
    struct call *call = arg;
    find_stack();
#ifndef __SANITIZE_ADDRESS__
    sigaltstack(&(stack_t){.ss_sp = alternate, .ss_size = sizeof alternate}, NULL);
#else
    (void)alternate;
#endif
    call->status = translate(call->text->at, call->text->n, call->out, call->opt);
    return NULL;
}

int deep_translate(const struct text *text, FILE *out, const struct translate_options *opt) {
    struct call call = {text, out, opt, 1};
    pthread_attr_t attr;
    pthread_t thread;
    pthread_attr_init(&attr);
    pthread_attr_setguardsize(&attr, GUARD_SIZE);
    if (pthread_attr_setstacksize(&attr, STACK_SIZE) || pthread_create(&thread, &attr, run, &call))
        run(&call); /* memory is limited: with the ordinary stack */
    else
        pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
    return call.status;
}
