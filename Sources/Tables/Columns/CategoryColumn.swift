// SPDX-License-Identifier: EUPL-1.2

/// Texts that repeat: each row holds the position of its text in a dictionary.
///
/// Canonical: the dictionary holds each text once, in order of first appearance, and no text that no
/// row has; a missing row holds code 0.
public struct CategoryColumn: Sendable, Hashable {
  public let codes: [Int32]
  public let dictionary: [String]
  public let validity: Bitmap?

  /// Brings codes over any dictionary into canonical form.
  public init(codes: [Int32], dictionary: [String], validity: Bitmap? = nil) {
    var canonical = [Int32](repeating: -1, count: dictionary.count)
    var positions: [String: Int32] = [:]
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
        let text = dictionary[code]
        if let known = positions[text] {
          canonical[code] = known
        } else {
          canonical[code] = Int32(used.count)
          positions[text] = Int32(used.count)
          used.append(text)
        }
      }
      result[row] = canonical[code]
    }
    self.codes = result
    self.dictionary = used
    self.validity = bits
  }

  public init(_ optionals: some Sequence<String?>) {
    var positions: [String: Int32] = [:]
    var dictionary: [String] = []
    var codes: [Int32] = []
    var validity = Bitmap(repeating: false, count: 0)
    for text in optionals {
      validity.append(text != nil)
      guard let text else {
        codes.append(0)
        continue
      }
      if let known = positions[text] {
        codes.append(known)
      } else {
        let code = Int32(dictionary.count)
        positions[text] = code
        dictionary.append(text)
        codes.append(code)
      }
    }
    self.init(codes: codes, dictionary: dictionary, validity: validity)
  }

  public var count: Int { codes.count }

  public subscript(row: Int) -> String? {
    if let validity, !validity[row] { return nil }
    return dictionary[Int(codes[row])]
  }
}
