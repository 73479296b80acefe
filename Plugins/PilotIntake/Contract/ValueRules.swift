// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// A column without gaps.
struct RequiredRule: ContractRule {
  private(set) var tally: RuleOutcome
  private let column: String

  init(_ terms: ColumnTerms) {
    column = terms.name
    tally = RuleOutcome("is never missing", of: terms.name, terms.severity)
  }

  mutating func check(_ batch: Table, firstRow: Int) {
    guard let column = batch[column] else { return }
    let missing = column.validity.map { ~$0 } ?? Bitmap(repeating: false, count: column.count)
    tally.add(breaking: missing, firstRow: firstRow)
  }
}

/// A column whose values pass a test.
struct ValueRule: ContractRule {
  private enum Test: Sendable {
    case among(Set<ExactText>)
    case fits(PatternMatcher)
  }

  private(set) var tally: RuleOutcome
  private let column: String
  private var test: Test

  private init(_ terms: ColumnTerms, _ rule: String, _ test: Test) {
    column = terms.name
    tally = RuleOutcome(rule, of: terms.name, terms.severity)
    self.test = test
  }

  /// Values out of a list.
  init(_ terms: ColumnTerms, among values: [String], over type: ColumnType) {
    let shown = Set(values.compactMap { type.shown($0).map { ExactText($0) } })
    self.init(
      terms, values.count == 1 ? "is the allowed value" : "is one of \(values.count) values",
      .among(shown))
  }

  /// Texts of a form.
  init(_ terms: ColumnTerms, fitting pattern: TextPattern) {
    self.init(terms, "fits the pattern \(pattern.source)", .fits(PatternMatcher(pattern)))
  }

  /// Values that stand in a column of another table, which is read as the same type.
  init(
    _ terms: ColumnTerms, in reference: ReferenceTerms, over type: ColumnType
  ) throws(StageFault) {
    var file = reference.file
    let path = file.source.path
    file.columns = [reference.column: type == .category ? .text : type]
    let values: Column
    do throws(StageFault) {
      values = try file.read(column: reference.column)
    } catch {
      throw StageFault(
        "\(path), which '\(terms.name)' refers to: \(error.message)",
        at: "contract", help: error.help, kind: error.kind, place: reference.place)
    }
    self.init(
      terms, "stands in \(path), column '\(reference.column)'",
      .among(Set(values.grouping().labels.map { ExactText($0) })))
  }

  mutating func check(_ batch: Table, firstRow: Int) {
    guard let column = batch[column] else { return }
    let breaking =
      if case .text(let texts) = column, case .fits(let matcher) = test {
        breaking(texts, matcher)
      } else {
        breaking(column)
      }
    tally.add(breaking: breaking, open: column.missingCount, firstRow: firstRow)
  }

  /// Each row by itself: to match a text takes less time than to find out whether it was there before.
  private mutating func breaking(_ column: TextColumn, _ given: PatternMatcher) -> Bitmap {
    var matcher = given
    var breaking = Bitmap(repeating: false, count: column.count)
    for row in 0..<column.count where column.validity?[row] ?? true {
      if !matcher.fits(utf8: column.bytes[column.range(at: row)]) { breaking.set(row, to: true) }
    }
    test = .fits(matcher)
    return breaking
  }

  /// Each different value once.
  private mutating func breaking(_ column: Column) -> Bitmap {
    let grouping = column.grouping()
    let passes = grouping.labels.map { isPassed(by: $0) }
    var breaking = Bitmap(repeating: false, count: column.count)
    guard passes.contains(false) else { return breaking }
    for (row, code) in grouping.codes.enumerated() where code >= 0 && !passes[Int(code)] {
      breaking.set(row, to: true)
    }
    return breaking
  }

  private mutating func isPassed(by text: String) -> Bool {
    switch test {
    case .among(let values): return values.contains(ExactText(text))
    case .fits(var matcher):
      // Out of its place while it learns, so that what it knows is not copied.
      test = .among([])
      let result = matcher.fits(text)
      test = .fits(matcher)
      return result
    }
  }
}

/// Columns whose values together occur once; a row that lacks one of them is open.
struct UniqueRule: ContractRule {
  private(set) var tally: RuleOutcome
  private let columns: [String]
  private var census: KeyCensus

  init(_ columns: [String], _ severity: Severity, folder: String) {
    self.columns = columns
    census = KeyCensus(folder: folder)
    tally = RuleOutcome("is unique", of: columns.joined(separator: " + "), severity)
  }

  mutating func check(_ batch: Table, firstRow: Int) throws {
    let columns = columns.compactMap { batch[$0] }
    var whole = Bitmap(repeating: true, count: batch.rowCount)
    for column in columns { whole = column.validity.map { whole & $0 } ?? whole }
    tally.rows += batch.rowCount
    tally.open += batch.rowCount - whole.setCount
    try census.add(columns, rows: whole, firstRow: firstRow)
  }

  func outcome() throws -> RuleOutcome {
    let result = try census.finish()
    var outcome = tally
    outcome.breaches = result.repeated
    outcome.firstRows = Array(result.firstRepeated.prefix(RuleOutcome.shown))
    return outcome
  }
}

extension CaseFile {
  fileprivate func read(column name: String) throws(StageFault) -> Column {
    let table = try read().table()
    guard let column = table[name] else {
      throw .unknownColumns([name], known: table.names, at: "contract")
    }
    return column
  }
}
