/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <stddef.h>

/* Linked into a test, this file's other half takes the place of malloc and its kin for the whole process, and counts. Every block taken
 * and not given back is in the figures, whoever took it: they know no caches, no pages and no holes. Any thread. */
typedef struct {
  long blocks;
  long bytes; /* as malloc_usable_size: a block that another one replaced may be some bytes longer for the same request */
} CzHeapCount;

CzHeapCount cz_heap_count (void);
