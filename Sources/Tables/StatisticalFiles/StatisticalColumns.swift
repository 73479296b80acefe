// SPDX-License-Identifier: EUPL-1.2

/// The columns that a variable becomes: its values or their labels, and what is added beside them.
struct StatisticalColumns {
  private let variable: StatisticalVariable
  private let labels: StatisticalLabels
  /// The labels of values that are not missing.
  private let valueLabels: StatisticalLabels
  private let declared: (String) -> ColumnType?
  private let numbers: StatisticalNumbers
  private let texts: StatisticalTexts
  private let rowCount: Int

  init(
    _ variable: StatisticalVariable, labels: StatisticalLabels, missingNumbers: Set<Double>,
    missingTexts: Set<ExactText>, declared: @escaping (String) -> ColumnType?
  ) {
    self.variable = variable
    self.labels = labels
    self.declared = declared
    rowCount = variable.count
    let byLabel = labels.numbers.filter { missingTexts.contains(ExactText($0.value)) }.keys
    let numbers = missingNumbers.union(byLabel)
    let texts = missingTexts.union(
      labels.texts.filter { missingTexts.contains(ExactText($0.value)) }.keys)
    valueLabels = labels.without { value in
      switch value {
      case .number(let number): numbers.contains(number) || variable.declaresMissing(value)
      case .text(let text): texts.contains(text) || variable.declaresMissing(value)
      case .tag: true
      }
    }
    variable.numbers.remove(numbers)
    variable.texts.remove(texts)
    self.numbers = variable.numbers
    self.texts = variable.texts
  }

  /// The columns in their order; cells that are not of their column's declared type go to `wrong`.
  func parts(
    _ wrong: inout [StatisticalFileFault.WrongCells]
  ) throws(TableFault) -> [StatisticalPart] {
    let name = variable.name
    let labelled = labelledCount
    let keepsLabels = declared(name).map(\.isTextual) ?? (labelled == presentCount)
    let isLabelled = !valueLabels.isEmpty && keepsLabels
    var parts: [StatisticalPart] = []
    let addsLabels = labelled > 0 && !isLabelled
    let addsReasons = !reasons.isEmpty
    var (column, why) = try base(isLabelled: isLabelled, &wrong)
    if addsLabels { why += "; labels are in '\(name)_label'" }
    if addsReasons { why += "; reasons for missing values are in '\(name)_missing'" }
    let type = declared(name) ?? column?.type ?? .text
    parts.append(
      StatisticalPart(
        name: name, column: column,
        finding: TypeFinding(
          column: name, type: type, declared: declared(name) != nil, why: why)))
    if addsLabels {
      let part = try added(
        name + "_label", .labels(of: name), "the labels of '\(name)'", &wrong, label)
      parts.append(part)
    }
    if addsReasons {
      let reason = reasonTexts
      parts.append(
        try added(
          name + "_missing", .reasons(of: name), "why '\(name)' is missing, where the file says so",
          &wrong, { reason[Int32(truncatingIfNeeded: $0)] }))
    }
    return parts
  }
}

extension StatisticalColumns {
  private var validity: Bitmap { variable.isText ? texts.validity : numbers.validity }
  private var presentCount: Int { validity.setCount }

  private var reasons: [(row: Int32, reason: StatisticalReason)] {
    variable.isText ? texts.reasons : numbers.reasons
  }

  /// Each reason by its label, else by its code.
  private var reasonTexts: [Int32: String] {
    Dictionary(
      reasons.map { ($0.row, labels[$0.reason] ?? $0.reason.code) }, uniquingKeysWith: { $1 })
  }

  private func label(_ row: Int) -> String? {
    if variable.isText { return texts[row].flatMap { valueLabels.texts[ExactText($0)] } }
    return numbers[row].flatMap { valueLabels.numbers[$0] }
  }

  private var labelledCount: Int {
    guard !valueLabels.isEmpty else { return 0 }
    return (0..<rowCount).count { label($0) != nil }
  }

  /// The variable's own column, and how it came by its type.
  private func base(
    isLabelled: Bool, _ wrong: inout [StatisticalFileFault.WrongCells]
  ) throws(TableFault) -> (Column?, String) {
    if let type = declared(variable.name) {
      let conversion = StatisticalConversion(name: variable.name, type: type, rowCount: rowCount)
      let outcome = try declaredColumn(conversion)
      return (outcome.column(&wrong), "declared")
    }
    if isLabelled {
      let column = StatisticalConversion.categoryColumn(rowCount, label)
      return (column, presentCount == 0 ? "no row has a value" : "every value has a label")
    }
    guard variable.isText else {
      return StatisticalNumberTyping(numbers: numbers, meaning: variable.meaning).column()
    }
    let column = try texts.column(named: variable.name)
    if presentCount == 0 { return (column, "no row has a value") }
    return (
      column, column.type == .category ? "texts that repeat" : "texts that mostly differ"
    )
  }

  private func declaredColumn(
    _ conversion: StatisticalConversion
  ) throws(TableFault) -> StatisticalConversion.Outcome {
    if variable.isText {
      guard conversion.type.isTextual else { return try conversion.texts { texts[$0] } }
      return try conversion.texts { label($0) ?? texts[$0] }
    }
    guard conversion.type.isTextual else {
      return try conversion.numbers({ numbers[$0] }, variable.meaning)
    }
    let plain = StatisticalNumberTyping(numbers: numbers, meaning: variable.meaning).column().column
    return try conversion.texts { label($0) ?? plain.display(at: $0) }
  }

  private func added(
    _ name: String, _ reason: StatisticalFileFault.AddedColumn, _ why: String,
    _ wrong: inout [StatisticalFileFault.WrongCells], _ text: (Int) -> String?
  ) throws(TableFault) -> StatisticalPart {
    let type = declared(name) ?? .category
    let conversion = StatisticalConversion(name: name, type: type, rowCount: rowCount)
    let column = try conversion.texts(text).column(&wrong)
    return StatisticalPart(
      name: name, column: column,
      finding: TypeFinding(
        column: name, type: type, declared: declared(name) != nil,
        why: declared(name) != nil ? "declared" : why),
      added: reason)
  }
}

extension StatisticalConversion.Outcome {
  fileprivate func column(_ wrong: inout [StatisticalFileFault.WrongCells]) -> Column? {
    switch self {
    case .column(let column): return column
    case .wrong(let cells):
      wrong.append(cells)
      return nil
    }
  }
}
