// SPDX-License-Identifier: EUPL-1.2

extension JSONValue {
  /// The bytes of RFC 8785: the same value gives the same bytes, so that they can be hashed.
  ///
  /// Members are sorted by the UTF-16 code units of their keys, numbers are written as ECMAScript
  /// writes them, texts with as few escapes as can be, and there are no blanks. One deviation: whole
  /// numbers beyond 2⁵³ are written exactly, where RFC 8785 would round them to a double.
  ///
  /// - Throws: `JSONFault.notFinite` with the path of a number that is NaN or infinite.
  public var canonical: [UInt8] {
    get throws(JSONFault) {
      if let path = firstNonFinite() { throw .notFinite(path: path) }
      var writer = JSONWriter(layout: .canonical)
      writer.write(self)
      return writer.bytes
    }
  }

  /// `canonical` as text.
  public var canonicalText: String {
    get throws(JSONFault) { String(decoding: try canonical, as: UTF8.self) }
  }

  /// JSON for people: two blanks of indentation, members in their order, a number that is not finite
  /// as null; without a final line break.
  public var pretty: String {
    var writer = JSONWriter(layout: .pretty)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// JSON on one line, as event logs need it: members in their order, no blanks, a number that is not
  /// finite as null.
  public var compact: String {
    var writer = JSONWriter(layout: .compact)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// The path to the first number that JSON cannot hold.
  private func firstNonFinite() -> String? {
    switch self {
    case .number(let value): return value.isFinite ? nil : ""
    case .array(let items):
      for (i, item) in items.enumerated() {
        if let rest = item.firstNonFinite() { return Self.path("[\(i)]", rest) }
      }
    case .object(let object):
      for (key, value) in object {
        if let rest = value.firstNonFinite() { return Self.path(key, rest) }
      }
    case .null, .boolean, .integer, .string: break
    }
    return nil
  }

  private static func path(_ step: String, _ rest: String) -> String {
    rest.isEmpty || rest.utf8.first == UInt8(ascii: "[") ? step + rest : "\(step).\(rest)"
  }
}

/// Appends JSON to a buffer of bytes.
private struct JSONWriter {
  enum Layout {
    case canonical
    case compact
    case pretty
  }

  let layout: Layout
  var bytes: [UInt8] = []
  private var depth = 0

  init(layout: Layout) { self.layout = layout }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: append("null")
    case .boolean(let value): append(value ? "true" : "false")
    case .integer(let value): append(String(value))
    case .number(let value): append(value.isFinite ? ECMAScriptNumber.text(value) : "null")
    case .string(let text): write(text)
    case .array(let items):
      list(items, from: "[", to: "]") { writer, item in writer.write(item) }
    case .object(let object):
      list(ordered(object), from: "{", to: "}") { writer, member in
        writer.write(member.key)
        writer.append(writer.layout == .pretty ? ": " : ":")
        writer.write(member.value)
      }
    }
  }
}

extension JSONWriter {
  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func list<Item>(
    _ items: [Item], from open: String, to close: String,
    _ writeItem: (inout JSONWriter, Item) -> Void
  ) {
    append(open)
    depth += 1
    for (i, item) in items.enumerated() {
      if i > 0 { append(",") }
      breakLine()
      writeItem(&self, item)
    }
    depth -= 1
    if !items.isEmpty { breakLine() }
    append(close)
  }

  private mutating func breakLine() {
    guard layout == .pretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth { append("  ") }
  }

  private func ordered(_ object: JSONObject) -> [(key: String, value: JSONValue)] {
    let members = Array(object)
    guard layout == .canonical else { return members }
    return members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
  }

  /// A text with the escapes of RFC 8785, section 3.2.2.2: quote, backslash and control characters.
  private mutating func write(_ text: String) {
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    bytes.append(quote)
    for byte in text.utf8 {
      switch byte {
      case quote, backslash: bytes += [backslash, byte]
      case 0x08: append("\\b")
      case 0x09: append("\\t")
      case 0x0A: append("\\n")
      case 0x0C: append("\\f")
      case 0x0D: append("\\r")
      case 0..<0x20:
        append("\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16))
      default: bytes.append(byte)
      }
    }
    bytes.append(quote)
  }
}
