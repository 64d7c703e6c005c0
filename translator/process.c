/* SPDX-License-Identifier: MIT */
/*
 * Children, temporary files and signals.  Invariant: whatever ends the driver, a signal
 * included, no child of it goes on and no temporary file stays.  So every change of the
 * two tables below is made with those signals blocked, and the handler may read them.
 */
#include "driver.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_CHILDREN = 8, MAX_TEMPS = 4096 };

static volatile pid_t children[MAX_CHILDREN]; /* below 0: leads a process group */
static char *volatile temps[MAX_TEMPS];
static volatile size_t ntemps;
static char *volatile temp_folder;
static sigset_t deadly, before;

static void remove_temps(void) {
    for (size_t i = 0; i < ntemps; i++)
        unlink(temps[i]);
    ntemps = 0;
    if (temp_folder)
        rmdir(temp_folder);
    temp_folder = NULL;
}

/* What a linker is writing, and what stood there before. */
static const char *volatile output;
static struct stat output_before; /* st_ino 0: nothing */

/* A linker that a signal ends leaves half a program behind. */
static void remove_half_output(void) {
    struct stat now;
    if (!output || lstat(output, &now) || !S_ISREG(now.st_mode))
        return;
    if (now.st_ino != output_before.st_ino || now.st_mtim.tv_sec != output_before.st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != output_before.st_mtim.tv_nsec)
        unlink(output);
}

static void on_deadly_signal(int sig) {
    for (int i = 0; i < MAX_CHILDREN; i++)
        if (children[i])
            kill(children[i], sig);
    for (int i = 0; i < MAX_CHILDREN; i++)
        if (children[i])
            waitpid(children[i] < 0 ? -children[i] : children[i], NULL, 0);
    remove_temps();
    remove_half_output();
    signal(sig, SIG_DFL);
    raise(sig);
}

/* A bug of the translator.  On a stack of its own: it may have been the stack that ran out. */
static void on_crash(int sig, siginfo_t *info, void *context) {
    static const char bug[] = "gocc: internal error: the translator crashed; please report this "
                              "with the output of -E\n";
    static const char deep[] = "gocc: fatal error: the source is nested too deeply, or one "
                               "expression has too many operands\n";
    bool ran_out = deep_stack_end(info->si_addr);
    (void)context;
    for (int i = 0; i < MAX_CHILDREN; i++)
        if (children[i])
            kill(children[i], SIGKILL);
    ssize_t n = ran_out ? write(2, deep, sizeof deep - 1) : write(2, bug, sizeof bug - 1);
    remove_temps();
    _exit(n > 0 && sig && !ran_out ? 4 : 1); /* 4: gcc's status for an internal error */
}

static void catch_crashes(void) {
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    static char stack[64 << 10];
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(
            signals[i],
            &(struct sigaction){.sa_sigaction = on_crash, .sa_flags = SA_ONSTACK | SA_SIGINFO},
            NULL);
}

/* A stream that is closed stays unusable, but its number is not given to a pipe. */
static void fill_streams(void) {
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

/* With a handler, writing too much fails with EFBIG: that has a message. */
static void on_full_file(int sig) {
    (void)sig;
}

void process_init(void) {
    fill_streams();
    sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = on_full_file}, NULL);
#ifndef __SANITIZE_ADDRESS__ /* its report says more */
    catch_crashes();
#endif
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGXCPU};
    sigemptyset(&deadly);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction old;
        sigaction(signals[i], NULL, &old);
        if (old.sa_handler == SIG_IGN) /* nohup, or a shell's background job */
            continue;
        sigaddset(&deadly, signals[i]);
    }
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigismember(&deadly, signals[i]))
            sigaction(signals[i],
                      &(struct sigaction){.sa_handler = on_deadly_signal, .sa_mask = deadly}, NULL);
    sigprocmask(SIG_BLOCK, NULL, &before);
}

static void hold_signals(void) {
    sigprocmask(SIG_BLOCK, &deadly, NULL);
}

static void let_signals(void) {
    sigprocmask(SIG_UNBLOCK, &deadly, NULL);
}

_Noreturn void process_exit(int status) {
    hold_signals();
    remove_temps();
    if (fflush(stdout) && !status) {
        fprintf(stderr, "gocc: fatal error: standard output: %s\n", strerror(errno));
        status = 1;
    }
    _exit(status);
}

_Noreturn void fatal(const char *fmt, ...) {
    fputs("gocc: fatal error: ", stderr);
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputs("\ncompilation terminated.\n", stderr);
    process_exit(1);
}

_Noreturn void process_die(int sig) {
    struct rlimit none = {0, 0};
    hold_signals();
    remove_temps();
    remove_half_output();
    setrlimit(RLIMIT_CORE, &none); /* the core worth having is the child's */
    signal(sig, SIG_DFL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, sig);
    raise(sig);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    _exit(128 + sig);
}

static _Noreturn void cannot_run(const char *program, int error) {
    if (error == ENOENT)
        fatal("cannot run the host compiler '%s': no such program in PATH; name another with "
              "--cc= or GOCC_CC",
              program);
    fatal("cannot run '%s': %s", program, strerror(error));
}

static void remember(pid_t pid) {
    for (int i = 0; i < MAX_CHILDREN; i++)
        if (!children[i]) {
            children[i] = pid;
            return;
        }
}

static void forget(pid_t pid) {
    for (int i = 0; i < MAX_CHILDREN; i++)
        if (children[i] == pid || children[i] == -pid)
            children[i] = 0;
}

struct child process_start(const struct list *argv, struct streams to, bool apart) {
    extern char **environ;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    struct child child = {.name = argv->at[0]};
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attr);
    const int from[] = {to.in, to.out, to.err, to.third};
    for (int fd = 0; fd < 4; fd++)
        if (from[fd])
            posix_spawn_file_actions_adddup2(&files, from[fd], fd);
    posix_spawnattr_setsigmask(&attr, &before);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | (apart ? POSIX_SPAWN_SETPGROUP : 0));
    hold_signals();
    int error = posix_spawnp(&child.pid, argv->at[0], &files, &attr, argv->at, environ);
    if (!error)
        remember(apart ? -child.pid : child.pid);
    let_signals();
    if (error)
        cannot_run(argv->at[0], error);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attr);
    return child;
}

int process_wait(struct child child) {
    int status;
    while (waitpid(child.pid, &status, 0) < 0)
        if (errno != EINTR)
            fatal("%s: lost: %s", child.name, strerror(errno));
    hold_signals();
    forget(child.pid);
    let_signals();
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    int sig = WTERMSIG(status);
    if (sigismember(&deadly, sig)) /* the user's Ctrl-C reached the child first */
        process_die(sig);
    fprintf(stderr, "gocc: fatal error: %s ended by signal %d (%s)\n", child.name, sig,
            strsignal(sig));
    return 1;
}

/* Ends a child that process_start put apart, and all that it has started: the last of them is gone
 * when nobody has the other end of a pipe that they share. */
void process_abandon(struct child child, int shared) {
    char said[4096];
    kill(-child.pid, SIGTERM);
    while (read(shared, said, sizeof said) > 0)
        ;
    close(shared);
    while (waitpid(child.pid, NULL, 0) < 0 && errno == EINTR)
        ;
    hold_signals();
    forget(child.pid);
    let_signals();
}

void process_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC))
        fatal("pipe: %s", strerror(errno));
}

FILE *process_reader(const struct list *argv) {
    int ends[2];
    process_pipe(ends);
    process_start(argv, (struct streams){.out = ends[1]}, false);
    close(ends[1]);
    return fdopen(ends[0], "r");
}

int process_run(const struct list *argv) {
    return process_wait(process_start(argv, (struct streams){0}, false));
}

_Noreturn void process_replace(const struct list *argv) {
    fflush(stdout);
    execvp(argv->at[0], argv->at);
    cannot_run(argv->at[0], errno);
}

static const char *temp_root(void) {
    const char *dir = getenv("TMPDIR");
    struct stat st;
    bool good = dir && *dir && !stat(dir, &st) && S_ISDIR(st.st_mode) && !access(dir, W_OK | X_OK);
    return good ? dir : "/tmp";
}

static void remember_temp(char *path) {
    if (ntemps == MAX_TEMPS)
        fatal("more than %d temporary files", MAX_TEMPS);
    temps[ntemps] = path;
    ntemps++;
}

/* A file beside an output: renamed in the end, or removed with the rest. */
void process_watch_output(const char *path) {
    hold_signals();
    if (path && lstat(path, &output_before))
        output_before = (struct stat){0};
    output = path;
    let_signals();
}

void process_own_file(char *path) {
    hold_signals();
    remember_temp(path);
    let_signals();
}

void process_ignore_broken_pipe(bool yes) {
    static struct sigaction saved;
    if (yes)
        sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, &saved);
    else
        sigaction(SIGPIPE, &saved, NULL);
}

/* The folder is made with the first file, so that plain compilations touch no disk. */
static void make_folder(void) {
    char *folder = format("%s/gocc-XXXXXX", temp_root());
    hold_signals();
    if (mkdtemp(folder))
        temp_folder = folder;
    let_signals();
    if (!temp_folder)
        fatal("cannot make a folder for temporary files in '%s': %s", temp_root(), strerror(errno));
}

char *process_temp(const char *name) {
    if (!temp_folder)
        make_folder();
    char *path = format("%s/%s", temp_folder, name);
    for (int i = 2; !access(path, F_OK); i++)
        path = format("%s/%d-%s", temp_folder, i, name);
    process_own_file(path);
    return path;
}

static uint64_t hash(uint64_t h, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)text[i]) * 0x100000001b3u;
    return h;
}

/* A name that depends on the content only: ccache hashes the name of its input.  While another
 * gocc has that file, which it will remove, this one takes a name of its own. */
char *process_stable_temp(const char *text, size_t len, const char *suffix) {
    char *folder = format("%s/gocc-%u", temp_root(), (unsigned)getuid());
    struct stat st;
    mkdir(folder, 0700);
    if (lstat(folder, &st) || !S_ISDIR(st.st_mode) || st.st_uid != getuid())
        return process_temp(format("gocc%s", suffix)); /* somebody else's: never write there */
    char *path = format("%s/%016llx%s", folder,
                        (unsigned long long)hash(0xcbf29ce484222325u, text, len), suffix);
    hold_signals();
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0)
        remember_temp(path);
    let_signals();
    if (fd < 0)
        return process_temp(format("gocc%s", suffix));
    close(fd);
    return path;
}

void process_trace(const struct command *c, const struct list *argv) {
    if (!c->verbose)
        return;
    for (size_t i = 0; i < argv->n; i++)
        fprintf(stderr, " %s", list_quote(argv->at[i]));
    fputc('\n', stderr);
}
