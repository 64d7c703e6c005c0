/* SPDX-License-Identifier: MIT */
/* -run: the program as if the user had started it: its signals, its status. */
#include "driver.h"
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile pid_t running;

static void forward(int sig) {
    if (running)
        kill(running, sig);
}

/* Ctrl-C reaches the program by itself, from the terminal; the driver only has to survive it. */
static void survive_signals(void) {
    static const int forwarded[] = {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGCONT};
    static const int ignored[] = {SIGINT, SIGQUIT};
    for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++)
        sigaction(forwarded[i], &(struct sigaction){.sa_handler = forward, .sa_flags = SA_RESTART},
                  NULL);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        sigaction(ignored[i], &(struct sigaction){.sa_handler = forward, .sa_flags = SA_RESTART},
                  NULL);
}

static pid_t start(const char *program, char **argv) {
    extern char **environ;
    pid_t pid;
    int error = posix_spawn(&pid, program, NULL, NULL, argv, environ);
    if (error)
        fatal("cannot run '%s': %s", program, strerror(error));
    return pid;
}

int run_program(const struct command *c, const char *program) {
    struct list argv = {0};
    int status;
    list_add(&argv, program);
    list_add_all(&argv, &c->program);
    survive_signals();
    running = start(program, argv.at);
    while (waitpid(running, &status, 0) < 0)
        if (errno != EINTR)
            fatal("'%s': lost: %s", program, strerror(errno));
    running = 0;
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    process_die(WTERMSIG(status));
}
