/* SPDX-License-Identifier: MIT */
/* The whole library; <gocc/PACKAGE.h> has one package of it. */
#ifndef GOCC_H
#define GOCC_H

#include <gocc/atomic.h>
#include <gocc/context.h>
#include <gocc/errgroup.h>
#include <gocc/errors.h>
#include <gocc/http.h>
#include <gocc/io.h>
#include <gocc/net.h>
#include <gocc/pprof.h>
#include <gocc/runtime.h>
#include <gocc/runtime_package.h>
#include <gocc/semaphore.h>
#include <gocc/signal.h>
#include <gocc/singleflight.h>
#include <gocc/sync.h>
#include <gocc/synctest.h>
#include <gocc/time.h>
#include <gocc/trace.h>

#endif
