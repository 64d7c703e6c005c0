/* SPDX-License-Identifier: MIT */
/*
 * Package runtime/pprof: where the time goes, and where the goroutines are.
 *
 * Profiles are in the format of `go tool pprof` (profile.proto, not compressed).  There is one
 * of all goroutines, "goroutine", and those that the program makes itself.
 */
#ifndef GOCC_PPROF_H
#define GOCC_PPROF_H

#include <gocc/http.h>

/* Every 10 ms of CPU time the stack of whoever runs is noted; SIGPROF belongs to it meanwhile.
 * The profile is written when it is stopped. */
gocc_error gocc__pprof_start(io_writer *w) GOCC_SYMBOL(pprof_start_cpu_profile_any);
#define pprof_start_cpu_profile(w) gocc__pprof_start(io_of(w))
void pprof_stop_cpu_profile(void) GOCC_SYMBOL(pprof_stop_cpu_profile);

typedef struct gocc__pprof_profile pprof_profile;                        /* lent, for ever */
pprof_profile *pprof_lookup(const char *name) GOCC_SYMBOL(pprof_lookup); /* NULL: none */
pprof_profile *pprof_new_profile(const char *name) GOCC_SYMBOL(pprof_new_profile);
/* By name; the array is the caller's to free(). */
pprof_profile **pprof_profiles(int *n) GOCC_SYMBOL(pprof_profiles);

const char *pprof_profile_name(pprof_profile *p) GOCC_SYMBOL(pprof_profile_name);
int pprof_profile_count(pprof_profile *p) GOCC_SYMBOL(pprof_profile_count);
/* debug 0: for tools; 1: text, equal stacks counted; 2: goroutines as a fatal error shows them */
gocc_error gocc__pprof_write(pprof_profile *p, io_writer *w, int debug)
    GOCC_SYMBOL(pprof_profile_write_to_any);
#define pprof_profile_write_to(p, w, debug) gocc__pprof_write(p, io_of(w), debug)

/* In a profile of the program's own: value is in it, here, until it is removed.  skip is 0 for a
 * stack that begins with the caller. */
void pprof_profile_add(pprof_profile *p, const void *value, int skip)
    GOCC_SYMBOL(pprof_profile_add);
void pprof_profile_remove(pprof_profile *p, const void *value) GOCC_SYMBOL(pprof_profile_remove);

/* Of net/http/pprof: /debug/pprof/ with all profiles, profile and trace; NULL: in the default mux,
 * where Go's import puts them. */
void pprof_serve(http_servemux *mux) GOCC_SYMBOL(pprof_serve);
/* A handler for one profile; name is lent for as long as it lives. */
http_handler *pprof_handler(const char *name) GOCC_SYMBOL(pprof_handler);

#endif
