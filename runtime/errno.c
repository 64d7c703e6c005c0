/* SPDX-License-Identifier: MIT */
/*
 * errno of the running goroutine.  The scheduler keeps a goroutine's errno across a park and
 * puts it into the errno of the thread on which it goes on, so that C functions and .gc code
 * see the same one.  glibc declares __errno_location() as const: a compiler may keep its
 * result over a park, and read the errno of the thread that it left.  This function lives in
 * a file of its own that no caller can look into, so nothing is kept.
 */
#include "rt.h"

int *gocc__errno(void) {
    return __errno_location();
}
