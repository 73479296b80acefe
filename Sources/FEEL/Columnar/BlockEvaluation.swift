// SPDX-License-Identifier: EUPL-1.2

internal import Dispatch
internal import Synchronization
internal import Tables

/// The evaluation of expressions block by block, on all processors that the process may use.
///
/// Only the plain case is dealt with here, in which every block gives columns of the same types.
/// Whatever is a fault, or whose type only the values tell, is left to the evaluation of the whole.
struct BlockEvaluation {
  /// Rows of which some ten columns fit a processor's own cache.
  static let smallestBlock = 32_768

  private let batch: ExpressionBatch
  private let table: Table
  private let scope: FEELScope
  private let roots: [Node]
  private let size: Int
  /// The columns that the expressions read.
  private let names: [String]

  init(_ batch: ExpressionBatch, _ table: Table, _ scope: FEELScope) {
    self.batch = batch
    self.table = table
    self.scope = scope
    roots = batch.plannedRoots(over: table, in: scope)
    var read: Set<String> = []
    for root in roots { read.formUnion(root.plan?.columnNames ?? []) }
    let asksForNames = batch.entries.contains { $0.expression.root.asksForNames }
    names = table.names.filter { asksForNames || read.contains($0) }
    // What is done once for each text of a category should not weigh more than what is done for rows.
    var size = Self.smallestBlock
    for case .category(let column) in names.compactMap({ table[$0] }) {
      size = max(size, (column.dictionary.count * 16 + 63) / 64 * 64)
    }
    self.size = size
  }

  /// Lets the allocator keep the memory of one block for the next.
  ///
  /// The C library gives memory back as soon as some hundred kilobytes are free, and takes twice as much
  /// as the largest piece that was ever given back for a sign to keep more. Without it every block gets
  /// its pages from the system anew, which takes longer than the work on them.
  private static let keepsMemory: Bool = {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 20, alignment: 16)
    piece[0] = 0
    piece.deallocate()
    return true
  }()

  private var blockCount: Int { (table.rowCount + size - 1) / size }

  /// The results; nil where they are no plain case.
  func columns() -> [Column]? {
    guard !names.isEmpty, Self.keepsMemory, let first = try? evaluate(block: 0) else { return nil }
    return BlockTarget.fill(first.map(\.type), count: table.rowCount) { targets in
      guard keep(first, 0, in: targets) else { return false }
      let isFailed = Atomic(false)
      DispatchQueue.concurrentPerform(iterations: blockCount - 1) { index in
        guard !isFailed.load(ordering: .relaxed) else { return }
        let results = try? evaluate(block: index + 1, as: targets.map(\.type))
        guard let results, keep(results, (index + 1) * size, in: targets) else {
          isFailed.store(true, ordering: .relaxed)
          return
        }
      }
      return !isFailed.load(ordering: .relaxed)
    }
  }

  private func keep(_ columns: [Column], _ row: Int, in targets: [BlockTarget]) -> Bool {
    zip(columns, targets).allSatisfy { $1.keep($0, at: row) }
  }

  /// The results over one block, not in canonical form.
  private func evaluate(block: Int, as types: [ColumnType]? = nil) throws -> [Column] {
    let rows = block * size..<min(table.rowCount, (block + 1) * size)
    let part = try Table(
      names.map { (name: $0, column: try table.column($0).block(rows)) })
    var evaluator = ColumnEvaluator(part, scope, count: rows.count, cache: LaneCache())
    var columns: [Column] = []
    for (place, root) in roots.enumerated() {
      let column = try evaluator.blockResult(of: root, as: types?[place])
      if let name = batch.entries[place].name { try evaluator.add(name, column) }
      columns.append(column)
    }
    return columns
  }
}

extension ColumnEvaluator {
  /// An expression's column as it comes.
  fileprivate func blockResult(of root: Node, as type: ColumnType?) throws(FEELFault) -> Column {
    do throws(FEELFault) {
      switch try lane(root, nil) {
      case .column(let column): return column
      case .scalar(let value):
        return try column(of: root, .scalar(value))
      case .days, .rows: throw .notAColumn(.null, root)
      }
    } catch {
      guard error == .exactOverflow, let type else { throw error }
      return try resultByRow(of: root, type)
    }
  }
}

extension Node {
  /// Whether `is defined` asks for the names that there are, whatever columns are read.
  fileprivate var asksForNames: Bool {
    if case .call("is defined", _) = form { return true }
    var asks = false
    form.forEachChild { asks = asks || $0.asksForNames }
    return asks
  }
}

extension Column {
  /// Some rows, which share the memory of the whole, and in a category its dictionary too.
  fileprivate func block(_ rows: Range<Int>) -> Column {
    guard case .category(let column) = self else { return slice(rows) }
    return .category(
      CategoryColumn(
        canonical: column.codes.slice(rows), dictionary: column.dictionary,
        validity: column.validity?.slice(rows)))
  }
}
