// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Counts how complex a scheme is, and what reforms do to that.
struct Complexity: Stage {
  static let info = StageInfo(
    "complexity", version: 1,
    summary:
      "Counts cells, rows, thresholds, inputs, depth and references of rules, before and after.",
    example: """
      complexity:
        use: rules/complexity
        with:
          scheme:                    # or the path of a scheme file
            scheme: {id: allowance}
            inputs: {children: {type: integer, minimum: 0}}
            decisions:
              allowance:
                table:
                  hit: UNIQUE
                  inputs: [children]
                  rows:
                    - ["[0..2]", 500]
                    - [">= 3", 800]
      """)

  @Parameter("The scheme file, or the scheme as a block.") var scheme: SchemeSource
  @Parameter("Reforms to compare with the scheme; a list within is a stack.")
  var reforms: [ReformSource] = []

  struct Output: PortSet {
    @Port("One row per scheme and measure, with the baseline's value and the change.")
    var measures: Table
    @Port("One row per scheme and decision: what it consists of, and on what it rests.")
    var decisions: Table
  }

  func validate() throws(StageFault) {
    let variants = try SchemeVariants.all(scheme, reforms)
    if let empty = variants.first(where: { $0.scheme.decisions.isEmpty }) {
      throw StageFault(
        "scheme '\(empty.scheme.id)' decides nothing", at: "scheme", kind: .user)
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(["measures": Self.measureColumns, "decisions": Self.decisionColumns])
  }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    let found = try SchemeVariants.all(scheme, reforms).map {
      (id: $0.id, complexity: SchemeComplexity($0.scheme))
    }
    for (id, complexity) in found where !complexity.inputsUnused.isEmpty {
      context.note(
        "\(id) asks what no decision uses: \(complexity.inputsUnused.joined(separator: ", "))")
    }
    var output = Output()
    output.measures = try Self.measures(found)
    output.decisions = try Self.decisions(found)
    return output
  }
}

// As tables
extension Complexity {
  private typealias Found = [(id: String, complexity: SchemeComplexity)]

  static let measureColumns: [ColumnPromise] = [
    ColumnPromise("scheme", .text), ColumnPromise("measure", .text),
    ColumnPromise("value", .integer), ColumnPromise("baseline", .integer),
    ColumnPromise("change", .integer),
  ]

  static let decisionColumns: [ColumnPromise] = [
    ColumnPromise("scheme", .text), ColumnPromise("decision", .text),
    ColumnPromise("table", .boolean), ColumnPromise("rows", .integer),
    ColumnPromise("cells", .integer), ColumnPromise("tests", .integer),
    ColumnPromise("thresholds", .integer), ColumnPromise("depth", .integer),
    ColumnPromise("decisions", .text), ColumnPromise("inputs", .text),
    ColumnPromise("parameters", .text),
  ]

  private static func measures(_ found: Found) throws(TableFault) -> Table {
    let baseline = found[0].complexity.measures.map(\.value)
    let rows = found.flatMap { id, complexity in
      zip(complexity.measures, baseline).map { (id: id, measure: $0, baseline: $1) }
    }
    return try Table([
      ("scheme", .text(TextColumn(rows.map(\.id)))),
      ("measure", .text(TextColumn(rows.map(\.measure.name)))),
      ("value", .integer(FixedColumn(rows.map { Int64($0.measure.value) }))),
      ("baseline", .integer(FixedColumn(rows.map { Int64($0.baseline) }))),
      ("change", .integer(FixedColumn(rows.map { Int64($0.measure.value - $0.baseline) }))),
    ])
  }

  private static func decisions(_ found: Found) throws(TableFault) -> Table {
    let rows = found.flatMap { id, complexity in complexity.parts.map { (id: id, part: $0) } }
    func whole(_ value: (SchemeComplexity.Part) -> Int) -> Column {
      .integer(FixedColumn(rows.map { Int64(value($0.part)) }))
    }
    func names(_ value: (SchemeComplexity.Part) -> Set<String>) -> Column {
      .text(TextColumn(rows.map { value($0.part).sorted().joined(separator: ", ") }))
    }
    return try Table([
      ("scheme", .text(TextColumn(rows.map(\.id)))),
      ("decision", .text(TextColumn(rows.map(\.part.decision)))),
      ("table", .boolean(BooleanColumn(rows.map(\.part.isTable)))), ("rows", whole(\.rows)),
      ("cells", whole(\.cells)), ("tests", whole(\.tests)), ("thresholds", whole(\.thresholds)),
      ("depth", whole(\.depth)), ("decisions", names(\.decisions)), ("inputs", names(\.inputs)),
      ("parameters", names(\.parameters)),
    ])
  }
}
