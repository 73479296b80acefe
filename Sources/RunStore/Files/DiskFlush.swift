// SPDX-License-Identifier: EUPL-1.2

import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Waits for the disk on behalf of many files or folders at once.
///
/// A file system writes its journal once for all that wait at the same moment. Measured on ext4: 64 files
/// one after the other 0.46 ms each, by sixteen threads 0.15 ms each.
final class DiskFlush: Sendable {
  private static let lanes = (0..<16).map { DispatchQueue(label: "proeftuin.flush.\($0)") }

  private let paths: [String]
  private let next = Atomic<Int>(0)
  private let fault = Mutex<StoreFault?>(nil)

  private init(_ paths: [String]) { self.paths = paths }

  /// Returns when the content of all these files, or the names in these folders, are on the disk.
  static func flush(_ paths: [String]) throws(StoreFault) {
    let work = DiskFlush(paths)
    if paths.count > 1 {
      let group = DispatchGroup()
      for lane in lanes.prefix(paths.count) { lane.async(group: group) { work.flushNext() } }
      group.wait()
    } else {
      work.flushNext()
    }
    if let fault = work.fault.withLock({ $0 }) { throw fault }
  }

  private func flushNext() {
    while true {
      let position = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard position < paths.count else { return }
      do throws(StoreFault) { try Self.flush(paths[position]) } catch {
        fault.withLock { $0 = $0 ?? error }
      }
    }
  }

  private static func flush(_ path: String) throws(StoreFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open", path) }
    defer { close(descriptor) }
    // Also of a file only what is needed to read it again.
    guard fdatasync(descriptor) == 0 else { throw .system("flush", path) }
  }
}
