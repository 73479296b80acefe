// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

// The block `brackets:` of a parameter.
extension SchemeReader {
  /// A list of brackets, each with `threshold` and `rate`, `amount` or `average_rate`.
  mutating func scale(_ block: LocatedNode, _ what: String) -> Scale? {
    guard let list = block["brackets"] else { return nil }
    guard let nodes = list.node.items, !nodes.isEmpty else {
      faults.reportWrongType(
        "'brackets'", takes: "a list such as [{threshold: 0, rate: 0.1}]", at: list)
      return nil
    }
    guard let kind = scaleKind(block, list.items, what) else { return nil }
    let count = faults.diagnostics.count
    let brackets = list.items.enumerated().compactMap { place, item in
      bracket(item, kind, "bracket \(place + 1) of \(what)")
    }
    let scale = Scale(kind: kind, brackets: brackets)
    if faults.diagnostics.count == count { check(scale, what) }
    return brackets.count == nodes.count ? scale : nil
  }

  /// The scale with new values in some brackets; one number more than there are adds a bracket.
  mutating func changed(_ scale: Scale, by block: LocatedNode, _ what: String) -> Scale {
    allow(["brackets"], in: block, "a change of \(what)")
    var scale = scale
    let count = faults.diagnostics.count
    for (name, edit) in entries("brackets", of: block) {
      let number = name.node.scalar?.integer.map { Int($0) } ?? 0
      let what = "bracket \(number) of \(what)"
      if number == scale.brackets.count + 1 {
        if let bracket = bracket(edit, scale.kind, what) { scale.brackets.append(bracket) }
      } else if scale.brackets.indices.contains(number - 1) {
        change(&scale.brackets[number - 1], by: edit, scale.kind, what)
      } else {
        faults.report(
          .reformMismatch, "there is no such bracket; the scale has \(scale.brackets.count)",
          at: name, help: "brackets are counted from 1; the next number adds one")
      }
    }
    if faults.diagnostics.count == count { check(scale, what) }
    return scale
  }

  private mutating func change(
    _ bracket: inout Scale.Bracket, by edit: LocatedNode, _ kind: Scale.Kind, _ what: String
  ) {
    allow(["threshold", kind.key], in: edit, what)
    for version in edit["threshold"].map({ figures($0, what) }) ?? [] {
      bracket.threshold = bracket.threshold.setting(version)
    }
    for version in edit[kind.key].map({ figures($0, what) }) ?? [] {
      bracket.value = bracket.value.setting(version)
    }
  }

  /// What `type` says, else what the brackets' key means.
  private mutating func scaleKind(
    _ block: LocatedNode, _ brackets: [LocatedNode], _ what: String
  ) -> Scale.Kind? {
    let keys = ["rate", "amount", "average_rate"]
    let used = keys.filter { key in brackets.contains { $0[key] != nil } }
    guard used.count == 1 else {
      faults.report(
        .schemeValue, "the brackets of \(what) have \(used.isEmpty ? "no value" : "mixed values")",
        at: brackets[0], help: "give each a threshold and one of: " + keys.joined(separator: ", "))
      return nil
    }
    let fitting = Scale.Kind.allCases.filter { $0.key == used[0] }
    guard let name = text("type", of: block), let place = block["type"] else { return fitting[0] }
    if let kind = fitting.first(where: { $0.rawValue == name }) { return kind }
    let names = fitting.map(\.rawValue)
    faults.report(
      .unknownChoice, "brackets with '\(used[0])' make no scale of type '\(name)'", at: place,
      help: Suggestion.question(for: name, among: names),
      notes: ["types: " + names.joined(separator: ", ")])
    return nil
  }

  private mutating func bracket(
    _ block: LocatedNode, _ kind: Scale.Kind, _ what: String
  ) -> Scale.Bracket? {
    guard block.node.entries != nil else {
      faults.reportWrongType(what, takes: "a block with 'threshold' and '\(kind.key)'", at: block)
      return nil
    }
    allow(["threshold", kind.key, "legal"], in: block, what)
    let threshold = required("threshold", of: block, "the base from which the bracket counts")
    let value = required(kind.key, of: block, "what the bracket gives")
    guard let threshold, let value else { return nil }
    let bracket = Scale.Bracket(
      threshold: DatedValues(figures(threshold, what)), value: DatedValues(figures(value, what)),
      legal: legal(block), origin: block)
    return bracket.threshold.versions.isEmpty || bracket.value.versions.isEmpty ? nil : bracket
  }

  /// A number, or numbers by date: `0.1`, `{value: 0.1, source: …}`, `{2025-01-01: 0.1}`; null where the
  /// bracket ends.
  private mutating func figures(_ place: LocatedNode, _ what: String) -> [SchemeParameter.Version] {
    guard place.node.entries != nil, place["value"] == nil else {
      return figure(place, from: nil, what).map { [$0] } ?? []
    }
    if place["values"] != nil { allow(["values"], in: place, what) }
    let dated = place["values"] ?? place
    return (dated.node.entries ?? []).compactMap { entry in
      guard let from = date(dated.with(entry.key), "a value of \(what)") else { return nil }
      return figure(dated.with(entry.value), from: from, what)
    }
  }

  private mutating func figure(
    _ place: LocatedNode, from date: CalendarDate?, _ what: String
  ) -> SchemeParameter.Version? {
    if (place["value"] ?? place).node.isNull {
      return SchemeParameter.Version(from: date, value: .null, source: text("source", of: place))
    }
    guard let version = version(place, from: date, what) else { return nil }
    guard case .number = version.value else {
      faults.report(.schemeValue, "\(what) takes numbers", at: place["value"] ?? place)
      return nil
    }
    return version
  }
}

// What a scale as a whole must be like
extension SchemeReader {
  private mutating func check(_ scale: Scale, _ what: String) {
    for day in scale.days {
      let date = day ?? .beforeAll
      if let place = scale.brackets.firstIndex(where: { $0.isHalf(on: date) }) {
        let bracket = scale.brackets[place]
        let lacksValue = bracket.value.version(on: date) == nil
        faults.report(
          .schemeMissing,
          "bracket \(place + 1) of \(what) has no \(lacksValue ? scale.kind.key : "threshold")"
            + (day.map { " on \($0)" } ?? ""),
          at: bracket.origin, help: "give both from the same day on, or null where there is none")
        return
      }
      guard let place = scale.firstFall(on: date) else { continue }
      faults.report(
        .schemeValue,
        "the thresholds of \(what) do not rise" + (day.map { " on \($0)" } ?? ""),
        at: scale.brackets[place].origin,
        help: "put the brackets in the order of their thresholds, each above the one before it")
      return
    }
  }
}

extension Scale {
  /// The first bracket in force whose threshold is not above the one before it.
  fileprivate func firstFall(on date: CalendarDate) -> Int? {
    var last: Decimal128?
    for (place, bracket) in brackets.enumerated() {
      guard let threshold = bracket.threshold.version(on: date)?.value.number,
        bracket.value.version(on: date)?.value.number != nil
      else { continue }
      if let last, threshold <= last { return place }
      last = threshold
    }
    return nil
  }
}

extension Scale.Bracket {
  /// Whether one of the two figures is not there yet while the other begins by a date.
  fileprivate func isHalf(on date: CalendarDate) -> Bool {
    let (threshold, value) = (threshold.version(on: date), self.value.version(on: date))
    guard (threshold == nil) != (value == nil), let known = threshold ?? value else { return false }
    return known.from != nil && !known.value.isNull
  }
}

extension CalendarDate {
  /// The first day of the calendar, before every date of a scheme.
  fileprivate static let beforeAll = CalendarDate(daysSince1970: -719_162)
}
