// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Testing

/// The built program, run as people run it: in a folder of its own, its answers in files.
struct CommandLineProgram {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "proeftuin-tests/\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  struct Answer {
    let code: Int32
    let output: String
    let errors: String

    var json: JSONValue { get throws { try JSONValue.parse(output) } }
  }

  /// Where the package's products are: beside the running tests.
  static let path: URL = {
    let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "proeftuin")
    if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
    return root.appending(path: ".build/debug/proeftuin")
  }()

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  func write(_ text: String, to name: String) throws {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }

  func start(
    _ arguments: [String], environment: [String: String] = [:], name: String = UUID().uuidString
  ) throws -> (process: Process, output: URL, errors: URL) {
    let output = folder.appending(path: ".\(name).out")
    let errors = folder.appending(path: ".\(name).err")
    for file in [output, errors] {
      try Data().write(to: file)
    }
    let process = Process()
    process.executableURL = Self.path
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    return (process, output, errors)
  }

  @discardableResult
  func callAsFunction(
    _ arguments: String..., environment: [String: String] = [:]
  ) throws -> Answer {
    let (process, output, errors) = try start(arguments, environment: environment)
    process.waitUntilExit()
    return Answer(
      code: process.terminationReason == .exit ? process.terminationStatus : -1,
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}
