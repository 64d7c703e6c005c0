/* SPDX-License-Identifier: MIT */
/* Put in front of a plain C program (-include), this sends all of it through the parser and
   the emitter, and its main through the scheduler: a file without constructs is only copied. */
static __inline__ __attribute__((__unused__)) int gocc_identity(void) {
    chan int c = make(chan int, 1);
    c <- 1;
    return <-c;
}
