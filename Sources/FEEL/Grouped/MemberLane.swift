// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Questions about members over whole columns: the members' part is evaluated over all of them at once,
/// and then brought down to one value for each row.
extension ColumnEvaluator {
  /// The answer to what a node asks of the rows' members; nil where the node asks nothing of the kind.
  ///
  /// A fault that only some members bring about is left to the interpreter, which may not come to them.
  func memberLane(_ node: Node, _ active: Bitmap?) throws(FEELFault) -> Lane? {
    guard let groups = scope.groups, let question = MemberQuestion(node, groups),
      case .integer(let numbers) = columns[GroupedRows.rowColumn]
    else { return nil }
    let rows = MemberRows(groups, of: numbers.values, active)
    do throws(FEELFault) {
      return try answer(question, rows, node)
    } catch {
      guard error.code.dependsOnValues else { throw error }
    }
    let none = MemberRows(groups, of: ColumnBuffer([Int64]()), nil)
    guard let lane = try answer(question, none, node), let type = Selection.type(of: lane) else {
      return nil
    }
    return try rowByRow(node, active, type)
  }

  private func answer(
    _ question: MemberQuestion, _ rows: MemberRows, _ node: Node
  ) throws(FEELFault) -> Lane? {
    switch question {
    case .presence(let list, let isWanted):
      let present = rows.firsts(list).map { $0 >= 0 }
      let bits = Bitmap(present)
      return .column(.boolean(BooleanColumn(isWanted ? bits : ~bits)))
    case .value(let list, let key): return try rows.values(of: key, of: list)
    case .reduction(let reduction, let list): return try reduce(list, reduction, rows, node)
    }
  }

  private func reduce(
    _ list: MemberList, _ reduction: MemberQuestion.Reduction, _ rows: MemberRows, _ node: Node
  ) throws(FEELFault) -> Lane? {
    let inner = try evaluator(of: list, over: rows)
    var kept = Bitmap.both(rows.active, rows.mask(list.list))
    for condition in list.conditions {
      guard let truth = Ternary(try inner.lane(condition, kept), count: rows.count) else {
        return nil
      }
      kept = Bitmap.both(kept, truth.isTrue)
    }
    let segments = MemberSegments(starts: rows.starts, kept: kept)
    guard reduction != .count else { return .column(segments.counts) }
    guard let value = list.value else { return nil }
    let lane = try inner.lane(value, kept)
    if !lane.sample.isNull, let function = BuiltIn.named(reduction.rawValue) {
      // A clash of kinds is told before there are rows.
      _ = try sample(node) { () throws(FEELFault) in
        try function.call([.list([lane.sample])], labels: [nil], scope)
      }
    }
    switch reduction {
    case .any, .all:
      return Ternary(lane, count: rows.count).map { segments.truth($0, isAny: reduction == .any) }
    default:
      if lane.isNullScalar { return .scalar(.null) }
      if lane.isRows { return nil }
      return try segments.reduced(inner.column(of: value, lane), reduction).map { .column($0) }
    }
  }

  /// An evaluator over the members, who see the values of their row beside their own.
  private func evaluator(
    of list: MemberList, over rows: MemberRows
  ) throws(FEELFault) -> ColumnEvaluator {
    var own: Set<String> = []
    var others: Set<String> = []
    for node in list.conditions + [list.value].compactMap({ $0 }) {
      node.mention(in: &own)
      others.formUnion(columnNames(in: node))
    }
    var inner = scope
    inner.groups = nil
    let table = rows.table(
      own, seeing: others.compactMap { name in columns[name].map { (name, $0) } })
    if scope.mode == .strict { try checkNames(in: list, table, rows.groups) }
    return ColumnEvaluator(table, inner, count: rows.count)
  }

  /// Finds a misspelt name within a filter or a loop even where no row would reach it.
  private func checkNames(
    in list: MemberList, _ table: Table, _ groups: GroupedRows
  ) throws(FEELFault) {
    for node in list.conditions + [list.value].compactMap({ $0 }) {
      for reference in node.references where scope.constants[reference.path[0]] == nil {
        let prefixes = reference.path.indices.map {
          reference.path[...$0].joined(separator: ".")
        }
        if prefixes.contains(where: table.contains) { continue }
        let known = groups.members.names + table.names + scope.constants.keys.sorted()
        throw .unknownName(reference.path[0], known: known).at(reference.range)
      }
    }
  }

  /// Whether a node reads doubles of members, so that doubles are what its values are.
  func readsDoubles(ofMembersIn node: Node) -> Bool {
    guard let groups = scope.groups else { return false }
    var names: Set<String> = []
    node.mention(in: &names)
    guard names.contains(where: { groups.lists[$0] != nil }) else { return false }
    return names.contains { if case .number = groups.members[$0] { true } else { false } }
  }
}
