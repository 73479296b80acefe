// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

@testable import FEEL

/// What households see of their persons: whole columns against the interpreter, row by row.
struct GroupedRowsTests {
  /// Households of none to five persons, with values that are missing here and there.
  struct Population {
    let households: Table
    var scope: FEELScope

    init(count: Int, seed: UInt64) throws {
      var random = SeededGenerator(seed)
      var starts = [0]
      var ages: [Int64?] = []
      var incomes: [Int64?] = []
      var hours: [Double?] = []
      var roles: [String?] = []
      var works: [Bool?] = []
      var births: [Int32?] = []
      for _ in 0..<count {
        let size = Int.random(in: 0...5, using: &random)
        for place in 0..<size {
          func some<Value>(_ value: Value) -> Value? {
            Int.random(in: 0..<25, using: &random) == 0 ? nil : value
          }
          ages.append(some(Int64.random(in: 0...99, using: &random)))
          incomes.append(some(Int64.random(in: -10_000...9_000_000, using: &random)))
          hours.append(some(Double(Int.random(in: 0...80, using: &random)) / 2))
          roles.append(place == 0 ? "applicant" : place == 1 ? "partner" : "child")
          works.append(some(Bool.random(using: &random)))
          births.append(some(Int32.random(in: -20_000...20_000, using: &random)))
        }
        starts.append(ages.count)
      }
      let members = try Table([
        ("age", .integer(FixedColumn(ages))), ("income", .decimal(FixedColumn(incomes), scale: 2)),
        ("hours", .number(FixedColumn(hours))), ("role", .category(CategoryColumn(roles))),
        ("works", .boolean(BooleanColumn(works))), ("birth", .date(FixedColumn(births))),
      ])
      func rows(_ role: String) -> Bitmap { Bitmap(roles.map { $0 == role }) }
      households = try Table([
        (GroupedRows.rowColumn, .integer(FixedColumn((0..<count).map { Int64($0) }))),
        (
          "rent",
          .decimal(
            FixedColumn((0..<count).map { _ in Int64.random(in: 0...120_000, using: &random) }),
            scale: 2)
        ),
        (
          "adult_age",
          .integer(FixedColumn((0..<count).map { _ in Int64.random(in: 16...27, using: &random) }))
        ),
      ])
      scope = FEELScope(
        constants: ["limit": .integer(27), "rate": .number(try #require(Decimal128("0.35")))],
        groups: GroupedRows(
          members: members, starts: starts,
          lists: [
            "members": .init(), "applicant": .init(rows: rows("applicant"), isSingle: true),
            "partner": .init(rows: rows("partner"), isSingle: true),
            "child": .init(rows: rows("child")),
          ]))
    }
  }

  static let expressions = [
    "count(members)", "count(child)", "count(members.income)", "sum(members.income)",
    "max(members.age)", "min(child.age)", "min(members.birth)", "max(members.birth).year",
    "sum(members.hours)", "mean(members.age)", "mean(child.age)", "mean(members.income) > 20000",
    "count(members[age >= 27])", "count(members[age >= limit and role != \"child\"])",
    "sum(members[age >= adult_age].income)", "sum(members[item.age >= 18].income)",
    "sum(members.income[item > 1000])", "count(members[works])",
    "sum(for m in members return m.income * rate)",
    "sum(for m in members return if m.works then m.income else 0)",
    "sum(for m in members[age > 18] return m.income - rent)",
    "sum(for i in members.income return i * 2)", "sum(for c in child return 10)",
    "some m in members satisfies m.age < 18", "every m in members satisfies m.works",
    "some c in child satisfies c.age > adult_age", "every a in members.age satisfies a > 17",
    "any(members.works)", "all(child.works)", "partner.income", "partner = null",
    "partner != null", "applicant.birth.year", "if partner = null then 0 else partner.income",
    "sum([applicant.income, partner.income])", "max(applicant.income, partner.income)",
    "if count(child) > 0 then sum(child.income) / count(child) else 0",
    "(0.4 + count(members[age >= 27]) * 0.3) * rent", "sum(members.income) + rent",
    // These have no way over whole columns.
    "median(members.age)", "members[1].income", "count(members[age = max(members.age)])",
    "count(members.role[item = \"child\"])", "product(child.age)", "list contains(members.age, 7)",
    "count(for a in members, b in members return a.age)", "partner.role = \"partner\"",
    "sum(for m in members return m.income / m.age)",
  ]

  /// A fault is compared by its code: what comes first differs between rows and columns.
  private static func compare(
    _ source: String, _ population: Population, rows: [Int]? = nil
  ) throws {
    let expression = try FEELExpression(parsing: source)
    let all = population.households
    let table = rows.map { all.taking(rows: $0) } ?? all
    let found = Result { () throws(FEELFault) in
      try expression.evaluate(over: table, in: population.scope)
    }
    var faults: Set<FEELFault.Code> = []
    for row in 0..<table.rowCount {
      do throws(FEELFault) {
        let wanted = try expression.evaluate(row: row, of: table, in: population.scope)
        guard case .success(let column) = found else { continue }
        let value = column.feelValue(at: row)
        if case .number = column, let found = value.double, let wanted = wanted.double {
          #expect(abs(found - wanted) <= 1e-9 * max(1, abs(wanted)), "\(source), row \(row)")
        } else {
          #expect(value == wanted, "\(source), row \(row)")
        }
      } catch {
        faults.insert(error.code)
      }
    }
    switch found {
    case .success: #expect(faults.isEmpty, "\(source)")
    case .failure(let fault): #expect(faults.contains(fault.code), "\(source): \(fault)")
    }
  }

  @Test(arguments: expressions)
  func `columns and rows agree`(source: String) throws {
    try Self.compare(source, try Population(count: 300, seed: 7))
  }

  @Test(arguments: expressions)
  func `some of the rows agree in any order`(source: String) throws {
    try Self.compare(
      source, try Population(count: 60, seed: 11), rows: [50, 3, 4, 5, 3, 59, 0, 17])
  }

  @Test(arguments: expressions)
  func `households without persons agree`(source: String) throws {
    try Self.compare(source, try Population(count: 300, seed: 7), rows: [])
    var population = try Population(count: 1, seed: 1)
    let scope = population.scope
    let none = GroupedRows(
      members: try #require(scope.groups).members.slice(0..<0), starts: [0, 0],
      lists: [
        "members": .init(), "child": .init(), "partner": .init(isSingle: true),
        "applicant": .init(isSingle: true),
      ])
    population.scope.groups = none
    try Self.compare(source, population)
  }

  @Test func `many rows go block by block`() throws {
    let population = try Population(count: 70_000, seed: 3)
    for source in ["sum(members[age >= adult_age].income) + rent", "mean(child.age)"] {
      try Self.compare(source, population)
    }
  }

  @Test(
    arguments: [
      ("sum(members.incom)", "did you mean 'income'?"),
      ("count(members[agee > 3])", "did you mean 'age'?"),
      ("partner.incme", "did you mean 'income'?"),
      ("sum(for m in members return m.income * rat)", "did you mean 'rate'?"),
    ])
  func `a misspelt name of a member is a fault without rows`(source: String, help: String) throws {
    let population = try Population(count: 1, seed: 1)
    let expression = try FEELExpression(parsing: source)
    let fault = #expect(throws: FEELFault.self) {
      try expression.type(over: population.households.schema, in: population.scope)
    }
    #expect(fault?.code == .unknownName)
    #expect(fault?.help?.contains(help) == true, "\(fault?.help ?? "")")
  }

  @Test(
    arguments: [
      ("count(members)", ColumnType.integer), ("sum(members.income)", .decimal(scale: 2)),
      ("mean(members.age)", .number), ("partner.role", .category), ("partner = null", .boolean),
      ("sum(for m in members return m.income * rate)", .decimal(scale: 4)),
    ] as [(String, ColumnType)])
  func `the type is known before there are rows`(source: String, type: ColumnType) throws {
    let population = try Population(count: 1, seed: 1)
    let expression = try FEELExpression(parsing: source)
    #expect(
      try expression.type(over: population.households.schema, in: population.scope) == type)
  }
}
