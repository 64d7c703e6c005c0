/* SPDX-License-Identifier: MIT */
/*
 * Is the preprocessor's text complete, though it has not ended yet?
 *
 *     # 3 "hello.gc" 2                 the last linemarker names the source, and
 *     int main(void)                   with the lines behind it
 *     { ... }                          the source's last line that says something is there
 *
 * A compiler takes a millisecond to give its memory back, and its driver half of one to notice; so
 * long the translator can be at work.  If it is not complete after all, or the preprocessor fails,
 * the work is done again (compile.c).
 */
#include "driver.h"
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The number of the last line that is not blank; 0: there is none. */
static size_t last_line(const struct text *source) {
    size_t n = source->n, line = 1;
    while (n > 0 && isspace((unsigned char)source->at[n - 1]))
        n--;
    for (size_t i = 0; i < n; i++)
        line += source->at[i] == '\n';
    return n ? line : 0;
}

size_t early_last_line(const char *path) {
    struct text source = {0};
    struct stat st;
    int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return 0;
    if (!fstat(fd, &st) && S_ISREG(st.st_mode)) /* a pipe is read once */
        text_read(&source, fd, path);
    close(fd);
    size_t line = last_line(&source);
    free(source.at);
    return line;
}

/* The last line that begins with "# " and a digit. */
static const char *last_marker(const struct text *text) {
    for (const char *end = text->at + text->n; end > text->at;) {
        const char *line = memrchr(text->at, '\n', (size_t)(end - 1 - text->at));
        line = line ? line + 1 : text->at;
        if (line + 2 < end && line[0] == '#' && line[1] == ' ' && isdigit((unsigned char)line[2]))
            return line;
        end = line;
    }
    return NULL;
}

bool early_is_complete(const struct text *text, const char *path, size_t last) {
    if (!last || !text->n || text->at[text->n - 1] != '\n')
        return false;
    const char *marker = last_marker(text), *end = text->at + text->n;
    char *name;
    size_t line = marker ? strtoul(marker + 2, &name, 10) : 0, len = strlen(path);
    if (!line || (size_t)(end - name) < len + 3 || memcmp(name, " \"", 2) != 0 ||
        memcmp(name + 2, path, len) != 0 || name[2 + len] != '"')
        return false;
    for (const char *p = memchr(name, '\n', (size_t)(end - name)); p + 1 < end; line++)
        p = memchr(p + 1, '\n', (size_t)(end - p - 1));
    return line > last;
}
