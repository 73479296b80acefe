// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit

// A decision table in a file of its own: `table: {file: tables/supplement.csv}`.
extension SchemeReader {
  mutating func sheetTable(
    _ block: LocatedNode, of name: LocatedNode, in scheme: Scheme
  ) -> DecisionTable? {
    allow(SheetSource.keys + ["hit", "inputs", "outputs", "default"], in: block, "'table'")
    guard let source = sheetSource(block) else { return nil }
    let place = block["file"] ?? block
    let layout: SheetLayout
    do {
      let named =
        block["outputs"].map { $0.items.compactMap { ($0["name"] ?? $0).node.text } } ?? []
      layout = try SheetLayout(try source.read(), outputs: named)
    } catch {
      faults.report(.tableFile, error.message, at: error.place ?? place, help: error.help)
      return nil
    }
    let hit = hitPolicy(of: layout, block)
    let outputs = outputs(of: layout, block, name, under: hit)
    guard let hit, let outputs,
      let inputs = inputs(of: layout, block, in: scheme)
    else { return nil }
    var table = DecisionTable(hit: hit, inputs: inputs, outputs: outputs, rows: [], origin: place)
    var reading = SheetRules(layout, source, inputs: inputs, scheme)
    table.rows = layout.rules.compactMap { row($0, of: layout, &reading) }
    faults.add(reading.warnings)
    if layout.isGuessed, let last = layout.outputs.first {
      faults.warn(
        .tableFile, "nothing marks the output: the last column, '\(last.label)', is taken",
        at: last.header.origin,
        help: "name it under 'outputs:', or leave an empty column before it")
    }
    return table
  }

  /// One rule; every cell that does not fit is reported.
  private mutating func row(
    _ cells: [SheetCell], of layout: SheetLayout, _ reading: inout SheetRules
  ) -> TableRow? {
    var tests: [TableCell] = []
    var results: [RuleExpression] = []
    for (number, column) in layout.inputs.enumerated() {
      guard let place = read(cells[column.place], as: .test, number, &reading) else { continue }
      if let cell = cell(place, reading.inputs[number], reading.scheme.names) { tests.append(cell) }
    }
    for (number, column) in layout.outputs.enumerated() {
      guard let place = read(cells[column.place], as: .result, number, &reading) else { continue }
      if let result = expression(place, "an output") { results.append(result) }
    }
    guard tests.count == layout.inputs.count, results.count == layout.outputs.count else {
      return nil
    }
    return TableRow(
      cells: tests, outputs: results,
      legal: layout.legal(of: cells).map { $0.within(legalContext) },
      origin: cells[layout.inputs[0].place].origin)
  }

  private mutating func read(
    _ cell: SheetCell, as use: CellNotation.Use, _ number: Int, _ reading: inout SheetRules
  ) -> LocatedNode? {
    do throws(SheetFault) {
      return cell.reading(try reading.source(of: cell, as: use, number))
    } catch {
      faults.report(.tableCell, error.message, at: error.place ?? cell.origin, help: error.help)
      return nil
    }
  }
}

// Header
extension SchemeReader {
  private mutating func hitPolicy(of layout: SheetLayout, _ block: LocatedNode) -> HitPolicy? {
    let written = layout.hit.flatMap { SheetWords.hitPolicy($0.text) }
    guard let cell = layout.hit, let written else {
      guard block["hit"] == nil else { return hitPolicy(block) }
      faults.report(
        .schemeMissing, "the table has no hit policy", at: block["file"] ?? block,
        help: "write U, F or C+ into the corner of the sheet, or 'hit: UNIQUE' beside 'file'")
      return nil
    }
    let names = HitPolicy.allCases.map(\.rawValue)
    guard let hit = HitPolicy(text: written) else {
      faults.report(
        .unknownChoice, "there is no hit policy '\(written)' here", at: cell.origin,
        notes: ["hit policies: " + names.joined(separator: ", ")])
      return nil
    }
    if block["hit"] != nil, let other = hitPolicy(block), other != hit, let place = block["hit"] {
      faults.report(
        .decisionTable, "the sheet says \(hit.rawValue), and 'hit' says \(other.rawValue)",
        at: place, help: "take one of them away")
      return nil
    }
    return hit
  }

  private mutating func inputs(
    of layout: SheetLayout, _ block: LocatedNode, in scheme: Scheme
  ) -> [TableInput]? {
    let declared = block["inputs"].map(\.items)
    if let declared, declared.count != layout.inputs.count, let place = block["inputs"] {
      let labels = layout.inputs.map { "'\($0.label)'" }.joined(separator: ", ")
      faults.report(
        .decisionTable,
        "there are \(declared.count) inputs, and \(layout.inputs.count) columns that test",
        at: place,
        help: "give one for each of \(labels), in their order")
      return nil
    }
    var inputs: [TableInput] = []
    for (number, column) in layout.inputs.enumerated() {
      let found =
        declared.map { tableInput($0[number], in: scheme) } ?? input(column, in: scheme)
      if let found { inputs.append(allowing(found, column)) }
    }
    return inputs.count == layout.inputs.count ? inputs : nil
  }

  /// What a column tests, by its label.
  private mutating func input(
    _ column: SheetLayout.Column, in scheme: Scheme
  ) -> TableInput? {
    if let cell = column.expression { return tableInput(cell.origin, in: scheme) }
    let wanted = SheetLayoutReading.name(column.label)
    if let name = scheme.names.first(where: { SheetLayoutReading.name($0) == wanted }) {
      return tableInput(column.header.reading(name), in: scheme)
    }
    let isWords = column.label.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == " " || $0 == "_"
    }
    guard isWords else { return tableInput(column.header.reading(column.label), in: scheme) }
    faults.report(
      .schemeName, "the scheme has no '\(column.label)'", at: column.header.origin,
      help: Suggestion.question(for: wanted, among: scheme.names)
        ?? "name the column after an input, or list under 'inputs:' what the columns test")
    return nil
  }

  /// The input with the values that a row of the sheet lists; a range there limits nothing.
  private mutating func allowing(_ input: TableInput, _ column: SheetLayout.Column) -> TableInput {
    guard let cell = column.allowed else { return input }
    if let values = SheetRules.values(of: cell) {
      return TableInput(expression: input.expression, allowed: values)
    }
    faults.warn(
      .tableCell, "these allowed values are no list, and are passed over", at: cell.origin,
      help: "declare 'minimum' and 'maximum' with the scheme's input")
    return input
  }

  private mutating func outputs(
    of layout: SheetLayout, _ block: LocatedNode, _ name: LocatedNode, under hit: HitPolicy?
  ) -> [TableOutput]? {
    let declared = block["outputs"]?.items ?? []
    let isSingle = declared.isEmpty && layout.outputs.count == 1
    return outputs(
      block,
      named: layout.outputs.map { column in
        let named =
          declared.first { ($0["name"] ?? $0).node.text == column.label }
          ?? (isSingle ? name : column.header.reading(SheetLayoutReading.name(column.label)))
        return named.node.entries == nil ? listing(column, as: named) : named
      }, under: hit)
  }

  /// An output with the values that a row of the sheet lists, which PRIORITY ranks by.
  private func listing(_ column: SheetLayout.Column, as name: LocatedNode) -> LocatedNode {
    guard let cell = column.allowed, let values = SheetRules.values(of: cell) else { return name }
    func node(_ text: String, _ style: Scalar.Style = .plain) -> Node {
      Node(content: .scalar(Scalar(text: text, style: style)), span: cell.origin.node.span)
    }
    let items = values.map { value in
      value.string.map { node($0, .doubleQuoted) } ?? node(value.source)
    }
    let entries = [
      Node.Entry(key: node("name"), value: name.node),
      Node.Entry(
        key: node("values"),
        value: Node(content: .sequence(items, .flow), span: cell.origin.node.span)),
    ]
    return cell.origin.with(
      Node(content: .mapping(entries, .flow), span: cell.origin.node.span))
  }
}
