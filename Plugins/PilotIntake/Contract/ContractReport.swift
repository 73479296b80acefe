// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

/// What came of holding a table against a contract: what people are told, and whether the stage goes on.
struct ContractReport: Sendable {
  let contract: DataContract
  let outcomes: [RuleOutcome]
  let rowCount: Int

  /// Tells what was found; breaches of severity error are in the fault that `refuseBreaches` throws.
  func tell(_ context: StageContext) {
    if let agreement = contract.agreement { context.note("the data " + agreement) }
    if let retention = contract.retention,
      retention.state(on: context.referenceDate) == .ending
    {
      context.note("the data may be used until \(retention.until): the last day is near")
    }
    if contract.retention != nil, context.referenceDate == .unknown {
      context.note("whether the data may still be used is not known: the run has no reference date")
    }
    for outcome in outcomes {
      if outcome.breaches > 0, outcome.severity == .warning {
        context.note("the contract is broken, as a warning: \(outcome.finding)")
      }
      // A value that is missing is the business of 'required'; a rule may wait for it unnoticed.
      if outcome.column == nil, outcome.open > 0 {
        let rows = outcome.open == 1 ? "1 row" : "\(outcome.open) rows"
        context.note(
          "\(outcome.sentence) is open in \(rows): a value is missing, which is no breach")
      }
    }
    let breaches = outcomes.reduce(0) { $0 + $1.breaches }
    context.metric("contract_breaches", Double(breaches), unit: "breaches")
  }

  /// Fails where a rule of severity error is broken, and names all of those.
  func refuseBreaches() throws(StageFault) {
    let broken = outcomes.filter { $0.breaches > 0 && $0.severity == .error }
    guard !broken.isEmpty else { return }
    let rules = broken.count == 1 ? "a rule" : "\(broken.count) rules"
    throw StageFault(
      "the data break \(rules) of the contract: "
        + broken.map(\.finding).joined(separator: "; "), at: "contract",
      help:
        "ask \(contract.owner ?? "who delivers the data") to mend them, or change the contract; "
        + "with severity: warning breaches are counted only")
  }

  func add(to quality: inout QualityTable) {
    for outcome in outcomes { quality.add(outcome) }
    for (name, fact) in contract.facts {
      quality.add(fact: "\(name): \(fact)", rows: rowCount)
    }
  }
}

extension DataContract {
  /// Fails where the last day on which the data may be used is over.
  func refuseAfterRetention(on date: ReferenceDate) throws(StageFault) {
    guard let retention, retention.state(on: date) == .passed else { return }
    throw StageFault(
      "the data may not be used any more: they are kept until \(retention.until)", at: "contract",
      help: Retention.help)
  }

  /// Finds what contradicts the other parameters of an intake: all columns of one kind at once.
  func checkAgainst(_ columns: DeclaredColumns, derived: [String]) throws(StageFault) {
    let types = types
    let contradictions = columns.entries.filter { entry in
      types.contains { $0.key.isExactly(entry.name) && $0.value != entry.type }
    }
    guard contradictions.isEmpty else {
      let list = contradictions.map { entry in
        "'\(entry.name)' is \(entry.type.rawValue) under 'columns' and "
          + "\(types[entry.name]?.rawValue ?? "another type") in the contract"
      }
      throw StageFault(
        list.joined(separator: "; "), at: "contract", help: "say the type once", kind: .user)
    }
    let early = derived.filter { name in columnNames.contains { $0.isExactly(name) } }
    guard early.isEmpty else {
      throw StageFault(
        "the contract names " + early.map { "'\($0)'" }.joined(separator: ", ")
          + ", which the intake derives later", at: "contract",
        help: "a contract is about the rows as they come in", kind: .user)
    }
  }

  /// The agreement around the data, name by name.
  fileprivate var facts: [(String, String)] {
    let facts: [(String, String?)] = [
      ("contract version", version), ("data owner", owner),
      ("legal basis of the data", legalBasis), ("kept until", retention?.until.description),
    ]
    return facts.compactMap { name, fact in fact.map { (name, $0) } }
  }

  fileprivate var agreement: String? {
    let parts: [String?] = [
      owner.map { "belong to \($0)" }, legalBasis.map { "are used on the ground of \($0)" },
      retention.map { "are kept until \($0.until)" },
    ]
    let said = parts.compactMap(\.self)
    return said.isEmpty ? nil : said.joined(separator: ", ")
  }
}
