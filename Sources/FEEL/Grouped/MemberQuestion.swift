// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// What a part of an expression asks of the members of each row, where whole columns can answer it.
enum MemberQuestion {
  enum Reduction: String {
    case count
    case sum
    case min
    case max
    /// Whether one is true.
    case any
    /// Whether none is false.
    case all
  }

  /// One figure out of a list.
  case reduction(Reduction, MemberList)
  /// A value of the only member that a list has.
  case value(GroupedRows.List, key: String)
  /// Whether a list that has one member at most has one.
  case presence(GroupedRows.List, isWanted: Bool)

  init?(_ node: Node, _ groups: GroupedRows) {
    switch node.form {
    case .call(let name, let arguments):
      guard arguments.count == 1, arguments[0].name == nil,
        let reduction = Reduction(rawValue: name),
        let list = MemberList(arguments[0].value, groups), reduction == .count || list.value != nil
      else { return nil }
      self = .reduction(reduction, list)
    case .quantified(let quantifier, let iterators, let condition):
      guard
        let list = MemberList(
          Node(.loop(iterators, condition), node.range), groups)
      else { return nil }
      self = .reduction(quantifier == .some ? .any : .all, list)
    case .property(let base, let key):
      guard case .name(let name) = base.form, let list = groups.lists[name], list.isSingle,
        groups.members.contains(key)
      else { return nil }
      self = .value(list, key: key)
    case .comparison(let operation, let left, let right):
      guard operation == .equal || operation == .unequal, case .name(let name) = left.form,
        let list = groups.lists[name], list.isSingle, case .literal(.null) = right.form
      else { return nil }
      self = .presence(list, isWanted: operation == .unequal)
    default: return nil
    }
  }
}

extension Node {
  /// The mean of members as the quotient that it is, so that what compares or rounds it stays exact.
  func withMeansAsQuotients(_ groups: GroupedRows?) -> Node {
    guard let groups, mentionsList(of: groups) else { return self }
    let node = mapChildren { $0.withMeansAsQuotients(groups) }
    guard case .call("mean", let arguments) = node.form, arguments.count == 1,
      arguments[0].name == nil, MemberList(arguments[0].value, groups)?.value != nil
    else { return node }
    return Node(
      .arithmetic(
        .divide, Node(.call("sum", arguments), range), Node(.call("count", arguments), range)),
      range)
  }

  private func mentionsList(of groups: GroupedRows) -> Bool {
    var names: Set<String> = []
    mention(in: &names)
    return names.contains { groups.lists[$0] != nil }
  }
}
