/* SPDX-License-Identifier: MIT */
/*
 * Is a place in a shared library that gocc made?  Such a one asks for functions of the runtime,
 * and the names that an object asks for come first in its dynamic symbols.
 */
#include "rt.h"
#include <elf.h>
#include <link.h>
#include <string.h>

typedef ElfW(Dyn) dyn;
typedef ElfW(Phdr) phdr;
typedef ElfW(Sym) sym;

struct dynamic {
    const sym *symbols;
    const char *names;
    const uint32_t *hash, *gnu_hash;
};

struct search {
    uintptr_t pc;
    bool found;
};

static bool contains(const struct dl_phdr_info *o, const phdr *ph, uintptr_t pc) {
    return ph->p_type == PT_LOAD && pc - (o->dlpi_addr + ph->p_vaddr) < ph->p_memsz;
}

/* glibc has added the address of the object to what stands in the file, musl has not. */
static const void *at(const struct dl_phdr_info *o, const dyn *d) {
    uintptr_t p = d->d_un.d_ptr;
    return (const void *)(p < o->dlpi_addr ? p + o->dlpi_addr : p);
}

static void read_dynamic(const struct dl_phdr_info *o, const dyn *d, struct dynamic *to) {
    for (; d->d_tag != DT_NULL; d++) {
        if (d->d_tag == DT_SYMTAB)
            to->symbols = at(o, d);
        else if (d->d_tag == DT_STRTAB)
            to->names = at(o, d);
        else if (d->d_tag == DT_HASH)
            to->hash = at(o, d);
        else if (d->d_tag == DT_GNU_HASH)
            to->gnu_hash = at(o, d);
    }
}

static bool asks_for_runtime(const struct dynamic *d) {
    if (!d->symbols || !d->names)
        return false;
    uint32_t n = d->gnu_hash ? d->gnu_hash[1] : d->hash ? d->hash[1] : 0;
    for (uint32_t i = 1; i < n; i++)
        if (d->symbols[i].st_shndx == SHN_UNDEF &&
            strncmp(d->names + d->symbols[i].st_name, "gocc_", 5) == 0)
            return true;
    return false;
}

static int on_object(struct dl_phdr_info *o, size_t size, void *arg) {
    (void)size;
    struct search *s = arg;
    struct dynamic d = {0};
    bool here = false;
    for (int i = 0; i < o->dlpi_phnum; i++) {
        here |= contains(o, &o->dlpi_phdr[i], s->pc);
        if (o->dlpi_phdr[i].p_type == PT_DYNAMIC)
            read_dynamic(o, (const void *)(o->dlpi_addr + o->dlpi_phdr[i].p_vaddr), &d);
    }
    s->found = here && asks_for_runtime(&d);
    return here;
}

/* From a fault's handler, too: what the C library locks here, the same thread may lock again. */
bool object_uses_runtime(uintptr_t pc) {
    struct search s = {.pc = pc};
    dl_iterate_phdr(on_object, &s);
    return s.found;
}
