// SPDX-License-Identifier: EUPL-1.2

/// A group for each row: clusters, blocks, arms.
///
/// Every group has at least one row; groups stand in the order of their labels.
public struct Grouping: Sendable, Hashable {
  /// For each row the position of its group in `labels`.
  public let codes: [Int32]
  public let labels: [String]

  /// Takes codes over a dictionary, and drops the labels that no row has.
  public init(codes: [Int32], labels: [String]) {
    var sizes = [Int](repeating: 0, count: labels.count)
    for code in codes { sizes[Int(code)] += 1 }
    guard sizes.contains(0) else {
      self.codes = codes
      self.labels = labels
      return
    }
    var positions = [Int32](repeating: -1, count: labels.count)
    var used: [String] = []
    for code in labels.indices where sizes[code] > 0 {
      positions[code] = Int32(used.count)
      used.append(labels[code])
    }
    self.codes = codes.map { positions[Int($0)] }
    self.labels = used
  }

  /// Groups equal texts (byte for byte), in order of first appearance.
  public init(_ texts: [String]) {
    var positions: [ByteText: Int32] = [:]
    var labels: [String] = []
    codes = texts.map { text in
      let key = ByteText(text: text)
      if let known = positions[key] { return known }
      let code = Int32(labels.count)
      positions[key] = code
      labels.append(text)
      return code
    }
    self.labels = labels
  }

  /// Groups equal whole numbers, in order of first appearance.
  public init(_ numbers: [Int]) {
    var positions: [Int: Int32] = [:]
    var labels: [String] = []
    codes = numbers.map { number in
      if let known = positions[number] { return known }
      let code = Int32(labels.count)
      positions[number] = code
      labels.append(String(number))
      return code
    }
    self.labels = labels
  }

  /// The number of groups.
  public var count: Int { labels.count }
  public var rowCount: Int { codes.count }

  /// The number of rows of each group.
  public var sizes: [Int] {
    var sizes = [Int](repeating: 0, count: labels.count)
    for code in codes { sizes[Int(code)] += 1 }
    return sizes
  }

  /// The group with that label, compared byte for byte.
  public func code(of label: String) -> Int32? {
    labels.firstIndex { $0.utf8.elementsEqual(label.utf8) }.map(Int32.init)
  }

  /// The groups of some of the rows.
  public func selecting(_ rows: [Int]) -> Grouping {
    Grouping(codes: rows.map { codes[$0] }, labels: labels)
  }

  /// The rows of each group: group `g` has `rows[starts[g]..<starts[g + 1]]`, in order.
  func sorted() -> (rows: [Int32], starts: [Int]) {
    var starts = [0]
    for size in sizes { starts.append((starts.last ?? 0) + size) }
    var next = starts
    var rows = [Int32](repeating: 0, count: codes.count)
    for row in codes.indices {
      let group = Int(codes[row])
      rows[next[group]] = Int32(row)
      next[group] += 1
    }
    return (rows, starts)
  }
}

/// A text compared by its bytes: Swift's own equality is by canonical equivalence.
private struct ByteText: Hashable {
  let text: String

  static func == (left: ByteText, right: ByteText) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    hasher.combine(UInt8.max)
  }
}
