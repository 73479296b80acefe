// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// A folder in which shell commands are carried out as people type them: the built `proeftuin` is on the
/// path, and so is the Python that `PROEFTUIN_PYTHON` names.
struct Workbench {
  let folder: URL
  private let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory
      .appending(path: "proeftuin-workbench/\(UUID().uuidString.prefix(8))")
    folder = root.appending(path: "work")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let programs = root.appending(path: "bin")
    try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: programs.appending(path: "proeftuin"),
      withDestinationURL: CommandLineProgram.path.resolvingSymlinksInPath())
  }

  /// With a copy of a folder of the repository, under its name.
  init(copying path: String) throws {
    try self.init()
    let source = CommandLineProgram.root.appending(path: path)
    try FileManager.default.copyItem(
      at: source, to: folder.appending(path: source.lastPathComponent))
  }

  func remove() { try? FileManager.default.removeItem(at: root) }

  struct Answer {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Carries out commands in the folder, or in one within it; the first that fails ends them.
  @discardableResult
  func callAsFunction(_ commands: String, in place: String = "") throws -> Answer {
    // Output goes through files: a pipe that nobody empties would stop the commands.
    let output = root.appending(path: "output")
    let errors = root.appending(path: "errors")
    for file in [output, errors] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-eu", "-c", commands]
    process.currentDirectoryURL = place.isEmpty ? folder : folder.appending(path: place)
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Answer(
      code: process.terminationReason == .exit ? process.terminationStatus : -1,
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// Settings of whoever runs the tests stay out of it.
  private var environment: [String: String] {
    let own = ProcessInfo.processInfo.environment
    var environment = own.filter { !$0.key.hasPrefix("PROEFTUIN_") }
    let python = own["PROEFTUIN_PYTHON"].flatMap { path in
      path.contains("/") ? URL(filePath: path).deletingLastPathComponent().path : nil
    }
    environment["PATH"] =
      [root.appending(path: "bin").path, python, own["PATH"] ?? "/usr/bin:/bin"]
      .compactMap(\.self).joined(separator: ":")
    environment["NO_COLOR"] = "1"
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    return environment
  }
}

extension Workbench {
  /// Whether this machine has a Python that can import all of these.
  static func hasPython(_ modules: String...) -> Bool {
    succeeds("python3 -c 'import sys; assert sys.version_info >= (3, 9)'")
      && modules.allSatisfy { succeeds("python3 -c 'import \($0)'") }
  }

  static let hasR = succeeds("Rscript --version")

  private static func succeeds(_ command: String) -> Bool {
    guard let bench = try? Workbench() else { return false }
    defer { bench.remove() }
    return (try? bench(command))?.code == 0
  }
}
