// SPDX-License-Identifier: EUPL-1.2

import Documents
import Glibc
import Synchronization

/// Data goes to standard output, everything told beside it to standard error.
enum Terminal {
  private static let pending = Mutex<[UInt8]>([])

  /// Writes a line of data.
  static func answer(_ text: String) {
    write(Array(text.utf8) + (text.hasSuffix("\n") ? [] : [UInt8(ascii: "\n")]))
  }

  static func answer(_ json: JSONValue) { answer(json.pretty) }

  /// Writes bytes as they are.
  static func write(_ bytes: [UInt8]) {
    pending.withLock { buffer in
      buffer += bytes
      if buffer.count > 1 << 16 { drain(&buffer) }
    }
  }

  static func flush() { pending.withLock { drain(&$0) } }

  /// Writes a line beside the data.
  static func tell(_ text: String) {
    flush()
    var bytes = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)
    drain(&bytes, to: STDERR_FILENO)
  }

  /// Writes to standard error without a line end.
  static func draw(_ text: String) {
    var bytes = Array(text.utf8)
    drain(&bytes, to: STDERR_FILENO)
  }

  static let errorsAreSeen = isatty(STDERR_FILENO) == 1
  static let answersAreSeen = isatty(STDOUT_FILENO) == 1
  private static let colours = getenv("NO_COLOR") == nil && errorsAreSeen

  static var usesColour: Bool { colours }

  /// How many columns there are; nil where nobody looks.
  static var width: Int? {
    guard answersAreSeen || errorsAreSeen else { return nil }
    var size = winsize()
    let descriptor = answersAreSeen ? STDOUT_FILENO : STDERR_FILENO
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  static func red(_ text: String) -> String { coloured(text, "31;1") }
  static func green(_ text: String) -> String { coloured(text, "32") }
  static func yellow(_ text: String) -> String { coloured(text, "33") }
  static func faint(_ text: String) -> String { coloured(text, "2") }
  static func bold(_ text: String) -> String { coloured(text, "1") }

  private static func coloured(_ text: String, _ code: String) -> String {
    colours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private static func drain(_ bytes: inout [UInt8], to descriptor: Int32 = STDOUT_FILENO) {
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress?.advanced(by: start), buffer.count - start)
      }
      if written < 0, errno == EINTR { continue }
      if written <= 0 { break }
      start += written
    }
    bytes.removeAll(keepingCapacity: true)
  }
}
