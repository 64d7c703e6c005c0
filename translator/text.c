/* SPDX-License-Identifier: MIT */
#include "driver.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void make_room(struct text *text) {
    if (text->n + 65536 <= text->room)
        return;
    text->room = text->room ? text->room * 2 : 1 << 18;
    text->at = realloc(text->at, text->room + 1);
    if (!text->at)
        fatal("out of memory");
}

bool text_read_part(struct text *text, int fd, const char *name) {
    ssize_t n;
    make_room(text);
    while ((n = read(fd, text->at + text->n, text->room - text->n)) < 0)
        if (errno != EINTR)
            fatal("reading %s: %s", name, strerror(errno));
    text->n += (size_t)n;
    text->at[text->n] = 0;
    return n > 0;
}

void text_read(struct text *text, int fd, const char *name) {
    while (text_read_part(text, fd, name))
        ;
}

/* A reader that has gone is no error here: it says itself why. */
void text_write(const struct text *text, int fd, const char *name) {
    for (size_t done = 0; done < text->n;) {
        ssize_t n = write(fd, text->at + done, text->n - done);
        if (n < 0 && errno == EPIPE)
            return;
        if (n < 0 && errno != EINTR)
            fatal("writing '%s': %s", name, strerror(errno));
        done += n > 0 ? (size_t)n : 0;
    }
}

static bool may_write_beside(const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = format("%.*s", slash ? (int)(slash + 1 - path) : 1, slash ? path : ".");
    bool may = !access(folder, W_OK | X_OK);
    free(folder);
    return may;
}

/* A good file is never replaced by half a file: its successor is written beside it and
   renamed.  Devices and the like have no successor: they are written as they are, and so is
   what lies in a folder where nothing can be made, or that is not there. */
char *text_successor(const char *path) {
    struct stat st;
    bool plain = lstat(path, &st) ? errno == ENOENT : S_ISREG(st.st_mode);
    if (!plain || !may_write_beside(path))
        return (char *)path;
    char *name = format("%s.gocc%d", path, (int)getpid());
    process_own_file(name);
    return name;
}

void text_succeed(const char *successor, const char *path) {
    if (successor != path && rename(successor, path))
        fatal("cannot write '%s': %s", path, strerror(errno));
}

void text_write_file(const struct text *text, const char *path) {
    char *name = text_successor(path);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        fatal("cannot write '%s': %s", path, strerror(errno));
    text_write(text, fd, path);
    if (close(fd))
        fatal("writing '%s': %s", path, strerror(errno));
    text_succeed(name, path);
}
