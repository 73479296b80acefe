// SPDX-License-Identifier: EUPL-1.2

public import Tables

/// Rows that belong to the rows of another table, as persons belong to households.
///
/// An expression over the other table sees its members as a list of contexts, one list for each name that
/// is given here. The other table says in the column `rowColumn` which group each of its rows is.
public struct GroupedRows: Sendable {
  /// Some or all members of each group, under a name.
  public struct List: Sendable {
    /// The members that are in it; nil where all are.
    let rows: Bitmap?
    /// Whether a group has at most one of them: the name is then that member, or null.
    let isSingle: Bool

    public init(rows: Bitmap? = nil, isSingle: Bool = false) {
      self.rows = rows
      self.isSingle = isSingle
    }
  }

  /// The column of the other table with the number of each row's group, counted from zero.
  public static let rowColumn = "\u{1F}group"

  let members: Table
  /// Where the members of each group begin, and the end of the last.
  let starts: [Int]
  let lists: [String: List]

  /// What expressions call the lists.
  package var names: [String] { Array(lists.keys) }

  /// Members in the order of their groups, with the first row of each group and the end of the last.
  public init(members: Table, starts: [Int], lists: [String: List]) {
    precondition(starts.last == members.rowCount || members.names.isEmpty, "members of no group")
    self.members = members
    self.starts = starts
    self.lists = lists
  }
}

extension GroupedRows {
  /// What a list's name means for one group.
  func value(of list: List, group: Int) -> FEELValue {
    var values: [FEELValue] = []
    for row in starts[group]..<starts[group + 1] where list.rows?[row] ?? true {
      values.append(member(row))
      if list.isSingle { break }
    }
    return list.isSingle ? values.first ?? .null : .list(values)
  }

  private func member(_ row: Int) -> FEELValue {
    .context(
      FEELContext(
        zip(members.names, members.columns).map { (key: $0, value: $1.feelValue(at: row)) }))
  }

  /// A value of the kind that a list's name has.
  func sample(of list: List) -> FEELValue {
    list.isSingle ? .context(FEELContext()) : .list([])
  }
}

extension Node {
  /// Collects the names of columns, lists and keys below.
  func mention(in names: inout Set<String>) {
    switch form {
    case .name(let name): names.insert(name)
    case .property(_, let name): names.insert(name)
    default: break
    }
    form.forEachChild { $0.mention(in: &names) }
  }
}
