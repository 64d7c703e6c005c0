/* SPDX-License-Identifier: MIT */
/*
 * Profiles by name: the goroutines, and what the program counts itself.
 *
 * `lock` guards the list of profiles and the members of each; stacks are symbolised and written
 * without it.
 */
#include "io/io.h"
#include "pprof.h"
#include <gocc/errors.h>
#include <gocc/sync.h>
#include <stdio.h>

struct member {
    const void *value;
    struct trace_stack stack;
};
struct gocc__pprof_profile {
    pprof_profile *next;
    const char *name;
    bool goroutines;
    struct member *members;
    size_t n, room;
};

static struct gocc__pprof_profile goroutine = {.name = "goroutine", .goroutines = true};
static pprof_profile *first = &goroutine;
static sync_mutex lock;

static pprof_profile *find(const char *name) {
    pprof_profile *p = first;
    while (p && strcmp(p->name, name) != 0)
        p = p->next;
    return p;
}

pprof_profile *pprof_lookup(const char *name) {
    NIL_CHECK(name);
    sync_mutex_lock(&lock);
    pprof_profile *p = find(name);
    sync_mutex_unlock(&lock);
    return p;
}

pprof_profile *pprof_new_profile(const char *name) {
    if (!name || !*name)
        panic_text("pprof: NewProfile with empty name");
    sync_mutex_lock(&lock);
    if (find(name)) {
        sync_mutex_unlock(&lock);
        panic_text("pprof: NewProfile name already in use: %s", name);
    }
    pprof_profile *p = std_alloc(sizeof *p);
    p->name = strdup(name);
    p->next = first;
    first = p;
    sync_mutex_unlock(&lock);
    return p;
}

static int by_name(const void *a, const void *b) {
    return strcmp((*(pprof_profile *const *)a)->name, (*(pprof_profile *const *)b)->name);
}

pprof_profile **pprof_profiles(int *n) {
    size_t count = 0;
    sync_mutex_lock(&lock);
    for (pprof_profile *p = first; p; p = p->next)
        count++;
    pprof_profile **list = std_alloc((count + 1) * sizeof *list);
    count = 0;
    for (pprof_profile *p = first; p; p = p->next)
        list[count++] = p;
    sync_mutex_unlock(&lock);
    qsort(list, count, sizeof *list, by_name);
    if (n)
        *n = (int)count;
    return list;
}

const char *pprof_profile_name(pprof_profile *p) {
    NIL_CHECK(p);
    return p->name;
}

int pprof_profile_count(pprof_profile *p) {
    NIL_CHECK(p);
    if (p->goroutines)
        return gocc_num_goroutine();
    sync_mutex_lock(&lock);
    int n = (int)p->n;
    sync_mutex_unlock(&lock);
    return n;
}

/* ---- the program's own ---- */

static struct member *member_of(pprof_profile *p, const void *value) {
    for (size_t i = 0; i < p->n; i++)
        if (p->members[i].value == value)
            return &p->members[i];
    return NULL;
}

static void add(pprof_profile *p, const void *value, const struct trace_stack *stack) {
    if (p->n == p->room) {
        p->room = 2 * p->room + 16;
        p->members = realloc(p->members, p->room * sizeof *p->members);
        if (!p->members)
            fatal_error("out of memory (profile)");
    }
    p->members[p->n++] = (struct member){value, *stack};
}

void pprof_profile_add(pprof_profile *p, const void *value, int skip) {
    NIL_CHECK(p);
    if (p->goroutines)
        panic_text("pprof: use of built-in Profile.Add");
    struct trace_stack stack;
    trace_here(&stack, skip);
    sync_mutex_lock(&lock);
    bool twice = member_of(p, value) != NULL;
    if (!twice)
        add(p, value, &stack);
    sync_mutex_unlock(&lock);
    if (twice)
        panic_text("pprof: Profile.Add of duplicate value");
}

void pprof_profile_remove(pprof_profile *p, const void *value) {
    NIL_CHECK(p);
    sync_mutex_lock(&lock);
    struct member *m = member_of(p, value);
    if (m)
        *m = p->members[--p->n];
    sync_mutex_unlock(&lock);
}

/* ---- writing ---- */

static struct stacks stacks_of_goroutines(void) {
    size_t room = 64, n;
    struct stacks s = {NULL, 0};
    do { /* more may start in the meantime */
        room *= 2;
        free(s.list);
        s.list = std_alloc(room * sizeof *s.list);
        n = trace_stacks(s.list, room);
    } while (n > room);
    s.n = n;
    stacks_merge(&s); /* twice: naming a frame is slow */
    for (size_t i = 0; i < s.n; i++)
        trace_strip(&s.list[i]);
    return s;
}

static struct stacks stacks_of_members(pprof_profile *p) {
    struct stacks s = {NULL, 0};
    sync_mutex_lock(&lock);
    s.list = std_alloc((p->n + 1) * sizeof *s.list);
    for (; s.n < p->n; s.n++)
        s.list[s.n] = p->members[s.n].stack;
    sync_mutex_unlock(&lock);
    return s;
}

/* As a fatal error shows them. */
static char *traces_text(size_t *n) {
    size_t size = 65536;
    char *text = NULL;
    do {
        size *= 2;
        free(text);
        text = std_alloc(size);
        *n = trace_goroutine(text, size, true);
    } while (*n >= size);
    return text;
}

static void print_stack(FILE *f, const struct trace_stack *s) {
    struct trace_frame frame;
    fprintf(f, "%lld @", (long long)s->count);
    for (int i = 0; i < s->n; i++)
        fprintf(f, " %#lx", (unsigned long)s->pc[i]);
    fputc('\n', f);
    for (int i = 0; i < s->n; i++)
        for (int level = 0; trace_frame_at(s->pc[i], level, &frame); level++)
            fprintf(f, "#\t%#lx\t%s+%#lx\t%s:%d\n", (unsigned long)s->pc[i], frame.function,
                    (unsigned long)(s->pc[i] - frame.entry), frame.file ? frame.file : "??",
                    frame.line);
    fputc('\n', f);
}

static char *stacks_text(const char *name, const struct stacks *s, size_t *n) {
    char *text = NULL;
    int64_t total = 0;
    FILE *f = open_memstream(&text, n);
    if (!f)
        fatal_error("out of memory (profile)");
    for (size_t i = 0; i < s->n; i++)
        total += s->list[i].count;
    fprintf(f, "%s profile: total %lld\n", name, (long long)total);
    for (size_t i = 0; i < s->n; i++)
        print_stack(f, &s->list[i]);
    fclose(f);
    return text;
}

static char *profile_text(pprof_profile *p, int debug, size_t *n) {
    if (p->goroutines && debug >= 2)
        return traces_text(n);
    struct stacks s = p->goroutines ? stacks_of_goroutines() : stacks_of_members(p);
    struct kind kind = {.type = p->name,
                        .unit = "count",
                        .period_type = p->name,
                        .period_unit = "count",
                        .period = 1};
    stacks_merge(&s);
    char *text = debug > 0 ? stacks_text(p->name, &s, n) : proto_text(&kind, &s, n);
    free(s.list);
    return text;
}

gocc_error gocc__pprof_write(pprof_profile *p, io_writer *w, int debug) {
    size_t n;
    gocc_error err = NULL;
    NIL_CHECK(p);
    NIL_CHECK(w);
    char *text = profile_text(p, debug, &n);
    io_write_own(w, text, n, &err);
    return err;
}
