// SPDX-License-Identifier: EUPL-1.2

import Glibc

/// What stands at a path.
public enum FileStatus {
  /// Whether there is a file that is no folder.
  public static func exists(path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }

  /// How many bytes a file has; nil where there is none.
  public static func size(path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else { return nil }
    return Int(status.st_size)
  }
}
