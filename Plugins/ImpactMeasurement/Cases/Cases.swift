// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// The cases that a stage works on: the rows that `where` keeps.
struct Cases {
  /// A column with more different texts than this is no arm, block indicator or covariate.
  static let levelLimit = 200

  let table: Table

  init(_ table: Table, where filter: Expression?) throws(StageFault) {
    guard let filter else {
      self.table = table
      guard table.rowCount > 0 else { throw StageFault("there are no cases") }
      return
    }
    do {
      self.table = table.filtered(by: try filter.mask(over: table))
    } catch {
      throw StageFault("\(error)", at: "where")
    }
    guard self.table.rowCount > 0 else {
      throw StageFault(
        "'where' keeps none of the \(table.rowCount) cases", at: "where",
        help: "check the condition; a missing value counts as false")
    }
  }

  /// The cases of one batch among many, which may be none.
  init(part table: Table, where filter: Expression?) throws(StageFault) {
    guard let filter, table.rowCount > 0 else {
      self.table = table
      return
    }
    do {
      self.table = table.filtered(by: try filter.mask(over: table))
    } catch {
      throw StageFault("\(error)", at: "where")
    }
  }

  var count: Int { table.rowCount }

  static func tooManyLevels(
    _ column: String, count: Int? = nil, at parameter: String
  ) -> StageFault {
    StageFault(
      "column '\(column)' has \(count.map { "\($0)" } ?? "too many") different values, and "
        + "'\(parameter)' takes at most \(levelLimit)", at: parameter,
      help: "name a column that sorts cases into a few groups")
  }

  /// A column of numbers; true counts 1 and false 0.
  func numbers(_ name: ColumnName, at parameter: String) throws(StageFault) -> Measurements {
    let column = try column(name, at: parameter)
    guard let (values, validity) = column.doubles() else {
      throw StageFault(
        "column '\(name)' is \(column.type.name), and '\(parameter)' needs numbers or true and false",
        at: parameter, help: "derive such a column at intake, as in: \(name) = \"…\"")
    }
    guard validity?.noneSet != true else {
      throw StageFault("column '\(name)' has no value in any case", at: parameter)
    }
    return Measurements(column: name.name, values: values, validity: validity)
  }

  /// A column of numbers in one batch among many, in which every value may be missing.
  func partOfNumbers(_ name: ColumnName, at parameter: String) throws(StageFault) -> Measurements {
    let column = try column(name, at: parameter)
    if column.missingCount == column.count {
      return Measurements(
        column: name.name, values: [Double](repeating: 0, count: column.count),
        validity: Bitmap(repeating: false, count: column.count))
    }
    return try numbers(name, at: parameter)
  }

  /// A column as groups of equal values.
  func groups(_ name: ColumnName, at parameter: String) throws(StageFault) -> CaseGroups {
    let column = try column(name, at: parameter)
    let grouping = column.grouping()
    return CaseGroups(
      column: name.name, codes: grouping.codes, labels: grouping.labels, validity: column.validity)
  }

  /// The same where a column is named at all.
  func groups(_ name: ColumnName?, at parameter: String) throws(StageFault) -> CaseGroups? {
    guard let name else { return nil }
    let groups: CaseGroups = try groups(name, at: parameter)
    return groups
  }

  /// The columns to adjust for.
  func covariates(_ names: [ColumnName]) throws(StageFault) -> [Covariate] {
    var covariates: [Covariate] = []
    for name in names { covariates.append(try covariate(name, at: "covariates")) }
    return covariates
  }

  /// A column to adjust for: texts are levels, everything else that counts is a number.
  func covariate(_ name: ColumnName, at parameter: String) throws(StageFault) -> Covariate {
    guard try column(name, at: parameter).type.isTextual else {
      return .number(try numbers(name, at: parameter))
    }
    return .levels(try groups(name, at: parameter).limited(at: parameter))
  }

  func column(_ name: ColumnName, at parameter: String) throws(StageFault) -> Column {
    guard let column = table[name.name] else {
      throw StageFault(
        "there is no column '\(name)'", at: parameter,
        help: Suggestion.question(for: name.name, among: table.names)
          ?? "columns: " + table.names.prefix(20).joined(separator: ", "))
    }
    return column
  }
}

/// The numbers of a column and which rows have one.
struct Measurements {
  let column: String
  let values: [Double]
  let validity: Bitmap?
}

/// The groups of a column's equal values; code −1 where the value is missing.
struct CaseGroups {
  let column: String
  let codes: [Int32]
  let labels: [String]
  let validity: Bitmap?

  /// The groups, refused where there are so many that they can only be somebody's names or numbers.
  func limited(at parameter: String) throws(StageFault) -> CaseGroups {
    guard labels.count <= Cases.levelLimit else {
      throw Cases.tooManyLevels(column, count: labels.count, at: parameter)
    }
    guard labels.count <= Arms.limit || labels.count < codes.count else {
      throw StageFault(
        "column '\(column)' has another value in every case, so '\(parameter)' sorts nothing",
        at: parameter, help: "name a column that sorts cases into a few groups")
    }
    return self
  }
}

/// What an estimate is adjusted for.
enum Covariate {
  case number(Measurements)
  case levels(CaseGroups)

  var column: String {
    switch self {
    case .number(let numbers): numbers.column
    case .levels(let groups): groups.column
    }
  }

  var validity: Bitmap? {
    switch self {
    case .number(let numbers): numbers.validity
    case .levels(let groups): groups.validity
    }
  }
}
