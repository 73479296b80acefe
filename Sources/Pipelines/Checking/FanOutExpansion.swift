// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// The combinations over which `each` repeats a stage, in the order of its keys and values.
struct FanOutExpansion {
  private static let limit = 100_000

  let file: SourceFile
  let values: PipelineValues
  let referenceDate: ReferenceDate
  private(set) var diagnostics: [Diagnostic] = []

  init(file: SourceFile, values: PipelineValues, referenceDate: ReferenceDate) {
    self.file = file
    self.values = values
    self.referenceDate = referenceDate
  }

  typealias Axes = [(key: String, node: Node)]

  /// One empty combination where the stage is not repeated; none after a fault.
  mutating func combinations(of block: StageBlock) -> [Axes] {
    var result: [Axes] = [[]]
    for fanOut in block.each {
      let items = items(of: fanOut)
      guard !items.isEmpty, result.count * items.count <= Self.limit else {
        if !items.isEmpty {
          report("this repeats the stage more than \(Self.limit) times", fanOut.values)
        }
        return []
      }
      result = result.flatMap { axes in items.map { axes + [(fanOut.key, $0)] } }
    }
    return result
  }

  private mutating func items(of fanOut: FanOut) -> [Node] {
    var interpolation = Interpolation(file: file, values: values, referenceDate: referenceDate)
    let node = interpolation.resolve(fanOut.values, as: nil)
    diagnostics += interpolation.diagnostics
    guard interpolation.diagnostics.isEmpty else { return [] }
    guard let items = node.items, !items.isEmpty else {
      report(
        "'\(fanOut.key)' takes a list of values, not \(node.kindName)", fanOut.values,
        help: "such as \(fanOut.key): [first, second]")
      return []
    }
    var seen: Set<String> = []
    for item in items {
      guard let text = item.text, !item.isNull else {
        report("a value under 'each' is a text, a number or true or false", item)
        return []
      }
      if !seen.insert(text).inserted {
        report("'\(text)' stands twice under '\(fanOut.key)'", item)
        return []
      }
    }
    return items
  }

  private mutating func report(_ message: String, _ node: Node, help: String? = nil) {
    diagnostics.append(
      Diagnostic(
        .badFanOut, severity: .error, message, help: help, notes: [],
        file: file.name, span: node.span))
  }
}
