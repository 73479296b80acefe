// SPDX-License-Identifier: EUPL-1.2

/// Texts that repeat: each row holds the position of its text in a dictionary.
///
/// Canonical: the dictionary holds each text once, in order of first appearance, and no text that no
/// row has; a missing row holds code 0. Two texts are the same where their UTF-8 bytes are.
public struct CategoryColumn: Sendable {
  public let codes: ColumnBuffer<Int32>
  public let dictionary: [String]
  public let validity: Bitmap?

  /// Brings codes over any dictionary into canonical form.
  ///
  /// The codes of rows that are not missing lie within the dictionary.
  public init(codes: [Int32], dictionary: [String], validity: Bitmap? = nil) {
    precondition(validity.map { $0.count == codes.count } ?? true, "a bitmap of another length")
    var canonical = [Int32](repeating: -1, count: dictionary.count)
    var positions: [ExactText: Int32] = [:]
    var used: [String] = []
    var result = codes
    let bits = validity.flatMap { $0.allSet ? nil : $0 }
    for row in codes.indices {
      if let bits, !bits[row] {
        result[row] = 0
        continue
      }
      let code = Int(codes[row])
      if canonical[code] < 0 {
        let text = ExactText(dictionary[code])
        let position = positions[text] ?? Int32(used.count)
        if position == used.count {
          positions[text] = position
          used.append(text.text)
        }
        canonical[code] = position
      }
      result[row] = canonical[code]
    }
    self.codes = ColumnBuffer(result)
    self.dictionary = used
    self.validity = bits
  }

  /// The codes of another column with other gaps.
  public init(codes: ColumnBuffer<Int32>, dictionary: [String], validity: Bitmap?) {
    self.init(codes: codes.array, dictionary: dictionary, validity: validity)
  }

  public init(_ optionals: some Sequence<String?>) {
    var builder = CategoryColumnBuilder()
    for text in optionals { builder.append(text) }
    self = builder.finish()
  }

  /// Takes over codes and a dictionary that are canonical already.
  package init(canonical codes: [Int32], dictionary: [String], validity: Bitmap?) {
    self.init(canonical: ColumnBuffer(codes), dictionary: dictionary, validity: validity)
  }

  package init(canonical codes: ColumnBuffer<Int32>, dictionary: [String], validity: Bitmap?) {
    self.codes = codes
    self.dictionary = dictionary
    self.validity = validity.flatMap { $0.allSet ? nil : $0 }
  }

  public var count: Int { codes.count }

  public subscript(row: Int) -> String? {
    if let validity, !validity[row] { return nil }
    return dictionary[Int(codes[row])]
  }
}

extension CategoryColumn: Hashable {
  public static func == (left: CategoryColumn, right: CategoryColumn) -> Bool {
    left.codes == right.codes && left.validity == right.validity
      && left.dictionary.elementsEqual(right.dictionary) { $0.isExactly($1) }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(codes)
    hasher.combine(validity)
    for text in dictionary { hasher.combine(ExactText(text)) }
  }
}
