// SPDX-License-Identifier: EUPL-1.2

/// A pattern that a whole text fits or does not, in time that grows with the text only.
///
/// Foundation's and Swift's regular expressions try one way after the other, and a hostile or careless
/// pattern such as `(a+)+` takes them hours for one cell. This one knows fewer signs and never goes back.
struct TextPattern: Sendable {
  let source: String
  let program: PatternProgram

  init(_ source: String) throws(PatternFault) {
    self.source = source
    do throws(PatternFault) {
      program = try PatternProgram(PatternParser.parse(source))
    } catch {
      guard error.cause == .tooLarge else { throw error }
      throw PatternFault(cause: .tooLarge, range: 0..<source.unicodeScalars.count)
    }
  }
}

extension TextPattern: Hashable {
  static func == (left: TextPattern, right: TextPattern) -> Bool {
    left.source.utf8.elementsEqual(right.source.utf8)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(source) }
}
