/* SPDX-License-Identifier: MIT */
/*
 * How many processors the control groups leave to this process.
 *
 * Each line of /proc/self/cgroup is "number:controllers:path"; "0::path" is the unified hierarchy
 * (version 2).  The group and all above it have a limit each, and the least holds.  In a container
 * the path may be that of the host, of which only the root is seen: what is missing limits nothing.
 *
 * Rejected: to find the mounts in /proc/self/mountinfo, as Go does: all who mount the hierarchies
 * elsewhere than in /sys/fs/cgroup are long gone.
 *
 * The paths lie in memory of malloc(): who asks may be a thread of 16 KiB.
 */
#include "rt.h"
#include <limits.h>
#include <stdio.h>

struct paths {
    char line[PATH_MAX + 100], mount[PATH_MAX];
    char group[PATH_MAX + 32]; /* with room for a file's name */
};

/* group stays as it is. */
static double number_in(char *group, const char *file, double *second) {
    double first = 0;
    char *end = group + strlen(group);
    sprintf(end, "/%s", file);
    FILE *f = fopen(group, "re");
    *end = 0;
    if (f == NULL)
        return 0;
    if (fscanf(f, "%lf %lf", &first, second) < 1) /* "max 100000" is no number */
        first = 0;
    fclose(f);
    return first;
}

/* "200000 100000" in cpu.max; of version 1 two files, and -1 for none. */
static double limit_of(char *group) {
    double period = 100000, unused, quota = number_in(group, "cpu.max", &period);
    if (quota <= 0) {
        double old = number_in(group, "cpu.cfs_period_us", &unused);
        quota = number_in(group, "cpu.cfs_quota_us", &unused);
        period = old > 0 ? old : period;
    }
    return quota > 0 && period > 0 ? quota / period : 0;
}

static double lesser(double a, double b) {
    return a == 0 || (b > 0 && b < a) ? b : a;
}

/* Of the group and those above it, up to where the hierarchy is mounted. */
static double least_limit(struct paths *p, const char *mount, const char *path) {
    size_t top = strlen(mount);
    double least = 0;
    if (snprintf(p->group, PATH_MAX, "%s%s", mount, path) >= PATH_MAX)
        p->group[top] = 0;
    for (;;) {
        least = lesser(least, limit_of(p->group));
        char *slash = strrchr(p->group + top, '/');
        if (slash == NULL)
            return least;
        *slash = 0;
    }
}

static bool has_cpu(const char *controllers) {
    const char *at = strstr(controllers, "cpu");
    while (at != NULL && at[3] != 0 && at[3] != ',')
        at = strstr(at + 3, "cpu");
    return at != NULL;
}

static double limit_in(struct paths *p, const char *mounts, const char *controllers,
                       const char *path) {
    if (*controllers != 0) {
        snprintf(p->mount, sizeof p->mount, "%s/%s", mounts, controllers);
        return has_cpu(controllers) ? least_limit(p, p->mount, path) : 0;
    }
    snprintf(p->mount, sizeof p->mount, "%s/unified", mounts); /* beside version 1 */
    return lesser(least_limit(p, mounts, path), least_limit(p, p->mount, path));
}

static double least_of(struct paths *p, FILE *groups, const char *mounts) {
    double least = 0;
    while (fgets(p->line, sizeof p->line, groups) != NULL) {
        char *controllers = strchr(p->line, ':');
        char *path = controllers == NULL ? NULL : strchr(controllers + 1, ':');
        if (path == NULL)
            continue;
        *path++ = 0;
        path[strcspn(path, "\n")] = 0;
        least = lesser(least, limit_in(p, mounts, controllers + 1, path));
    }
    return least;
}

double quota_in(const char *groups, const char *mounts) {
    struct paths *p = malloc(sizeof *p);
    FILE *f = fopen(groups, "re");
    double least = f != NULL && p != NULL ? least_of(p, f, mounts) : 0;
    if (f != NULL)
        fclose(f);
    free(p);
    return least;
}
