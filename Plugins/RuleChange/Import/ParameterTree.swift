// SPDX-License-Identifier: EUPL-1.2

import Documents
import Tables

/// Walks the nodes of OpenFisca parameter files and takes over the parameters in them.
struct ParameterTree {
  private(set) var parameters: [ImportedParameter] = []
  var faults = SchemeFaults()
  /// What nodes between are about, by the parts of their names.
  private(set) var descriptions: [(path: [String], text: String)] = []

  private static let common = [
    "description", "metadata", "unit", "reference", "documentation", "label",
  ]

  /// A node with parameters below it, a parameter, or a scale.
  mutating func read(_ node: LocatedNode, path: [String]) {
    guard let entries = node.node.entries else {
      faults.warn(
        .importLoss, "'\(path.joined(separator: "."))' is \(node.node.kindName), and no parameter",
        at: node)
      return
    }
    if node["brackets"] != nil { return readScale(node, path) }
    if let values = node["values"] { return readValues(values, of: node, path) }
    if !entries.isEmpty, entries.allSatisfy({ CalendarDate($0.name) != nil }) {
      return readValues(node, of: node, path)
    }
    describe(node, path)
    for entry in entries where !Self.common.contains(entry.name) {
      read(node.with(entry.value), path: path + [entry.name])
    }
  }

  /// The text of an `index.yaml`, or of a node between.
  mutating func describe(_ node: LocatedNode, _ path: [String]) {
    let words = ["description", "documentation"].compactMap { node[$0]?.node.text }
    let references = references(of: node).map(\.source)
    guard !words.isEmpty || !references.isEmpty else { return }
    descriptions.append((path, (words + references).joined(separator: "\n")))
  }

  private mutating func readValues(
    _ values: LocatedNode, of node: LocatedNode, _ path: [String]
  ) {
    let known = Set(Self.common + ["values"])
    if values.node.span != node.node.span {
      for entry in node.node.entries ?? [] where !known.contains(entry.name) {
        lose("'\(entry.name)' of '\(path.joined(separator: "."))'", at: node.with(entry.key))
      }
    }
    let read = versions(values, of: path, dated: datedReferences(of: node))
    guard !read.isEmpty else {
      faults.warn(
        .importLoss, "'\(path.joined(separator: "."))' has no value, and is left out", at: node)
      return
    }
    add(path, node, .values(read))
  }

  private mutating func add(_ path: [String], _ node: LocatedNode, _ body: ImportedParameter.Body) {
    loseMetadata(of: node)
    parameters.append(
      ImportedParameter(
        path: path, title: node["description"]?.node.text,
        documentation: node["documentation"]?.node.text, unit: unit(of: node),
        legal: references(of: node), body: body, origin: node))
  }

  /// Values by date; what ends, is a list or only expected is told.
  private mutating func versions(
    _ block: LocatedNode, of path: [String], dated: [String: String] = [:],
    keepsEnds: Bool = false
  ) -> [ImportedParameter.Version] {
    let name = path.joined(separator: ".")
    let values = block["values"] ?? block
    var versions: [ImportedParameter.Version] = []
    for entry in values.node.entries ?? [] {
      let place = values.with(entry.value)
      guard CalendarDate(entry.name) != nil else {
        lose("'\(entry.name)' of '\(name)', which is no date", at: values.with(entry.key))
        continue
      }
      if place.node.text == "expected" || place["expected"] != nil {
        lose("the expected value of '\(name)' from \(entry.name)", at: place)
        continue
      }
      let isBlock = place.node.entries != nil
      let inner = isBlock ? place["value"] : place
      guard let inner, let figure = ImportedFigure(inner.node) else {
        lose(
          "the value of '\(name)' from \(entry.name), which is no single number or truth value",
          at: inner ?? place)
        continue
      }
      if figure == .nothing, !keepsEnds {
        faults.warn(
          .importLoss,
          "'\(name)' ends on \(entry.name); the scheme's parameter keeps its last value",
          at: place, help: "ask for the date in the decision that uses it")
        continue
      }
      guard figure.isFigure || figure == .nothing else {
        lose("the value of '\(name)' from \(entry.name), which is a text", at: inner)
        continue
      }
      let own = isBlock ? references(of: place).map(\.source) : []
      let source = own + [dated[entry.name]].compactMap { $0 }
      versions.append(
        ImportedParameter.Version(
          from: entry.name, figure: figure,
          source: source.isEmpty ? nil : source.joined(separator: "; ")))
    }
    return versions.sorted { $0.from < $1.from }
  }

  private mutating func lose(_ what: String, at place: LocatedNode) {
    faults.warn(.importLoss, "not carried over: \(what)", at: place)
  }
}

// Scales
extension ParameterTree {
  private mutating func readScale(_ node: LocatedNode, _ path: [String]) {
    let name = path.joined(separator: ".")
    let items = node["brackets"]?.items ?? []
    let keys = ["rate", "amount", "average_rate"].filter { key in
      items.contains { $0[key] != nil }
    }
    guard let key = keys.first, keys.count == 1 else {
      faults.warn(
        .importLoss,
        "scale '\(name)' has \(keys.isEmpty ? "no values" : "values of two kinds"), and "
          + "is left out", at: node)
      return
    }
    var brackets: [ImportedParameter.Bracket] = []
    for (number, item) in items.enumerated() {
      let part = path + ["bracket \(number + 1)"]
      if let base = item["base"] {
        faults.warn(
          .importLoss, "scale '\(name)' multiplies its values by a base, and is left out", at: base,
          help: "write the product of rate and base")
        return
      }
      for entry in item.node.entries ?? [] where ![key, "threshold"].contains(entry.name) {
        lose("'\(entry.name)' of a bracket of '\(name)'", at: item.with(entry.key))
      }
      guard let threshold = item["threshold"], let value = item[key] else {
        faults.warn(
          .importLoss, "a bracket of '\(name)' lacks its threshold or \(key), and is left out",
          at: item)
        continue
      }
      brackets.append(
        ImportedParameter.Bracket(
          threshold: versions(threshold, of: part, keepsEnds: true), key: key,
          values: versions(value, of: part, keepsEnds: true)))
    }
    guard !brackets.isEmpty else { return }
    let type = (node["metadata"]?["type"] ?? node["type"])?.node.text
    let single =
      key == "amount" ? (type == "single_amount" ? "single-amount" : "marginal-amount") : nil
    add(path, node, .scale(brackets, type: single))
  }
}

// Units and references
extension ParameterTree {
  private func unit(of node: LocatedNode) -> String? {
    let metadata = node["metadata"]
    let text = (metadata?["unit"] ?? node["unit"] ?? metadata?["threshold_unit"])?.node.text
    return text.flatMap(Self.unit)
  }

  /// `currency-EUR` and `currency:EUR` are euros, and a share `/1` has no unit.
  static func unit(_ text: String) -> String? {
    if text == "/1" { return nil }
    for prefix in ["currency-", "currency:"] where text.hasPrefix(prefix) {
      let rest = text.dropFirst(prefix.count)
      return rest.hasPrefix("EUR") ? "euro" + rest.dropFirst(3) : String(rest)
    }
    return text
  }

  private func references(of node: LocatedNode) -> [ImportedReference] {
    ImportedReference.all(node["metadata"]?["reference"]?.node)
      + ImportedReference.all(node["reference"]?.node)
  }

  private func datedReferences(of node: LocatedNode) -> [String: String] {
    let dated =
      ImportedReference.byDate(node["metadata"]?["reference"]?.node)
      + ImportedReference.byDate(node["reference"]?.node)
    return Dictionary(
      dated.map { ($0.date, $0.references.map(\.source).joined(separator: "; ")) },
      uniquingKeysWith: { "\($0); \($1)" })
  }

  /// Metadata that a scheme has no place for.
  private mutating func loseMetadata(of node: LocatedNode) {
    let kept: Set = ["unit", "reference", "type", "threshold_unit", "rate_unit", "amount_unit"]
    for entry in node["metadata"]?.node.entries ?? [] where !kept.contains(entry.name) {
      lose("metadata '\(entry.name)'", at: node.with(entry.key))
    }
    let days = Set((node["values"]?.node.entries ?? []).map(\.name))
    for date in datedReferences(of: node).keys.sorted() where !days.contains(date) {
      lose("the reference of \(date), on which no value begins", at: node)
    }
  }
}
