// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Names a process for as long as the machine runs: numbers of processes are used again, so the moment
/// at which it started and the machine's start belong to it.
struct ProcessIdentity: Sendable, Hashable {
  let id: Int
  /// Clock ticks after the machine's start; empty where the system does not tell.
  let started: String
  let boot: String

  static var currentID: Int { Int(getpid()) }

  static var current: ProcessIdentity {
    ProcessIdentity(id: currentID, started: startTime(of: currentID) ?? "", boot: bootID)
  }

  /// Whether this very process is still there.
  var isAlive: Bool {
    guard boot == Self.bootID else { return false }
    guard let start = Self.startTime(of: id) else { return false }
    return start == started
  }

  private static var bootID: String {
    text("/proc/sys/kernel/random/boot_id").map { String($0.prefix { $0 != "\n" }) } ?? ""
  }

  /// Field 22 of `/proc/PID/stat`; the second field, the name, may hold blanks and parentheses.
  private static func startTime(of id: Int) -> String? {
    guard let text = text("/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else {
      return nil
    }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? String(fields[19]) : nil
  }

  /// Files under `/proc` have no size, so they are read until they end.
  private static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
