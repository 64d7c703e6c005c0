/* SPDX-License-Identifier: MIT */
#include "driver.h"
#include <string.h>

static const char help_text[] =
    "Usage: gocc [options] file...\n"
    "Takes gcc's command line.  Files that end in .gc, or follow -x gc, are C with\n"
    "goroutines, channels, select and defer; others are what the host compiler says.\n"
    "\n"
    "  -c, -S, -E, -fsyntax-only  stop early, as in gcc\n"
    "  -o FILE                    name the output\n"
    "  -x gc                      the following files are .gc, whatever their names\n"
    "  --emit-c                   stop at plain C (to FILE or standard output)\n"
    "  -run FILE.gc [ARGS]        compile and run; what follows is the program's\n"
    "  -race                      build with the race detector\n"
    "  -shared -static-libgocc    a shared library that holds the runtime as well\n"
    "  --cc=COMMAND               the host compiler (else $GOCC_CC, then " GOCC_HOST_CC ")\n"
    "  --compile-commands=FILE    record the compilation for editors and analysers\n"
    "  --dump-ast                 print the syntax tree\n"
    "  -Wno-NAME                  without warning NAME: lock-copy lost-cancel\n"
    "                             defer-in-loop unused-error goroutine-leak deadlock\n"
    "                             thread-local park-under-lock send-compares\n"
    "                             bad-format receive-comma flexible-element\n"
    "                             signal-handler duration late-add several-values\n"
    "                             defer-since unbuffered-signal misspelled-default\n"
    "  -v, -###                   show the commands; -###: do not run them\n"
    "  --version, --help          of gocc; gcc's own lists: --help=optimizers ...\n"
    "\n"
    "Everything else goes to the host compiler.  Of a program: GOMAXPROCS, GOCCSTACK\n"
    "and GOTRACEBACK in the environment; see gocc(1), gocc(7) and libgocc(7).\n";

int help_print(void) {
    fputs(help_text, stdout);
    return 0;
}

/* The host's own lines follow: build systems tell the family of a compiler by them. */
int help_version(const struct command *c) {
    char *line = NULL;
    size_t size = 0;
    struct list argv = {0};
    list_add_all(&argv, &c->cc);
    list_add(&argv, "--version");
    FILE *host = process_reader(&argv);
    for (bool first = true; getline(&line, &size, host) > 0; first = false)
        if (first)
            printf("gocc %s (%.*s)\n", GOCC_VERSION, (int)strcspn(line, "\n"), line);
        else
            fputs(line, stdout);
    fclose(host);
    return 0;
}
