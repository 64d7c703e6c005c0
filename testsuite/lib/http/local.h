/* SPDX-License-Identifier: MIT */
/* A server on a free port of this machine, and one-line askers. */
#include <gocc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static net_listener *local;
static sync_waitgroup serving;

static inline void serve_all(http_server *s, net_listener *l)
{
    error e = http_server_serve(s, l);
    release(e);
    sync_waitgroup_done(&serving);
}

static inline void start_server(http_server *s)
{
    local = net_listen("tcp", "127.0.0.1:0", NULL);
    sync_waitgroup_add(&serving, 1);
    go serve_all(s, local);
}

/* Nothing of it is left: the goroutines of its connections have ended, too. */
static inline void stop_server(http_server *s)
{
    http_server_close(s);
    http_client_close_idle_connections(HTTP_DEFAULT_CLIENT);
    sync_waitgroup_wait(&serving);
    while (runtime_num_goroutine() > 1)
        runtime_gosched();
    release(local);
    http_server_destroy(s);
}

static inline const char *at(const char *path)
{
    static char url[4][300];
    static int i;
    i = (i + 1) % 4;
    snprintf(url[i], sizeof url[i], "http://%s%s", net_addr_string(net_listener_addr(local)), path);
    return url[i];
}

/* "STATUS: BODY", or the error without the address */
static inline void show(http_response *resp, error err)
{
    if (!resp) {
        const char *text = error_string(err);
        const char *port = strstr(text, "127.0.0.1:");
        const char *rest = port ? strpbrk(port + 10, "/\"") : NULL;
        printf("%.*s%s\n", (int)(port ? port - text : (long)strlen(text)), text, rest ? rest : "");
        release(err);
        return;
    }
    char *text = io_read_all(resp->body, NULL, &err);
    printf("%s: %s%s%s\n", resp->status, text, err ? " " : "", err ? error_string(err) : "");
    free(text);
    release(err);
    release(resp);
}

static inline void get(const char *path)
{
    error err;
    http_response *resp = http_get(at(path), &err);
    show(resp, err);
}

/* All that the server answers to these bytes. */
static inline char *raw(const char *bytes, size_t n)
{
    net_conn *c = net_dial("tcp", net_addr_string(net_listener_addr(local)), NULL);
    net_conn_write(c, bytes, n, NULL);
    net_tcpconn_close_write(c);
    char *all = io_read_all(c, NULL, NULL);
    release(c);
    return all;
}
