// SPDX-License-Identifier: EUPL-1.2

extension BuiltIn {
  /// Functions of texts; places and lengths count Unicode code points.
  static let texts: [BuiltIn] = [
    BuiltIn("substring(string, start position, length?)", result: .text) {
      let scalars = Array(try $0.text(0).unicodeScalars)
      let start = try $0.whole(1)
      guard start != 0 else { throw $0.invalid("places in a text start at 1", help: nil) }
      let first = start > 0 ? start - 1 : scalars.count + start
      guard first >= 0, first <= scalars.count else { return .text("") }
      var end = scalars.count
      if $0.has(2) {
        let length = try $0.whole(2)
        guard length >= 0 else { throw $0.invalid("a length is not negative") }
        end = length >= scalars.count - first ? end : first + length
      }
      return .text(String(String.UnicodeScalarView(scalars[first..<end])))
    },
    BuiltIn("string length(string)", result: .integer) {
      .integer(Int64(try $0.text(0).unicodeScalars.count))
    },
    BuiltIn("upper case(string)", result: .text) { .text(try $0.text(0).uppercased()) },
    BuiltIn("lower case(string)", result: .text) { .text(try $0.text(0).lowercased()) },
    BuiltIn("contains(string, match)", result: .boolean) {
      .boolean(try place(of: $0.text(1), in: $0.text(0)) != nil)
    },
    BuiltIn("starts with(string, match)", result: .boolean) {
      .boolean(try $0.text(0).utf8.starts(with: $0.text(1).utf8))
    },
    BuiltIn("ends with(string, match)", result: .boolean) {
      .boolean(try $0.text(0).utf8.reversed().starts(with: $0.text(1).utf8.reversed()))
    },
    BuiltIn("substring before(string, match)", result: .text) {
      let text = try $0.text(0)
      guard let found = try place(of: $0.text(1), in: text) else { return .text("") }
      return .text(String(text[..<found.lowerBound]))
    },
    BuiltIn("substring after(string, match)", result: .text) {
      let text = try $0.text(0)
      guard let found = try place(of: $0.text(1), in: text) else { return .text("") }
      return .text(String(text[found.upperBound...]))
    },
    BuiltIn("trim(string)", result: .text) {
      let scalars = try $0.text(0).unicodeScalars
      guard let first = scalars.firstIndex(where: { !$0.isSpace }),
        let last = scalars.lastIndex(where: { !$0.isSpace })
      else { return .text("") }
      return .text(String(scalars[first...last]))
    },
    BuiltIn("replace(input, pattern, replacement, flags?)", result: .text) {
      let pattern = try Pattern($0, pattern: 1, flags: 3)
      return .text(try pattern.replacing(in: $0.text(0), with: $0.text(2)))
    },
    BuiltIn("matches(input, pattern, flags?)", result: .boolean) {
      .boolean(try Pattern($0, pattern: 1, flags: 2).isFound(in: $0.text(0)))
    },
    BuiltIn("split(string, delimiter)", result: .other) {
      let pattern = try Pattern($0, pattern: 1, flags: 9)
      return .list(try pattern.splitting($0.text(0)).map { .text($0) })
    },
    BuiltIn("string join(list, delimiter?)", result: .text, seesNull: true) {
      guard $0.has(0) else { return .null }
      var parts: [String] = []
      for element in $0.list(0) where !element.isNull {
        guard let text = element.string else {
          throw $0.wrongKind(0, "list of texts", isElement: element.kind)
        }
        parts.append(text)
      }
      return .text(parts.joined(separator: $0.has(1) ? try $0.text(1) : ""))
    },
  ]

  /// The first place of a text in another, by code points.
  private static func place(of match: String, in text: String) -> Range<String.Index>? {
    let (wanted, bytes) = (Array(match.utf8), Array(text.utf8))
    guard bytes.count >= wanted.count else { return nil }
    for start in 0...(bytes.count - wanted.count)
    where bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
      let lower = text.utf8.index(text.startIndex, offsetBy: start)
      return lower..<text.utf8.index(lower, offsetBy: wanted.count)
    }
    return nil
  }
}
