// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// Draws which case gets which arm: replayable by its seed, and never again for who was assigned before.
///
/// Within a block (without `block`, within the batch) every arm gets its share of the units, rounded
/// down or up. Where `unit` or `cluster` names the units, the order of the rows means nothing.
///
/// The ledger keeps assignments for ever. Save the output `ledger` after the run that letters went out
/// on, `proeftuin show RUN assign.ledger --output ledger.csv`, and say `ledger: ledger.csv` from then on:
/// units that stand in it keep their arm, new ones are drawn among themselves as a batch of their own.
struct Assign: Stage {
  static let info = StageInfo(
    "assign", version: 1,
    summary: "Assigns cases to arms at random, exactly in the shares asked for.",
    draws: true,
    example: """
      assign:
        use: pilot/assign
        from: {cases: intake.cases}
        with:
          method: block
          arms: {control: 1/3, plain: 1/3, prefilled: 1/3}
          block: [district, household]
          unit: pid
          balance: [age, household]
      """)

  enum Method: String, ParameterChoice {
    case complete
    case block
    case cluster
    case blockCluster = "block-cluster"

    fileprivate var drawsClusters: Bool { self == .cluster || self == .blockCluster }
    fileprivate var usesBlocks: Bool { self == .block || self == .blockCluster }
  }

  @Parameter("How units are drawn.") var method: Method = .complete
  @Parameter(
    "Arms by label, each with its share (0.5, 1/3) or number of units; the first is the control.")
  var arms: NamedValues<ArmShare>
  @Parameter("Columns whose combinations are blocks.") var block: [ColumnName] = []
  @Parameter("Column of the clusters that are assigned whole.") var cluster: ColumnName?
  @Parameter("Column that identifies a case: the ledger's key.") var unit: ColumnName?
  @Parameter("Columns whose balance over the arms is shown.") var balance: [ColumnName] = []
  @Parameter("CSV file with the ledger of an earlier run: its units keep their arm.")
  var ledger: InputFile?

  struct Input: PortSet {
    @Port("One row per case.") var cases: Table
  }

  struct Output: PortSet {
    @Port("The cases with a column 'arm'.") var cases: Table
    @Port("Per covariate and arm count, mean and standardised difference from the first arm.")
    var balance: Table
    @Port("Every unit that was ever assigned, where 'unit' or 'cluster' names it.")
    var ledger: Table?
    @Port("The cases of each arm in turn, to send letters by.") var lists: Table
  }

  func validate() throws(StageFault) {
    let shares = try ArmShares(arms)
    if method.usesBlocks, block.isEmpty {
      throw .missing("block", for: method, "the columns whose combinations are blocks")
    }
    if !method.usesBlocks, !block.isEmpty {
      throw .unused("block", by: method, method == .cluster ? "block-cluster" : "block")
    }
    if method.drawsClusters, cluster == nil {
      throw .missing("cluster", for: method, "the column of the clusters")
    }
    if !method.drawsClusters, cluster != nil {
      throw .unused("cluster", by: method, method == .block ? "block-cluster" : "cluster")
    }
    if method.usesBlocks, shares.counts != nil {
      throw StageFault(
        "blocks need shares, not numbers of units", at: "arms", help: "such as 0.5 or 1/3",
        kind: .user)
    }
    if ledger != nil, unit == nil, !method.drawsClusters {
      throw StageFault(
        "a ledger needs to know units again", at: "ledger",
        help: "add unit: the column that identifies a case", kind: .user)
    }
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let table = input.cases
    if table.contains("arm") {
      throw StageFault(
        "the cases have a column 'arm' already", help: "rename it in the source", kind: .user)
    }
    let shares = try ArmShares(arms)
    var ledger =
      try ledger.map { file throws(StageFault) in
        try AssignmentLedger(file, arms: shares.labels)
      } ?? AssignmentLedger()
    let units = try units(of: table)
    let codes = try draw(units, shares, &ledger, context)
    let arm = Column.category(
      CategoryColumn(codes: codes.map { Int32($0) }, dictionary: shares.labels))
    var output = Output()
    output.cases = try table.adding("arm", arm)
    output.balance = try BalanceTable(arms: shares.labels, codes: codes)
      .table(of: balance.map(\.name), in: table)
    output.ledger = units.names == nil ? nil : try ledger.table()
    output.lists = try lists(table, codes, shares.labels)
    return output
  }
}

extension Assign {
  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    var known = KnownColumns([
      "balance": BalanceTable.columns, "ledger": AssignmentLedger.columns,
      "lists": Self.listColumns,
    ])
    known["cases"] = inputs["cases"].map { $0 + [ColumnPromise("arm", .category)] }
    return known
  }

  private func units(of table: Table) throws(StageFault) -> AssignmentUnits {
    let blocks = method.usesBlocks ? block.map(\.name) : []
    if method.drawsClusters, let cluster {
      return try AssignmentUnits(clusters: cluster.name, of: table, blocks: blocks)
    }
    return try AssignmentUnits(cases: table, key: unit?.name, blocks: blocks)
  }

  /// The arm of each row; units of the ledger keep theirs, the others are drawn block by block.
  private func draw(
    _ units: AssignmentUnits, _ shares: ArmShares, _ ledger: inout AssignmentLedger,
    _ context: StageContext
  ) throws(StageFault) -> [Int] {
    let batch = ledger.nextBatch
    var arms = [Int](repeating: -1, count: units.rows.count)
    var open: [String: [Int]] = [:]
    for place in units.rows.indices {
      if let arm = units.names.flatMap({ ledger.arm(of: $0[place]) }) {
        arms[place] = shares.labels.firstIndex { $0.isExactly(arm) } ?? 0
      } else {
        open[units.blocks[place], default: []].append(place)
      }
    }
    for (block, places) in open {
      var stream = try context.random(named: "\(batch)/\(block)")
      let sizes = try shares.sizes(of: places.count, &stream)
      var drawn = sizes.enumerated().flatMap { arm, size in repeatElement(arm, count: size) }
      stream.shuffle(&drawn)
      for (place, arm) in zip(places, drawn) { arms[place] = arm }
    }
    var codes = [Int](repeating: 0, count: units.rows.reduce(0) { $0 + $1.count })
    for (place, rows) in units.rows.enumerated() { for row in rows { codes[row] = arms[place] } }
    guard let names = units.names else { return codes }
    let kept = ledger.entries.count
    for place in open.values.joined().sorted() {
      ledger.add(names[place], arm: shares.labels[arms[place]], batch: batch)
    }
    if kept > 0 {
      context.note(
        "\(units.rows.count - (ledger.entries.count - kept)) units keep the arm of the ledger, "
          + "\(ledger.entries.count - kept) are drawn")
    }
    return codes
  }

  private static let listColumns = [
    ColumnPromise("arm", .category), ColumnPromise("position", .integer),
    ColumnPromise("unit", .text), ColumnPromise("row", .integer),
  ]

  /// arm, position in the arm, unit, row of the cases: arm by arm, units in the order of their bytes.
  private func lists(_ table: Table, _ codes: [Int], _ labels: [String]) throws -> Table {
    let names = unit.flatMap { table[$0.name]?.texts() }
    let rows = codes.indices.sorted { left, right in
      if codes[left] != codes[right] { return codes[left] < codes[right] }
      if let names, let first = names[left], let second = names[right], !first.isExactly(second) {
        return first.isExactlyBefore(second)
      }
      return left < right
    }
    var counts = [Int64](repeating: 0, count: labels.count)
    let positions = rows.map { row in
      counts[codes[row]] += 1
      return counts[codes[row]]
    }
    return try Table([
      ("arm", .category(CategoryColumn(rows.map { labels[codes[$0]] }))),
      ("position", .integer(FixedColumn(positions))),
      ("unit", .text(TextColumn(rows.map { names?[$0] }))),
      ("row", .integer(FixedColumn(rows.map { Int64($0 + 1) }))),
    ])
  }
}

extension StageFault {
  fileprivate static func missing(
    _ parameter: String, for method: Assign.Method, _ what: String
  ) -> StageFault {
    StageFault(
      "method \(method.rawValue) needs '\(parameter)'", at: "method",
      help: "add \(parameter): \(what)", kind: .user)
  }

  fileprivate static func unused(
    _ parameter: String, by method: Assign.Method, _ other: String
  ) -> StageFault {
    StageFault(
      "method \(method.rawValue) does not look at '\(parameter)'", at: parameter,
      help: "say method: \(other), or take it away", kind: .user)
  }
}
