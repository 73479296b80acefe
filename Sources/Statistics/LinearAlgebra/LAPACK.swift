// SPDX-License-Identifier: EUPL-1.2

internal import CLAPACK

/// What the system's linear algebra library needs before its first call.
enum LAPACK {
  /// One thread: bits then do not depend on how many there are, and stages already run side by side.
  static func start() { _ = started }

  private static let started: Void = openblas_set_num_threads(1)
}
