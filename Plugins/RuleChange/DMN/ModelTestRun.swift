// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Synchronization
import Tables

/// Runs test cases against their model.
struct ModelTestRun {
  struct Outcome: Sendable {
    let folder: String
    let file: String
    let id: String
    /// What differs; empty where the case passed.
    let differences: [String]
    /// The errors that led to it: which expression, and what went wrong.
    var reasons: [String] = []
    var passed: Bool { differences.isEmpty }
  }

  let models: DecisionModels
  /// The namespace of the model that the test cases mean; nil where it could not be read.
  let namespace: String?
  let referenceDate: CalendarDate?

  /// How one case of a file comes out.
  func outcome(of test: ModelTestFile.Case, folder: String, file: String) -> Outcome {
    var outcome = Outcome(
      folder: folder, file: file, id: test.id, differences: differences(test, telling: nil))
    guard !outcome.passed, namespace != nil else { return outcome }
    // A failed case is worked out again, this time with an ear to its errors.
    let reasons = ErrorReasons()
    _ = differences(test, telling: reasons.add)
    let unknown = test.inputs.filter { element($0.name, $0.namespace) == nil }
      .map { "the model has no input '\($0.name)'" }
    outcome.reasons = unknown + reasons.first
    return outcome
  }

  /// What differs in one case.

  private func differences(
    _ test: ModelTestFile.Case, telling onError: (@Sendable (FEELFault) -> Void)?
  ) -> [String] {
    guard let namespace else { return ["the model cannot be read"] }
    var given: [DecisionModel.ElementID: FEELValue] = [:]
    for input in test.inputs {
      guard let id = element(input.name, input.namespace) else { continue }
      given[id] = input.value
    }
    var evaluation = ModelEvaluation(
      models, given: given, referenceDate: referenceDate, onError: onError)
    var differences: [String] = []
    for result in test.results {
      guard let expected = result.expected else { continue }
      guard let id = element(result.name, result.namespace ?? namespace) else {
        differences.append("\(result.name): the model has no such element")
        continue
      }
      let found = value(of: id, &evaluation)
      if !Self.isSame(found, expected) {
        differences.append(
          "\(result.name): expected \(expected.literal), found \(found.literal)")
      }
    }
    return differences
  }

  private func value(
    of id: DecisionModel.ElementID, _ evaluation: inout ModelEvaluation
  ) -> FEELValue {
    do throws(FEELFault) {
      if case .service(let service) = models[id]?.kind {
        return try evaluation.outputs(of: service)
      }
      return try evaluation.value(of: id)
    } catch {
      evaluation.tell(error)
      return .null
    }
  }

  /// The element with a name, in the model itself or in one that it imports.
  private func element(_ name: String, _ given: String?) -> DecisionModel.ElementID? {
    guard let namespace else { return nil }
    if let id = models.element(named: name, in: given ?? namespace) { return id }
    for imported in models.models[namespace]?.imports.keys.sorted() ?? [] {
      if let id = models.element(named: name, in: imported) { return id }
    }
    return nil
  }

  /// Equal, numbers to eight digits: the suite writes results of divisions and roots rounded.
  private static func isSame(_ found: FEELValue, _ expected: FEELValue) -> Bool {
    switch (found, expected) {
    case (.number(let left), .number(let right)):
      guard let distance = left.subtracting(right)?.magnitude.double else { return false }
      return distance <= 1e-8 * max(1, right.magnitude.double)
    case (.list(let left), .list(let right)):
      return left.count == right.count && zip(left, right).allSatisfy { isSame($0, $1) }
    case (.context(let left), .context(let right)):
      return left.entries.count == right.entries.count
        && left.entries.allSatisfy { key, value in
          right[key].map { isSame(value, $0) } ?? false
        }
    default: return found == expected
    }
  }
}

/// The first errors of an evaluation, each once.
private final class ErrorReasons: Sendable {
  private static let most = 3
  private let reasons = Mutex<[String]>([])

  @Sendable func add(_ fault: FEELFault) {
    reasons.withLock { reasons in
      let reason = fault.description
      if reasons.count < Self.most, !reasons.contains(reason) { reasons.append(reason) }
    }
  }

  var first: [String] { reasons.withLock { $0 } }
}
