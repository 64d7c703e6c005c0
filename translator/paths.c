/* SPDX-License-Identifier: MIT */
/*
 * Where the headers and the library are, relative to the running program, so that a build
 * tree, an installed tree and one that was moved all work:
 *     build/gocc     build/libgocc.a               runtime/ stdlib/
 *     PREFIX/bin/gocc   PREFIX/lib/gocc/libgocc.a  PREFIX/lib/gocc/include/
 */
#include "driver.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *own_folder(void) {
    static char path[PATH_MAX];
    if (path[0])
        return path;
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        fatal("cannot tell where gocc itself is: /proc is not mounted");
    path[n] = 0;
    *strrchr(path, '/') = 0;
    return path;
}

static bool in_build_tree(void) {
    static int known = -1;
    if (known < 0)
        known = !access(format("%s/../runtime/gocc/abi.h", own_folder()), R_OK);
    return known;
}

/* Behind all of the system's, so that none of our names can hide one of theirs. */
void paths_add_headers(struct list *argv) {
    static const char *const build[] = {"../runtime", "../stdlib"};
    static const char *const installed[] = {"../lib/gocc/include"};
    bool here = in_build_tree();
    for (size_t i = 0; i < (here ? 2 : 1); i++) {
        char *path = format("%s/%s", own_folder(), here ? build[i] : installed[i]);
        char *real = realpath(path, NULL);
        list_add(argv, "-idirafter");
        list_add(argv, real ? real : path);
    }
}

/* One that is surely there. */
char *paths_header(void) {
    const char *folder = in_build_tree() ? "../stdlib" : "../lib/gocc/include";
    char *path = format("%s/%s/gocc.h", own_folder(), folder), *real = realpath(path, NULL);
    return real ? real : path;
}

/* The machine of a cross compiler: aarch64-linux-gnu of aarch64-linux-gnu-gcc; NULL: this one. */
static char *target(const struct command *c) {
    const char *cc = c->cc.at[c->cc.n - 1], *slash = strrchr(cc, '/');
    const char *name = slash ? slash + 1 : cc;
    const char *end = strstr(name, "-gcc");
    if (!end || !strncmp(name, GOCC_MACHINE, strlen(GOCC_MACHINE)))
        return NULL;
    return format("%.*s", (int)(end - name), name);
}

bool paths_for_aarch64(const struct command *c) {
    const char *machine = target(c);
    return !strncmp(machine ? machine : GOCC_MACHINE, "aarch64", 7);
}

static char *library(const char *machine, const char *variant) {
    const char *folder = in_build_tree() ? "" : "/../lib/gocc";
    char *path = format("%s%s/%s/libgocc%s.a", own_folder(), folder, machine ? machine : ".",
                        variant);
    char *real = realpath(path, NULL);
    return real && !access(real, R_OK) ? real : NULL;
}

char *paths_library(const struct command *c) {
    const char *named = getenv("GOCC_LIBRARY");
    if (named && *named)
        return format("%s", named);
    const char *variant = c->race ? "-tsan" : c->address ? "-asan" : "", *machine = target(c);
    if (c->shared)
        variant = "-pic";
    char *path = library(machine, variant);
    if (!path && c->shared)
        fatal("-static-libgocc needs libgocc-pic.a, which is not built: run 'make'");
    if (!path && c->race)
        fatal("the race detector needs libgocc-tsan.a, which is not built: run 'make'");
    if (!path && c->address && !machine)
        fatal("-fsanitize=address needs libgocc-asan.a, which is not built: run 'make'");
    if (!path)
        path = library(machine, "");
    if (!path && machine && !strcmp(machine, "musl"))
        fatal("libgocc needs the GNU C library: musl is for C without constructs");
    if (!path && machine)
        fatal("libgocc.a for %s is not built: run 'make lib TARGET=%s'", machine, machine);
    if (!path)
        fatal("libgocc.a is neither in '%s' nor in '%s/../lib/gocc': run 'make'", own_folder(),
              own_folder());
    return path;
}
