// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Digests
import Documents
import Pipelines
import Reports
import RunStore
import StageKit

/// `proeftuin plan FILE`: order, what is reused, what runs and why.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Shows what a run would do, and why.")

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let checked = try pipeline.checked(asJSON: answer.json)
    let known: any KnownResults = try store.existing() ?? NothingKnown()
    let plan: Plan
    do {
      var planner = Planner(checked, store: known, secrets: secretValue)
      plan = try planner.plan()
    } catch let fault as StageFault {
      throw CommandFailure(.pipelineFault, fault.message, help: fault.help)
    }
    if answer.json {
      Terminal.answer(.array(plan.steps.map(\.json)))
      return
    }
    let table = TextTable(
      [
        TextTable.Column("stage"), TextTable.Column("plan"),
        TextTable.Column("why", isFlexible: true),
      ], rows: plan.steps.map { ["\($0.instance.id)", $0.word, $0.reason] })
    Terminal.answer(table.text(width: Terminal.answersAreSeen ? Terminal.width : nil))
    Terminal.tell("\(plan.runCount) to run, \(plan.reuseCount) reused")
  }
}

/// What is known where no store is: nothing.
private struct NothingKnown: KnownResults {
  func outputs(for key: SHA256Digest) -> [String: ArtifactReference]? { nil }
  func latestComponents(pipeline: String, instance: InstanceID, stage: String) -> JSONValue? {
    nil
  }
  func fingerprint(of secret: String) -> String { "unknown" }
}

extension Plan.Step {
  fileprivate var word: String {
    switch action {
    case .reuse: "reuse"
    case .run: "run"
    case .skip: "skip"
    }
  }

  fileprivate var reason: String {
    switch action {
    case .reuse: ""
    case .run(let reasons): reasons.joined(separator: "; ")
    case .skip(let reason): reason
    }
  }

  fileprivate var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("id", .string("\(instance.id)")), ("use", .string(instance.declaration.name)),
      ("action", .string(word)),
    ]
    switch action {
    case .reuse(let key, _): members.append(("key", .string(key.digest.hex)))
    case .run(let reasons): members.append(("reasons", .array(reasons.map { .string($0) })))
    case .skip(let reason): members.append(("reasons", .array([.string(reason)])))
    }
    return .object(members: members)
  }
}
