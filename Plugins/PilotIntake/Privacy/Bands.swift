// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// Bands of numbers, from each edge up to the next; the last one is open.
///
/// Labels are as wide as the widest edge, `00-09` before `90+`, so that their order as texts is the
/// order of the bands. A band of whole numbers names its first and last number; where an edge is no
/// whole number, or the column may hold fractions, the label says `20-<30`.
struct Bands: Hashable, Sendable {
  let edges: [Double]

  static let limit = 200

  /// Bands of equal width; nil where there are too many, or where the last is not as wide as the others.
  init?(width: Double, from first: Double, to last: Double) {
    let count = ((last - first) / width).rounded()
    guard count >= 1, count < Double(Self.limit) else { return nil }
    let edges = (0...Int(count)).map { $0 == Int(count) ? last : first + width * Double($0) }
    guard (first + width * count - last).magnitude <= 1e-9 * max(1, last.magnitude) else {
      return nil
    }
    self.edges = edges
  }

  /// Bands that begin at these edges; nil unless they rise.
  init?(edges: [Double]) {
    guard !edges.isEmpty, edges.count <= Self.limit,
      zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    self.edges = edges
  }

  func labels(wholeNumbers: Bool) -> [String] {
    let named = edges.map { NumberText.print($0) }
    let widths = named.map { $0.prefix { $0 != "." }.count }
    let width = widths.max() ?? 0
    let padded = zip(named, widths).map { String(repeating: "0", count: width - $1) + $0 }
    let isWhole = wholeNumbers && edges.allSatisfy { $0 == $0.rounded() && $0.magnitude < 1e15 }
    return edges.indices.map { place in
      guard place + 1 < edges.count else { return padded[place] + "+" }
      guard isWhole else { return "\(padded[place])-<\(padded[place + 1])" }
      let last = NumberText.print(edges[place + 1] - 1)
      if edges[place + 1] - edges[place] == 1 { return padded[place] }
      return padded[place] + "-" + String(repeating: "0", count: width - last.count) + last
    }
  }

  func applied(to column: Column) throws(GeneralisationFault) -> Column {
    guard column.type.isNumeric, let (values, validity) = column.doubles() else {
      throw .wrongType(
        column.type, wanted: "a number", help: "bands are for numbers; texts take 'characters'")
    }
    var outside = 0
    var codes = [Int32](repeating: 0, count: values.count)
    for row in codes.indices where validity.map({ $0[row] }) ?? true {
      if let band = band(of: values[row]) { codes[row] = Int32(band) } else { outside += 1 }
    }
    guard outside == 0 else {
      throw .belowBands(count: outside, first: NumberText.print(edges[0]))
    }
    let labels = labels(wholeNumbers: column.type == .integer)
    return .category(CategoryColumn(codes: codes, dictionary: labels, validity: validity))
  }

  /// The last band that begins at or below a value.
  private func band(of value: Double) -> Int? {
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }
}

extension Bands {
  /// Reads `bands`, `from` and `to`.
  static func read(
    _ block: ParameterBlock, of node: Node, in reading: inout ParameterReading
  ) -> Bands? {
    if node["bands"]?.items != nil { return readEdges(block, of: node, in: &reading) }
    guard let width = block.read("bands", as: Double.self, in: &reading),
      let last = block.require("to", as: Double.self, in: &reading)
    else { return nil }
    let first = block.read("from", as: Double.self, in: &reading) ?? 0
    guard first >= 0, width > 0, last > first else {
      reading.report(
        .outOfRange, "the bands of '\(reading.parameter)' are out of range", at: node,
        help: "'bands' is their width, above 0; 'from' is at least 0; 'to' lies above it")
      return nil
    }
    if let bands = Bands(width: width, from: first, to: last) { return bands }
    reading.report(
      .outOfRange, "the bands of '\(reading.parameter)' do not fit between 'from' and 'to'",
      at: node["bands"] ?? node,
      help: "'to' − 'from' is a multiple of the width, at most \(limit - 1) times; "
        + "or write the edges: bands: [18, 27, 40, 67]")
    return nil
  }

  private static func readEdges(
    _ block: ParameterBlock, of node: Node, in reading: inout ParameterReading
  ) -> Bands? {
    for key in ["from", "to"] {
      guard let entry = node.entry(key) else { continue }
      reading.report(
        .unknownParameter, "'\(reading.parameter).\(key)' is for bands of equal width",
        at: entry.key, help: "take it away: a list of edges says where bands begin")
    }
    guard let edges = block.read("bands", as: [Double].self, in: &reading) else { return nil }
    if edges.allSatisfy({ $0 >= 0 }), let bands = Bands(edges: edges) { return bands }
    reading.report(
      .outOfRange, "the edges of '\(reading.parameter)' are out of range",
      at: node["bands"] ?? node,
      help: "they are at least 0 and rise: [18, 27, 40, 67]; at most \(limit)")
    return nil
  }
}
