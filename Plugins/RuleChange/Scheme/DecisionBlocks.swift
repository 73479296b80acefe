// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

// The blocks of `decisions:`.
extension SchemeReader {
  mutating func decision(
    _ name: LocatedNode, _ block: LocatedNode, in scheme: Scheme
  ) -> Decision? {
    let text = name.node.text ?? ""
    let what = "decision '\(text)'"
    guard block.node.entries != nil else {
      faults.report(
        .wrongType, "\(what) takes a block, not \(block.node.kindName)", at: block,
        help: "write 'expression:' or 'table:' under it")
      return nil
    }
    allow(
      ["entity", "legal", "unit", "title", "round", "expression", "table"], in: block, what)
    let level = level(of: block, what)
    let legal = legal(block)
    faults.legal = legal.isEmpty ? scheme.legal : legal
    defer { faults.legal = [] }
    guard let body = body(block, name, in: scheme) else { return nil }
    return Decision(
      name: text, title: title(of: block), level: level, body: body,
      rounding: block["round"].flatMap { rounding($0) }, unit: self.text("unit", of: block),
      legal: legal, origin: name)
  }

  private mutating func body(
    _ block: LocatedNode, _ name: LocatedNode, in scheme: Scheme
  ) -> Decision.Body? {
    let what = "decision '\(name.node.text ?? "")'"
    switch (block["expression"], block["table"]) {
    case (let source?, nil): return expression(source, what).map { .expression($0) }
    case (nil, let place?): return table(place, of: name, in: scheme).map { .table($0) }
    case (nil, nil):
      faults.report(
        .schemeMissing, "\(what) says nothing", at: name,
        help: "write 'expression:' or 'table:' under it")
    case (_, let second?):
      faults.report(
        .schemeKey, "\(what) has an expression and a table", at: second,
        help: "make two decisions of it")
    }
    return nil
  }

  private mutating func rounding(_ block: LocatedNode) -> Rounding? {
    guard block.node.entries != nil else {
      faults.reportWrongType("'round'", takes: "a block such as {to: 1, mode: half-up}", at: block)
      return nil
    }
    allow(["to", "mode", "legal"], in: block, "'round'")
    guard let place = required("to", of: block, "the unit: 1 for whole euros, 0.01 for cents"),
      let name = requiredText("mode", of: block, "half-up, half-even, half-down, up, down, …")
    else { return nil }
    let unit = place.node.text.flatMap { Decimal128($0) }
    guard let unit, unit > .zero, unit.scale <= 9 else {
      faults.report(
        .schemeValue, "'to' takes a number above zero with at most nine places", at: place,
        help: "the unit: 1 for whole euros, 0.01 for cents")
      return nil
    }
    let modes = Rounding.Mode.allCases.map(\.rawValue)
    guard let mode = Rounding.Mode(rawValue: name) else {
      faults.report(
        .unknownChoice, "there is no rounding mode '\(name)'", at: block["mode"] ?? block,
        help: Suggestion.question(for: name, among: modes),
        notes: ["modes: " + modes.joined(separator: ", ")])
      return nil
    }
    return Rounding(to: unit, mode: mode, legal: legal(block))
  }

  private mutating func table(
    _ block: LocatedNode, of name: LocatedNode, in scheme: Scheme
  ) -> DecisionTable? {
    guard block.node.entries != nil else {
      faults.reportWrongType(
        "'table'", takes: "a block with 'hit', 'inputs', 'outputs' and 'rows', or with 'file'",
        at: block)
      return nil
    }
    if block["file"] != nil { return sheetTable(block, of: name, in: scheme) }
    allow(["hit", "inputs", "outputs", "default", "rows"], in: block, "'table'")
    let hit = hitPolicy(block)
    let inputs = required("inputs", of: block, "list the names that the rows test")
      .map { $0.items.compactMap { tableInput($0, in: scheme) } }
    let outputs = outputs(block, named: block["outputs"].map(\.items) ?? [name], under: hit)
    guard let rows = required("rows", of: block, "each row: a test per input, then the outputs")
    else { return nil }
    guard let hit, let inputs, let outputs, inputs.count == block["inputs"]?.items.count else {
      return nil
    }
    var table = DecisionTable(hit: hit, inputs: inputs, outputs: outputs, rows: [], origin: block)
    guard rows.node.items != nil else {
      faults.reportWrongType("'rows'", takes: "a list of rows", at: rows)
      return nil
    }
    table.rows = rows.items.compactMap { row($0, of: table, in: scheme) }
    return table
  }

  mutating func hitPolicy(_ block: LocatedNode) -> HitPolicy? {
    let names = HitPolicy.allCases.map(\.rawValue)
    guard let text = requiredText("hit", of: block, "one of " + names.joined(separator: ", ")),
      let place = block["hit"]
    else { return nil }
    if let hit = HitPolicy(text: text) { return hit }
    faults.report(
      .unknownChoice, "there is no hit policy '\(text)' here", at: place,
      help: Suggestion.question(for: text.uppercased(), among: names),
      notes: ["hit policies: " + names.joined(separator: ", ")])
    return nil
  }

  /// A name or an expression, or `{expression, values}`.
  mutating func tableInput(_ place: LocatedNode, in scheme: Scheme) -> TableInput? {
    let isBlock = place.node.entries != nil
    if isBlock { allow(["expression", "values", "title"], in: place, "an input of a table") }
    let source = isBlock ? place["expression"] : place
    guard let source else {
      faults.report(.schemeMissing, "an input of a table has no expression", at: place.opening)
      return nil
    }
    guard let expression = expression(source, "an input of a table") else { return nil }
    if let values = place["values"] {
      return TableInput(
        expression: expression,
        allowed: values.items.compactMap { value($0, "'values'") })
    }
    let name = expression.source.split(separator: " ").joined(separator: " ")
    return TableInput(expression: expression, allowed: scheme.input(name)?.allowed ?? [])
  }

  /// Names, or `{name, values}`; under PRIORITY they must have values.
  mutating func outputs(
    _ block: LocatedNode, named items: [LocatedNode], under hit: HitPolicy?
  ) -> [TableOutput]? {
    var names: [String] = []
    var values: [[FEELValue]] = []
    for item in items {
      let isBlock = item.node.entries != nil
      if isBlock { allow(["name", "values", "title"], in: item, "an output of a table") }
      let place = isBlock ? item["name"] ?? item : item
      let own = isBlock ? item["values"] : nil
      if hit == .priority, own == nil {
        faults.report(
          .decisionTable, "under PRIORITY an output needs its values, the first before the others",
          at: item, help: "write {name: \(place.node.text ?? "output"), values: […]}")
      }
      values.append(own.map { $0.items.compactMap { value($0, "'values'") } } ?? [])
      guard let text = place.node.text, NameCheck.isName(text), !names.contains(text) else {
        faults.report(
          .schemeName, "an output takes a name of its own", at: place,
          help: "use letters, digits and underscores, a letter first")
        return nil
      }
      names.append(text)
    }
    let defaults = block["default"].map(\.items) ?? []
    guard defaults.isEmpty || defaults.count == names.count else {
      faults.report(
        .decisionTable, "there are \(defaults.count) defaults for \(names.count) outputs",
        at: block["default"] ?? block, help: "give one for each output, in their order")
      return nil
    }
    let fallbacks = defaults.map { expression($0, "'default'") }
    return names.enumerated().map { place, name in
      TableOutput(
        name: name, fallback: fallbacks.isEmpty ? nil : fallbacks[place], values: values[place])
    }
  }

  /// A rule: a cell per input and then the outputs; in a block where it cites a law of its own.
  mutating func row(
    _ place: LocatedNode, of table: DecisionTable, in scheme: Scheme
  ) -> TableRow? {
    guard place.node.entries != nil else { return row(place, of: table, in: scheme, legal: []) }
    allow(["row", "legal"], in: place, "a row with its law")
    let own = faults.legal
    faults.legal = legal(place)
    defer { faults.legal = own }
    return required("row", of: place, "a cell per input, then the outputs")
      .flatMap { row($0, of: table, in: scheme, legal: legal(place)) }
  }

  private mutating func row(
    _ place: LocatedNode, of table: DecisionTable, in scheme: Scheme, legal: [LegalReference]
  ) -> TableRow? {
    let wanted = table.inputs.count + table.outputs.count
    guard place.node.items != nil else {
      faults.reportWrongType("a row", takes: "a list of \(wanted) cells", at: place)
      return nil
    }
    let items = place.items
    guard items.count == wanted else {
      faults.report(
        .decisionTable,
        "this row has \(items.count) cells; the table has \(table.inputs.count) "
          + "inputs and \(table.outputs.count) outputs", at: place,
        help: items.count < wanted ? "write \"-\" where any value will do" : nil)
      return nil
    }
    let names = scheme.names
    let cells = zip(items, table.inputs).compactMap { cell($0, $1, names) }
    let outputs = items.dropFirst(table.inputs.count).compactMap { expression($0, "an output") }
    guard cells.count + outputs.count == wanted else { return nil }
    return TableRow(cells: cells, outputs: outputs, legal: legal, origin: place)
  }

  mutating func cell(
    _ place: LocatedNode, _ input: TableInput, _ names: [String]
  ) -> TableCell? {
    guard let source = expressionText(place, "a cell") else { return nil }
    do {
      let words = input.allowed.compactMap(\.string)
      return TableCell(
        tests: try UnaryTests(
          parsing: source, names: names, words: words, functions: functions), origin: place)
    } catch {
      faults.report(error, in: place)
      return nil
    }
  }
}
