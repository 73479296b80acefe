// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables
import Testing

@testable import RuleChange

struct ChangeTraceTests {
  private static let scheme = """
    scheme: {id: allowance}
    parameters:
      premium: {values: {2025-01-01: 2000}}
      rate: {values: {2025-01-01: 0.05}}
    inputs:
      income: {type: integer}
      children: {type: integer}
    decisions:
      unrelated: {expression: "rate * 1000"}
      norm: {expression: rate * income}
      extra:
        table:
          hit: FIRST
          inputs: [children]
          outputs: [amount]
          rows:
            - ["0", 0]
            - ["1", 100]
            - [">= 2", 300]
      allowance: {expression: "max(0, premium - norm) + extra"}

    """

  private static func reasons(_ reform: String) throws -> [String?] {
    let before = try Samples.scheme(scheme)
    let after = try Samples.scheme(scheme, reforms: [reform])
    let date = try #require(CalendarDate("2025-06-01"))
    let population = try Table([
      ("income", .integer(FixedColumn([10_000, 0, 60_000, 10_000] as [Int64?]))),
      ("children", .integer(FixedColumn([0, 1, 2, nil] as [Int64?]))),
    ])
    let trace = ChangeTrace(from: before, to: after, result: "allowance", on: date)
    return trace.column(
      before: ChangeTrace.Decided(
        table: try SchemeEvaluation(before, on: date).decide(over: population)),
      after: ChangeTrace.Decided(
        table: try SchemeEvaluation(after, on: date).decide(over: population))
    ).texts()
  }

  /// At no income the norm is zero at any rate; at 60,000 the norm changes and the allowance does not.
  @Test func `a parameter is named where it works, with what follows from it`() throws {
    let reasons = try Self.reasons(
      "reform: {id: r}\nparameters: {rate: {2025-01-01: 0.06}}\n")
    #expect(
      reasons == [
        "norm (rate 0.05 → 0.06), allowance", nil, "norm (rate 0.05 → 0.06)",
        "norm (rate 0.05 → 0.06)",
      ])
  }

  @Test func `a parameter of a later year changes nothing yet`() throws {
    let reasons = try Self.reasons(
      "reform: {id: r}\nparameters: {rate: {2026-01-01: 0.06}}\n")
    #expect(reasons == [nil, nil, nil, nil])
  }

  @Test func `another rule is told, and a decision beside the way is not`() throws {
    let reasons = try Self.reasons(
      """
      reform: {id: r}
      decisions:
        unrelated: {expression: "1"}
        allowance: {expression: "max(0, premium - norm) + extra + 5"}

      """)
    let text = "allowance (another rule)"
    #expect(reasons == [text, text, text, nil])
  }

  @Test func `an input that is the same for all is told`() throws {
    let reasons = try Self.reasons("reform: {id: r}\nneutralise: {children: 0}\n")
    // A child that was unknown is none now, and so there is an allowance.
    #expect(
      reasons == [
        nil, "extra (children is 0 for all), allowance",
        "extra (children is 0 for all), allowance", "extra (children is 0 for all), allowance",
      ])
  }

  /// What is told of a table: the row that applied before and after, and none where none did.
  @Test func `the rows of a table are told`() throws {
    let before = try Samples.scheme()
    let after = try Samples.scheme(reforms: [Samples.taper])
    let date = try #require(CalendarDate("2025-06-01"))
    let population = try Samples.households(
      [String?](repeating: "single", count: 5), [110, 122, 128, 123, 122])
    func decided(_ scheme: Scheme, _ rows: [Int64?]) throws -> ChangeTrace.Decided {
      ChangeTrace.Decided(
        table: try SchemeEvaluation(scheme, on: date).decide(over: population),
        rows: ["share": .integer(FixedColumn(rows))])
    }
    let trace = ChangeTrace(from: before, to: after, result: "amount", on: date)
    let reasons = trace.column(
      before: try decided(before, [1, 2, 2, nil, 2]), after: try decided(after, [1, 2, 4, 2, 2]))
    #expect(
      reasons.texts() == [
        nil, "share (other rows, row 2), amount", "share (other rows, row 2 → row 4), amount",
        "share (other rows, no row → row 2), amount", "share (other rows, row 2), amount",
      ])
    #expect(trace.columns == ["full_amount", "share", "amount"])
  }

  @Test func `texts and truth are compared by value, and a gap differs from any`() {
    func differing(_ left: Column, _ right: Column) -> [Int]? {
      left.rowsDiffering(from: right)?.setIndices
    }
    let texts: (Column, Column) = (
      .category(CategoryColumn(["a", "b", nil, "a", nil])),
      .category(CategoryColumn(["b", "b", "a", "a", nil]))
    )
    #expect(differing(texts.0, texts.1) == [0, 2])
    #expect(
      differing(
        .boolean(BooleanColumn([true, nil, false])), .boolean(BooleanColumn([false, false, false])))
        == [0, 1])
    #expect(
      differing(
        .integer(FixedColumn([0, 1, nil] as [Int64?])),
        .decimal(FixedColumn([0, 150, 0] as [Int64?]), scale: 2)) == [1, 2])
    #expect(differing(texts.0, texts.0) == nil)
    #expect(
      differing(.text(TextColumn(["a", "b"])), .category(CategoryColumn(["a", "c"]))) == [1])
  }
}
