// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Writes whole files: all of it or nothing.
enum FileOutput {
  static func write(_ bytes: [UInt8], to path: String) throws {
    do {
      try Data(bytes).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandFailure(
        .usage, "'\(path)' cannot be written", help: "check that its folder exists and is yours")
    }
  }
}
