/* SPDX-License-Identifier: MIT */
/* Put in front of a plain C program (-include), this sends all of it through the parser and
   the emitter, and its main through the scheduler: a file without constructs is only copied. */
extern int gocc_identity(void);
inline __attribute__((__gnu_inline__, __always_inline__)) int gocc_identity(void) {
    chan int c = make(chan int, 1);
    c <- 1;
    return <-c;
}
