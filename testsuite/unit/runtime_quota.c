/* SPDX-License-Identifier: MIT */
#include "rt.h"
#include "runtime_test.h"
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/gocc-quota-XXXXXX";

static const char *in_folder(const char *name) {
    static char path[2][200];
    static int turn;
    turn ^= 1;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

/* With the folders on its way. */
static void put(const char *name, const char *text) {
    char path[200];
    strcpy(path, in_folder(name));
    for (char *slash = path + sizeof folder; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *f = fopen(path, "w");
    if (f != NULL && fputs(text, f) >= 0)
        fclose(f);
}

static void clean_up(void) {
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        perror(folder);
}

static double quota(const char *groups) {
    put("groups", groups);
    return quota_in(in_folder("groups"), in_folder("mounts"));
}

TEST(quota, the_least_of_the_group_and_those_above, "1") {
    EXPECT(mkdtemp(folder) != NULL);
    EXPECT(quota("0::/\n") == 0);
    put("mounts/a/cpu.max", "300000 100000\n");
    put("mounts/a/b/cpu.max", "max 100000\n");
    put("mounts/a/b/c/cpu.max", "50000 10000\n");
    EXPECT(quota("0::/a\n") == 3);
    EXPECT(quota("0::/a/b\n") == 3);
    EXPECT(quota("0::/a/b/c\n") == 3);
    EXPECT(quota("0::/elsewhere/d\n") == 0);
    put("mounts/cpu.max", "150000 100000\n");
    EXPECT(quota("0::/a/b/c\n") == 1.5);
    EXPECT(quota("0::/of/the/host\n") == 1.5);
    clean_up();
    return 0;
}

TEST(quota, of_version_1, "1") {
    EXPECT(mkdtemp(folder) != NULL);
    put("mounts/cpu,cpuacct/s/cpu.cfs_quota_us", "250000\n");
    put("mounts/cpu,cpuacct/s/cpu.cfs_period_us", "50000\n");
    put("mounts/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
    put("mounts/cpuset/s/cpu.cfs_quota_us", "1\n");
    EXPECT(quota("4:memory:/s\n3:cpuset:/s\n2:cpu,cpuacct:/s/t\n0::/\n") == 5);
    EXPECT(quota("3:cpuset:/s\n") == 0);
    put("mounts/unified/s/cpu.max", "200000\n");
    EXPECT(quota("2:cpu,cpuacct:/s\n0::/s\n") == 2);
    EXPECT(quota("no line of a group\n::\n") == 0);
    clean_up();
    return 0;
}
