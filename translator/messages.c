/* SPDX-License-Identifier: MIT */
/*
 * The host compiler runs twice per file, and both runs see the whole command line: what it
 * has to say about that (`unrecognized option`, `-fno-rtti is valid for C++ but not for C`)
 * would appear twice.  So the messages of the preprocessor are kept in a file until it has
 * ended, those of the compiler stay in a pipe until it is known that the translation is
 * good, and whole lines that the preprocessor said already are left out.
 */
#include "driver.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int messages_open(void) {
    int fd = memfd_create("messages", MFD_CLOEXEC);
    return fd < 0 ? 0 : fd; /* 0: the driver's own standard error */
}

void messages_take(int fd, struct text *said) {
    if (!fd)
        return;
    lseek(fd, 0, SEEK_SET);
    text_read(said, fd, "messages");
    close(fd);
}

static bool said_before(const struct text *said, const char *line, size_t n) {
    const char *from = said->at, *hit;
    while (from && (hit = memmem(from, said->n - (size_t)(from - said->at), line, n))) {
        if (hit == said->at || hit[-1] == '\n')
            return true;
        from = hit + 1;
    }
    return false;
}

/* Only messages without a place are compared: those with one come from different text.  The
   compiler's name may have a target in front and a version behind it. */
static bool about_command_line(const char *line) {
    static const char *const names[] = {"cc1", "gcc", "clang", "warning", "error"};
    const char *colon = strstr(line, ": ");
    for (size_t i = 0; colon && i < sizeof names / sizeof *names; i++)
        if (memmem(line, (size_t)(colon - line), names[i], strlen(names[i])))
            return true;
    return false;
}

/* Puts file.to for file.from; *line may move. */
static ssize_t rename_file(char **line, ssize_t n, struct rename file) {
    char *hit = file.from && file.from != file.to ? strstr(*line, file.from) : NULL;
    if (!hit)
        return n;
    char *better = format("%.*s%s%s", (int)(hit - *line), *line, file.to, hit + strlen(file.from));
    free(*line);
    *line = better;
    return (ssize_t)strlen(better);
}

/* The text that clang quotes is looked for in the file later: only what it says is changed. */
static bool is_said(const char *line) {
    return strstr(line, "error: ") || strstr(line, "warning: ") || strstr(line, "note: ");
}

static void copy_lines(FILE *from, const struct text *said, struct quoter *quoter,
                       struct rename file, const struct buf *channels) {
    char *line = NULL;
    size_t size = 0;
    for (ssize_t n; (n = getline(&line, &size, from)) > 0; size = (size_t)n) {
        if (about_command_line(line) && said_before(said, line, (size_t)n))
            continue;
        n = rename_file(&line, n, file);
        if (!quoter || is_said(line)) {
            line = typenames_show(channels, line);
            n = (ssize_t)strlen(line);
        }
        if (quoter)
            quotes_line(quoter, line, (size_t)n);
        else
            fwrite(line, 1, (size_t)n, stderr);
    }
    free(line);
}

void messages_copy(int pipe, const struct text *said, bool clang, struct rename file,
                   const struct buf *channels) {
    FILE *from = fdopen(dup(pipe), "r");
    struct quoter *quoter = clang ? quotes_open(stderr) : NULL;
    if (!from)
        fatal("out of memory");
    copy_lines(from, said, quoter, file, channels);
    if (quoter)
        quotes_close(quoter);
    fclose(from);
}
