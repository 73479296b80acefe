// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit

/// The folder that one try of a stage happens in: what goes in, what comes out, and what is told.
///
/// Everything in it may have been replaced by a program that means harm: the runner follows no link in
/// it, and reads messages through a file that it opened first.
struct AttemptFolder: Sendable {
  let path: String
  /// Read-only for the program.
  let context: String
  /// Read-only for the program.
  let inputs: String

  var messages: String { "\(path)/messages.jsonl" }
  var outputs: String { "\(path)/outputs" }
  var work: String { "\(path)/work" }
  var temporary: String { "\(path)/work/tmp" }
  /// Stands for /dev/shm, so that it counts as what the program writes.
  var sharedMemory: String { "\(path)/work/shm" }
  var output: String { "\(path)/stdout.log" }
  var errors: String { "\(path)/stderr.log" }
  var ending: String { "\(path)/exit.json" }

  /// Makes the folder's parts; the folder itself is there and empty.
  init(in path: String) throws(StageFault) {
    self.path = Program.absolute(path)
    context = "\(self.path)/context.json"
    inputs = "\(self.path)/inputs"
    try make([inputs, outputs, work, temporary, sharedMemory])
  }

  /// Makes a folder for one of many stages of a program that stays, or takes one that was emptied.
  ///
  /// What the program may only read lies elsewhere; temporary files are those of the process.
  init(in path: String, readOnly: String) throws(StageFault) {
    self.path = Program.absolute(path)
    let base = Program.absolute(readOnly)
    context = "\(base)/context.json"
    inputs = "\(base)/inputs"
    if FileStatusCheck.isPlainFolder(self.path) {
      try write([], to: messages)
    } else {
      try make([self.path, base, inputs, outputs, work])
    }
  }

  /// Takes everything out, so that the next stage finds what a new folder would have; false where the
  /// program has put something else in the place of a folder.
  func empty() -> Bool {
    for file in [messages, context, output, errors] { unlink(file) }
    for folder in [inputs, outputs, work] {
      guard FileStatusCheck.isPlainFolder(folder) else { return false }
      for name in ProcFile.names(in: folder) { Self.remove("\(folder)/\(name)") }
    }
    return ProcFile.names(in: path).count == 2
  }

  private func make(_ folders: [String]) throws(StageFault) {
    for folder in folders {
      guard mkdir(folder, 0o700) == 0 else { throw Self.fault("make", folder) }
    }
    try write([], to: messages)
  }

  /// Removes a folder with everything in it, and follows no link.
  static func remove(_ path: String) {
    if unlink(path) == 0 || errno == ENOENT { return }
    if rmdir(path) == 0 { return }
    chmod(path, 0o700)
    for name in ProcFile.names(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
  }

  /// Writes a new file.
  func write(_ bytes: [UInt8], to path: String) throws(StageFault) {
    let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Self.fault("make", path) }
    defer { close(descriptor) }
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.fault("write", path) }
      start += count
    }
  }

  /// Writes how the program ended: under another name, flushed, and then under its own.
  func write(_ ending: ProgramEnding, after duration: Duration) throws(StageFault) {
    var members: [(String, JSONValue)] = []
    switch ending.status {
    case .exited(let status): members.append(("exit", .integer(Int64(status))))
    case .signalled(let number): members.append(("signal", .integer(Int64(number))))
    }
    if let reason = ending.stopped { members.append(("stopped", .string("\(reason)"))) }
    let milliseconds =
      duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    members.append(("milliseconds", .integer(milliseconds)))
    let new = self.ending + ".new"
    unlink(new)
    try write(Array(JSONValue.object(members: members).compact.utf8), to: new)
    let descriptor = open(new, O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 {
      fdatasync(descriptor)
      close(descriptor)
    }
    guard rename(new, self.ending) == 0 else { throw Self.fault("write", self.ending) }
  }

  /// Bytes that are free on the disk of the folder.
  var freeBytes: Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// Bytes that the program has written; stops counting above a limit.
  func writtenBytes(limit: Int) -> Int {
    var total = 0
    var waiting = [outputs, work]
    for file in [messages, output, errors] { total += Self.size(file) ?? 0 }
    while let folder = waiting.popLast(), total <= limit {
      for name in ProcFile.names(in: folder) {
        let place = "\(folder)/\(name)"
        if let size = Self.size(place) { total += size } else { waiting.append(place) }
      }
    }
    return total
  }

  /// The room that a file takes; nil for a folder.
  ///
  /// Links count as nothing and are not followed.
  private static func size(_ path: String) -> Int? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return 0 }
    if status.st_mode & S_IFMT == S_IFDIR { return nil }
    return Int(status.st_blocks) * 512
  }

  private static func fault(_ verb: String, _ path: String) -> StageFault {
    StageFault(
      "cannot \(verb) '\(path)': \(String(cString: strerror(errno)))",
      help: "check that there is room on the disk", kind: .transient)
  }
}
