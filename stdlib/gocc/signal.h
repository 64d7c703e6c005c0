/* SPDX-License-Identifier: MIT */
/* Package os/signal: signals arrive as values of channels of int, never in a handler. */
#ifndef GOCC_SIGNAL_H
#define GOCC_SIGNAL_H

#include <gocc/context.h>

#ifdef __GOCC__ /* clang-format off */
typedef chan<- int signal_chan;
#else /* clang-format on */
typedef struct gocc__chan_int *signal_chan;
#endif

/* signal_notify(c, SIGINT, SIGTERM): c gets these, or all that can be caught if none is named.
 * It is never waited for c: give it room. */
#define signal_notify(...) signal_notify_list(__VA_ARGS__, 0)
void signal_notify_list(signal_chan c, ...) GOCC_SYMBOL(signal_notify_list);
void signal_stop(signal_chan c) GOCC_SYMBOL(signal_stop);

/* signal_ignore(SIGHUP), signal_reset(SIGHUP); without a signal: all */
#define GOCC_SIGNALS(...) \
    (const int[]){__VA_ARGS__ + 0}, sizeof((const int[]){__VA_ARGS__ + 0}) / sizeof(int)
#define signal_ignore(...) signal_ignore_list(GOCC_SIGNALS(__VA_ARGS__))
#define signal_reset(...)  signal_reset_list(GOCC_SIGNALS(__VA_ARGS__))
void signal_ignore_list(const int *signals, size_t n) GOCC_SYMBOL(signal_ignore_list);
void signal_reset_list(const int *signals, size_t n) GOCC_SYMBOL(signal_reset_list);
bool signal_ignored(int sig) GOCC_SYMBOL(signal_ignored);
const char *signal_string(int sig) GOCC_SYMBOL(signal_string); /* "interrupt" */

/* signal_notify_context(parent, SIGINT): cancelled by the signal; context_close() ends it */
#define signal_notify_context(...) signal_notify_context_list(__VA_ARGS__, 0)
context *signal_notify_context_list(context *parent, ...) GOCC_SYMBOL(signal_notify_context_list);

#endif
