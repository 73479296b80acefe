// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// A contract that a file keeps to, as a first draft for people who know the data.
///
/// What it writes down goes by the rule of `HarmlessExamples`: no value that fewer than ten rows share, and
/// nothing of columns whose names promise persons. Ranges are wider than the data, so that their ends are
/// nobody's value.
struct ContractInference: Sendable {
  struct Finding: Sendable {
    let terms: ColumnTerms
    /// How the terms came about, for a comment.
    let why: String
  }

  let findings: [Finding]
  let rowCount: Int

  init(_ content: CaseFileContent) throws(StageFault) {
    let table = try content.table()
    rowCount = table.rowCount
    findings = content.types.compactMap { finding in
      table[finding.column].map { Self.terms(of: $0, finding) }
    }
  }

  var contract: DataContract {
    var contract = DataContract()
    contract.columns = findings.map(\.terms)
    return contract
  }
}

extension ContractInference {
  /// Fewer rows say little of those to come, and their extremes are somebody's.
  private static let leastRows = HarmlessExamples.leastCases

  private static func terms(of column: Column, _ finding: TypeFinding) -> Finding {
    var terms = ColumnTerms(finding.column)
    terms.type = DeclaredType(column.type)
    var why = [finding.why]
    let present = column.count - column.missingCount
    terms.required = column.count > 0 && column.missingCount == 0
    if column.missingCount > 0 { why.append("\(column.missingCount) of \(column.count) missing") }
    let looksLikeBSN = CitizenServiceNumber.count(in: column).looksLikeBSN
    if looksLikeBSN {
      why.append("looks like citizen service numbers (BSN): name it under 'identifiers'")
    }
    if present >= leastRows, column.type.mayBeKey, column.countOfDifferentValues == present {
      terms.unique = true
      why.append("all differ")
    }
    guard !looksLikeBSN, !HarmlessExamples.mayIdentify(finding.column), present >= leastRows else {
      return Finding(terms: terms, why: why.joined(separator: "; "))
    }
    terms.allowed = labels(of: column, present)
    if let range = OutwardRange(column) {
      terms.minimum = RangeEnd(range.minimum)
      terms.maximum = RangeEnd(range.maximum)
      why.append("range rounded outward")
    }
    return Finding(terms: terms, why: why.joined(separator: "; "))
  }

  /// The labels of a category where each is shared by enough rows; nil where one is not.
  private static func labels(of column: Column, _ present: Int) -> [String]? {
    guard case .category = column else { return nil }
    let grouping = column.grouping()
    guard grouping.count * 10 <= present,
      grouping.sizes.allSatisfy({ $0 >= HarmlessExamples.leastCases })
    else { return nil }
    return grouping.labels.sorted { $0.isExactlyBefore($1) }
  }
}

extension ColumnType {
  /// Amounts and moments may all differ without telling rows apart.
  fileprivate var mayBeKey: Bool {
    switch self {
    case .integer, .text, .category: true
    case .boolean, .number, .decimal, .date, .timestamp: false
    }
  }
}

extension DeclaredType {
  /// The type as people declare it.
  init?(_ type: ColumnType) { self.init(rawValue: type.name) }
}
