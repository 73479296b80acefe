// SPDX-License-Identifier: EUPL-1.2

import Documents
import Glibc

/// The processes of an attempt, as `/proc` shows them.
enum ProcessTree {
  /// A process and all that descend from it; stops looking when there are more than `limit`.
  static func descendants(of root: pid_t, limit: Int = 100_000) -> [pid_t] {
    var found: [pid_t] = []
    var waiting = [root]
    while let process = waiting.popLast(), found.count <= limit {
      let children = children(of: process)
      found += children
      waiting += children
    }
    return found
  }

  static func children(of process: pid_t) -> [pid_t] {
    FolderNames.of("/proc/\(process)/task").flatMap { thread in
      ProcFile.text("/proc/\(process)/task/\(thread)/children").split(separator: " ")
        .compactMap { pid_t($0) }
    }
  }

  /// Bytes of memory that belong to a process alone or that it shares in memory; mapped files do not
  /// count, since the system may take them back.
  static func memory(of process: pid_t) -> Int {
    var kibibytes = 0
    for line in ProcFile.text("/proc/\(process)/status").split(separator: "\n")
    where line.hasPrefix("RssAnon:") || line.hasPrefix("RssShmem:") {
      kibibytes +=
        line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
        .flatMap { Int($0) } ?? 0
    }
    return kibibytes << 10
  }

  /// All processes that carry a mark in their environment, however far they have run from who started
  /// them: without a sandbox a program may leave its session and its parent.
  static func processes(marked mark: String) -> [pid_t] {
    let own = getpid()
    let marked = Array(mark.utf8)
    return FolderNames.of("/proc").compactMap { pid_t($0) }.filter { process in
      process != own
        && ProcFile.bytes("/proc/\(process)/environ").split(separator: 0).contains {
          $0.elementsEqual(marked)
        }
    }
  }
}

/// Files under `/proc`, which have no size and are read until they end.
enum ProcFile {
  static func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }

  static func bytes(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 8192)
    while bytes.count < 1 << 20 {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return bytes
  }
}
