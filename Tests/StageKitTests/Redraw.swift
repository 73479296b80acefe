// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Draws a share of the cases to look at again.
struct Redraw: Stage {
  static let info = StageInfo(
    "redraw", version: 1, summary: "Draws a share of the cases to look at again.", draws: true)

  @Parameter("The share of cases that is drawn; 1 keeps all.", in: 0.01...1) var share = 0.1
  @Parameter("Column of the caseworker, so that each is looked at.") var worker: ColumnName?
  @Parameter("Days within which cases were decided; both ends count.") var decided: Days?

  struct Days: ParameterValue {
    let from: Int
    let to: Int

    static var schema: ParameterSchema {
      .block(name: "days", schema: ["type": "object", "required": ["from", "to"]])
    }

    static func read(_ node: Node, in reading: inout ParameterReading) -> Days? {
      guard let block = ParameterBlock(node, keys: ["from", "to"], in: &reading),
        let from: Int = block.require("from", in: &reading),
        let to: Int = block.require("to", in: &reading)
      else { return nil }
      return Days(from: from, to: to)
    }

    var json: JSONValue { ["from": .integer(Int64(from)), "to": .integer(Int64(to))] }
  }

  struct Input: PortSet {
    @Port("One row per case, with a column 'days'.") var cases: Table
    @Port("Caseworkers to leave alone.") var exempt: Table?
  }
  struct Output: PortSet { @Port("The cases that were drawn.") var cases: Table }

  /// With a share of 1 nothing is drawn, and no seed is asked for.
  var isDrawing: Bool { share < 1 }

  func validate() throws(StageFault) {
    if let decided, decided.from > decided.to {
      throw StageFault("'decided' ends before it starts", at: "decided", kind: .user)
    }
  }

  func validate(connected ports: Set<String>) throws(StageFault) {
    if ports.contains("exempt"), worker == nil {
      throw StageFault("'exempt' needs 'worker'", at: "worker", kind: .user)
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns(inputs["cases"].map { ["cases": $0] } ?? [:])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let streams = isDrawing ? try context.randomStreams() : nil
    let days = try decided.map { _ in try input.cases.column("days") }
    let kept = (0..<input.cases.rowCount).filter { row in
      if let decided, case .integer(let values)? = days {
        guard let day = values[row], (decided.from...decided.to).contains(Int(day)) else {
          return false
        }
      }
      guard let streams else { return true }
      // Each case has a stream of its own: leaving one out does not change the draw of another.
      var random = streams[row]
      return random.uniform() < share
    }
    context.note("\(kept.count) of \(input.cases.rowCount) cases are drawn")
    var output = Output()
    output.cases = input.cases.taking(rows: kept)
    return output
  }
}
