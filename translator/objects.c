/* SPDX-License-Identifier: MIT */
/*
 * Does an object, archive or shared library of the command line refer to the runtime?
 * Asked before a link without .gc sources.  The answer comes from the bytes of symbol
 * names: a false yes links an archive of which nothing is taken, so no format needs to be
 * understood, and objects for -flto (gcc's and clang's) are covered too.
 */
#include "driver.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_object(const char *text, size_t n) {
    return n > 8 && (!memcmp(text, "\177ELF", 4) || !memcmp(text, "!<arch>\n", 8) ||
                     !memcmp(text, "!<thin>\n", 8) || !memcmp(text, "BC\xc0\xde", 4));
}

static bool mentions_runtime(const char *text, size_t n) {
    static const char name[] = "gocc__";
    return is_object(text, n) &&
           (memmem(text, n, name, sizeof name - 1) || memmem(text, n, "\0gocc_", 6));
}

static bool file_uses_runtime(const char *path) {
    struct stat st;
    bool found = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false; /* the linker will say so */
    if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 8) {
        void *text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (text != MAP_FAILED) {
            found = mentions_runtime(text, (size_t)st.st_size);
            munmap(text, (size_t)st.st_size);
        }
    }
    close(fd);
    return found;
}

/* The argument of -l or -L, joined or not; NULL: another word. */
static const char *argument(const struct word *w, const char *option) {
    if (w->input || strncmp(w->text[0], option, 2))
        return NULL;
    return w->text[1] ? w->text[1] : w->text[0] + 2;
}

static bool in_folder(const char *folder, const char *name) {
    static const char *const suffixes[] = {"so", "a"};
    bool found = false;
    for (int i = 0; i < 2 && !found; i++) {
        char *path = format("%s/lib%s.%s", folder, name, suffixes[i]);
        found = file_uses_runtime(path);
        free(path);
    }
    return found;
}

/* -lNAME in the folders of -L; the system's own hold nothing of ours. */
static bool library_uses_runtime(const struct command *c, const char *name) {
    for (size_t i = 0; i < c->nwords; i++) {
        const char *folder = argument(&c->words[i], "-L");
        if (folder && in_folder(folder, name))
            return true;
    }
    return false;
}

/* A .gc file always does; what is only called so (-x gc) is asked when it has been compiled: plain
   C links as with the host compiler, whose -lm and stack a configure script looks at. */
static bool source_uses_runtime(const struct command *c, const struct word *w, const char *object) {
    return !compile_may_be_plain(w) || c->print_only || !object || file_uses_runtime(object);
}

/* made[i]: the object of the source that is word i */
bool objects_use_runtime(const struct command *c, char *const made[]) {
    for (size_t i = 0; i < c->nwords; i++) {
        const struct word *w = &c->words[i];
        const char *library = argument(w, "-l");
        if (w->gc ? source_uses_runtime(c, w, made ? made[i] : NULL)
                  : w->input && file_uses_runtime(w->text[0]))
            return true;
        if (library && library_uses_runtime(c, library))
            return true;
    }
    return false;
}
