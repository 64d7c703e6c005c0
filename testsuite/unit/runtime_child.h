/* SPDX-License-Identifier: MIT */
/* Programs that die: the body runs as main in a child, which tells its status and its output. */
#ifndef RUNTIME_CHILD_H
#define RUNTIME_CHILD_H

#include "runtime_test.h"
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    int status;              /* of exit, or -signal */
    char out[8192], err[65536];
};

static inline void child_read(int fd, char *buf, size_t size)
{
    size_t n = strlen(buf);
    ssize_t got = read(fd, buf + n, size - n - 1);
    buf[got > 0 ? n + (size_t)got : n] = 0;
}

static inline void child_drain(struct child *c, int out, int err)
{
    struct pollfd p[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
    while (p[0].fd >= 0 || p[1].fd >= 0) {
        poll(p, 2, -1);
        for (int i = 0; i < 2; i++) {
            if (p[i].fd >= 0 && (p[i].revents & POLLIN))
                child_read(p[i].fd, i ? c->err : c->out, i ? sizeof c->err : sizeof c->out);
            else if (p[i].fd >= 0 && p[i].revents)
                p[i].fd = -1;
        }
    }
}

static inline struct child *child_run(const char *procs, int (*body)(int, char **))
{
    static struct child c;
    int out[2], err[2], status;
    memset(&c, 0, sizeof c);
    cr_assert(pipe(out) == 0 && pipe(err) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(out[1], 1);
        dup2(err[1], 2);
        for (int i = 0; i < 2; i++) {
            close(out[i]);
            close(err[i]);
        }
        setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
        setenv("GOMAXPROCS", procs, 1);
        exit(gocc_main(body, 0, NULL));
    }
    close(out[1]);
    close(err[1]);
    child_drain(&c, out[0], err[0]);
    close(out[0]);
    close(err[0]);
    waitpid(pid, &status, 0);
    c.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return &c;
}

#define SAYS(text) cr_assert(strstr(c->err, text), "no \"%s\" in:\n%s", text, c->err)

#endif
