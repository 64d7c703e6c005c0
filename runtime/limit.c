/* SPDX-License-Identifier: MIT */
/*
 * Which limit was met when the kernel refused memory: it answers ENOMEM to all of them, and
 * pthread_create() makes EAGAIN of that, which then looks like the limit of processes.
 */
#include "rt.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define FEW_MAPS 16 /* a refused request wanted up to that many */

/* Of what the kernel is set to; 0: not known. */
static long setting(const char *file) {
    char text[24] = "";
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    return n > 0 ? strtol(text, NULL, 10) : 0;
}

long limit_of_maps(void) {
    return setting("/proc/sys/vm/max_map_count");
}

static long maps_in_use(void) {
    char text[1024]; /* the stack may be a small one */
    long lines = 0;
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    for (ssize_t n; (n = read(fd, text, sizeof text)) > 0;)
        for (ssize_t i = 0; i < n; i++)
            lines += text[i] == '\n';
    close(fd);
    return lines;
}

static bool refused(size_t bytes, int access) {
    void *at = mmap(NULL, bytes, access, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at != MAP_FAILED)
        munmap(at, bytes);
    return at == MAP_FAILED;
}

const char *limit_of_memory(size_t bytes) {
    struct rlimit space, data;
    long allowed = limit_of_maps();
    if (allowed > 0 && maps_in_use() > allowed - FEW_MAPS)
        return "limit of memory maps reached (/proc/sys/vm/max_map_count)";
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY &&
        refused(bytes, PROT_NONE))
        return "limit of address space reached (ulimit -v)";
    if (getrlimit(RLIMIT_DATA, &data) == 0 && data.rlim_cur != RLIM_INFINITY &&
        refused(bytes, PROT_READ | PROT_WRITE))
        return "limit of data reached (ulimit -d)";
    if (setting("/proc/sys/vm/overcommit_memory") == 2 && refused(bytes, PROT_READ | PROT_WRITE))
        return "limit of memory promised to all processes reached "
               "(/proc/sys/vm/overcommit_memory is 2)";
    return NULL;
}
