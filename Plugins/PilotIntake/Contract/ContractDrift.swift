// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// How a contract, or a delivery, differs from an earlier contract: each change by name.
///
/// A change breaks where somebody who relies on the earlier contract may meet what it ruled out.
struct ContractDrift: Sendable {
  struct Line: Sendable, Hashable {
    var column: String?
    var change: String
    var old: String?
    var new: String?
    var breaks: Bool
  }

  private(set) var lines: [Line] = []

  var breaks: Bool { lines.contains(where: \.breaks) }

  /// column, change, old, new, breaking.
  func table() throws(TableFault) -> Table {
    try Table([
      ("column", .text(TextColumn(lines.map(\.column)))),
      ("change", .category(CategoryColumn(lines.map(\.change)))),
      ("old", .text(TextColumn(lines.map(\.old)))),
      ("new", .text(TextColumn(lines.map(\.new)))),
      ("breaking", .boolean(BooleanColumn(lines.map(\.breaks)))),
    ])
  }
}

// Two contracts
extension ContractDrift {
  init(from old: DataContract, to new: DataContract) {
    compareColumns(old, new)
    for terms in old.columns {
      if let other = new[terms.name] { compare(terms, other) }
    }
    compareKeys(old, new)
    compareRules(old, new)
    compareAgreements(old, new)
  }

  mutating func add(
    _ column: String?, _ change: String, _ old: String? = nil, _ new: String? = nil, breaks: Bool
  ) {
    lines.append(Line(column: column, change: change, old: old, new: new, breaks: breaks))
  }

  private mutating func compareColumns(_ old: DataContract, _ new: DataContract) {
    for terms in old.columns where new[terms.name] == nil {
      add(terms.name, "column removed", terms.typeName, nil, breaks: true)
    }
    for terms in new.columns where old[terms.name] == nil {
      add(terms.name, "column added", nil, terms.typeName, breaks: old.otherColumns == .error)
    }
  }

  private mutating func compare(_ old: ColumnTerms, _ new: ColumnTerms) {
    let name = old.name
    if old.type != new.type {
      let fits = old.type.map { wanted in new.type?.columnType.fits(wanted.columnType) ?? false }
      add(name, "type changed", old.typeName, new.typeName, breaks: fits == false)
    }
    compare(name, old.required, new.required, became: "required", ceased: "became nullable")
    compare(name, old.unique, new.unique, became: "unique", ceased: "no longer unique")
    compareRanges(old, new)
    compareValues(old, new)
    if old.pattern != new.pattern {
      // Whether one pattern holds all that another does is not worked out.
      add(
        name, "pattern changed", old.pattern?.source, new.pattern?.source,
        breaks: old.pattern != nil)
    }
    if old.refersTo?.phrase != new.refersTo?.phrase {
      add(
        name, "reference changed", old.refersTo?.phrase, new.refersTo?.phrase,
        breaks: old.refersTo != nil)
    }
    compareSeverity(name, old.severity, new.severity)
  }

  private mutating func compare(
    _ name: String, _ old: Bool, _ new: Bool, became: String, ceased: String
  ) {
    if old, !new { add(name, ceased, breaks: true) }
    if !old, new { add(name, "became \(became)", breaks: false) }
  }

  private mutating func compareSeverity(_ name: String?, _ old: Severity, _ new: Severity) {
    guard old != new else { return }
    add(name, "severity changed", old.rawValue, new.rawValue, breaks: new == .warning)
  }

  private mutating func compareRanges(_ old: ColumnTerms, _ new: ColumnTerms) {
    func isWider(_ end: RangeEnd?, _ other: RangeEnd?, upwards: Bool) -> Bool {
      guard let end else { return false }
      guard let other else { return true }
      return (upwards ? other.isAbove(end) : end.isAbove(other)) ?? true
    }
    let widened =
      isWider(old.minimum, new.minimum, upwards: false)
      || isWider(old.maximum, new.maximum, upwards: true)
    let narrowed =
      isWider(new.minimum, old.minimum, upwards: false)
      || isWider(new.maximum, old.maximum, upwards: true)
    if widened { add(old.name, "range widened", old.range, new.range, breaks: true) }
    if narrowed, !widened { add(old.name, "range narrowed", old.range, new.range, breaks: false) }
  }

  /// Values are counted and never named: an earlier contract may have been written by hand.
  private mutating func compareValues(_ old: ColumnTerms, _ new: ColumnTerms) {
    let before = old.allowed.map { Set($0.map { ExactText($0) }) }
    let after = new.allowed.map { Set($0.map { ExactText($0) }) }
    guard before != after else { return }
    let added = before.flatMap { before in after.map { $0.subtracting(before).count } }
    let texts = (before.map { "\($0.count) values" }, after.map { "\($0.count) values" })
    switch (before, added) {
    case (nil, _): add(old.name, "values limited", nil, texts.1, breaks: false)
    case (_, nil): add(old.name, "values no longer limited", texts.0, nil, breaks: true)
    case (_, 0?): add(old.name, "fewer values", texts.0, texts.1, breaks: false)
    case (_, let count?):
      add(old.name, "new values", texts.0, (texts.1 ?? "") + ", \(count) new", breaks: true)
    }
  }

  private mutating func compareKeys(_ old: DataContract, _ new: DataContract) {
    for key in old.unique {
      guard let other = new.unique.first(where: { $0.name.isExactly(key.name) }) else {
        add(key.name, "no longer unique", breaks: true)
        continue
      }
      compareSeverity(key.name, key.severity, other.severity)
    }
    for key in new.unique where !old.unique.contains(where: { $0.name.isExactly(key.name) }) {
      add(key.name, "became unique", breaks: false)
    }
  }

  private mutating func compareRules(_ old: DataContract, _ new: DataContract) {
    for rule in old.rules {
      guard let other = new.rules.first(where: { $0.name.isExactly(rule.name) }) else {
        add(nil, "rule removed", rule.name, nil, breaks: true)
        continue
      }
      if rule.expression.feel != other.expression.feel {
        add(
          nil, "rule changed", "\(rule.name): \(rule.expression.source)",
          "\(other.name): \(other.expression.source)", breaks: true)
      }
      compareSeverity(rule.name, rule.severity, other.severity)
    }
    for rule in new.rules where !old.rules.contains(where: { $0.name.isExactly(rule.name) }) {
      add(nil, "rule added", nil, rule.name, breaks: false)
    }
    guard old.otherColumns != new.otherColumns else { return }
    add(
      nil, "other columns", old.otherColumns.rawValue, new.otherColumns.rawValue,
      breaks: old.otherColumns == .error)
  }

  private mutating func compareAgreements(_ old: DataContract, _ new: DataContract) {
    if old.owner != new.owner { add(nil, "owner changed", old.owner, new.owner, breaks: false) }
    if old.legalBasis != new.legalBasis {
      add(nil, "legal basis changed", old.legalBasis, new.legalBasis, breaks: old.legalBasis != nil)
    }
    guard old.retention != new.retention else { return }
    let (before, after) = (old.retention?.until, new.retention?.until)
    let isShorter = after.map { day in before.map { day < $0 } ?? true } ?? false
    add(
      nil, "last day of use changed", before?.description, after?.description, breaks: isShorter)
  }
}

extension ColumnTerms {
  var typeName: String { type?.rawValue ?? "any type" }

  fileprivate var range: String {
    switch (minimum?.text, maximum?.text) {
    case (nil, nil): "any"
    case (let low?, nil): "from \(low)"
    case (nil, let high?): "up to \(high)"
    case (let low?, let high?): "\(low) to \(high)"
    }
  }
}

extension ReferenceTerms {
  fileprivate var phrase: String { "\(file.source.path), column '\(column)'" }
}
