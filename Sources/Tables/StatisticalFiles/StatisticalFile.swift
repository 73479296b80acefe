// SPDX-License-Identifier: EUPL-1.2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a look at a file's beginning tells before it is read.
struct StatisticalFile {
  let path: String
  let size: Int
  private let beginning: [UInt8]
  private let ending: [UInt8]
  private let longTextsEnd: Bool

  init(path: String) throws(StatisticalFileFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ENOENT
        ? .fileMissing(path: path)
        : .fileUnreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .fileUnreadable(path: path, reason: "it is no ordinary file")
    }
    self.path = path
    size = Int(status.st_size)
    guard size > 0 else { throw .empty }
    beginning = FilePart.bytes(of: descriptor, at: 0, count: 1_024)
    ending = FilePart.bytes(of: descriptor, at: max(0, size - 64), count: 64)
    longTextsEnd = StataLongTexts(descriptor, beginning: beginning)?.allEnd ?? true
  }

  /// The format that is wanted or that the name tells, unless the first bytes tell another.
  func format(
    wanted: StatisticalFileFormat?
  ) throws(StatisticalFileFault) -> StatisticalFileFormat {
    let found = StatisticalFileFormat(beginning: beginning)
    guard let named = wanted ?? StatisticalFileFormat(path: path) else {
      guard let found else { throw .unknownFormat }
      return found
    }
    // A portable file begins with 200 bytes that may be anything.
    if let found, found != named { throw .otherFormat(named, found: found) }
    if found == nil, named != .por { throw .otherFormat(named, found: nil) }
    guard isWhole(named) else { throw .truncated(named) }
    if named == .dta, !longTextsEnd { throw .damaged(.dta, what: "a long text has no end") }
    return named
  }

  /// Whether the file ends as its format does, where that can be told: the library passes over labels that
  /// are cut off, and transport files do not say how many rows they have.
  private func isWhole(_ format: StatisticalFileFormat) -> Bool {
    switch format {
    case .dta:
      !beginning.starts(with: "<stata_dta>".utf8)
        || ending.reversed().drop { $0 <= 0x20 }.starts(with: "</stata_dta>".utf8.reversed())
    case .xpt: size % 80 == 0
    case .sav, .por, .sas7bdat: true
    }
  }
}
