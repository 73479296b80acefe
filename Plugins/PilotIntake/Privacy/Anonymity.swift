// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Says how far people can be told apart in a table of cases: k-anonymity and l-diversity.
///
/// People who are alike in all quasi-identifiers form a class. A class below k people can be found by
/// somebody who knows those columns of a neighbour; a class with fewer than l different values of a
/// sensitive column tells that value even to somebody who does not know which row it is.
///
/// k is 10 unless given, as the output rules have it for a cell; l is 2, so that no class has one value
/// only. A missing value counts as a value of its own, which never makes a class look larger than it
/// is. The report holds counts and shares, never a value.
struct Anonymity: Stage {
  static let info = StageInfo(
    "anonymity", version: 1,
    summary: "Reports k-anonymity and l-diversity of cases, and can leave small classes out.",
    example: """
      anonymity:
        use: pilot/anonymity
        from: {cases: intake.cases}
        with:
          quasi_identifiers: [age, postcode, household]
          sensitive: [debt, benefit]
          suppress: rows
      """,
    source: """
      Sweeney (2002), International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems \
      10:557–570; Machanavajjhala et al. (2007), ACM Transactions on Knowledge Discovery from Data 1(1):3
      """)

  enum Suppression: String, ParameterChoice {
    case none
    case rows
  }

  @Parameter("Columns by which somebody might know a person.") var quasiIdentifiers: [ColumnName]
  @Parameter("Columns that nobody should learn of a person.") var sensitive: [ColumnName] = []
  @Parameter("People that each class holds at least.", in: 1...) var k = 10
  @Parameter("Different values of a sensitive column that each class holds at least.", in: 1...)
  var l = 2
  @Parameter("Column that names the person or household; each row is one unless given.")
  var unit: ColumnName?
  @Parameter("Whether rows of classes below k or l are left out of the output 'cases'.")
  var suppress: Suppression = .none

  struct Input: PortSet {
    @Port("One row per case.") var cases: Table
  }

  struct Output: PortSet {
    @Port("Per measure its value, and whether it keeps to k or l.") var report: Table
    @Port("How many classes there are of each size.") var classes: Table
    @Port("The cases without those of classes below k or l, where rows are suppressed.")
    var cases: Table?
  }

  func validate() throws(StageFault) {
    guard !quasiIdentifiers.isEmpty else {
      throw StageFault(
        "no column tells people apart", at: "quasi_identifiers",
        help: "name those that somebody might know of a person, such as age and postcode",
        kind: .user)
    }
    if let both = sensitive.first(where: quasiIdentifiers.contains) {
      throw StageFault(
        "'\(both)' is both known and to be kept from others", at: "sensitive",
        help: "take it away here, or from 'quasi_identifiers'", kind: .user)
    }
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let table = input.cases
    let classes = try EquivalenceClasses(
      quasiIdentifiers.map { try table.column($0, at: "quasi_identifiers") },
      rowCount: table.rowCount, unit: try unit.map { try table.column($0, at: "unit") })
    try context.checkCancellation()
    let diversity = try sensitive.map { name in
      SensitiveDiversity(try table.column(name, at: "sensitive"), in: classes)
    }
    let small = classes.sizes.indices.filter { classes.sizes[$0] < k }
    let plain = classes.sizes.indices.filter { place in
      diversity.contains { $0.distinct[place] < l }
    }
    var output = Output()
    var report = AnonymityReport()
    report.add(classes, below: k, small: small)
    for (name, column) in zip(sensitive, diversity) {
      report.add(name.name, column, in: classes, below: l)
    }
    output.report = try report.table()
    output.classes = try AnonymityReport.histogram(of: classes)
    if !small.isEmpty, suppress != .rows {
      context.note(
        "k is \(k), and \(small.count) classes are smaller, the smallest of \(classes.sizes.min() ?? 0): "
          + "generalise the columns further, or say suppress: rows")
    }
    context.metric("smallest_class", Double(classes.sizes.min() ?? 0), unit: "people")
    if suppress == .rows {
      output.cases = try remaining(table, classes, without: Set(small + plain), in: context)
    }
    return output
  }
}

extension Anonymity {
  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    var known = KnownColumns([
      "report": AnonymityReport.columns, "classes": AnonymityReport.histogramColumns,
    ])
    if suppress == .rows { known["cases"] = inputs["cases"] }
    return known
  }

  private func remaining(
    _ table: Table, _ classes: EquivalenceClasses, without places: Set<Int>,
    in context: StageContext
  ) throws(StageFault) -> Table {
    var kept = Bitmap(repeating: true, count: table.rowCount)
    for place in places { for row in classes[place] { kept.set(row, to: false) } }
    let left = kept.setCount
    guard left > 0 || table.rowCount == 0 else {
      throw StageFault(
        "no case is left: every class is below k or l", at: "suppress",
        help: "generalise the quasi-identifiers: bands of age, postcodes of four characters")
    }
    if left < table.rowCount {
      context.note(
        "\(table.rowCount - left) of \(table.rowCount) cases are left out: their classes are below "
          + "k or l")
    }
    return table.filtered(by: kept)
  }
}

extension Table {
  /// A column that a parameter names.
  func column(_ name: ColumnName, at parameter: String) throws(StageFault) -> Column {
    do throws(TableFault) {
      return try column(name.name)
    } catch {
      throw StageFault(error, at: parameter)
    }
  }
}
