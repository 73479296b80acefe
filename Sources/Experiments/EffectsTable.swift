// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import Tables

/// The effects table: its columns, in their fixed order, and the way to rows and back.
public enum EffectsTable {
  /// The columns that other people's plugins and pipelines are written against.
  public static let schema: [ColumnSchema] =
    texts.prefix(7).map { ColumnSchema($0.name, .text) }
    + floats.prefix(8).map { ColumnSchema($0.name, .number) }
    + texts[7..<9].map { ColumnSchema($0.name, .text) }
    + integers.prefix(4).map { ColumnSchema($0.name, .integer) }
    + texts[9..<12].map { ColumnSchema($0.name, .text) }
    + floats[8...].map { ColumnSchema($0.name, .number) }
    + integers[4...].map { ColumnSchema($0.name, .integer) }
    + texts[12...].map { ColumnSchema($0.name, .text) }

  /// The table with a row for each effect.
  public static func table(_ effects: [Effect]) -> Table {
    var byName: [String: Column] = [:]
    for field in texts { byName[field.name] = .text(TextColumn(effects.map(field.read))) }
    for field in floats { byName[field.name] = .number(FixedColumn(effects.map(field.read))) }
    for field in integers {
      byName[field.name] = .integer(
        FixedColumn(effects.map { effect in field.read(effect).map { Int64($0) } }))
    }
    do {
      return try Table(
        schema.compactMap { column in byName[column.name].map { (column.name, $0) } })
    } catch {
      preconditionFailure("the effects table's own columns do not fit: \(error)")
    }
  }

  /// The effects of a table that has these columns.
  ///
  /// - Throws: `RecordFault` where a column is missing, of another type, or holds an unknown word.
  public static func effects(_ table: Table) throws(RecordFault) -> [Effect] {
    try checkColumns(of: table)
    var effects = (0..<table.rowCount).map { _ in
      Effect(experiment: "", outcome: "", contrast: "")
    }
    for field in texts {
      let column = try column(field.name, of: table)
      guard column.type.isTextual else { throw wrongType(field.name, "text") }
      for (row, value) in column.texts().enumerated() where !field.write(&effects[row], value) {
        throw RecordFault(
          "effects table",
          value == nil
            ? "column '\(field.name)' is empty in row \(row + 1)"
            : "column '\(field.name)' holds an unknown word in row \(row + 1)")
      }
    }
    for field in floats {
      guard let (values, validity) = try column(field.name, of: table).doubles() else {
        throw wrongType(field.name, "a number")
      }
      for row in values.indices {
        field.write(&effects[row], validity.map { $0[row] } ?? true ? values[row] : nil)
      }
    }
    for field in integers {
      guard let (values, validity) = try column(field.name, of: table).doubles() else {
        throw wrongType(field.name, "a whole number")
      }
      for row in values.indices {
        field.write(
          &effects[row], validity.map { $0[row] } ?? true ? Int(exactly: values[row]) : nil)
      }
    }
    for (row, effect) in effects.enumerated() { try check(effect, row: row) }
    return effects
  }

  /// All that is missing at once: who writes such a table in another language has twenty-eight to get right.
  private static func checkColumns(of table: Table) throws(RecordFault) {
    let missing = schema.map(\.name).filter { table[$0] == nil }
    guard missing.isEmpty else {
      throw RecordFault(
        "effects table", "it has no column " + missing.map { "'\($0)'" }.joined(separator: ", "))
    }
  }

  /// Figures that no effect can have; what is absent is fine.
  private static func check(_ effect: Effect, row: Int) throws(RecordFault) {
    func refuse(_ column: String, _ why: String) -> RecordFault {
      RecordFault("effects table", "column '\(column)' \(why), in row \(row + 1)")
    }
    if let level = effect.level, !(level > 0 && level < 1) {
      throw refuse("level", "is no share between 0 and 1")
    }
    if let error = effect.standardError, !(error >= 0) {
      throw refuse("std_error", "is negative")
    }
    if let p = effect.pValue, !(0...1).contains(p) { throw refuse("p_value", "is no probability") }
    if let low = effect.confidenceLow, let high = effect.confidenceHigh, low > high {
      throw refuse("conf_low", "lies above 'conf_high'")
    }
    if let grade = effect.smsLevel, !(1...5).contains(grade) {
      throw refuse("sms_level", "is not from 1 to 5")
    }
  }

  private static func column(_ name: String, of table: Table) throws(RecordFault) -> Column {
    guard let column = table[name] else {
      throw RecordFault("effects table", "it has no column '\(name)'")
    }
    return column
  }

  private static func wrongType(_ name: String, _ wanted: String) -> RecordFault {
    RecordFault("effects table", "column '\(name)' is not \(wanted)")
  }
}

extension EffectsTable {
  private struct Field<Value>: Sendable {
    let name: String
    let read: @Sendable (Effect) -> Value?
    let write: @Sendable (inout Effect, Value?) -> Void

    init(_ name: String, _ path: any WritableKeyPath<Effect, Value?> & Sendable) {
      self.name = name
      read = { $0[keyPath: path] }
      write = { $0[keyPath: path] = $1 }
    }
  }

  private struct TextField: Sendable {
    let name: String
    let read: @Sendable (Effect) -> String?
    /// False where the text is no value of the field.
    let write: @Sendable (inout Effect, String?) -> Bool

    init(
      _ name: String, read: @escaping @Sendable (Effect) -> String?,
      write: @escaping @Sendable (inout Effect, String?) -> Bool
    ) {
      self.name = name
      self.read = read
      self.write = write
    }

    init(_ name: String, _ path: any WritableKeyPath<Effect, String?> & Sendable) {
      self.init(name) {
        $0[keyPath: path]
      } write: {
        $0[keyPath: path] = $1
        return true
      }
    }

    init(_ name: String, required path: any WritableKeyPath<Effect, String> & Sendable) {
      self.init(name) {
        $0[keyPath: path]
      } write: {
        $0[keyPath: path] = $1 ?? ""
        return $1 != nil
      }
    }
  }

  private static let texts: [TextField] = [
    TextField("experiment", required: \.experiment),
    TextField("metric", \.metric),
    TextField("outcome", required: \.outcome),
    TextField("contrast", required: \.contrast),
    TextField("estimand", \.estimand),
    TextField("design", \.design),
    TextField("method", \.method),
    TextField("scale") {
      $0.scale?.rawValue
    } write: { effect, text in
      effect.scale = text.flatMap { Effect.Scale(rawValue: $0) }
      return text == nil || effect.scale != nil
    },
    TextField("unit", \.unit),
    TextField("variance", \.variance),
    TextField("subgroup", \.subgroup),
    TextField("time", \.time),
    TextField("role") {
      $0.role.rawValue
    } write: { effect, text in
      guard let role = text.flatMap({ PilotCard.Role(rawValue: $0) }) else { return text == nil }
      effect.role = role
      return true
    },
    TextField("flags") {
      $0.flags.isEmpty ? nil : $0.flags.joined(separator: ";")
    } write: {
      $0.flags = $1?.split(separator: ";").map { String($0) } ?? []
      return true
    },
  ]

  private static let floats: [Field<Double>] = [
    Field("estimate", \.estimate), Field("std_error", \.standardError),
    Field("statistic", \.statistic), Field("df", \.degreesOfFreedom), Field("p_value", \.pValue),
    Field("conf_low", \.confidenceLow), Field("conf_high", \.confidenceHigh),
    Field("level", \.level), Field("p_adjusted", \.adjustedPValue),
  ]

  private static let integers: [Field<Int>] = [
    Field("n", \.count), Field("n_treated", \.treatedCount), Field("n_control", \.controlCount),
    Field("clusters", \.clusters), Field("sms_level", \.smsLevel),
  ]
}
