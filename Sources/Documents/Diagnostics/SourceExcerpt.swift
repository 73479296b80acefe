// SPDX-License-Identifier: EUPL-1.2

/// The line at fault as it is shown, cut around the underline where it is too long.
struct SourceExcerpt {
  /// The line, or the part of it around the fault with `…` where it is cut.
  let text: String
  /// The terminal column, from 0, at which the underline starts.
  let column: Int
  /// The marks; at least one, and not beyond the part that is shown.
  let underline: String

  init(line: String, span: SourceSpan, width: Int) {
    let line = line.hidingPasswords
    let length = line.unicodeScalars.count
    // Far from the fault nothing is looked at: a file may be one line of megabytes.
    let cut = max(0, min(span.start.column - 1, length) - 8 * width)
    let near = line.unicodeScalars.dropFirst(cut).prefix(16 * width)
    let isCutAfter = cut + near.count < length
    let display = DisplayLine(String(near))
    let count = display.cells.count
    let first = min(max(span.start.column - 1 - cut, 0), count)
    // A span over several lines is underlined up to the end of its first.
    let last = span.end.line > span.start.line ? count : min(span.end.column - 1 - cut, count)
    let window = Self.window(display, around: first..<max(first, last), width: width)
    let before = cut + window.lowerBound > 0 ? "…" : ""
    let after = isCutAfter || window.upperBound < count ? "…" : ""

    text = before + display.cells[window].joined() + after
    let start = display.column(of: first) - display.column(of: window.lowerBound)
    column = start + before.count
    let end = display.column(of: min(last, window.upperBound))
    underline = String(repeating: "^", count: max(1, end - display.column(of: first)))
  }

  /// The characters to show: all where they fit, else as many around the fault, which stands a third
  /// from the left.
  private static func window(
    _ display: DisplayLine, around fault: Range<Int>, width: Int
  ) -> Range<Int> {
    let count = display.cells.count
    if display.column(of: count) <= width { return 0..<count }
    // Two columns are kept for the marks of the cuts.
    let room = width - 2
    var lower = fault.lowerBound
    var used = 0
    let length = display.column(of: fault.upperBound) - display.column(of: fault.lowerBound)
    let lead = max(room / 3, room - length - room / 3)
    while lower > 0, used + display.widths[lower - 1] <= min(lead, room / 2) {
      lower -= 1
      used += display.widths[lower]
    }
    var upper = fault.lowerBound
    while upper < count, used + display.widths[upper] <= room {
      used += display.widths[upper]
      upper += 1
    }
    while lower > 0, used + display.widths[lower - 1] <= room {
      lower -= 1
      used += display.widths[lower]
    }
    return lower..<upper
  }
}

extension String {
  /// The line with dots for the password in an address, `scheme://user:password@host`, or behind
  /// `password=`: what is shown goes into logs.
  fileprivate var hidingPasswords: String {
    guard contains("://") else { return self }
    var scalars = Array(unicodeScalars)
    for place in scalars.indices where scalars[place...].starts(with: "://".unicodeScalars) {
      let end = scalars[(place + 3)...].firstIndex { " \"'/?#".unicodeScalars.contains($0) }
      let authority = (place + 3)..<(end ?? scalars.count)
      guard let at = scalars[authority].lastIndex(of: "@"),
        let colon = scalars[authority.lowerBound..<at].firstIndex(of: ":")
      else { continue }
      for hidden in (colon + 1)..<at { scalars[hidden] = "•" }
    }
    for place in scalars.indices where scalars[place...].starts(with: "password=".unicodeScalars) {
      let end = scalars[(place + 9)...].firstIndex { " \"'&".unicodeScalars.contains($0) }
      for hidden in (place + 9)..<(end ?? scalars.count) { scalars[hidden] = "•" }
    }
    return scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
  }
}
