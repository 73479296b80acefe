// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL

/// What reading the rules of a sheet needs, and the notes that it collects.
struct SheetRules {
  let inputs: [TableInput]
  let scheme: Scheme
  private let notation: CellNotation
  private let tested: [CellNotation.Values]
  private let given: [CellNotation.Values]
  private var notes = SheetNotes()

  init(_ layout: SheetLayout, _ source: SheetSource, inputs: [TableInput], _ scheme: Scheme) {
    self.inputs = inputs
    self.scheme = scheme
    notation = CellNotation(hasDecimalComma: source.hasDecimalComma)
    let names = scheme.names
    tested = inputs.map { input in
      CellNotation.Values(
        kind: scheme.input(input.expression.source)?.kind,
        words: input.allowed.compactMap(\.string), names: names)
    }
    given = layout.outputs.map { column in
      CellNotation.Values(
        words: column.allowed.flatMap { Self.values(of: $0) }?.compactMap(\.string) ?? [],
        names: names)
    }
  }

  /// The text of a cell in FEEL.
  mutating func source(
    of cell: SheetCell, as use: CellNotation.Use, _ number: Int
  ) throws(SheetFault) -> String {
    let values = use == .test ? tested[number] : given[number]
    let reading = try notation.read(cell, use, values)
    notes.add(reading, of: cell)
    return reading.source
  }

  var warnings: [Diagnostic] { notes.warnings }

  /// The values that a cell lists; nil where it holds something else, such as a range.
  static func values(of cell: SheetCell) -> [FEELValue]? {
    guard cell.kind == .text else { return nil }
    var values: [FEELValue] = []
    for item in items(of: cell.text) {
      let isText = item.hasPrefix("\"") && item.hasSuffix("\"") && item.count > 1
      if isText {
        values.append(.text(String(item.dropFirst().dropLast())))
      } else if let number = Decimal128(item) {
        values.append(.number(number))
      } else if item == "true" || item == "false" {
        values.append(.boolean(item == "true"))
      } else if !item.isEmpty, item.unicodeScalars.allSatisfy({ isWordSign($0) }) {
        values.append(.text(item))
      } else {
        return nil
      }
    }
    return values.isEmpty ? nil : values
  }

  private static func isWordSign(_ sign: Unicode.Scalar) -> Bool {
    sign.properties.isAlphabetic || sign.properties.numericType != nil
      || " _-".unicodeScalars
        .contains(sign)
  }

  /// What stands between commas outside of quotes.
  private static func items(of text: String) -> [String] {
    var items = [""]
    var isQuoted = false
    for sign in text {
      if sign == "\"" || "“”„".contains(sign) {
        isQuoted.toggle()
        items[items.count - 1].append("\"")
      } else if !isQuoted, sign == "," || sign == ";" {
        items.append("")
      } else {
        items[items.count - 1].append(sign)
      }
    }
    return items.map(\.trimmingBlanks)
  }
}
