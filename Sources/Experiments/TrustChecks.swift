// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import Tables

/// One finding on whether an experiment can be trusted: what was checked, the figure, and its limit.
public struct TrustCheck: Sendable, Hashable {
  /// What a failed check means for the verdict.
  public enum Severity: String, Sendable, Hashable, CaseIterable {
    /// A figure to know; it decides nothing.
    case info
    /// A reason for care.
    case warning
    /// A reason not to trust the effects.
    case error
  }

  /// A code such as `sample-ratio`, `attrition`, `attrition-by-arm`, `balance`.
  public var check: String
  /// The column, arm or contrast that was checked.
  public var subject: String
  public var statistic: Double?
  public var degreesOfFreedom: Double?
  public var pValue: Double?
  /// The figure that is held against the threshold: a p-value, a share, a count.
  public var value: Double?
  public var threshold: Double?
  public var passed: Bool
  public var severity: Severity
  /// The code that a failed check puts on effects and verdicts, such as `srm`; nil where it passed.
  public var flag: String?
  /// The finding in words.
  public var message: String

  public init(
    _ check: String, subject: String, passed: Bool, severity: Severity, message: String
  ) {
    self.check = check
    self.subject = subject
    self.passed = passed
    self.severity = severity
    self.message = message
  }
}

/// The table of trust checks: its columns, in their fixed order, and the way to rows and back.
public enum TrustChecks {
  public static let schema: [ColumnSchema] = [
    ColumnSchema("check", .text), ColumnSchema("subject", .text),
    ColumnSchema("statistic", .number), ColumnSchema("df", .number),
    ColumnSchema("p_value", .number), ColumnSchema("value", .number),
    ColumnSchema("threshold", .number), ColumnSchema("passed", .boolean),
    ColumnSchema("severity", .text), ColumnSchema("flag", .text), ColumnSchema("message", .text),
  ]

  /// The table with a row for each check.
  public static func table(_ checks: [TrustCheck]) -> Table {
    func text(_ read: (TrustCheck) -> String?) -> Column { .text(TextColumn(checks.map(read))) }
    func number(_ read: (TrustCheck) -> Double?) -> Column {
      .number(FixedColumn(checks.map(read)))
    }
    let columns = [
      text(\.check), text(\.subject), number(\.statistic), number(\.degreesOfFreedom),
      number(\.pValue), number(\.value), number(\.threshold),
      .boolean(BooleanColumn(checks.map { $0.passed })), text(\.severity.rawValue), text(\.flag),
      text(\.message),
    ]
    do {
      return try Table(zip(schema, columns).map { ($0.name, $1) })
    } catch {
      preconditionFailure("the trust checks' own columns do not fit: \(error)")
    }
  }

  /// The checks of a table that has these columns.
  ///
  /// - Throws: `RecordFault` where a column is missing, of another type, or holds an unknown word.
  public static func checks(_ table: Table) throws(RecordFault) -> [TrustCheck] {
    let reader = TrustReader(table: table)
    let check = try reader.texts("check")
    let subject = try reader.texts("subject")
    let passed = try reader.flags("passed")
    let severity = try reader.texts("severity")
    let flag = try reader.texts("flag")
    let message = try reader.texts("message")
    let statistic = try reader.numbers("statistic")
    let degreesOfFreedom = try reader.numbers("df")
    let pValue = try reader.numbers("p_value")
    let value = try reader.numbers("value")
    let threshold = try reader.numbers("threshold")
    var checks: [TrustCheck] = []
    for row in 0..<table.rowCount {
      guard let name = check[row], let passed = passed[row],
        let severity = severity[row].flatMap({ TrustCheck.Severity(rawValue: $0) })
      else { throw RecordFault("trust checks", "a row has no check, outcome or known severity") }
      var line = TrustCheck(
        name, subject: subject[row] ?? "", passed: passed, severity: severity,
        message: message[row] ?? "")
      line.statistic = statistic[row]
      line.degreesOfFreedom = degreesOfFreedom[row]
      line.pValue = pValue[row]
      line.value = value[row]
      line.threshold = threshold[row]
      line.flag = flag[row]
      checks.append(line)
    }
    return checks
  }
}

private struct TrustReader {
  let table: Table

  func texts(_ name: String) throws(RecordFault) -> [String?] {
    let column = try column(name)
    guard column.type.isTextual else { throw wrongType(name, "text") }
    return column.texts()
  }

  func numbers(_ name: String) throws(RecordFault) -> [Double?] {
    guard let (values, validity) = try column(name).doubles() else {
      throw wrongType(name, "a number")
    }
    return values.indices.map { row in validity?[row] ?? true ? values[row] : nil }
  }

  func flags(_ name: String) throws(RecordFault) -> [Bool?] {
    guard case .boolean(let column) = try column(name) else {
      throw wrongType(name, "true or false")
    }
    return (0..<column.count).map { column[$0] }
  }

  private func column(_ name: String) throws(RecordFault) -> Column {
    guard let column = table[name] else {
      throw RecordFault("trust checks", "they have no column '\(name)'")
    }
    return column
  }

  private func wrongType(_ name: String, _ wanted: String) -> RecordFault {
    RecordFault("trust checks", "column '\(name)' is not \(wanted)")
  }
}
