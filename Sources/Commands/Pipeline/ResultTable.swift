// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import Pipelines
import Reports
import RunStore
import StageKit

/// The short table at the end of a run: what each stage did, and what the evidence says.
enum ResultTable {
  static func text(_ outcome: Runner.Outcome, _ store: Store) -> String {
    let width = Terminal.answersAreSeen ? Terminal.width : nil
    let stages = TextTable(
      [
        TextTable.Column("stage"), TextTable.Column("status"),
        TextTable.Column("time", alignment: .trailing),
        TextTable.Column("gives", isFlexible: true),
      ],
      rows: outcome.results.map { result in
        [
          "\(result.id)", result.status.rawValue,
          result.status == .ran || result.status == .failed ? time(result.seconds) : "",
          result.reason ?? outputs(result),
        ]
      }
    ).text(width: width)
    let verdicts = outcome.results.flatMap { verdict(of: $0, store) }
    return ([stages] + verdicts).joined(separator: "\n")
  }

  static func time(_ seconds: Double) -> String {
    switch seconds {
    case ..<0.0995: "\(Int((seconds * 1_000).rounded())) ms"
    case ..<99.5: "\(fixed(seconds, decimals: 1)) s"
    default: "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
    }
  }

  private static func fixed(_ number: Double, decimals: Int) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let whole = Int((number * Double(scale)).rounded())
    return "\(whole / scale).\(whole % scale)"
  }

  private static func outputs(_ result: StageResult) -> String {
    result.outputs.sorted { $0.key < $1.key }.map { port, reference in
      switch reference.rows {
      case 1: "\(port) (1 row)"
      case let rows?: "\(port) (\(rows) rows)"
      case nil: port
      }
    }.joined(separator: ", ")
  }

  private static func verdict(of result: StageResult, _ store: Store) -> [String] {
    result.outputs.values.filter { $0.kind == .record }.compactMap { reference in
      guard case .record(let record)? = try? store.artifact(reference),
        let verdict = try? Verdict(record: record)
      else { return nil }
      return "\n\(Terminal.bold("verdict")) \(verdict.decision.rawValue): \(verdict.summary)"
    }
  }
}
