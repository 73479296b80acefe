// SPDX-License-Identifier: EUPL-1.2

internal import Dispatch
internal import Synchronization
internal import Tables

/// The evaluation of a program block by block, on all processors that the process may use.
///
/// Only the plain case is dealt with here, in which every block gives columns of the same types.
/// Whatever is a fault, or whose type only the values tell, is left to the evaluation of the whole.
struct BlockEvaluation {
  /// Rows of which some ten columns fit a processor's own cache.
  static let smallestBlock = 32_768

  private let program: ColumnProgram
  private let base: [Column]
  private let roots: [Node?]
  private let count: Int
  private let size: Int
  /// For each view the columns of the base that its steps read.
  private let readColumns: [[(name: String, place: Int)]]

  init(_ program: ColumnProgram, _ base: [Column]) {
    self.program = program
    self.base = base
    count = base.first?.count ?? 0
    roots = program.plannedRoots()
    var read = [Set<String>](repeating: [], count: program.views.count)
    for (step, root) in zip(program.steps, roots) {
      read[step.views[0]].formUnion(program.reads(step, root))
    }
    readColumns = zip(program.views, read).map { view, read in
      view.columns.filter { read.contains($0.name) }
    }
    // What is done once for each text of a category should not weigh more than what is done for rows.
    var size = Self.smallestBlock
    for place in Set(readColumns.joined().map(\.place)) {
      guard case .category(let column) = base[place] else { continue }
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

  private var blockCount: Int { (count + size - 1) / size }

  /// The results of each step; nil where they are no plain case.
  func columns() -> [[Column]]? {
    guard readColumns.contains(where: { !$0.isEmpty }), Self.keepsMemory,
      let first = try? evaluate(block: 0)
    else { return nil }
    let kept = first.indices.filter { program.steps[$0].isKept }
    let types = kept.flatMap { first[$0].map(\.type) }
    let filled = BlockTarget.fill(types, count: count) { targets in
      guard keep(kept.flatMap { first[$0] }, 0, in: targets) else { return false }
      let isFailed = Atomic(false)
      DispatchQueue.concurrentPerform(iterations: blockCount - 1) { index in
        guard !isFailed.load(ordering: .relaxed) else { return }
        let results = try? evaluate(block: index + 1, as: first.map { $0.first?.type })
        guard let results, keep(kept.flatMap { results[$0] }, (index + 1) * size, in: targets)
        else {
          isFailed.store(true, ordering: .relaxed)
          return
        }
      }
      return !isFailed.load(ordering: .relaxed)
    }
    guard var rest = filled.map({ $0[...] }) else { return nil }
    var columns = [[Column]](repeating: [], count: first.count)
    for step in kept {
      columns[step] = Array(rest.prefix(first[step].count))
      rest = rest.dropFirst(first[step].count)
    }
    return columns
  }

  private func keep(_ columns: [Column], _ row: Int, in targets: [BlockTarget]) -> Bool {
    zip(columns, targets).allSatisfy { $1.keep($0, at: row) }
  }

  /// The results over one block, not in canonical form.
  private func evaluate(block: Int, as types: [ColumnType?]? = nil) throws -> [[Column]] {
    let rows = block * size..<min(count, (block + 1) * size)
    let cache = LaneCache()
    var parts: [Int: Column] = [:]
    for place in Set(readColumns.joined().map(\.place)) { parts[place] = base[place].block(rows) }
    var evaluators: [ColumnEvaluator] = []
    for (view, columns) in zip(program.views, readColumns) {
      let part = try Table(
        columns.compactMap { name, place in parts[place].map { (name: name, column: $0) } })
      evaluators.append(ColumnEvaluator(part, view.scope, count: rows.count, cache: cache))
    }
    var results: [[Column]] = []
    for (number, step) in program.steps.enumerated() {
      let evaluator = evaluators[step.views[0]]
      let columns: [Column]
      switch step.work {
      case .columns(_, let compute): columns = try compute(evaluator.table, rows.count)
      case .expression(_, _, let finish):
        guard let root = roots[number] else { preconditionFailure("every expression is planned") }
        // The type is that of the result, after whatever is done with its values.
        let type = finish == nil ? types?[number] : nil
        let column = try evaluator.blockResult(of: root, as: type)
        columns = [try finish?(column, evaluator.table) ?? column]
      }
      for case (let column, let name?) in zip(columns, step.names) {
        for view in step.views { try evaluators[view].add(name, column) }
      }
      results.append(columns)
    }
    return results
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
