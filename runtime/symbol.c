/* SPDX-License-Identifier: MIT */
/*
 * From an address to function, file and line, by libbacktrace, which comes with gcc and
 * reads DWARF by mmap without malloc: it works in a signal handler and with a broken heap.
 *
 * Its functions are declared here, for clang does not find gcc's <backtrace.h>.  They are
 * weak where the build did not bundle the library: then addresses stay what the dynamic
 * linker knows about them.
 */
#include "rt.h"
#include <dlfcn.h>

#ifdef GOCC_BACKTRACE
#define BUNDLED(name) __asm__("gocc__backtrace_" name)
#else
#define BUNDLED(name) __attribute__((weak))
#endif

struct backtrace_state;
typedef void (*on_error)(void *data, const char *msg, int num);
typedef int (*on_line)(void *data, uintptr_t pc, const char *file, int line, const char *function);
typedef void (*on_symbol)(void *data, uintptr_t pc, const char *name, uintptr_t at, uintptr_t size);
struct backtrace_state *backtrace_create_state(const char *file, int threaded, on_error e,
                                               void *data) BUNDLED("create_state");
int backtrace_pcinfo(struct backtrace_state *s, uintptr_t pc, on_line f, on_error e, void *data)
    BUNDLED("pcinfo");
int backtrace_syminfo(struct backtrace_state *s, uintptr_t pc, on_symbol f, on_error e, void *data)
    BUNDLED("syminfo");

/* Made once.  Two makers at the same time leak one state; acquire and release give readers
 * the contents. */
static struct backtrace_state *_Atomic shared_state;

static void ignore_error(void *data, const char *msg, int num) {
    (void)data, (void)msg, (void)num;
}

static struct backtrace_state *state_get(void) {
#ifndef GOCC_BACKTRACE
    if (!backtrace_create_state)
        return NULL;
#endif
    struct backtrace_state *s = atomic_load_explicit(&shared_state, memory_order_acquire);
    if (!s) {
        s = backtrace_create_state(NULL, 1, ignore_error, NULL);
        atomic_store_explicit(&shared_state, s, memory_order_release);
    }
    return s;
}

struct lookup {
    struct symbol sym;
    bool (*fn)(const struct symbol *s, void *arg);
    void *arg;
    const char *name; /* from the symbol table */
    bool told;
};

static void keep_symbol(void *data, uintptr_t pc, const char *name, uintptr_t at, uintptr_t size) {
    struct lookup *l = data;
    (void)pc, (void)size;
    l->name = name;
    l->sym.entry = name ? at : 0;
}

static int tell_line(void *data, uintptr_t pc, const char *file, int line, const char *function) {
    struct lookup *l = data;
    (void)pc;
    if (!function)
        return 0;
    l->told = true;
    l->sym.function = function;
    l->sym.file = file;
    l->sym.line = line;
    return !l->fn(&l->sym, l->arg);
}

void symbol_each(uintptr_t pc, bool (*fn)(const struct symbol *s, void *arg), void *arg) {
    struct lookup l = {.fn = fn, .arg = arg};
    struct backtrace_state *s = state_get();
    if (s) {
        backtrace_syminfo(s, pc, keep_symbol, ignore_error, &l);
        backtrace_pcinfo(s, pc, tell_line, ignore_error, &l);
    }
    if (l.told)
        return;
    Dl_info info;
    l.sym.function = l.name;
    if (!l.name && dladdr((void *)pc, &info) && info.dli_sname) {
        l.sym.function = info.dli_sname;
        l.sym.entry = (uintptr_t)info.dli_saddr;
    }
    fn(&l.sym, arg);
}

/* ---- whose code is it ---- */

/* "/src/" where this file was /src/runtime/symbol.c when it was compiled. */
static char source_root[PATH_MAX];

static bool keep_root(const struct symbol *s, void *arg) {
    (void)arg;
    const char *end = s->file ? strstr(s->file, "runtime/symbol.c") : NULL;
    size_t n = end ? (size_t)(end - s->file) : 0;
    if (end && n < sizeof source_root - 1) {
        memcpy(source_root, s->file, n);
        source_root[n] = 0;
    }
    return true;
}

static bool from_folder(const struct symbol *s, const char *folder) {
    static _Atomic bool known;
    if (!atomic_exchange_explicit(&known, true, memory_order_relaxed)) {
        source_root[0] = '?';
        symbol_each((uintptr_t)from_folder, keep_root, NULL);
    }
    size_t n = strlen(source_root);
    return s->file && strncmp(s->file, source_root, n) == 0 &&
           strncmp(s->file + n, folder, strlen(folder)) == 0;
}

static bool has_prefix(const char *s, const char *prefix) {
    return s && strncmp(s, prefix, strlen(prefix)) == 0;
}

bool symbol_is_runtime(const struct symbol *s) {
    static const char *const assembly[] = {"rt_entry",    "rt_switch", "trace_on_parked",
                                           "fault_entry", "_start",    "__libc_start_"};
    if (from_folder(s, "runtime/") || has_prefix(s->function, "gocc__"))
        return true;
    for (size_t i = 0; i < sizeof assembly / sizeof *assembly; i++)
        if (has_prefix(s->function, assembly[i]))
            return true;
    return false;
}

bool symbol_is_library(const struct symbol *s) {
    return from_folder(s, "stdlib/") || has_prefix(s->function, "gocc_");
}
