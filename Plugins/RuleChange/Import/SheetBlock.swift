// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL

/// A table in a spreadsheet as the block `decisions:` of a scheme.
struct SheetBlock {
  private(set) var yaml = ""
  private(set) var faults = SchemeFaults()

  init(_ layout: SheetLayout, _ source: SheetSource, named name: String) {
    let inputs = layout.inputs.map { column in
      Input(
        expression: column.expression?.text ?? SheetLayoutReading.name(column.label),
        allowed: column.allowed.flatMap { SheetRules.values(of: $0) } ?? [])
    }
    let hit = layout.hit.flatMap { SheetWords.hitPolicy($0.text) }
    if hit == nil, let cell = layout.inputs.first?.header {
      faults.warn(
        .tableFile, "the sheet names no hit policy: UNIQUE is written", at: cell.origin,
        help: "check that no two rules apply at once")
    }
    if layout.isGuessed, let last = layout.outputs.first {
      faults.warn(
        .tableFile, "nothing marks the output: the last column, '\(last.label)', is taken",
        at: last.header.origin)
    }
    yaml = "decisions:\n  \(name):\n"
    if let title = layout.title { yaml += "    title: \(SchemeText.scalar(title.text))\n" }
    yaml += "    table:\n      hit: \(HitPolicy(text: hit ?? "U")?.rawValue ?? hit ?? "UNIQUE")\n"
    yaml += "      inputs: \(SchemeText.list(inputs.map(\.yaml)))\n"
    let outputs = layout.outputs.map { column in
      let name = SchemeText.scalar(SheetLayoutReading.name(column.label))
      let values = column.allowed.flatMap { SheetRules.values(of: $0) }
      guard let values else { return name }
      return SchemeText.map([("name", name), ("values", SchemeText.values(values))])
    }
    yaml += "      outputs: \(SchemeText.list(outputs))\n      rows:\n"
    let notation = CellNotation(hasDecimalComma: source.hasDecimalComma)
    var notes = SheetNotes()
    for rule in layout.rules {
      let row = cells(of: rule, layout, inputs, notation, &notes)
      let law = layout.legal(of: rule).map { $0.yaml }
      let line =
        law.isEmpty
        ? SchemeText.list(row)
        : SchemeText.map([("row", SchemeText.list(row)), ("legal", SchemeText.list(law))])
      yaml += "        - \(line)\(Self.comment(of: rule, layout))\n"
    }
    faults.add(notes.warnings)
  }

  private struct Input {
    let expression: String
    let allowed: [FEELValue]

    var yaml: String {
      guard !allowed.isEmpty else { return SchemeText.scalar(expression) }
      return SchemeText.map([
        ("expression", SchemeText.scalar(expression)), ("values", SchemeText.values(allowed)),
      ])
    }
  }

  /// The cells as YAML; one that cannot be read stays as it is, and is told.
  private mutating func cells(
    of rule: [SheetCell], _ layout: SheetLayout, _ inputs: [Input], _ notation: CellNotation,
    _ notes: inout SheetNotes
  ) -> [String] {
    var cells: [String] = []
    for (number, column) in layout.inputs.enumerated() {
      let words = inputs[number].allowed.compactMap(\.string)
      let values = CellNotation.Values(words: words)
      cells.append(text(rule[column.place], .test, values, notation, &notes))
    }
    for column in layout.outputs {
      let words = column.allowed.flatMap { SheetRules.values(of: $0) }?.compactMap(\.string) ?? []
      let values = CellNotation.Values(words: words)
      cells.append(text(rule[column.place], .result, values, notation, &notes))
    }
    return cells
  }

  private mutating func text(
    _ cell: SheetCell, _ use: CellNotation.Use, _ values: CellNotation.Values,
    _ notation: CellNotation, _ notes: inout SheetNotes
  ) -> String {
    do throws(SheetFault) {
      let reading = try notation.read(cell, use, values)
      notes.add(reading, of: cell)
      let isNumber = Scalar(text: reading.source, style: .plain).number != nil
      return isNumber ? reading.source : SchemeText.quoted(reading.source)
    } catch {
      faults.report(.tableCell, error.message, at: error.place ?? cell.origin, help: error.help)
      return SchemeText.quoted(cell.text)
    }
  }

  /// What the columns of notes say, behind the row.
  private static func comment(of rule: [SheetCell], _ layout: SheetLayout) -> String {
    let notes = layout.annotations.filter { !SheetWords.isLaw($0.label) }.map {
      rule[$0.place].text
    }.filter { !$0.isEmpty }
    guard !notes.isEmpty else { return "" }
    let line = notes.joined(separator: "; ").split(whereSeparator: \.isNewline)
    return "  # \(line.joined(separator: " "))"
  }
}
