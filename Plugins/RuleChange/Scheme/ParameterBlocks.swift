// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

// The blocks `parameters:` and `inputs:` of a scheme.
extension SchemeReader {
  /// A bare value, or a block with `value`, or one with `values` by date.
  mutating func parameter(_ name: LocatedNode, _ block: LocatedNode) -> SchemeParameter? {
    let text = name.node.text ?? ""
    let what = "parameter '\(text)'"
    guard block.node.entries != nil else {
      guard let version = version(block, from: nil, what) else { return nil }
      var parameter = SchemeParameter(name: text, unit: nil, legal: [], versions: [version])
      parameter.origin = name
      return parameter
    }
    if block["brackets"] != nil {
      allow(["unit", "legal", "title", "type", "brackets"], in: block, what)
      guard !FEELExpression.hasFunction(named: text) else {
        faults.report(
          .schemeName, "'\(text)' is a function of the language already", at: name,
          help: "name the scale after what it gives, as in income_tax")
        return nil
      }
      guard let scale = scale(block, what) else { return nil }
      var parameter = SchemeParameter(
        name: text, unit: self.text("unit", of: block), legal: legal(block), versions: [],
        scale: scale)
      parameter.title = title(of: block)
      parameter.origin = name
      return parameter
    }
    allow(["unit", "legal", "title", "value", "values"], in: block, what)
    var versions: [SchemeParameter.Version] = []
    if let single = block["value"], block["values"] == nil {
      if let version = version(single, from: nil, what) { versions = [version] }
    } else if block["value"] == nil, block["values"] != nil {
      versions = self.versions(block, "values", what)
    } else {
      faults.report(
        .schemeMissing, "\(what) has no value", at: name,
        help: "write 'value:' for one that holds always, 'values:' with a date before each, or "
          + "'brackets:' for a scale")
    }
    guard !versions.isEmpty else { return nil }
    var parameter = SchemeParameter(
      name: text, unit: self.text("unit", of: block), legal: legal(block),
      versions: versions)
    parameter.title = title(of: block)
    parameter.origin = name
    return parameter
  }

  /// Values by the day from which they hold.
  mutating func versions(
    _ block: LocatedNode, _ key: String, _ what: String
  ) -> [SchemeParameter.Version] {
    entries(key, of: block).compactMap { day, value in
      guard let from = date(day, "a key of '\(key)' of \(what)") else { return nil }
      return version(value, from: from, what)
    }
  }

  /// A plain value or `{value, source, legal}`.
  mutating func version(
    _ place: LocatedNode, from date: CalendarDate?, _ what: String
  ) -> SchemeParameter.Version? {
    guard place.node.entries != nil else {
      return value(place, what).flatMap { checked($0, place, what) }
        .map { SchemeParameter.Version(from: date, value: $0, source: nil) }
    }
    allow(["value", "source", "legal"], in: place, what)
    guard let inner = required("value", of: place, "a figure is 'value:' with its 'source:'"),
      let value = value(inner, what).flatMap({ checked($0, inner, what) })
    else { return nil }
    return SchemeParameter.Version(
      from: date, value: value, source: text("source", of: place), legal: legal(place))
  }

  private mutating func checked(
    _ value: FEELValue, _ place: LocatedNode, _ what: String
  ) -> FEELValue? {
    guard value.isNull else { return value }
    faults.report(.schemeValue, "\(what) has no value", at: place, help: "write the figure")
    return nil
  }

  /// What the rules need to know of a unit.
  mutating func input(_ name: LocatedNode, _ block: LocatedNode) -> SchemeInput? {
    let text = name.node.text ?? ""
    let what = "input '\(text)'"
    guard block.node.entries != nil else {
      faults.reportWrongType(what, takes: "a block with its type", at: block)
      return nil
    }
    allow(
      [
        "entity", "type", "values", "minimum", "maximum", "unit", "legal", "evidence", "title",
      ], in: block, what)
    let level = level(of: block, what)
    let kinds = SchemeInput.Kind.allCases.map(\.rawValue)
    guard let type = requiredText("type", of: block, "one of " + kinds.joined(separator: ", "))
    else { return nil }
    guard let kind = SchemeInput.Kind(rawValue: type) else {
      faults.report(
        .unknownChoice, "there is no type '\(type)'", at: block["type"] ?? block,
        help: Suggestion.question(for: type, among: kinds),
        notes: ["types: " + kinds.joined(separator: ", ")])
      return nil
    }
    var input = SchemeInput(name: text, kind: kind, level: level)
    input.title = title(of: block)
    input.unit = self.text("unit", of: block)
    input.legal = legal(block)
    input.evidence = evidence(block, what)
    input.allowed = (block["values"]?.items ?? []).compactMap { typed($0, kind, what) }
    input.minimum = block["minimum"].flatMap { typed($0, kind, what) }
    input.maximum = block["maximum"].flatMap { typed($0, kind, what) }
    if [.text, .boolean].contains(kind), let limit = block["minimum"] ?? block["maximum"] {
      faults.report(
        .schemeValue, "a \(kind.rawValue) has no minimum or maximum", at: limit,
        help: "list what it may be under 'values:'")
    }
    return input
  }

  /// A value of a declared kind.
  mutating func typed(
    _ place: LocatedNode, _ kind: SchemeInput.Kind, _ what: String
  ) -> FEELValue? {
    if let value = place.node.text.flatMap({ kind.value(of: $0) }) { return value }
    faults.report(
      .schemeValue, "\(what) takes values of type \(kind.rawValue), not \(place.node.kindName)",
      at: place)
    return nil
  }
}
