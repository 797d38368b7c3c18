/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include <jemalloc/jemalloc.h>

/* What jemalloc reads before main (). An event is made by one thread, written by the next and freed by a third; in the C
 * library's heaps they get in each other's way, which costs a sixth of the events a second (doc/benchmarks.md). Four heaps are
 * enough for the threads that work at the same time, and what nobody has used for two seconds goes back to the system. */
const char *malloc_conf __attribute__ ((visibility ("default"))) = "narenas:4,dirty_decay_ms:2000";

/* Linkers leave a library out of which nothing is wanted by name. */
int (*wf_allocator_control) (const char *name, void *old, size_t *old_length, void *new, size_t new_length) = mallctl;
