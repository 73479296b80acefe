// SPDX-License-Identifier: EUPL-1.2

/// Reads ranges of literals (rule 66 of DMN 1.5), as `[18..21)`, `[2..)` and `(..2]`.
enum RangeText {
  /// Nil where the text is none, an end is no literal, or the range ends before it starts.
  static func range(_ text: String) -> FEELRange? {
    let scalars = Array(text.unicodeScalars.drop { $0.isSpace })
    guard let first = scalars.first, let last = scalars.last(where: { !$0.isSpace }),
      let opensAt = scalars.firstIndex(of: first), let closesAt = scalars.lastIndex(of: last),
      "([]".unicodeScalars.contains(first), ")[]".unicodeScalars.contains(last),
      opensAt < closesAt, let dots = dots(in: scalars[(opensAt + 1)..<closesAt])
    else { return nil }
    let lower = scalars[(opensAt + 1)..<dots].trimmed
    let upper = scalars[(dots + 2)..<closesAt].trimmed
    let (includesLower, includesUpper) = (first == "[", last == "]")
    // An end that is left out is never included.
    if lower.isEmpty {
      guard !includesLower, let end = literal(upper) else { return nil }
      return FEELRange(lower: nil, upper: FEELRange.End(end, isIncluded: includesUpper))
    }
    guard let start = literal(lower) else { return nil }
    if upper.isEmpty {
      guard !includesUpper else { return nil }
      return FEELRange(lower: FEELRange.End(start, isIncluded: includesLower), upper: nil)
    }
    guard let end = literal(upper), let order = try? Ordering.order(start, end), order <= 0 else {
      return nil
    }
    return FEELRange(
      lower: FEELRange.End(start, isIncluded: includesLower),
      upper: FEELRange.End(end, isIncluded: includesUpper))
  }

  /// Where the two dots stand outside of texts.
  private static func dots(in scalars: ArraySlice<Unicode.Scalar>) -> Int? {
    var isQuoted = false
    var position = scalars.startIndex
    while position + 1 < scalars.endIndex {
      if isQuoted, scalars[position] == "\\" {
        position += 1
      } else if scalars[position] == "\"" {
        isQuoted.toggle()
      } else if !isQuoted, scalars[position] == ".", scalars[position + 1] == "." {
        return position
      }
      position += 1
    }
    return nil
  }

  /// The value of a number, a text, or a date, time or duration; nil for anything else.
  private static func literal(_ scalars: ArraySlice<Unicode.Scalar>) -> FEELValue? {
    let text = String(String.UnicodeScalarView(scalars))
    guard let expression = try? FEELExpression(parsing: text, names: [], mode: .feel) else {
      return nil
    }
    switch expression.root.form {
    case .literal(.null), .literal(.boolean): return nil
    case .literal(let value): return value
    case .call(let name, let arguments):
      let isLiteral =
        ["date", "time", "date and time", "duration"].contains(name)
        && arguments.allSatisfy { if case .literal = $0.value.form { true } else { false } }
      let value = try? expression.evaluate(in: FEELScope(mode: .feel))
      return isLiteral && value?.isNull == false ? value : nil
    default: return nil
    }
  }
}

extension ArraySlice<Unicode.Scalar> {
  fileprivate var trimmed: ArraySlice<Unicode.Scalar> {
    var slice = drop { $0.isSpace }
    while slice.last?.isSpace == true { slice.removeLast() }
    return slice
  }
}
