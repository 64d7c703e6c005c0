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

/* What a process sent to the driver is meant for the program.  What the terminal sent has reached
   the program by itself: twice would be once too often for one that counts. */
static void forward(int sig, siginfo_t *info, void *context) {
    (void)context;
    if (running && info->si_code <= 0)
        kill(running, sig);
}

/* They wait until there is a program to forward them to. */
static void take_signals(sigset_t *before) {
    static const int signals[] = {SIGINT,  SIGQUIT, SIGTERM, SIGHUP,
                                  SIGUSR1, SIGUSR2, SIGALRM, SIGCONT};
    sigset_t all;
    sigemptyset(&all);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaddset(&all, signals[i]);
    sigprocmask(SIG_BLOCK, &all, before);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction old;
        sigaction(signals[i], NULL, &old);
        if (old.sa_handler != SIG_IGN) /* nohup: the program ignores it, too */
            sigaction(
                signals[i],
                &(struct sigaction){.sa_sigaction = forward, .sa_flags = SA_RESTART | SA_SIGINFO},
                NULL);
    }
}

static pid_t start(const char *program, char **argv) {
    extern char **environ;
    posix_spawnattr_t attr;
    sigset_t before;
    pid_t pid;
    take_signals(&before);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &before);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    int error = posix_spawn(&pid, program, NULL, &attr, argv, environ);
    running = error ? 0 : pid;
    sigprocmask(SIG_SETMASK, &before, NULL);
    posix_spawnattr_destroy(&attr);
    if (error)
        fatal("cannot run '%s': %s", program, strerror(error));
    return pid;
}

int run_program(const struct command *c, const char *program) {
    struct list argv = {0};
    int status;
    list_add(&argv, program);
    list_add_all(&argv, &c->program);
    pid_t pid = start(program, argv.at);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            fatal("'%s': lost: %s", program, strerror(errno));
    running = 0;
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    process_die(WTERMSIG(status));
}
