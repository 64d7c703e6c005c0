/* SPDX-License-Identifier: MIT */
/*
 * Package testing/synctest: tests of concurrent code without waiting and without chance.
 *
 * f runs in a bubble, with all goroutines that come from it.  Its clock begins at midnight UTC of
 * 1 January 2000 and moves on, to the next timer, only when all of them are durably blocked.
 */
#ifndef GOCC_SYNCTEST_H
#define GOCC_SYNCTEST_H

#include <gocc/time.h>

/* Returns when f and all goroutines of the bubble have ended. */
void synctest_test(void (*f)(void *), void *arg) GOCC_SYMBOL(synctest_test);
/* Returns when all others in the bubble are durably blocked. */
void synctest_wait(void) GOCC_SYMBOL(synctest_wait);
void synctest_sleep(time_duration d) GOCC_SYMBOL(synctest_sleep); /* sleeps, then waits */

#endif
