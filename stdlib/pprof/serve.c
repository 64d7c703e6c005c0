/* SPDX-License-Identifier: MIT */
/* Package net/http/pprof: the profiles of a running program under /debug/pprof/. */
#include "pprof.h"
#include <gocc/http.h>
#include <gocc/time.h>
#include <gocc/trace.h>
#include <stdio.h>

static void write_index(http_responsewriter *w) {
    int n;
    pprof_profile **list = pprof_profiles(&n);
    http_header_set(http_responsewriter_header(w), "Content-Type", "text/html; charset=utf-8");
    io_write_string(w, "<title>/debug/pprof/</title><h1>/debug/pprof/</h1><ul>\n", NULL);
    for (int i = 0; i < n; i++) {
        char line[512];
        const char *name = pprof_profile_name(list[i]);
        snprintf(line, sizeof line, "<li>%d <a href='%s?debug=1'>%s</a>\n",
                 pprof_profile_count(list[i]), name, name);
        io_write_string(w, line, NULL);
    }
    io_write_string(w,
                    "<li><a href='profile?seconds=5'>profile</a>, of the CPU's time\n"
                    "<li><a href='trace?seconds=1'>trace</a>, for ui.perfetto.dev\n</ul>\n",
                    NULL);
    free(list);
}

static void write_profile(http_responsewriter *w, http_request *r, pprof_profile *p) {
    int debug = atoi(http_request_form_value(r, "debug"));
    http_header_set(http_responsewriter_header(w), "Content-Type",
                    debug ? "text/plain; charset=utf-8" : "application/octet-stream");
    handle_release(pprof_profile_write_to(p, w, debug));
}

static void serve_named(http_responsewriter *w, http_request *r, void *name) {
    pprof_profile *p = pprof_lookup(name);
    if (p)
        write_profile(w, r, p);
    else
        http_error(w, "Unknown profile", HTTP_STATUS_NOT_FOUND);
}

static void serve_index(http_responsewriter *w, http_request *r, void *arg) {
    const char *name = r->url->path + strlen("/debug/pprof/");
    (void)arg;
    if (*name)
        serve_named(w, r, UNCONST(name));
    else
        write_index(w);
}

/* Ends early when the client goes. */
static void wait_seconds(http_request *r, double otherwise) {
    double seconds = atof(http_request_form_value(r, "seconds"));
    time_duration d = (time_duration)((seconds > 0 ? seconds : otherwise) * TIME_SECOND);
    context *ctx = context_with_timeout(http_request_context(r), d);
    gocc__chan_recv(context_done(ctx), NULL);
    context_close(ctx);
}

/* start fails if the other one runs already. */
static void serve_between(http_responsewriter *w, http_request *r, gocc_error (*start)(io_writer *),
                          void (*stop)(void), double seconds) {
    bytes_buffer *out = bytes_new_buffer(NULL, 0);
    gocc_error err = start(out);
    if (err) {
        http_error(w, error_string(err), HTTP_STATUS_INTERNAL_SERVER_ERROR);
    } else {
        size_t n;
        wait_seconds(r, seconds);
        stop();
        http_header_set(http_responsewriter_header(w), "Content-Type", "application/octet-stream");
        const char *s = bytes_buffer_bytes(out, &n);
        http_responsewriter_write(w, s, n, NULL);
    }
    handle_release(err);
    handle_release(out);
}

static void serve_cpu(http_responsewriter *w, http_request *r, void *arg) {
    (void)arg;
    serve_between(w, r, gocc__pprof_start, pprof_stop_cpu_profile, 30);
}

static void serve_trace(http_responsewriter *w, http_request *r, void *arg) {
    (void)arg;
    serve_between(w, r, gocc__trace_start, trace_stop, 1);
}

static void add(http_servemux *mux, const char *pattern, http_handlerfunc *f) {
    if (mux)
        http_servemux_handle_func(mux, pattern, f, NULL);
    else
        http_handle_func(pattern, f, NULL);
}

void pprof_serve(http_servemux *mux) {
    add(mux, "/debug/pprof/", serve_index);
    add(mux, "/debug/pprof/profile", serve_cpu);
    add(mux, "/debug/pprof/trace", serve_trace);
}

http_handler *pprof_handler(const char *name) {
    NIL_CHECK(name);
    return http_handler_func(serve_named, UNCONST(name));
}
