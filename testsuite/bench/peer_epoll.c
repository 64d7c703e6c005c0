/* TCP echo as one epoll loop with no runtime at all: what the system calls themselves cost. */
#define _GNU_SOURCE
#include "bench.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 64 };

struct side {
    int fd, left, client;
};

static void pair(int listener, struct sockaddr_in *a, int fd[2])
{
    int one = 1;
    fd[0] = socket(AF_INET, SOCK_STREAM, 0);
    connect(fd[0], (struct sockaddr *)a, sizeof *a);
    fd[1] = accept4(listener, NULL, NULL, 0);
    for (int i = 0; i < 2; i++) setsockopt(fd[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void one_event(struct side *s, int *running)
{
    char buffer[4096];
    ssize_t n = read(s->fd, buffer, sizeof buffer);
    if (n <= 0) return;
    if (s->client && --s->left == 0)
        --*running;
    else if (write(s->fd, buffer, s->client ? SIZE : (size_t)n) < 0)
        abort();
}

static double echo(int connections, int rounds)
{
    struct side side[128];
    struct epoll_event ev[128];
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    int ep = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM, 0), running = connections;
    bind(listener, (struct sockaddr *)&a, sizeof a);
    listen(listener, 64);
    getsockname(listener, (struct sockaddr *)&a, &size);
    for (int i = 0; i < connections; i++) {
        int fd[2];
        pair(listener, &a, fd);
        for (int k = 0; k < 2; k++) {
            side[2 * i + k] = (struct side){fd[k], rounds, k == 0};
            struct epoll_event e = {.events = EPOLLIN | EPOLLET, .data.ptr = &side[2 * i + k]};
            epoll_ctl(ep, EPOLL_CTL_ADD, fd[k], &e);
        }
    }
    double t = bench_now();
    char message[SIZE] = "";
    for (int i = 0; i < connections; i++)
        if (write(side[2 * i].fd, message, SIZE) < 0) abort();
    while (running > 0) {
        int n = epoll_wait(ep, ev, 128, -1);
        for (int i = 0; i < n; i++) one_event(ev[i].data.ptr, &running);
    }
    t = bench_now() - t;
    for (int i = 0; i < 2 * connections; i++) close(side[i].fd);
    close(listener);
    close(ep);
    return t / ((double)connections * rounds);
}

static double echo_64(void)
{
    return echo(64, 2000);
}

static double echo_1(void)
{
    return echo(1, 20000);
}

int main(int argc, char **argv)
{
    static const struct bench_row rows[] = {
        {"echo_64", echo_64, "ns"}, {"echo_1", echo_1, "ns"}, {0}};
    return bench_main(rows, argc, argv);
}
