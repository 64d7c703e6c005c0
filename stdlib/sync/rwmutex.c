/* SPDX-License-Identifier: MIT */
/*
 * sync.RWMutex: many readers or one writer, and a writer that waits goes before new readers.
 *
 * Invariants
 *  - reader_count is the number of readers that hold or wait for the lock, less MAX_READERS
 *    while a writer holds the lock or waits for readers to leave.  It is negative exactly then,
 *    so a reader learns with its one RMW both that it is counted and that it must wait.
 *  - w serialises the writers.  The one that has w takes MAX_READERS off; the readers it then
 *    finds are those it waits for, in reader_wait; the last of them to leave wakes it.
 *  - A leaving writer lets in all readers that came meanwhile, before it gives up w: two
 *    writers cannot shut readers out.
 *
 * Orders: rlock acquires and runlock releases on reader_count, whose RMWs form one release
 * sequence; so do the writer's two RMWs on it (acq_rel), and what the last reader wrote
 * reaches the writer through reader_wait (acq_rel) or directly.  Where somebody parks, the
 * semaphore orders.
 *
 * Per-P reader counts were rejected: rlock+runlock of a shared lock would be 3 times faster on
 * many cores, but the lock would no longer be 24 bytes with a zero value that needs no end.
 */
#include "std.h"
#include <gocc/sync.h>

#define MAX_READERS (INT32_C(1) << 30)

void gocc__sync_rwmutex_rlock(sync_rwmutex *rw) {
    sema_acquire(SEMA(&rw->reader_sem), false, WAIT_RWMUTEX_RLOCK);
}

bool sync_rwmutex_try_rlock(sync_rwmutex *rw) {
    NIL_CHECK(rw);
    int32_t count = __atomic_load_n(&rw->reader_count, __ATOMIC_RELAXED);
    while (count >= 0) {
        if (__atomic_compare_exchange_n(&rw->reader_count, &count, count + 1, true,
                                        GOCC__RACE_ORDER(__ATOMIC_ACQUIRE, __ATOMIC_RELAXED),
                                        __ATOMIC_RELAXED)) {
            gocc__race_acquire(&rw->reader_sem);
            return true;
        }
    }
    return false;
}

void gocc__sync_rwmutex_runlock(sync_rwmutex *rw, int32_t count) {
    if (count + 1 == 0 || count + 1 == -MAX_READERS)
        fatal_error("sync: RUnlock of unlocked RWMutex");
    if (__atomic_sub_fetch(&rw->reader_wait, 1, __ATOMIC_ACQ_REL) == 0)
        sema_release(SEMA(&rw->writer_sem), false);
}

void sync_rwmutex_lock(sync_rwmutex *rw) {
    NIL_CHECK(rw);
    sync_mutex_lock(&rw->w);
    int32_t readers = __atomic_fetch_sub(&rw->reader_count, MAX_READERS, __ATOMIC_ACQ_REL);
    if (readers != 0 && __atomic_add_fetch(&rw->reader_wait, readers, __ATOMIC_ACQ_REL) != 0)
        sema_acquire(SEMA(&rw->writer_sem), false, WAIT_RWMUTEX_LOCK);
}

bool sync_rwmutex_try_lock(sync_rwmutex *rw) {
    NIL_CHECK(rw);
    if (!sync_mutex_try_lock(&rw->w))
        return false;
    int32_t none = 0;
    if (__atomic_compare_exchange_n(&rw->reader_count, &none, -MAX_READERS, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_RELAXED))
        return true;
    sync_mutex_unlock(&rw->w);
    return false;
}

void sync_rwmutex_unlock(sync_rwmutex *rw) {
    NIL_CHECK(rw);
    gocc__race_release(&rw->reader_sem);
    int32_t readers = __atomic_add_fetch(&rw->reader_count, MAX_READERS, __ATOMIC_ACQ_REL);
    if (readers >= MAX_READERS)
        fatal_error("sync: Unlock of unlocked RWMutex");
    for (; readers > 0; readers--)
        sema_release(SEMA(&rw->reader_sem), false);
    sync_mutex_unlock(&rw->w);
}

static void locker_lock(void *rw) {
    sync_rwmutex_lock(rw);
}

static void locker_unlock(void *rw) {
    sync_rwmutex_unlock(rw);
}

static void rlocker_lock(void *rw) {
    sync_rwmutex_rlock(rw);
}

static void rlocker_unlock(void *rw) {
    sync_rwmutex_runlock(rw);
}

sync_locker sync_rwmutex_locker(sync_rwmutex *rw) {
    return (sync_locker){rw, locker_lock, locker_unlock};
}

sync_locker sync_rwmutex_rlocker(sync_rwmutex *rw) {
    return (sync_locker){rw, rlocker_lock, rlocker_unlock};
}
