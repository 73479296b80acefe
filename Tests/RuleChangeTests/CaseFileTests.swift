// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import StageTesting
import Tables
import Testing

@testable import RuleChange

/// Marked text: what is wrong with a case stands where it is, with what to do.
struct CaseFileTests {
  private func read(_ marked: String) throws -> (
    text: MarkedText, file: CaseFile?, faults: [Diagnostic]
  ) {
    let text = MarkedText(marked)
    let scheme = try Samples.scheme(Samples.healthcareAllowance)
    let (file, faults) = CaseFile.read(
      try Samples.root(text.text, name: "case.yaml"), for: [scheme])
    return (text, file, faults.diagnostics)
  }

  @Test(
    arguments: [
      (
        "in: {1️⃣partner: false, partners: true, income: 1}", "the scheme asks for no 'partner'",
        "did you mean 'partners'?"
      ),
      (
        "in: {partners: 1️⃣maybe, income: 1}",
        "input 'partners' takes values of type boolean, not text", nil
      ),
      (
        "1️⃣on: 2025-01-01\nin: {partners: true, income: 1}", "a case has no key 'on'",
        "did you mean 'in'?"
      ),
      (
        "date: 1️⃣soon\nin: {partners: true, income: 1}", "'date' takes a date",
        "write it as 2025-01-01"
      ),
      (
        "in: {1️⃣partners: true}", "input 'income' is missing: The income",
        "it is a number (euro a year); decision 'norm' needs it (article 2(2), BWBR0018451); write null "
          + "where it is not known"
      ),
      (
        "1️⃣date: 2025-01-01", "'in' is missing",
        "write what is known of the case under it, as in tests of a scheme"
      ),
      ("1️⃣[a]", "a case takes a map with 'date' and 'in', not a list", nil),
    ] as [(String, String, String?)])
  func `a fault of a case stands where it is`(marked: String, message: String, help: String?) throws
  {
    let (text, file, faults) = try read(marked + "\n")
    #expect(file == nil)
    #expect(faults.map(\.message) == [message])
    #expect(faults.first?.help == help)
    #expect(faults.first?.span.map { text.name(of: $0.start) } == "1️⃣")
  }

  @Test func `what is not known is null`() throws {
    let file = try #require(
      try read("case: a\ndate: 2025-01-01\nin: {partners: null, income: 5}\n").file)
    #expect(file.values == ["partners": .null, "income": .integer(5)])
    #expect(file.date == CalendarDate("2025-01-01"))
    #expect(file.name == "a")
  }

  @Test func `a value that the scheme does not allow is not repeated`() throws {
    let scheme = try Samples.scheme()
    let text = MarkedText("in: {household_type: 1️⃣commune, income_percent: 5}\n")
    let faults = CaseFile.read(try Samples.root(text.text), for: [scheme]).faults.diagnostics
    #expect(faults.map(\.message) == ["the scheme does not allow this value of 'household_type'"])
    #expect(faults.first?.help == "it allows \"single\", \"single_parent\", \"couple\"")
    #expect(faults.first?.span.map { text.name(of: $0.start) } == "1️⃣")
  }

  @Test func `an input that a reform neutralises is not asked`() throws {
    let reformed = try Samples.scheme(
      reforms: ["reform: {id: r}\nneutralise: {household_type: couple}\n"])
    let root = try Samples.root("in: {income_percent: 5}\n")
    #expect(CaseFile.read(root, for: [reformed]).case != nil)
    #expect(CaseFile.read(root, for: [try Samples.scheme(), reformed]).case == nil)
  }
}
