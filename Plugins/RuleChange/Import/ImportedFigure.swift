// SPDX-License-Identifier: EUPL-1.2

import Documents
import Tables

/// A value of an OpenFisca file as a scheme writes it.
enum ImportedFigure: Sendable, Hashable {
  case number(String)
  case truth(Bool)
  case day(String)
  case text(String)
  case nothing

  /// Nil where the node is a list, a map, or a number without end.
  ///
  /// OpenFisca reads YAML 1.1, in which `1_000` is a number and `yes` is true.
  init?(_ node: Node) {
    guard let scalar = node.scalar else { return nil }
    switch scalar.value {
    case .null: self = .nothing
    case .boolean(let flag): self = .truth(flag)
    case .integer:
      self = .number(scalar.text.hasPrefix("+") ? String(scalar.text.dropFirst()) : scalar.text)
    case .number(let number):
      guard number.isFinite else { return nil }
      self = .number(Self.plain(scalar.text))
    case .text:
      self = .text(scalar.text)
      guard scalar.style == .plain else { return }
      let digits = scalar.text.replacing("_", with: "")
      if ["yes", "on"].contains(scalar.text.lowercased()) {
        self = .truth(true)
      } else if ["no", "off"].contains(scalar.text.lowercased()) {
        self = .truth(false)
      } else if CalendarDate(scalar.text) != nil {
        self = .day(scalar.text)
      } else if digits != scalar.text,
        Scalar(text: digits, style: .plain).number.map(\.isFinite) == true
      {
        self = .number(Self.plain(digits))
      }
    }
  }

  /// `.5`, `+5` and `5.` with the zeros that they leave away.
  private static func plain(_ text: String) -> String {
    var text = text.hasPrefix("+") ? String(text.dropFirst()) : text
    if text.hasPrefix(".") { text = "0" + text }
    if text.hasPrefix("-.") { text = "-0" + text.dropFirst() }
    return text.hasSuffix(".") ? text + "0" : text
  }

  var yaml: String {
    switch self {
    case .number(let text), .day(let text): text
    case .truth(let flag): flag ? "true" : "false"
    case .text(let text): SchemeText.scalar(text)
    case .nothing: "null"
    }
  }

  /// Whether a scheme's parameter may have the value.
  var isFigure: Bool {
    switch self {
    case .number, .truth: true
    case .day, .text, .nothing: false
    }
  }
}

/// A law or a page that a figure rests on.
struct ImportedReference: Sendable, Hashable {
  var title: String?
  var url: String?

  /// Everything that a `reference` names: an address, a title, a block of both, or a list of these.
  static func all(_ node: Node?) -> [ImportedReference] {
    guard let node, !node.isNull else { return [] }
    if let items = node.items { return items.flatMap { all($0) } }
    if let text = node.text {
      return [isAddress(text) ? ImportedReference(url: text) : ImportedReference(title: text)]
    }
    let title = (node["title"] ?? node["name"])?.text
    let url = (node["href"] ?? node["url"])?.text
    guard title == nil, url == nil else { return [ImportedReference(title: title, url: url)] }
    // By date: what they say is kept, and the caller looks which version it belongs to.
    return []
  }

  /// The references of a block that gives them by date.
  static func byDate(_ node: Node?) -> [(date: String, references: [ImportedReference])] {
    (node?.entries ?? []).compactMap { entry in
      guard CalendarDate(entry.name) != nil else { return nil }
      return (entry.name, all(entry.value))
    }
  }

  /// As one line of text.
  var source: String {
    [title, url].compactMap { $0 }.joined(separator: ", ")
  }

  /// As an entry of `legal`, with law and article where the address is one of the Dutch register.
  var yaml: String {
    var entries: [(key: String, value: String)] = []
    if let law = url?.firstMatch(of: /BWB[RV][0-9]{7}/) {
      entries.append(("bwb", String(law.output)))
      if let article = url?.firstMatch(of: /[Aa]rtikel=?([0-9]+[0-9a-z:.]*)/) {
        entries.append(("article", SchemeText.quoted(String(article.output.1))))
      }
    }
    if let title { entries.append(("title", SchemeText.scalar(title))) }
    if let url { entries.append(("url", SchemeText.quoted(url))) }
    return SchemeText.map(entries)
  }

  private static func isAddress(_ text: String) -> Bool {
    text.hasPrefix("http://") || text.hasPrefix("https://") || text.hasPrefix("www.")
  }
}

extension DiagnosticCode {
  static let importLoss: DiagnosticCode = "import-loss"
}
