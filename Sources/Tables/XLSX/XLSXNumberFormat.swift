// SPDX-License-Identifier: EUPL-1.2

/// What a number format makes of a number: dates are numbers that only their format gives away.
enum XLSXNumberFormat {
  case number
  /// A day, perhaps with a time.
  case date
  /// A time of day alone.
  case time
  /// Hours that run beyond 24.
  case elapsed

  /// A format that every program knows by its number (ECMA-376 part 1, 18.8.30).
  init(builtIn id: Int) {
    switch id {
    case 14...17, 22: self = .date
    case 18...21, 45, 47: self = .time
    case 46: self = .elapsed
    default: self = .number
    }
  }

  /// A format by its code, such as `dd-mm-yyyy` or `[h]:mm`.
  init(code: String) {
    var letters = Letters()
    var rest = Array(code.lowercased().utf8)[...]
    // Before the first semicolon stands what holds for positive numbers.
    scan: while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: ";"): break scan
      case UInt8(ascii: "\""): Self.skip(&rest, through: UInt8(ascii: "\""))
      case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"): _ = rest.popFirst()
      case UInt8(ascii: "["):
        let inside = rest.prefix { $0 != UInt8(ascii: "]") }
        if let first = inside.first, "hms".utf8.contains(first),
          inside.allSatisfy({ $0 == first })
        {
          letters.elapsed = true
        }
        Self.skip(&rest, through: UInt8(ascii: "]"))
      case UInt8(ascii: "a") where rest.starts(with: "m/pm".utf8):
        letters.time = true
        rest = rest.dropFirst(4)
      case UInt8(ascii: "g") where rest.starts(with: "eneral".utf8): rest = rest.dropFirst(6)
      case UInt8(ascii: "y"), UInt8(ascii: "d"): letters.day = true
      case UInt8(ascii: "h"), UInt8(ascii: "s"): letters.time = true
      case UInt8(ascii: "m"): letters.monthOrMinute = true
      default: break
      }
    }
    self = letters.meaning
  }

  private static func skip(_ rest: inout ArraySlice<UInt8>, through end: UInt8) {
    while let byte = rest.popFirst(), byte != end {}
  }

  private struct Letters {
    var day = false
    var time = false
    var monthOrMinute = false
    var elapsed = false

    var meaning: XLSXNumberFormat {
      if day { return .date }
      if elapsed { return .elapsed }
      if time { return .time }
      return monthOrMinute ? .date : .number
    }
  }
}
