// SPDX-License-Identifier: EUPL-1.2

// Calls of the Linux kernel that Swift's Glibc module leaves out, because they take a varying number of
// arguments or need _GNU_SOURCE.

#ifndef PROEFTUIN_CPROCESS_H
#define PROEFTUIN_CPROCESS_H

#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/// From now on what a descendant leaves behind becomes a child of this process. Returns 0, or -1.
static inline int cprocess_take_in_orphans(void) {
  return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/// Copies up to `count` bytes between two files within the kernel. Returns their number, or -1.
static inline ssize_t cprocess_copy_range(int from, int to, size_t count) {
  return syscall(SYS_copy_file_range, from, NULL, to, NULL, count, 0);
}

#endif
