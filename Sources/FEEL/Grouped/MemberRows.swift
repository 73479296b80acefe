// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// The members of some rows, one group after the other.
struct MemberRows {
  private enum Selection {
    case range(Range<Int>)
    case rows([Int])
  }

  let groups: GroupedRows
  /// Where the members of each row begin among these, and the end of the last.
  let starts: [Int]
  /// The members whose rows count; nil for all.
  let active: Bitmap?
  private let selection: Selection

  var count: Int { starts[starts.count - 1] }

  init(_ groups: GroupedRows, of numbers: ColumnBuffer<Int64>, _ active: Bitmap?) {
    self.groups = groups
    var starts = [0]
    starts.reserveCapacity(numbers.count + 1)
    let first = numbers.count > 0 ? Int(numbers[0]) : 0
    var isRange = true
    for (place, number) in numbers.enumerated() {
      let group = Int(number)
      isRange = isRange && group == first + place
      starts.append(starts[place] + groups.starts[group + 1] - groups.starts[group])
    }
    self.starts = starts
    if isRange {
      let start = numbers.count > 0 ? groups.starts[first] : 0
      selection = .range(start..<(start + starts[numbers.count]))
    } else {
      selection = .rows(numbers.flatMap { groups.starts[Int($0)]..<groups.starts[Int($0) + 1] })
    }
    self.active = active.map { active in
      var bits = Bitmap(repeating: false, count: 0)
      bits.reserveCapacity(starts[numbers.count])
      for row in 0..<numbers.count {
        bits.append(repeating: active[row], count: starts[row + 1] - starts[row])
      }
      return bits
    }
  }

  /// The members of a list; nil where all are in it.
  func mask(_ list: GroupedRows.List) -> Bitmap? {
    guard let rows = list.rows else { return nil }
    switch selection {
    case .range(let range): return rows.slice(range)
    case .rows(let wanted): return Bitmap(count: wanted.count) { rows[wanted[$0]] }
    }
  }

  /// The columns of the members with these names, and beside them those of their rows.
  func table(_ names: Set<String>, seeing others: [(name: String, column: Column)]) -> Table {
    var columns: [(name: String, column: Column)] = []
    for (name, column) in zip(groups.members.names, groups.members.columns)
    where names.contains(name) {
      columns.append((name, chosen(column)))
    }
    if !others.isEmpty {
      let places = places
      for (name, column) in others where name != GroupedRows.rowColumn {
        columns.append((name, RowAssembly.gather(column, places)))
      }
    }
    // The names of rows and members differ; were they equal, a member's own would count.
    guard let table = try? Table(columns) else { return groups.members.slice(0..<0) }
    return table
  }

  private func chosen(_ column: Column) -> Column {
    switch selection {
    case .range(let range): column.slice(range)
    case .rows(let rows): column.taking(rows: rows)
    }
  }

  /// The row that each member belongs to.
  private var places: [Int32] {
    [Int32](unsafeUninitializedCapacity: count) { target, filled in
      for row in 0..<(starts.count - 1) {
        for member in starts[row]..<starts[row + 1] { target[member] = Int32(row) }
      }
      filled = count
    }
  }

  /// The first member of each row in a list, among all members; −1 where there is none.
  func firsts(_ list: GroupedRows.List) -> [Int] {
    (0..<(starts.count - 1)).map { row in
      for member in starts[row]..<starts[row + 1] {
        let place =
          switch selection {
          case .range(let range): range.lowerBound + member
          case .rows(let rows): rows[member]
          }
        if list.rows?[place] ?? true { return place }
      }
      return -1
    }
  }

  /// A value of the only member in a list, missing where there is none.
  func values(of key: String, of list: GroupedRows.List) throws(FEELFault) -> Lane? {
    guard let column = groups.members[key] else { return nil }
    let firsts = firsts(list)
    guard column.count > 0 else { return .column(Column.missing(column.type, count: firsts.count)) }
    let present = Bitmap(count: firsts.count) { firsts[$0] >= 0 }
    let found = RowAssembly.gather(column, firsts.map { Int32(max(0, $0)) })
    if present.allSet { return .column(found) }
    return try FEEL.Selection.choose(present, .column(found), .scalar(.null), count: firsts.count)
  }
}
