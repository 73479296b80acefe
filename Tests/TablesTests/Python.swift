// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// The Python that some tests compare with: `PROEFTUIN_PYTHON`, or `python3` of the path.
enum Python {
  static let program = ProcessInfo.processInfo.environment["PROEFTUIN_PYTHON"] ?? "python3"

  /// Whether there is one that can import all of these.
  static func has(_ modules: String...) -> Bool {
    (try? run(["-c", "import " + modules.joined(separator: ", ")])) != nil
  }

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a script of the fixtures and gives what it prints.
  static func run(fixture: String, _ arguments: String...) throws -> Data {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try run([folder.appendingPathComponent("Fixtures/\(fixture)").path] + arguments)
  }

  /// Output goes through files: reading a pipe gives up where a signal interrupts it.
  private static func run(_ arguments: [String]) throws -> Data {
    try TemporaryFolder.with { folder in
      let (output, errors) = (folder + "/output", folder + "/errors")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [program] + arguments
      process.standardOutput = try emptyFile(output)
      process.standardError = try emptyFile(errors)
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        throw Failed(description: try String(contentsOfFile: errors, encoding: .utf8))
      }
      return try Data(contentsOf: URL(fileURLWithPath: output))
    }
  }

  private static func emptyFile(_ path: String) throws -> FileHandle {
    try TemporaryFolder.write([], to: path)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }
}
