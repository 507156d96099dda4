/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glibc keeps its own functions under a second name for those who put theirs in front. */
#include "tests/support/cz-heap-count.h"
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

extern void *__libc_malloc (size_t size);
extern void __libc_free (void *block);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *block, size_t size);
extern void *__libc_memalign (size_t alignment, size_t size);

static atomic_long n_blocks; /* malloc has no caller's data to keep them in */
static atomic_long n_bytes;

static void *
taken (void *block)
{
  if (block != NULL) {
    atomic_fetch_add (&n_blocks, 1);
    atomic_fetch_add (&n_bytes, (long) malloc_usable_size (block));
  }
  return block;
}

static void
given_back (void *block)
{
  if (block != NULL) {
    atomic_fetch_sub (&n_blocks, 1);
    atomic_fetch_sub (&n_bytes, (long) malloc_usable_size (block));
  }
}

void *
malloc (size_t size)
{
  return taken (__libc_malloc (size));
}

void
free (void *block)
{
  given_back (block);
  __libc_free (block);
}

void *
calloc (size_t n, size_t size)
{
  return taken (__libc_calloc (n, size));
}

void *
realloc (void *block, size_t size)
{
  size_t before = block != NULL ? malloc_usable_size (block) : 0;
  void *moved = __libc_realloc (block, size);

  if (moved == NULL && size > 0)
    return NULL; /* the block is as it was */
  if (block != NULL) {
    atomic_fetch_sub (&n_blocks, 1);
    atomic_fetch_sub (&n_bytes, (long) before);
  }
  return taken (moved);
}

void *
memalign (size_t alignment, size_t size)
{
  return taken (__libc_memalign (alignment, size));
}

void *
aligned_alloc (size_t alignment, size_t size)
{
  return memalign (alignment, size);
}

int
posix_memalign (void **block, size_t alignment, size_t size)
{
  *block = memalign (alignment, size);
  return *block != NULL || size == 0 ? 0 : ENOMEM;
}

CzHeapCount
cz_heap_count (void)
{
  return (CzHeapCount){ atomic_load (&n_blocks), atomic_load (&n_bytes) };
}
