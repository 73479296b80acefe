// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Experiments
import Reports
import RunStore
import StageKit
import Tables

/// `proeftuin compare RUN RUN…`: experiments side by side, by the registered `evaluation/compare`.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Sets experiments side by side: designs, effects, comparability, pooled effect.")

  @Argument(help: "Two or more runs: ids, beginnings of ids, 'latest' or 'PIPELINE@latest'.")
  var runs: [String]

  @OptionGroup var store: StoreOptions
  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    if runs.count < 2 { throw ValidationError("compare takes two or more runs") }
  }

  func run() async throws {
    let store = try self.store.required()
    let gathered = try gather(store)
    let outputs = try await RegisteredStage("evaluation/compare").run(gathered)
    let tables = outputs.compactMap { port, artifact -> (String, Table)? in
      if case .table(let table) = artifact { (port, table) } else { nil }
    }.sorted { $0.0 < $1.0 }
    if answer.json {
      Terminal.answer(.object(members: tables.map { ($0.0, $0.1.json) }))
      return
    }
    for (name, table) in tables {
      Terminal.answer(Terminal.bold(name))
      Terminal.answer(
        table.rowCount == 0
          ? "  nothing to show\n"
          : TextTable(table.forReading)
            .text(width: Terminal.answersAreSeen ? Terminal.width : nil) + "\n")
    }
    Terminal.tell("--json gives every column, to the last digit")
  }

  private func gather(_ store: Store) throws -> [String: [Labeled<Artifact>]] {
    var effects: [Labeled<Artifact>] = []
    var pilots: [Labeled<Artifact>] = []
    for name in runs {
      let run = try store.run(named: name)
      let label = "\(run.pipeline)@\(run.id)"
      for found in try store.tables(of: run.id, withColumns: EffectsTable.schema.map(\.name)) {
        effects.append(Labeled("\(label)/\(found.artifact.instance)", .table(found.table)))
      }
      for found in try store.records(of: run.id, type: PilotCard.recordType) {
        pilots.append(Labeled("\(label)/\(found.artifact.instance)", .record(found.record)))
      }
    }
    guard !effects.isEmpty || !pilots.isEmpty else {
      throw CommandFailure(
        .usage, "these runs have no effects and no pilot cards to compare",
        help: "compare runs of pipelines with an impact stage")
    }
    return ["effects": effects, "pilots": pilots]
  }
}

extension Table {
  /// Numbers to four digits; without columns that are empty or that only a program needs.
  fileprivate var forReading: Table {
    let hidden: Set = ["scale", "std_error", "level", "estimand", "sms_level", "metric", "role"]
    let shown = zip(names, columns).filter { name, column in
      !hidden.contains(name) && column.missingCount < column.count
    }
    let rounded = shown.map { name, column in (name: name, column: column.rounded) }
    return (try? Table(rounded)) ?? self
  }
}

extension Column {
  fileprivate var rounded: Column {
    guard case .number(let column) = self else { return self }
    let values = column.values.map { value -> Double in
      guard value != 0, value.isFinite else { return value }
      var scale = 1.0
      while (value.magnitude * scale).rounded() < 1_000 { scale *= 10 }
      return (value * scale).rounded() / scale
    }
    return .number(FixedColumn(values, validity: column.validity))
  }
}
