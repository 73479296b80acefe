// SPDX-License-Identifier: EUPL-1.2

import Tables

/// The Dutch citizen service number (burgerservicenummer, BSN) and its check, the elfproef.
///
/// Nine digits d₁…d₉, not all zero, where 9·d₁ + 8·d₂ + … + 2·d₈ − d₉ is a multiple of eleven; with eight
/// digits the first is zero. A number by chance passes once in eleven times.
enum CitizenServiceNumber {
  /// Whether a number of eight or nine digits passes the elfproef.
  static func passes(_ number: Int64) -> Bool {
    guard candidates.contains(number) else { return false }
    var sum = -(number % 10)
    var rest = number / 10
    for weight in 2...9 {
      sum += Int64(weight) * (rest % 10)
      rest /= 10
    }
    return sum % 11 == 0
  }

  /// The number in a text of eight or nine digits; blanks, points and hyphens do not count.
  static func candidate(_ text: some Sequence<UInt8>) -> Int64? {
    var number: Int64 = 0
    var digits = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        if digits > 9 { return nil }
        number = number * 10 + Int64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: " "), UInt8(ascii: "."), UInt8(ascii: "-"): continue
      default: return nil
      }
    }
    return digits >= 8 ? number : nil
  }

  /// The text in nine digits where it is a BSN, so that one person written in two ways stays one.
  static func canonical(_ text: String) -> String {
    guard let number = candidate(text.utf8), passes(number) else { return text }
    let digits = String(number)
    return String(repeating: "0", count: 9 - digits.count) + digits
  }

  /// Numbers of at most nine digits; those of fewer than eight are left alone by `candidate`.
  private static let candidates: ClosedRange<Int64> = 1...999_999_999
}

extension CitizenServiceNumber {
  /// How many values of a column could be a BSN by their digits, and how many pass.
  struct Count: Sendable, Hashable {
    var candidates = 0
    var hits = 0

    /// Far above the 1 ⁄ 11 of chance.
    ///
    /// At least half of twenty values or more, or every one of six or more: by chance the one happens
    /// less than 3 times in a million (ten or more of twenty), the other once in 1.8 million.
    var looksLikeBSN: Bool {
      candidates >= 20 && hits * 2 >= candidates || candidates >= 6 && hits == candidates
    }

    static func += (total: inout Count, other: Count) {
      total.candidates += other.candidates
      total.hits += other.hits
    }

    fileprivate mutating func add(_ number: Int64?, times: Int = 1) {
      guard let number else { return }
      candidates += times
      if CitizenServiceNumber.passes(number) { hits += times }
    }
  }

  /// Looks at every value of a column that could hold numbers.
  static func count(in column: Column) -> Count {
    var count = Count()
    switch column {
    case .integer(let values):
      for row in 0..<values.count { count.add(values[row].flatMap(eightOrNine)) }
    case .decimal(let values, let scale):
      let unit = (0..<scale).reduce(Int64(1)) { product, _ in product * 10 }
      for row in 0..<values.count {
        count.add(values[row].flatMap { $0 % unit == 0 ? eightOrNine($0 / unit) : nil })
      }
    case .number(let values):
      for row in 0..<values.count {
        count.add(values[row].flatMap { Int64(exactly: $0) }.flatMap(eightOrNine))
      }
    case .text(let values):
      for row in 0..<values.count where !(values.validity.map { !$0[row] } ?? false) {
        count.add(candidate(values.bytes[values.range(at: row)]))
      }
    case .category(let values):
      let sizes = column.grouping().sizes
      for (code, label) in values.dictionary.enumerated() {
        count.add(candidate(label.utf8), times: sizes[code])
      }
    case .boolean, .date, .timestamp: break
    }
    return count
  }

  private static func eightOrNine(_ number: Int64) -> Int64? {
    (10_000_000...999_999_999).contains(number) ? number : nil
  }
}
