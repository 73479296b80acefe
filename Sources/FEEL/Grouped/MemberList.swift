// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// A list of members as an expression writes it: which of them, and which value of each.
///
/// `members[age >= 27].income` has one condition and the value `income`, both over the members' columns.
struct MemberList {
  let list: GroupedRows.List
  /// A member is in the list where all hold, looked at in this order.
  private(set) var conditions: [Node] = []
  /// Nil stands for the member itself.
  private(set) var value: Node?

  /// Nil where the node is no such list, or one that only the interpreter can make.
  init?(_ node: Node, _ groups: GroupedRows) {
    switch node.form {
    case .name(let name):
      guard let list = groups.lists[name], !list.isSingle else { return nil }
      self.list = list
    case .property(let base, let key):
      guard let inner = MemberList(base, groups), inner.value == nil, groups.members.contains(key)
      else { return nil }
      self = inner
      value = Node(.name(key), node.range)
    case .filter(let base, let condition):
      guard let inner = MemberList(base, groups),
        let condition = condition.ofMember("item", inner.value, seesKeys: true, groups)
      else { return nil }
      self = inner
      conditions.append(condition)
    case .loop(let iterators, let result):
      guard iterators.count == 1, iterators[0].end == nil,
        let inner = MemberList(iterators[0].source, groups),
        let result = result.ofMember(iterators[0].name, inner.value, seesKeys: false, groups)
      else { return nil }
      self = inner
      value = result
    default: return nil
    }
  }

  /// The names that tell the members apart or give their values.
  var mentions: Set<String> {
    var names: Set<String> = []
    for node in conditions + [value].compactMap({ $0 }) { node.mention(in: &names) }
    return names
  }
}

extension Node {
  /// The node over the columns of the members, for an element that it calls `item`; nil where only the
  /// interpreter can tell.
  ///
  /// The value is what the element is, nil for the member itself, whose keys are then the columns. In a
  /// filter the keys of a member are names of their own.
  func ofMember(
    _ item: String, _ value: Node?, seesKeys: Bool, _ groups: GroupedRows
  ) -> Node? {
    switch form {
    case .name(item): return value
    case .name(let name):
      let isKey = groups.members.contains(name)
      if groups.lists[name] != nil || name == "partial" { return nil }
      return isKey && (value != nil || !seesKeys) ? nil : self
    case .property(let base, let key):
      if case .name(item) = base.form, value == nil {
        return groups.members.contains(key) ? Node(.name(key), range) : nil
      }
    case .input, .quantified, .loop, .filter, .function, .context, .call("is defined", _):
      return nil
    default: break
    }
    var isWhole = true
    let node = mapChildren { child in
      guard let child = child.ofMember(item, value, seesKeys: seesKeys, groups) else {
        isWhole = false
        return child
      }
      return child
    }
    return isWhole ? node : nil
  }
}
