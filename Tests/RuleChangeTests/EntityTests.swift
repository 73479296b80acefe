// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

struct EntityTests {
  /// The norm for people who share costs, as Participatiewet article 22a has it, and a tax of each.
  static let scheme = """
    scheme: {id: shared, legal: [{bwb: BWBR0015703, article: "22a"}]}
    entities:
      household: {members: person, roles: {applicant: {max: 1}, partner: {max: 1}, child: {}}}
    parameters:
      couple_norm: {unit: euro, values: {2024-01-01: 1934.0, 2025-01-01: 1922.07}}
      tax: {brackets: [{threshold: 0, rate: 0.1}, {threshold: 20000, rate: 0.4}]}
    inputs:
      rent: {type: decimal, minimum: 0}
      age: {entity: person, type: integer, minimum: 0}
      income: {entity: person, type: decimal}
    decisions:
      sharers: {expression: "count(members[age >= 27])"}
      norm:
        round: {to: 0.01, mode: half-up}
        expression: "(0.4 + 0.3 * sharers) * couple_norm / sharers"
      own_tax: {entity: person, expression: if age < 18 then 0 else tax(income)}
      part:
        entity: person
        table:
          hit: FIRST
          inputs: [role, income - own_tax]
          rows:
            - ['"child"', "-", 0]
            - ["-", "> household.rent", 1]
            - ["-", "-", household.sharers]
      all_tax: {expression: sum(members.own_tax)}
      parts: {expression: sum(members.part)}
      partner_income: {expression: if partner = null then 0 else partner.income}
      young:
        table:
          hit: UNIQUE
          inputs: [count(child), "some c in child satisfies c.age < 12"]
          rows: [["0", "-", 0], [">= 1", "true", 2], [">= 1", "false", 1]]

    """

  static func population(
    _ households: [Int64] = [1, 2, 3],
    persons: [(household: Int64?, role: String?, age: Int64, income: Int64)] = [
      (2, "applicant", 30, 3_000_000), (1, "applicant", 40, 2_500_000), (2, "child", 8, 0),
      (1, "partner", 26, 1_000_000), (2, "child", 13, 50_000), (3, "applicant", 70, 1_500_000),
    ]
  ) throws -> (units: Table, members: Table) {
    (
      try Table([
        ("household", .integer(FixedColumn(households))),
        (
          "rent",
          .decimal(FixedColumn([Int64](repeating: 60_000, count: households.count)), scale: 2)
        ),
      ]),
      try Table([
        ("household", .integer(FixedColumn(persons.map(\.household)))),
        ("role", .category(CategoryColumn(persons.map(\.role)))),
        ("age", .integer(FixedColumn(persons.map(\.age)))),
        ("income", .decimal(FixedColumn(persons.map(\.income)), scale: 2)),
      ])
    )
  }

  private static let columns = MembershipColumns(unit: "household", role: "role")

  private func decide(
    _ tables: (units: Table, members: Table), scheme yaml: String = scheme
  ) throws -> Population {
    let scheme = try Samples.scheme(yaml)
    let population = try Population(
      units: tables.units, members: tables.members, by: Self.columns, for: [scheme])
    return try SchemeEvaluation(scheme, on: CalendarDate("2025-01-01")).decide(over: population)
  }

  /// RULES: the norm is (40 % + A × 30 %) × couple norm ⁄ A; by hand 0.7 × 1,922.07 = 1,345.449.
  @Test func `a household decides over its persons and they over it`() throws {
    let decided = try decide(Self.population())
    func texts(_ name: String) -> [String?]? {
      decided.units[name].map { column in (0..<3).map { column.display(at: $0) } }
    }
    #expect(texts("sharers") == ["1", "1", "1"])
    #expect(texts("norm") == ["1345.45", "1345.45", "1345.45"])
    // 25,000 → 2,000 + 2,000; 10,000 → 1,000; 30,000 → 2,000 + 4,000; the children pay none.
    #expect(decided.units["all_tax"]?.doubles()?.values == [5000, 6000, 1500])
    #expect(texts("parts") == ["2", "1", "1"])
    #expect(decided.units["partner_income"]?.doubles()?.values == [10_000, 0, 0])
    #expect(texts("young") == ["0", "2", "0"])
  }

  @Test func `members come out in the order of their households`() throws {
    let decided = try decide(Self.population())
    let members = try #require(decided.members)
    #expect(members.rows == [1, 3, 0, 2, 4, 5])
    #expect(members.table["own_tax"]?.doubles()?.values == [4000, 1000, 6000, 0, 0, 1500])
  }

  @Test func `the order of households and persons does not matter`() throws {
    let tables = try Self.population()
    let one = try decide(tables)
    let turned = try decide(
      (tables.units.taking(rows: [2, 0, 1]), tables.members.taking(rows: [5, 4, 3, 2, 1, 0])))
    for name in ["norm", "all_tax", "parts", "young"] {
      #expect(turned.units[name] == one.units[name]?.taking(rows: [2, 0, 1]))
    }
  }

  /// Every decision over whole columns, against the interpreter for each household and person.
  @Test(arguments: 0..<5 as Range<UInt64>)
  func `columns and rows agree`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, name: "entities")
    var persons: [(household: Int64?, role: String?, age: Int64, income: Int64)] = []
    for household in 0..<200 as Range<Int64> {
      for place in 0..<Int.random(in: 1...5, using: &random) {
        persons.append(
          (
            household, place == 0 ? "applicant" : place == 1 ? "partner" : "child",
            Int64.random(in: place < 2 ? 27...90 : 0...40, using: &random),
            Int64.random(in: 0...6_000_000, using: &random)
          ))
      }
    }
    persons.shuffle(using: &random)
    let scheme = try Samples.scheme(Self.scheme)
    let decided = try decide(Self.population((0..<200).map { $0 }, persons: persons))
    let members = try #require(decided.members)
    var scope = scheme.scope(on: CalendarDate("2025-01-01"))
    let lists = Dictionary(
      uniqueKeysWithValues: scheme.entities.roles.map { role in
        (role.name, GroupedRows.List(rows: members.roles[role.name], isSingle: role.most == 1))
      })
    scope.groups = GroupedRows(
      members: members.table, starts: members.starts,
      lists: lists.merging(["members": .init()]) { first, _ in first })
    let numbers = Column.integer(FixedColumn((0..<200).map { Int64($0) }))
    let units = try decided.units.adding(GroupedRows.rowColumn, numbers)
    for name in ["sharers", "all_tax", "parts", "partner_income"] {
      let decision = try #require(scheme.decision(name))
      guard case .expression(let expression) = decision.body else { continue }
      let column = try decided.units.column(name)
      for row in 0..<200 {
        let wanted = try expression.feel.evaluate(row: row, of: units, in: scope)
        #expect(column.display(at: row).flatMap { Decimal128($0) } == wanted.number)
      }
    }
  }

  @Test(
    arguments: [
      ([(9, "applicant", 30, 0)], "1 member belongs to no household of the population"),
      ([(nil, "applicant", 30, 0)], "1 member belongs to no household of the population"),
      (
        [(1, "aplicant", 30, 0), (1, nil, 30, 0)],
        "2 members have no role that scheme 'shared' declares"
      ),
      (
        [(1, "partner", 30, 0), (1, "partner", 31, 0)],
        "1 household has more than 1 member in the role 'partner'"
      ),
    ] as [([(Int64?, String?, Int64, Int64)], String)])
  func `persons who do not fit are counted and not named`(
    persons: [(Int64?, String?, Int64, Int64)], message: String
  ) throws {
    let fault = #expect(throws: StageFault.self) {
      _ = try decide(
        Self.population(
          persons: persons.map { (household: $0.0, role: $0.1, age: $0.2, income: $0.3) }))
    }
    #expect(fault?.message == message)
  }

  @Test func `households with one key are a fault`() throws {
    let fault = #expect(throws: StageFault.self) { _ = try decide(Self.population([1, 2, 2])) }
    #expect(fault?.message.contains("1 rows of the population") == true)
  }

  @Test func `a scheme that asks for members cannot do without`() throws {
    let scheme = try Samples.scheme(Self.scheme)
    let fault = #expect(throws: StageFault.self) {
      try SchemeEvaluation(scheme, on: nil).decide(over: Self.population().units)
    }
    #expect(fault?.message.contains("asks for the members of each household") == true)
    #expect(fault?.help?.contains("one row per person") == true)
  }

  @Test func `members that nothing asks for are not wanted`() throws {
    let yaml = """
      scheme: {id: s}
      entities: {household: {members: person}}
      inputs: {rent: {entity: household, type: decimal}}
      decisions: {d: {entity: household, expression: rent * 2}}

      """
    let scheme = try Samples.scheme(yaml)
    #expect(!scheme.needsMembers)
    let decided = try SchemeEvaluation(scheme, on: nil).decide(over: Self.population().units)
    #expect(decided["d"]?.display(at: 0) == "1200.00")
  }
}

/// Worked examples and faults of schemes with members.
struct EntityFileTests {
  @Test func `an example gives the members as a list`() throws {
    let scheme = try Samples.scheme(
      EntityTests.scheme + """
        tests:
          - name: two adults and a child
            date: 2025-01-01
            in:
              rent: 600
              members:
                - {role: applicant, age: 30, income: 20000.50}
                - {role: partner, age: 29, income: 0}
                - {role: child, age: 3, income: 0}
            out: {norm: 961.04, young: 2, members: [{own_tax: 2000.20}, {own_tax: 0}, {}]}
            tolerance: 0.01
          - {name: alone, date: 2025-01-01, in: {rent: 1, members: [{role: applicant, age: 70, income: 1}]}, out: {norm: 1345.45}}

        """)
    // (0.4 + 2 × 0.3) × 1,922.07 ⁄ 2 = 961.035.
    let results = scheme.runTests()
    #expect(results.filter { !$0.passed } == [])
    #expect(
      results.map(\.decision) == [
        "norm", "young", "members[1].own_tax", "members[2].own_tax", "norm",
      ])
  }

  @Test func `an example may be of a household that is asked nothing itself`() throws {
    let scheme = try Samples.scheme(
      """
      scheme: {id: s}
      entities: {household: {members: person}}
      inputs: {age: {entity: person, type: integer}}
      decisions: {adults: {expression: "count(members[age >= 18])"}}
      tests:
        - {name: two of three, in: {members: [{age: 40}, {age: 18}, {age: 3}]}, out: {adults: 2}}
        - {name: nobody, in: {members: []}, out: {adults: 0}}
      """)
    #expect(scheme.runTests().map(\.passed) == [true, true])
  }

  private static let head =
    "scheme: {id: s}\nentities: {household: {members: person, roles: {partner: {max: 1}, child: {}}}}\n"
    + "inputs: {rent: {type: decimal}, age: {entity: person, type: integer}}\n"

  @Test(
    arguments: [
      (
        "scheme: {id: s}\nentities: {household: {members: 1️⃣household}}", "scheme-entity",
        "its own member"
      ),
      (
        "scheme: {id: s}\nentities: {household: {roles: 1️⃣{child: {}}}}", "scheme-entity",
        "roles and no members"
      ),
      (
        "scheme: {id: s}\nentities: {household: {members: person, roles: {child: {max: 1️⃣0}}}}",
        "scheme-value", "at least 1"
      ),
      (
        "scheme: {id: s}\nentities: {household: {members: person}, 1️⃣family: {members: person}}",
        "scheme-entity", "two entities have members"
      ),
      (
        "scheme: {id: s}\nentities: {household: {members: person}}\ninputs: {1️⃣members: {type: text}}",
        "scheme-name", "already something named 'members'"
      ),
      (
        "scheme: {id: s, entity: household}\ninputs: {x: {type: number, entity: 1️⃣person}}",
        "scheme-entity", "belongs to 'person'"
      ),
      (head + "decisions: {d: {expression: 1️⃣age}}", "bad-expression", "belongs to each person"),
      (
        head + "decisions: {d: {entity: person, expression: 1️⃣rent}}", "bad-expression",
        "belongs to the household"
      ),
      (
        head + "decisions: {d: {entity: person, expression: 1️⃣household.rnt}}", "bad-expression",
        "has no 'rnt'"
      ),
      (
        head + "decisions: {d: {entity: person, expression: count(1️⃣child)}}", "bad-expression",
        "does not see the others"
      ),
      (
        head + "decisions: {d: {expression: sum(1️⃣members.agee)}}", "bad-expression",
        "there is no 'agee'"
      ),
      (
        head + "decisions: {d: {expression: 'count(members[1️⃣agee > 1])'}}", "bad-expression",
        "there is no 'agee'"
      ),
      (
        head + "decisions: {d: {expression: '1️⃣sum(members.role)'}}", "bad-expression", "numbers"
      ),
      (
        head + "decisions: {d: {expression: rent}}\n"
          + "tests: [{name: t, in: {members: [{role: 1️⃣chid}]}, out: {d: 1}}]", "scheme-entity",
        "no role 'chid'"
      ),
      (
        head + "decisions: {d: {expression: rent}}\n"
          + "tests: [{name: t, in: {members: [{role: partner}, {role: 1️⃣partner}]}, out: {d: 1}}]",
        "scheme-entity", "more than 1 member has"
      ),
      (
        head + "decisions: {d: {expression: rent}}\n"
          + "tests: [{name: t, in: {1️⃣age: 3}, out: {d: 1}}]", "scheme-name", "under 'members'"
      ),
    ] as [(String, String, String)])
  func `a fault stands where it is`(marked: String, code: String, message: String) throws {
    let text = MarkedText(marked)
    let faults = SchemeReader.scheme(try Samples.root(text.text)).faults.diagnostics
    let found = faults.contains { fault in
      fault.code.rawValue == code && fault.message.contains(message)
        && fault.span.map { text.name(of: $0.start) } == "1️⃣"
    }
    #expect(
      found, "\(faults.map { "\($0.code) \($0.span?.start.description ?? "") \($0.message)" })")
  }
}
