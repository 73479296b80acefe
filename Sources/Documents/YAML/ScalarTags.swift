// SPDX-License-Identifier: EUPL-1.2

extension Scalar {
  /// A scalar with a tag of the core schema; nil where the tag is another or the text does not fit it.
  init?(text: String, style: Style, tag: String) {
    let core = "tag:yaml.org,2002:"
    if tag == "!" || tag == core + "str" {
      self.init(text: text, style: style, value: .text)
      return
    }
    guard tag.hasPrefix(core) else { return nil }
    let value = CoreSchema.value(of: text)
    switch (tag.dropFirst(core.count), value) {
    case ("null", .null), ("bool", .boolean), ("int", .integer), ("float", .number):
      self.init(text: text, style: style, value: value)
    case ("float", .integer(let integer)):
      self.init(text: text, style: style, value: .number(Double(integer)))
    default:
      return nil
    }
  }
}
