// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

/// Applies a reform to a scheme, and checks that the scheme still hangs together.
struct ReformApplication {
  var scheme: Scheme
  let reform: Reform
  var reader = SchemeReader()

  /// The scheme after one reform with all faults of the patch; nil where it has errors.
  static func apply(_ reform: Reform, to scheme: Scheme) -> (scheme: Scheme?, faults: SchemeFaults)
  {
    var application = ReformApplication(scheme: scheme, reform: reform)
    application.run()
    var faults = application.reader.faults
    guard !faults.hasErrors else { return (nil, faults) }
    let (settled, found) = application.scheme.settled()
    faults.add(found.diagnostics)
    return (faults.hasErrors ? nil : settled, faults)
  }

  private init(scheme: Scheme, reform: Reform) {
    self.scheme = scheme
    self.reform = reform
    reader.legalContext = scheme.legal
    reader.functions = scheme.functions
    reader.entities = scheme.entities
  }

  private mutating func run() {
    if let wanted = reform.schemeID, !wanted.isExactly(scheme.id) {
      reader.faults.report(
        .reformMismatch, "reform '\(reform.id)' changes scheme '\(wanted)', not '\(scheme.id)'",
        at: reform.root["reform"]?["scheme"] ?? reform.root)
    }
    if let title = reader.text("title", of: reform.root) { scheme.title = title }
    setParameters()
    moveDates()
    addInputs()
    neutraliseInputs()
    changeDecisions()
    changeRows()
    scheme.tests =
      reform.root["tests"] == nil ? [] : reader.tests(reform.root["tests"], in: scheme)
  }

  /// A value from a day on for a parameter that there is, or a whole new parameter.
  private mutating func setParameters() {
    var names = NameCheck(taken: scheme.names + scheme.entities.reserved)
    for (name, block) in reader.entries("parameters", of: reform.root) {
      let text = name.node.text ?? ""
      guard let place = scheme.parameters.firstIndex(where: { $0.name.isExactly(text) }) else {
        guard block.node.entries != nil,
          ["value", "values", "brackets"].contains(where: { block[$0] != nil })
        else {
          unknown("parameter", text, at: name, among: scheme.parameters.map(\.name))
          continue
        }
        guard names.admit(name, &reader.faults) else { continue }
        if let parameter = reader.parameter(name, block) { scheme.parameters.append(parameter) }
        continue
      }
      if let scale = scheme.parameters[place].scale {
        scheme.parameters[place].scale = reader.changed(scale, by: block, "parameter '\(text)'")
        continue
      }
      for version in versions(block, of: text) {
        scheme.parameters[place] = scheme.parameters[place].setting(version)
      }
    }
    reader.functions = scheme.functions
  }

  private mutating func versions(
    _ block: LocatedNode, of name: String
  ) -> [SchemeParameter.Version] {
    let what = "parameter '\(name)'"
    if block.node.entries != nil, block["value"] == nil {
      if block["values"] != nil { return reader.versions(block, "values", what) }
      return (block.node.entries ?? []).compactMap { entry in
        guard let from = reader.date(block.with(entry.key), "a value of \(what)") else {
          return nil
        }
        return reader.version(block.with(entry.value), from: from, what)
      }
    }
    guard let version = reader.version(block, from: nil, what) else { return [] }
    let isDated = scheme.parameters.contains {
      $0.name.isExactly(name) && $0.versions.contains { $0.from != nil }
    }
    guard !isDated else {
      reader.faults.report(
        .reformMismatch, "\(what) changes by date, and this value has none", at: block,
        help: "write {2026-01-01: …}, the day from which it holds")
      return []
    }
    return [version]
  }

  private mutating func addInputs() {
    var names = NameCheck(taken: scheme.names + scheme.entities.reserved)
    for (name, block) in reader.entries("inputs", of: reform.root) {
      let text = name.node.text ?? ""
      if let place = scheme.inputs.firstIndex(where: { $0.name.isExactly(text) }) {
        // An input that is there is declared anew, as with more allowed values.
        if let input = reader.input(name, block) {
          scheme.inputs[place] = input
        }
      } else if names.admit(name, &reader.faults),
        let input = reader.input(name, block)
      {
        scheme.inputs.append(input)
      }
    }
  }

  /// Gives an input one value for everybody, so that it makes no difference any more.
  private mutating func neutraliseInputs() {
    for (name, value) in reader.entries("neutralise", of: reform.root) {
      let text = name.node.text ?? ""
      guard let place = scheme.inputs.firstIndex(where: { $0.name.isExactly(text) }) else {
        unknown("input", text, at: name, among: scheme.inputs.map(\.name))
        continue
      }
      let kind = scheme.inputs[place].kind
      scheme.inputs[place].fixed =
        value.node.isNull ? .null : reader.typed(value, kind, "input '\(text)'")
    }
  }

  /// Replaces decisions; a new one stands before the replaced one that follows it in the patch.
  private mutating func changeDecisions() {
    var names = NameCheck(taken: scheme.names + scheme.entities.reserved)
    var new: [Decision] = []
    for (name, block) in reader.entries("decisions", of: reform.root) {
      let text = name.node.text ?? ""
      let place = scheme.decisions.firstIndex { $0.name.isExactly(text) }
      guard place != nil || names.admit(name, &reader.faults),
        let decision = reader.decision(name, block, in: scheme)
      else { continue }
      guard let place else {
        new.append(decision)
        continue
      }
      scheme.decisions[place] = decision
      scheme.decisions.insert(contentsOf: new, at: place)
      new = []
    }
    scheme.decisions += new
  }

  mutating func unknown(
    _ what: String, _ name: String, at place: LocatedNode, among names: [String]
  ) {
    reader.faults.report(
      .reformMismatch, "scheme '\(scheme.id)' has no \(what) '\(name)'", at: place,
      help: Suggestion.question(for: name, among: names),
      notes: ["\(what)s: " + names.joined(separator: ", ")])
  }
}

// Rows of decision tables
extension ReformApplication {
  private mutating func changeRows() {
    for (name, edits) in reader.entries("rows", of: reform.root) {
      let text = name.node.text ?? ""
      guard let place = scheme.decisions.firstIndex(where: { $0.name.isExactly(text) }) else {
        unknown("decision", text, at: name, among: scheme.decisions.map(\.name))
        continue
      }
      guard let table = scheme.decisions[place].table else {
        reader.faults.report(
          .reformMismatch, "decision '\(text)' is no table and has no rows", at: name,
          help: "replace it under 'decisions:'")
        continue
      }
      scheme.decisions[place].body = .table(edited(table, edits))
    }
  }

  /// The edits count rows as they stood before this reform, so that their order does not matter.
  private mutating func edited(_ table: DecisionTable, _ edits: LocatedNode) -> DecisionTable {
    var before = [[TableRow]](repeating: [], count: table.rows.count + 1)
    var kept = table.rows.map { [$0] }
    for edit in edits.items {
      reader.allow(["add", "at", "remove", "replace", "with"], in: edit, "an edit of rows")
      if let cells = edit["add"] {
        let place = edit["at"].map { number($0, table.rows.count + 1) } ?? table.rows.count + 1
        guard let place, let row = reader.row(cells, of: table, in: scheme) else { continue }
        before[place - 1].append(row)
      } else if let place = edit["remove"] {
        if let number = number(place, table.rows.count) { kept[number - 1] = [] }
      } else if let place = edit["replace"], let cells = edit["with"] {
        guard let number = number(place, table.rows.count),
          let row = reader.row(cells, of: table, in: scheme)
        else { continue }
        kept[number - 1] = [row]
      } else {
        reader.faults.report(
          .reformMismatch, "this edit of rows is not whole", at: edit,
          help: "write {add: […]}, {add: […], at: 2}, {remove: 2}, or {replace: 2, with: […]}")
      }
    }
    var result = table
    result.rows = kept.indices.flatMap { before[$0] + kept[$0] } + before[table.rows.count]
    return result
  }

  private mutating func number(_ place: LocatedNode, _ limit: Int) -> Int? {
    if let number = place.node.scalar?.integer, number >= 1, number <= limit { return Int(number) }
    reader.faults.report(
      .reformMismatch, "there is no such row; the table has \(limit)", at: place,
      help: "rows are counted from 1, as they stand before this reform")
    return nil
  }
}
