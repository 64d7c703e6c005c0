/* SPDX-License-Identifier: MIT */
/*
 * From an address to function, file and line, by libbacktrace, which comes with gcc and
 * reads DWARF by mmap without malloc: it works in a signal handler and with a broken heap.
 *
 * Its functions are declared here, for clang does not find gcc's <backtrace.h>.  They are
 * weak where the build did not bundle the library: then addresses stay what the dynamic
 * linker knows about them.
 *
 * Reports look symbols up while the other threads are frozen, perhaps with the loader's locks held.
 * So the list of objects, which one of these guards, is read before, with signals blocked: neither
 * a freeze nor a profiler's handler, which may want that lock too, comes between.  And for objects
 * opened since, the tables are read here, for dladdr() takes the other lock.
 */
#include "rt.h"
#include <dlfcn.h>
#include <link.h>
#include <sys/resource.h>

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

static void ignore_symbol(void *data, uintptr_t pc, const char *name, uintptr_t at,
                          uintptr_t size) {
    (void)data, (void)pc, (void)name, (void)at, (void)size;
}

/* The files of the program's symbols are to be opened, and what is reported may be that no more can
 * be: the limit that the program has chosen, not the one that it must keep, gives way meanwhile. */
static bool descriptors_allow(rlim_t more, struct rlimit *before) {
    if (getrlimit(RLIMIT_NOFILE, before) != 0)
        return false;
    struct rlimit wide = *before;
    rlim_t left = wide.rlim_max - wide.rlim_cur;
    wide.rlim_cur += left < more ? left : more;
    return left > 0 && setrlimit(RLIMIT_NOFILE, &wide) == 0;
}

static struct backtrace_state *state_make(void) {
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
    sigset_t most, before;
    sigfillset(&most);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&most, faults[i]);
    struct rlimit limit;
    pthread_sigmask(SIG_BLOCK, &most, &before);
    bool allowed = descriptors_allow(16, &limit);
    struct backtrace_state *s = backtrace_create_state(NULL, 1, ignore_error, NULL);
    if (s != NULL) /* the first look reads the list */
        backtrace_syminfo(s, (uintptr_t)state_make, ignore_symbol, ignore_error, NULL);
    if (allowed)
        setrlimit(RLIMIT_NOFILE, &limit);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return s;
}

static struct backtrace_state *state_get(void) {
#ifndef GOCC_BACKTRACE
    if (!backtrace_create_state)
        return NULL;
#endif
    struct backtrace_state *s = atomic_load_explicit(&shared_state, memory_order_acquire);
    if (!s) {
        s = state_make();
        atomic_store_explicit(&shared_state, s, memory_order_release);
    }
    return s;
}

void symbol_prepare(void) {
    state_get();
}

/* ---- objects that were opened later ---- */

#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 35)
extern __typeof(_dl_find_object) _dl_find_object __attribute__((weak));

struct table {
    const ElfW(Sym) * symbols;
    const char *names;
    const uint32_t *hash;
};

static bool table_of(const struct link_map *map, struct table *t) {
    *t = (struct table){NULL, NULL, NULL};
    for (const ElfW(Dyn) *d = map->l_ld; d->d_tag != DT_NULL; d++) {
        uintptr_t at = d->d_un.d_ptr;
        at += at < map->l_addr ? map->l_addr : 0; /* not relocated, as in the kernel's object */
        if (d->d_tag == DT_SYMTAB)
            t->symbols = (const void *)at;
        else if (d->d_tag == DT_STRTAB)
            t->names = (const void *)at;
        else if (d->d_tag == DT_GNU_HASH)
            t->hash = (const void *)at;
    }
    return t->symbols != NULL && t->names != NULL && t->hash != NULL;
}

/* The symbols that others can see are the last ones; the hash table knows how many there are. */
static uint32_t table_end(const uint32_t *hash) {
    uint32_t n_buckets = hash[0], first = hash[1], end = 0;
    const uint32_t *buckets = hash + 4 + hash[2] * (sizeof(uintptr_t) / sizeof(uint32_t));
    for (uint32_t i = 0; i < n_buckets; i++)
        end = buckets[i] > end ? buckets[i] : end;
    if (end < first)
        return first;
    while (!(buckets[n_buckets + end - first] & 1))
        end++;
    return end + 1;
}

static void look_up(const struct link_map *map, uintptr_t pc, struct symbol *s) {
    struct table t;
    if (!table_of(map, &t))
        return;
    uint32_t end = table_end(t.hash);
    for (const ElfW(Sym) *at = t.symbols + t.hash[1]; at < t.symbols + end; at++) {
        uintptr_t entry = map->l_addr + at->st_value;
        if (ELF64_ST_TYPE(at->st_info) == STT_FUNC && at->st_shndx != SHN_UNDEF &&
            pc - entry < at->st_size) {
            s->function = t.names + at->st_name;
            s->entry = entry;
        }
    }
}

static bool find_later(uintptr_t pc, struct symbol *s) {
    struct dl_find_object found;
    if (_dl_find_object == NULL)
        return false;
    if (_dl_find_object((void *)pc, &found) == 0)
        look_up(found.dlfo_link_map, pc, s);
    return true;
}
#else
#define find_later(pc, s) false
#endif

static void find_exported(uintptr_t pc, struct symbol *s) {
    Dl_info info;
    if (!find_later(pc, s) && dladdr((void *)pc, &info) && info.dli_sname) {
        s->function = info.dli_sname;
        s->entry = (uintptr_t)info.dli_saddr;
    }
}

/* ---- by libbacktrace ---- */

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
    l.sym.function = l.name;
    if (!l.name)
        find_exported(pc, &l.sym);
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
