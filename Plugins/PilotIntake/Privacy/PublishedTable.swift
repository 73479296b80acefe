// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// A table that people want to publish: counts by columns, and sums or means in its cells.
struct PublishedTable: ParameterValue {
  /// The columns whose values are its rows and columns; none for the totals alone.
  let by: [ColumnName]
  /// Which cases it is about; all where it is absent.
  let filter: Expression?
  let sums: [ColumnName]
  let means: [ColumnName]

  /// Columns in the order in which they are measured, each once.
  var measured: [ColumnName] {
    means.reduce(into: sums) { columns, name in
      if !columns.contains(name) { columns.append(name) }
    }
  }

  static let keys = ["by", "where", "sum", "mean"]
  static let dimensionLimit = 4

  static var schema: ParameterSchema {
    let names: JSONValue = ParameterSchema.list(.column).jsonSchema
    return .block(
      name: "table",
      schema: [
        "type": "object",
        "properties": .object(members: [
          ("by", names), ("where", ParameterSchema.expression.jsonSchema), ("sum", names),
          ("mean", names),
        ]),
        "additionalProperties": false,
      ])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> PublishedTable? {
    let before = reading.diagnostics.count
    guard let block = ParameterBlock(node, keys: keys, in: &reading) else { return nil }
    let by = block.read("by", as: [ColumnName].self, in: &reading) ?? []
    let filter = block.read("where", as: Expression.self, in: &reading)
    let sums = block.read("sum", as: [ColumnName].self, in: &reading) ?? []
    let means = block.read("mean", as: [ColumnName].self, in: &reading) ?? []
    if by.count > dimensionLimit || Set(by).count < by.count {
      reading.report(
        .outOfRange, "'\(reading.parameter).by' is out of range", at: node["by"] ?? node,
        help: "it takes up to \(dimensionLimit) columns, each once")
    }
    if let both = (sums + means).first(where: by.contains) {
      reading.report(
        .outOfRange, "'\(reading.parameter)' both groups by '\(both)' and adds it up", at: node,
        help: "take it away from one of them")
    }
    guard reading.diagnostics.count == before else { return nil }
    return PublishedTable(by: by, filter: filter, sums: sums, means: means)
  }

  var json: JSONValue {
    ["by": by.json, "where": filter.json, "sum": sums.json, "mean": means.json]
  }
}
