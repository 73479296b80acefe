// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import FEEL

struct UnitCheckTests {
  private static let euro = UnitOfMeasure("euro")
  private static let month = UnitOfMeasure("month")
  private static let year = UnitOfMeasure("year")

  private static let knowledge = UnitKnowledge(
    name: { path in
      switch path.last {
      case "amount", "income", "limit": .measured(euro)
      case "monthly": .measured(euro.per(month))
      case "yearly": .measured(euro.per(year))
      case "months": .measured(month)
      case "area": .measured(UnitOfMeasure("m").raised(to: 2))
      case "rate", "share": .measured(.one)
      default: .unknown
      }
    },
    number: { $0 == Decimal128(12) ? [month.per(year)] : [] })

  private func unit(_ source: String) throws -> (quantity: Quantity, faults: [FEELFault]) {
    try FEELExpression(parsing: source).unit(knowing: Self.knowledge)
  }

  @Test(
    arguments: [
      ("amount + income", "euro"), ("amount * rate", "euro"), ("monthly * months", "euro"),
      ("amount / income", "a plain number"), ("amount / months", "euro/month"),
      ("max(0, amount - limit)", "euro"), ("max([amount, income])", "euro"),
      ("if rate > 1 then amount else 0", "euro"), ("amount ** 2", "euro^2"),
      ("sqrt(area)", "m"), ("round half up(monthly, 2)", "euro/month"), ("-amount", "euro"),
      ("yearly + monthly * 12", "euro/year"), ("yearly / 12 - monthly", "euro/month"),
      ("monthly * 6", "euro/month"), ("amount + 20", "euro"), ("sum(members.income)", "euro"),
      ("sum(members[age > 27].income) + amount", "euro"),
      ("sum(for m in members return m.income) - amount", "euro"),
      ("unknown + amount", "euro"), ("unknown * amount", "an unknown unit"),
      ("count(members) * amount", "euro"), ("1 - rate", "a plain number"),
      ("1 / months", "1/month"), ("sum(amount, [1])", "euro"),
    ])
  func `units follow through an expression`(source: String, expected: String) throws {
    let (quantity, faults) = try unit(source)
    #expect(faults.isEmpty, "\(faults)")
    #expect(quantity.name == expected)
  }

  @Test(
    arguments: [
      ("amount + monthly", 7..<8, "'+' mixes units: euro on the left, euro/month on the right"),
      (
        "(amount) - (rate)", 9..<10,
        "'-' mixes units: euro on the left, a plain number on the right"
      ),
      ("monthly <= amount", 8..<10, "'<=' mixes units: euro/month on the left, euro on the right"),
      ("max(0, amount, months)", 15..<21, "max() mixes units: euro and month"),
      ("modulo(amount, months)", 15..<21, "modulo() mixes units: euro and month"),
      (
        "if a then amount else monthly", 22..<29,
        "the branches of 'if' are in different units: euro and euro/month"
      ),
      ("amount between 0 and months", 21..<27, "the value is in euro, and is compared with month"),
      ("amount in [0..months]", 10..<21, "the value is in euro, and is compared with month"),
      (
        "monthly * 12 + amount", 13..<14,
        "'+' mixes units: euro/month on the left, euro on the right"
      ),
      (
        "some m in members satisfies m.income > months", 37..<38,
        "'>' mixes units: euro on the left, month on the right"
      ),
    ])
  func `mixed units are a fault at the sign`(
    source: String, range: Range<Int>, message: String
  ) throws {
    let faults = try unit(source).faults
    #expect(faults.map(\.message) == [message])
    #expect(faults.first?.range == range)
    #expect(faults.first?.code == .mixedUnits)
  }

  @Test func `one mistake is told once`() throws {
    #expect(try unit("amount + monthly + rate + months").faults.count == 2)
  }

  @Test func `a cell compares in the unit of its input`() throws {
    func faults(_ cell: String) throws -> [String] {
      try UnaryTests(parsing: cell)
        .unitFaults(input: .measured(Self.euro), knowing: Self.knowledge).map(\.message)
    }
    for cell in ["-", "<= limit", "(120..limit]", "not(0)", "? > limit", "\"a\""] {
      #expect(try faults(cell) == [])
    }
    #expect(try faults("<= months") == ["the value is in euro, and is compared with month"])
    #expect(
      try faults("? > months") == ["'>' mixes units: euro on the left, month on the right"])
  }
}
