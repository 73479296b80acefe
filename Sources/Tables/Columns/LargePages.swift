// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
internal import Glibc
#endif

extension UnsafeMutableRawBufferPointer {
  /// Asks the system for large pages under memory that is about to be written whole.
  ///
  /// A column of ten million numbers takes twenty thousand small pages, and getting them one by one
  /// takes longer than computing what is written there. It is a wish: nothing depends on it.
  package func preferLargePages() {
    #if canImport(Glibc)
    let size = 2 << 20
    guard count >= 2 * size, let baseAddress else { return }
    let start = UInt(bitPattern: baseAddress)
    let first = (start + UInt(size) - 1) / UInt(size) * UInt(size)
    let length = (start + UInt(count) - first) / UInt(size) * UInt(size)
    madvise(UnsafeMutableRawPointer(bitPattern: first), Int(length), MADV_HUGEPAGE)
    #endif
  }
}
