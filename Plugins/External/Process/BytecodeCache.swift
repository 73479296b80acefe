// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Foundation

/// Python's compiled form of a plugin's files, kept from run to run.
///
/// A program may not write beside its code, and its own folder goes when it ends, so that Python would
/// compile its files at every start: for the helper alone that is twice the start of the interpreter. The
/// runner has them compiled once, without running any of them, and shows the result read-only.
enum BytecodeCache {
  /// The folder for `PYTHONPYCACHEPREFIX`; nil where the program is not Python, or nothing can be kept.
  static func folder(for program: Program, bubblewrap: String?) -> String? {
    guard !program.pythonFiles.isEmpty, let caches = cachesFolder else { return nil }
    var status = stat()
    guard stat(program.path, &status) == 0 else { return nil }
    // The digest stands for the files, so that Python need not look at them again.
    let key = SHA256Digest.of(
      "\(program.codeDigest)\n\(program.pythonFiles.joined(separator: "\n"))\n\(program.path)\n"
        + "\(status.st_size) \(status.st_ino)"
    ).hex.prefix(32)
    let folder = "\(caches)/\(key)"
    if FileStatusCheck.isFolder(folder) { return folder }
    return make(folder, in: caches, program, bubblewrap) ? folder : nil
  }

  private static var cachesFolder: String? {
    let environment = ProcessInfo.processInfo.environment
    let base =
      environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? environment["HOME"].map { "\($0)/.cache" }
    return base.map { "\($0)/proeftuin/python" }
  }

  /// Compiles under another name first, so that nobody finds a folder that is half filled.
  private static func make(
    _ folder: String, in caches: String, _ program: Program, _ bubblewrap: String?
  ) -> Bool {
    guard let new = try? ScratchFolder.makeFolder(in: caches) else { return false }
    defer { try? FileManager.default.removeItem(atPath: new) }
    let compiling =
      [program.path, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
      + program.pythonFiles
    let sandbox = Sandbox(
      writable: [new], readable: program.roots, hidden: [], hasNetwork: false, sharedMemory: new,
      program: program.name)
    let words = (bubblewrap.map { sandbox.prefix($0) } ?? []) + compiling
    let process = Process()
    process.executableURL = URL(filePath: words[0])
    process.arguments = Array(words.dropFirst())
    process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPYCACHEPREFIX": new]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    // It only compiles; whatever takes so long is something else.
    for _ in 0..<3000 where process.isRunning { usleep(10_000) }
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    // What was compiled has to be what the key stands for.
    guard (try? program.checkUnchanged()) != nil else { return false }
    // A file that does not compile says so when the stage runs.
    guard !FolderNames.of(new).isEmpty else { return false }
    return (try? FileManager.default.moveItem(atPath: new, toPath: folder)) != nil
      || FileStatusCheck.isFolder(folder)
  }
}
