// SPDX-License-Identifier: EUPL-1.2

// A call of the Linux kernel that Swift's Glibc module leaves out, because it needs _GNU_SOURCE.

#ifndef PROEFTUIN_CPROCESS_H
#define PROEFTUIN_CPROCESS_H

#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/// Copies up to `count` bytes between two files within the kernel. Returns their number, or -1.
static inline ssize_t cprocess_copy_range(int from, int to, size_t count) {
  return syscall(SYS_copy_file_range, from, NULL, to, NULL, count, 0);
}

#endif
