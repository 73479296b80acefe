// SPDX-License-Identifier: EUPL-1.2

/// Writes a document of XML: UTF-8, two blanks a level, every namespace declared at the root.
///
/// Equal trees give equal bytes, and what is written reads back as the tree.
struct MarkupWriter {
  private let prefixes: [String: String]
  private let own: String
  private(set) var text = ""

  /// Elements and attributes of the namespace `own` stand without a prefix.
  static func document(_ root: MarkupElement, own: String) -> String {
    var prefixes = NamespacePrefixes(own: own)
    prefixes.collect(root)
    var writer = MarkupWriter(prefixes: prefixes.byNamespace, own: own)
    writer.text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    let declared = prefixes.byNamespace.filter { $0.value != "xml" }
      .sorted { $0.value < $1.value }
      .map { " xmlns:\($0.value)=\"\(escaped($0.key, inAttribute: true))\"" }
    writer.write(
      root, depth: 0, declarations: " xmlns=\"\(own)\"" + declared.joined())
    return writer.text
  }

  private init(prefixes: [String: String], own: String) {
    self.prefixes = prefixes
    self.own = own
  }

  private mutating func write(_ element: MarkupElement, depth: Int, declarations: String = "") {
    let indentation = String(repeating: "  ", count: depth)
    let name = qualified(element.name, element.namespace)
    text += "\(indentation)<\(name)\(declarations)"
    for attribute in element.attributes {
      let key = attribute.namespace.map { qualified(attribute.name, $0) } ?? attribute.name
      text += " \(key)=\"\(Self.escaped(attribute.value, inAttribute: true))\""
    }
    let hasText = !element.text.allSatisfy(\.isWhitespace)
    switch (element.children.isEmpty, hasText) {
    case (true, _) where element.text.isEmpty: text += "/>\n"
    case (true, _): text += ">\(Self.escaped(element.text, inAttribute: false))</\(name)>\n"
    case (false, _):
      text += ">\(hasText ? Self.escaped(element.text, inAttribute: false) : "")\n"
      for child in element.children { write(child, depth: depth + 1) }
      text += "\(indentation)</\(name)>\n"
    }
  }

  private func qualified(_ name: String, _ namespace: String?) -> String {
    guard let namespace, namespace != own, let prefix = prefixes[namespace] else { return name }
    return "\(prefix):\(name)"
  }

  /// Characters that mean something in XML by reference, line breaks that reading would lose too.
  private static func escaped(_ value: String, inAttribute: Bool) -> String {
    var result = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"" where inAttribute: result += "&quot;"
      case "\n" where inAttribute: result += "&#10;"
      case "\t" where inAttribute: result += "&#9;"
      case "\r": result += "&#13;"
      case "\u{0}"..<"\u{9}", "\u{B}", "\u{C}", "\u{E}"..<" ", "\u{FFFE}", "\u{FFFF}":
        // No document of XML 1.0 can hold these.
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// The prefixes of a document, one for each namespace but its own.
private struct NamespacePrefixes {
  let own: String
  private(set) var byNamespace = ["http://www.w3.org/XML/1998/namespace": "xml"]
  private var taken: Set<String> = ["xml", "xmlns"]

  init(own: String) { self.own = own }

  /// Those that the root declares first: values such as `dmnElementRef` may use them.
  mutating func collect(_ root: MarkupElement) {
    for declaration in root.declarations where !declaration.prefix.isEmpty {
      admit(declaration.namespace, preferred: declaration.prefix)
    }
    collectUsed(root)
  }

  private mutating func collectUsed(_ element: MarkupElement) {
    if let namespace = element.namespace { admit(namespace, preferred: element.prefix) }
    for attribute in element.attributes {
      if let namespace = attribute.namespace { admit(namespace, preferred: attribute.prefix) }
    }
    for child in element.children { collectUsed(child) }
  }

  private mutating func admit(_ namespace: String, preferred: String?) {
    guard namespace != own, byNamespace[namespace] == nil else { return }
    var prefix = preferred ?? "ns"
    var number = 1
    while !taken.insert(prefix).inserted {
      number += 1
      prefix = "\(preferred ?? "ns")\(number)"
    }
    byNamespace[namespace] = prefix
  }
}
