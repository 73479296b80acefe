// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit

/// The folder that one try of a stage happens in: what goes in, what comes out, and what is told.
///
/// Everything in it may be replaced by a program that means harm, and one that stays is alive while the
/// runner reads: so folders and messages are opened before the program can touch them, and the runner
/// works in what it opened.
struct AttemptFolder: Sendable {
  let path: String
  /// Read-only for the program.
  let context: String
  /// Read-only for the program.
  let inputs: String
  let handle: FolderHandle
  let outputsHandle: FolderHandle
  let workHandle: FolderHandle
  let messagesFile: OpenFile

  static let messagesName = "messages.jsonl"
  static let outputLog = "stdout.log"
  static let errorLog = "stderr.log"

  var messages: String { "\(path)/\(Self.messagesName)" }
  var outputs: String { "\(path)/outputs" }
  var work: String { "\(path)/work" }
  var temporary: String { "\(path)/work/tmp" }
  /// Stands for /dev/shm, so that it counts as what the program writes.
  var sharedMemory: String { "\(path)/work/shm" }
  private var ending: String { "\(path)/exit.json" }

  /// Makes the parts of a folder that is there and empty, before any program runs.
  init(in path: String) throws(StageFault) {
    self.path = Program.absolute(path)
    context = "\(self.path)/context.json"
    inputs = "\(self.path)/inputs"
    guard let handle = FolderHandle(self.path), handle.makeFolder("inputs") != nil,
      let outputs = handle.makeFolder("outputs"), let work = handle.makeFolder("work"),
      work.makeFolder("tmp") != nil, work.makeFolder("shm") != nil,
      let messages = handle.makeFile(Self.messagesName)
    else { throw Self.fault("make", self.path) }
    self.handle = handle
    outputsHandle = outputs
    workHandle = work
    messagesFile = messages
  }

  /// Makes a folder within that of a program that stays, which is alive, or takes one that was emptied.
  ///
  /// What the program may only read lies elsewhere; temporary files are those of the process.
  init(
    named name: String, in parent: AttemptFolder, stage number: Int, again: AttemptFolder? = nil
  ) throws(StageFault) {
    path = "\(parent.work)/\(name)"
    let readOnly = "\(parent.inputs)/\(name)"
    // A name of its own for each stage, so that an answer to one is never taken for another's.
    context = "\(readOnly)/context-\(number).json"
    inputs = "\(readOnly)/inputs"
    if again == nil {
      guard mkdir(readOnly, 0o700) == 0, mkdir(inputs, 0o700) == 0 else {
        throw Self.fault("make", readOnly)
      }
    }
    guard let handle = again?.handle ?? parent.workHandle.makeFolder(name),
      let outputs = again?.outputsHandle ?? handle.makeFolder("outputs"),
      let work = again?.workHandle ?? handle.makeFolder("work"),
      let messages = handle.makeFile(Self.messagesName)
    else { throw Self.fault("make", path) }
    self.handle = handle
    outputsHandle = outputs
    workHandle = work
    messagesFile = messages
  }

  /// Takes everything out, so that the next stage finds what a new folder would have; false where the
  /// program has put something in the way.
  func empty() -> Bool {
    handle.remove(Self.messagesName)
    unlink(context)
    let isReadOnlyEmpty = FolderHandle(inputs)?.removeAll() ?? false
    let isEmpty = [outputsHandle.removeAll(), workHandle.removeAll(), isReadOnlyEmpty]
    return isEmpty.allSatisfy(\.self) && Set(handle.names()) == ["outputs", "work"]
      && outputsHandle.isSame(as: handle.folder("outputs"))
      && workHandle.isSame(as: handle.folder("work"))
  }

  /// Writes a new file where no program can write: beside the context, or before the program runs.
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
    let (seconds, attoseconds) = duration.components
    members.append(("milliseconds", .integer(seconds * 1000 + attoseconds / 1_000_000_000_000_000)))
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
  func writtenBytes(limit: Int) -> Int { handle.bytes(limit: limit) }

  /// What a program of its own printed, errors first; at most 1 MiB of each.
  func printed() -> [(name: String, bytes: [UInt8])] {
    [Self.errorLog, Self.outputLog].map { name in
      (name, handle.file(name)?.read(from: 0, count: 1 << 20) ?? [])
    }
  }

  /// Removes a folder with everything in it, and follows no link.
  static func remove(_ path: String) {
    let folder = (path as NSString).deletingLastPathComponent
    FolderHandle(folder)?.remove((path as NSString).lastPathComponent)
  }

  private static func fault(_ verb: String, _ path: String) -> StageFault {
    StageFault(
      "cannot \(verb) '\(path)': \(String(cString: strerror(errno)))",
      help: "check that there is room on the disk", kind: .transient)
  }
}
