// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// Whom a scheme is applied to: units, and where it asks for them the members of each.
struct Population: Sendable {
  var units: Table
  var members: Members?

  /// Persons in the order of their households.
  struct Members: Sendable {
    var table: Table
    /// Where the members of each unit begin, and the end of the last.
    let starts: [Int]
    /// Which row each member was before it was put in this order.
    let rows: [Int]
    /// The members that have each role.
    let roles: [String: Bitmap]

    /// The unit of each member.
    var units: [Int] {
      var units = [Int](repeating: 0, count: rows.count)
      for unit in 0..<(starts.count - 1) {
        for member in starts[unit]..<starts[unit + 1] { units[member] = unit }
      }
      return units
    }
  }

  init(units: Table, members: Members? = nil) {
    self.units = units
    self.members = members
  }
}

/// The columns that tell who belongs to whom.
struct MembershipColumns: Sendable, Hashable {
  /// The key of the unit, in both tables.
  var unit: String
  /// A member's role, in the table of members.
  var role: String
}

extension Population {
  /// Puts members with their units; none are wanted where the schemes ask for none.
  ///
  /// - Throws: a fault where a member has no unit or a role that is not declared, where more members of a
  ///   unit have a role than may, or where units have one key.
  init(
    units: Table, members: Table?, by columns: MembershipColumns, for schemes: [Scheme]
  ) throws {
    self.units = units
    guard let scheme = schemes.first(where: \.needsMembers) else { return }
    guard let members else { throw StageFault.noMembers(of: scheme) }
    self.members = try Members(
      members, of: units, by: columns, roles: schemes.flatMap(\.entities.roles), scheme)
  }
}

extension Population.Members {
  fileprivate init(
    _ members: Table, of units: Table, by columns: MembershipColumns,
    roles: [SchemeEntities.Role], _ scheme: Scheme
  ) throws {
    let owners = try Self.owners(members, units, columns.unit, scheme)
    var starts = [Int](repeating: 0, count: units.rowCount + 1)
    for owner in owners { starts[owner + 1] += 1 }
    for unit in 0..<units.rowCount { starts[unit + 1] += starts[unit] }
    var next = starts
    var rows = [Int](repeating: 0, count: owners.count)
    var isOrdered = true
    for (row, owner) in owners.enumerated() {
      rows[next[owner]] = row
      isOrdered = isOrdered && next[owner] == row
      next[owner] += 1
    }
    self.starts = starts
    self.rows = rows
    var table = isOrdered ? members : members.taking(rows: rows)
    guard !roles.isEmpty else {
      (self.table, self.roles) = (table, [:])
      return
    }
    let column = try Self.roleColumn(table, columns.role, scheme)
    table = try table.setting(SchemeEntities.role, to: .category(column))
    self.table = table
    self.roles = try Self.masks(column, roles, starts, scheme)
  }

  /// The unit of each member, as its row.
  private static func owners(
    _ members: Table, _ units: Table, _ key: String, _ scheme: Scheme
  ) throws -> [Int] {
    for (table, what) in [(units, "population"), (members, "table of members")]
    where !table.contains(key) {
      throw StageFault(
        "the \(what) has no column '\(key)', which tells who belongs to whom", at: "household",
        help: "name under 'household' the key of the \(scheme.entities.name(of: .unit))")
    }
    let unit = scheme.entities.name(of: .unit)
    let numbers = Column.integer(FixedColumn((0..<units.rowCount).map { Int64($0) }))
    let joined: Joined
    do {
      let keyed = try Table([(key, units.column(key)), (GroupedRows.rowColumn, numbers)])
      joined = try members.selecting([key])
        .joined(.left, with: keyed, on: [JoinKey(key)], duplicates: .counted)
    } catch {
      throw StageFault("the key '\(key)' does not fit: \(error)", at: "household")
    }
    guard joined.duplicateRows == 0 else {
      throw StageFault(
        "\(joined.duplicateRows) rows of the population have a '\(key)' that an earlier one has",
        at: "household", help: "each \(unit) has a key of its own")
    }
    let lost = members.rowCount - joined.matchedRows
    guard lost == 0, case .integer(let owners) = joined.table[GroupedRows.rowColumn] else {
      throw StageFault(
        "\(lost) \(lost == 1 ? "member belongs" : "members belong") to no \(unit) of the population",
        at: "household",
        help: "leave them out, or add the \(unit) that '\(key)' names")
    }
    return owners.values.map { Int($0) }
  }

  private static func roleColumn(
    _ members: Table, _ name: String, _ scheme: Scheme
  ) throws -> CategoryColumn {
    switch members[name] {
    case .category(let column): return column
    case .text(let column): return CategoryColumn((0..<column.count).map { column[$0] })
    case let other:
      throw StageFault(
        other == nil
          ? "the table of members has no column '\(name)', and scheme '\(scheme.id)' has roles"
          : "column '\(name)' of the members holds no texts", at: "role",
        help: "name under 'role' the column with each member's role")
    }
  }

  private static func masks(
    _ column: CategoryColumn, _ roles: [SchemeEntities.Role], _ starts: [Int], _ scheme: Scheme
  ) throws -> [String: Bitmap] {
    var masks: [String: Bitmap] = [:]
    var known = Bitmap(repeating: false, count: column.count)
    for role in roles where masks[role.name] == nil {
      let code = column.dictionary.firstIndex { $0.isExactly(role.name) }.map { Int32($0) }
      let mask = Bitmap(
        (0..<column.count).map { row in
          code == column.codes[row] && column.validity?[row] ?? true
        })
      masks[role.name] = mask
      known = known | mask
      if let most = role.most { try check(mask, role, most, starts, scheme) }
    }
    let strange = column.count - known.setCount
    guard strange == 0 else {
      throw StageFault(
        "\(strange) \(strange == 1 ? "member has" : "members have") no role that scheme "
          + "'\(scheme.id)' declares", at: "role",
        help: "roles: " + roles.map(\.name).joined(separator: ", "))
    }
    return masks
  }

  private static func check(
    _ mask: Bitmap, _ role: SchemeEntities.Role, _ most: Int, _ starts: [Int], _ scheme: Scheme
  ) throws {
    let crowded = (0..<(starts.count - 1)).count { unit in
      (starts[unit]..<starts[unit + 1]).count { mask[$0] } > most
    }
    guard crowded > 0 else { return }
    let unit = scheme.entities.name(of: .unit)
    throw StageFault(
      "\(crowded) \(crowded == 1 ? "\(unit) has" : "\(unit)s have") more than \(most) "
        + "\(most == 1 ? "member" : "members") in the role '\(role.name)'", at: "role",
      help: "mend the data, or declare a higher 'max'")
  }
}

// What stages that take a population promise and check
extension Population {
  /// Finds before anything runs that members are asked for and do not come in.
  static func check(_ ports: Set<String>, for schemes: [Scheme]) throws(StageFault) {
    guard !ports.contains(SchemeEntities.all), let scheme = schemes.first(where: \.needsMembers)
    else { return }
    throw StageFault.noMembers(of: scheme)
  }

  /// The columns that schemes may ask for: those of the population, and of members where they come in;
  /// nil where they are not known yet.
  static func visibleColumns(
    _ inputs: KnownColumns, for schemes: [Scheme]
  ) -> [ColumnPromise]? {
    guard schemes.contains(where: \.needsMembers) else { return inputs["population"] }
    guard let units = inputs["population"], let members = inputs[SchemeEntities.all] else {
      return nil
    }
    return units + members.filter { member in !units.contains { $0.name == member.name } }
  }
}

extension StageFault {
  /// A scheme asks for members, and none come in.
  static func noMembers(of scheme: Scheme) -> StageFault {
    let unit = scheme.entities.name(of: .unit)
    let member = scheme.entities.name(of: .member)
    return StageFault(
      "scheme '\(scheme.id)' asks for the members of each \(unit), and none come in", at: "scheme",
      help: "connect a table with one row per \(member) to the port 'members'", kind: .user)
  }
}
