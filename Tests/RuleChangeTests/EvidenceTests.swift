// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageTesting
import Testing

@testable import RuleChange

struct EvidenceTests {
  private static func yaml(_ evidence: String) -> String {
    "scheme: {id: s}\ninputs: {income: {type: decimal, evidence: \(evidence)}}\n"
      + "decisions: {d: {expression: income}}\n"
  }

  @Test(
    arguments: [
      (
        "{source: tax office, minutes: 0, prefilled: true}",
        Evidence(source: "tax office", minutes: 0, isPrefilled: true)
      ),
      (
        "{document: payslip, register: polisadministratie, minutes: 12.5, out_of_pocket: 1.30}",
        Evidence(
          register: "polisadministratie", document: "payslip", minutes: 12.5, outOfPocket: 1.3)
      ), ("applicant", Evidence(source: "applicant")),
    ])
  func `evidence is read by kind`(evidence: String, wanted: Evidence) throws {
    let scheme = try Samples.scheme(Self.yaml(evidence))
    #expect(scheme.input("income")?.evidence == wanted)
  }

  @Test(
    arguments: [
      ("{minutes: 1️⃣-1}", "scheme-value", "at least zero"),
      ("{minutes: 1️⃣long}", "scheme-value", "at least zero"),
      ("{prefilled: 1️⃣often}", "scheme-value", "true or false"),
      ("{1️⃣minute: 1}", "scheme-key", "no key 'minute'"), ("1️⃣[a]", "wrong-type", "a block such as"),
    ])
  func `evidence that makes no sense is a fault`(
    evidence: String, code: String, message: String
  ) throws {
    let text = MarkedText(Self.yaml(evidence))
    let faults = SchemeReader.scheme(try Samples.root(text.text)).faults.diagnostics
    let found = faults.contains { fault in
      fault.code.rawValue == code && fault.message.contains(message)
        && fault.span.map { text.name(of: $0.start) } == "1️⃣"
    }
    #expect(found, "\(faults.map { "\($0.code) \($0.message)" })")
  }
}
