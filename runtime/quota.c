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
 */
#include "rt.h"
#include <limits.h>
#include <stdio.h>

static double number_in(const char *group, const char *file, double *second) {
    char path[PATH_MAX];
    double first = 0;
    if (snprintf(path, sizeof path, "%s/%s", group, file) >= (int)sizeof path)
        return 0;
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return 0;
    if (fscanf(f, "%lf %lf", &first, second) < 1) /* "max 100000" is no number */
        first = 0;
    fclose(f);
    return first;
}

/* "200000 100000" in cpu.max; of version 1 two files, and -1 for none. */
static double limit_of(const char *group) {
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
static double least_limit(const char *mount, const char *path) {
    char group[PATH_MAX];
    size_t top = strlen(mount);
    double least = 0;
    if (snprintf(group, sizeof group, "%s%s", mount, path) >= (int)sizeof group)
        return limit_of(mount);
    for (;;) {
        least = lesser(least, limit_of(group));
        char *slash = strrchr(group + top, '/');
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

static double limit_in(const char *mounts, const char *controllers, const char *path) {
    char mount[PATH_MAX];
    if (*controllers != 0) {
        snprintf(mount, sizeof mount, "%s/%s", mounts, controllers);
        return has_cpu(controllers) ? least_limit(mount, path) : 0;
    }
    snprintf(mount, sizeof mount, "%s/unified", mounts); /* beside version 1 */
    return lesser(least_limit(mounts, path), least_limit(mount, path));
}

double quota_in(const char *groups, const char *mounts) {
    char line[PATH_MAX + 100];
    double least = 0;
    FILE *f = fopen(groups, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        char *controllers = strchr(line, ':');
        char *path = controllers == NULL ? NULL : strchr(controllers + 1, ':');
        if (path == NULL)
            continue;
        *path++ = 0;
        path[strcspn(path, "\n")] = 0;
        least = lesser(least, limit_in(mounts, controllers + 1, path));
    }
    if (f != NULL)
        fclose(f);
    return least;
}
