// SPDX-License-Identifier: EUPL-1.2

import Tables
import Testing

@testable import FEEL

struct WorkedFormulaTests {
  private static let scope = FEELScope(constants: [
    "a": .integer(2), "b": .integer(3), "yes": .boolean(true), "no": .boolean(false),
    "list": .list([.integer(1)]), "none": .null,
  ])

  private func uses(_ source: String) throws -> [String] {
    try FEELExpression(parsing: source).worked(in: Self.scope).uses
      .map { $0.path.joined(separator: ".") }
  }

  @Test(
    arguments: [
      ("a + b * a", ["a", "b"]), ("if yes then a else b", ["yes", "a"]),
      ("if no then a else b", ["no", "b"]), ("if none then a else b", ["none", "b"]),
      ("no and a > 1", ["no"]), ("yes and a > 1", ["yes", "a"]), ("yes or no", ["yes"]),
      ("no or yes", ["yes"]), ("sum(for x in list return x + a)", ["list", "a"]),
      ("max(0, a - b)", ["a", "b"]), ("a between 1 and b", ["a", "b"]),
    ])
  func `only what decides the value is named`(source: String, names: [String]) throws {
    #expect(try uses(source) == names)
  }

  @Test func `the taken branch stands with its reason`() throws {
    let formula = try FEELExpression(parsing: "max(0, if a < b then 10 else b)")
      .worked(in: Self.scope)
    #expect(
      formula
        == .call(
          "max",
          [
            .literal(.integer(0)),
            .branch(
              .literal(.integer(10)),
              condition: .operation(
                "<", [.name(["a"], .integer(2)), .name(["b"], .integer(3))]), holds: true),
          ]))
  }

  @Test func `a cell is taken apart`() throws {
    let shapes = try UnaryTests(parsing: "<= a, (1..b], not(\"x\"), -1, ? > 5")
      .shapes(in: Self.scope)
    func operand(_ source: String, _ value: FEELValue, _ path: [String]? = nil)
      -> TestShape.Operand
    {
      TestShape.Operand(source: source, value: value, path: path)
    }
    #expect(
      shapes == [
        .comparison("<=", operand("a", .integer(2), ["a"])),
        .range(
          lower: operand("1", .integer(1)), includesLower: false,
          upper: operand("b", .integer(3), ["b"]), includesUpper: true),
        .negation([.equal(operand("\"x\"", .text("x")))]),
        .equal(operand("-1", .integer(-1))), .condition("? > 5"),
      ])
    #expect(try UnaryTests(parsing: "-").shapes(in: Self.scope) == [.anything])
  }

  @Test(
    arguments: [
      ("x / 0", 0..<5, FEELFault.Code.divisionByZero),
      ("x + 1 / (a - 2)", 4..<15, .divisionByZero),
      ("x * 10 ** 7000", 4..<14, .overflow),
      ("if x > 1 then x / zero else 0", 14..<22, .divisionByZero),
    ] as [(String, Range<Int>, FEELFault.Code)])
  func `what fails for every case is found beforehand`(
    source: String, range: Range<Int>, code: FEELFault.Code
  ) throws {
    var scope = Self.scope
    scope.constants["zero"] = .integer(0)
    let faults = try FEELExpression(parsing: source).constantFaults(in: scope)
    #expect(faults.map(\.code) == [code])
    #expect(faults.first?.range == range)
  }

  @Test(
    arguments: [
      "x / a", "1 / x", "if a = 0 then 0 else x / a", "if a = 2 then x else x / 0",
      "x > 1 and 1 / 0 > 1", "for i in x return i / 0",
    ])
  func `what the constants rule out is no fault`(source: String) throws {
    #expect(try FEELExpression(parsing: source).constantFaults(in: Self.scope) == [])
  }
}
