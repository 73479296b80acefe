// SPDX-License-Identifier: EUPL-1.2

import FEEL

/// Which row of a table decided, in sentences.
struct TableText {
  let table: TableTrace
  let step: DecisionTrace
  let trace: CaseTrace
  let language: TraceLanguage

  var reason: String {
    guard !table.fired.isEmpty else { return nothing }
    let rows = table.fired.map { row in
      let conditions = row.cells.filter { !$0.isAny }.map { condition($0) }
      let text =
        conditions.isEmpty
        ? language.pick("die altijd geldt", "which always holds")
        : conditions.joined(separator: language.pick(" en ", " and "))
      return language.pick("rij \(row.number) (\(text))", "row \(row.number) (\(text))")
    }
    return rows.joined(separator: "; ")
  }

  /// The value and the test on it: `inkomen: 122%, hoger dan 120% en ten hoogste 124%`.
  private func condition(_ cell: TableTrace.Cell) -> String {
    let input = table.inputs[cell.input]
    let use = use(of: input)
    let words = TestWording(language: language, unit: use?.unit).words(cell.tests)
    let value = language.value(input.value, unit: use?.unit)
    let label = label(of: input)
    return value == words ? "\(label): \(value)" : "\(label): \(value), \(words)"
  }

  /// No row applies: the default, and which tests fail of the row that comes nearest.
  private var nothing: String {
    var text = language.pick("Geen rij van de tabel past", "No row of the table applies")
    text +=
      table.usesDefault
      ? language.pick("; dan geldt de standaardwaarde.", "; then the default holds.") : "."
    guard let nearest = table.nearest else { return text }
    let failures = nearest.failures.map { cell in
      let input = table.inputs[cell.input]
      let use = use(of: input)
      let words = TestWording(language: language, unit: use?.unit).words(cell.tests)
      let value = language.value(input.value, unit: use?.unit)
      return language.pick(
        "\(label(of: input)) is \(value), en zou \(words) moeten zijn",
        "\(label(of: input)) is \(value), and would have to be \(words)")
    }
    return text
      + language.pick(
        " Rij \(nearest.number) komt het dichtst bij: ", " Row \(nearest.number) comes nearest: ")
      + failures.joined(separator: "; ") + "."
  }

  private func use(of input: TableTrace.Input) -> UsedValue? {
    guard case .name(let path, _) = input.formula else { return nil }
    let name = path.joined(separator: ".")
    return step.uses.first { $0.name == name }
  }

  private func label(of input: TableTrace.Input) -> String {
    guard let use = use(of: input) else { return "`\(input.source)`" }
    return language.label(use).insideSentence
  }
}
