// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// The constants that a test compares its input with, in rising order and as the input's column would
/// hold them.
enum ValueEdges: Sendable {
  /// Exact numbers in the column's smallest unit, days, or falsehood and truth.
  case integers([Int64])
  case doubles([Double])
  case texts([OrderedText])

  /// Nil where a constant is of another kind, or columns of that type are not parted.
  init?(_ values: [FEELValue], of type: ColumnType) {
    switch type {
    case .integer, .decimal:
      var edges: [Int64] = []
      for value in values {
        guard let number = value.number else { return nil }
        edges += Self.neighbours(of: number, places: type.places)
      }
      self = .integers(Self.rising(edges))
    case .date:
      var edges: [Int64] = []
      for value in values {
        guard case .date(let date) = value else { return nil }
        // A day that no column holds lies beyond all that it does hold.
        if Int32(exactly: date.days) != nil { edges.append(date.days) }
      }
      self = .integers(Self.rising(edges))
    case .boolean:
      guard values.allSatisfy({ $0.boolean != nil }) else { return nil }
      self = .integers([0, 1])
    case .number:
      var edges: [Double] = []
      for value in values {
        guard let number = value.double else { return nil }
        // Negative zero is kept as zero.
        if number.isFinite { edges.append(number + 0) }
      }
      self = .doubles(Self.rising(edges))
    case .text, .category:
      var edges: [OrderedText] = []
      for value in values {
        guard let text = value.string else { return nil }
        edges.append(OrderedText(text: text))
      }
      self = .texts(Self.rising(edges))
    case .timestamp: return nil
    }
  }

  /// The whole numbers of the smallest unit that are or enclose a number; none beyond 64 bits.
  private static func neighbours(of number: Decimal128, places: Int) -> [Int64] {
    guard let below = number.rounded(scale: places, .floor),
      let floor = below.scaledInt64(scale: places)
    else { return [] }
    return below == number || floor == .max ? [floor] : [floor, floor + 1]
  }

  fileprivate static func rising<Value: Comparable>(_ values: [Value]) -> [Value] {
    var rising: [Value] = []
    for value in values.sorted() where value != rising.last { rising.append(value) }
    return rising
  }

  var count: Int {
    switch self {
    case .integers(let edges): edges.count
    case .doubles(let edges): edges.count
    case .texts(let edges): edges.count
    }
  }

  /// One value of each class in a column of the input's type: below the first edge, that edge, above it,
  /// and so on, and a missing value at the end.
  ///
  /// Where no value lies between two edges, the one above the first stands there; no case asks for it.
  func samples(of type: ColumnType) -> Column {
    switch (self, type) {
    case (.integers, .boolean):
      // Falsehood, truth and nothing in between.
      return .boolean(BooleanColumn([false, false, false, true, true, nil]))
    case (.integers(let edges), .date):
      let values = Self.samples(edges, before: { $0 - 1 }, after: { $0 + 1 }, without: 0)
      return .date(
        FixedColumn(values.map { $0.map { Int32(clamping: $0) } }))
    case (.integers(let edges), _):
      let column = FixedColumn(
        Self.samples(
          edges, before: { $0 == .min ? $0 : $0 - 1 }, after: { $0 == .max ? $0 : $0 + 1 },
          without: 0))
      if case .decimal(let scale) = type { return .decimal(column, scale: scale) }
      return .integer(column)
    case (.doubles(let edges), _):
      return .number(
        FixedColumn(
          Self.samples(
            edges, before: { max($0.nextDown, -.greatestFiniteMagnitude) },
            after: { min($0.nextUp, .greatestFiniteMagnitude) }, without: 0)))
    case (.texts(let edges), _):
      // Nothing lies between a text and the same text with a zero character behind it.
      let texts = Self.samples(
        edges, before: { _ in OrderedText(text: "") },
        after: { OrderedText(text: $0.text + "\u{0}") }, without: OrderedText(text: "")
      ).map { $0?.text }
      return type == .text ? .text(TextColumn(texts)) : .category(CategoryColumn(texts))
    }
  }

  private static func samples<Value>(
    _ edges: [Value], before: (Value) -> Value, after: (Value) -> Value, without: Value
  ) -> [Value?] {
    var samples: [Value?] = [edges.first.map(before) ?? without]
    for edge in edges { samples += [edge, after(edge)] }
    return samples + [nil]
  }
}

/// A text in the order of its UTF-8 bytes, which is that of the language.
struct OrderedText: Sendable, Comparable {
  let text: String

  static func == (left: OrderedText, right: OrderedText) -> Bool {
    left.text.isExactly(right.text)
  }

  static func < (left: OrderedText, right: OrderedText) -> Bool {
    left.text.isExactlyBefore(right.text)
  }
}

/// The classes into which the edges of all tests of an input part its values.
///
/// Class 0 holds the values below the first edge, class 1 that edge, class 2 those between it and the
/// second edge; the last is for missing values.
struct ValueClasses: Sendable {
  private let edges: ValueEdges

  init(_ parts: [ValueEdges], of type: ColumnType) {
    var integers: [Int64] = []
    var doubles: [Double] = []
    var texts: [OrderedText] = []
    for part in parts {
      switch part {
      case .integers(let edges): integers += edges
      case .doubles(let edges): doubles += edges
      case .texts(let edges): texts += edges
      }
    }
    switch type {
    case .number: edges = .doubles(ValueEdges.rising(doubles))
    case .text, .category: edges = .texts(ValueEdges.rising(texts))
    default: edges = .integers(ValueEdges.rising(integers))
    }
  }

  /// How many classes there are, that of missing values included.
  var count: Int { missing + 1 }
  var missing: Int { edges.count * 2 + 1 }

  /// Where the classes of some of the edges begin among all classes.
  func starts(of own: ValueEdges) -> [Int] {
    switch (edges, own) {
    case (.integers(let all), .integers(let own)): Self.starts(own, all)
    case (.doubles(let all), .doubles(let own)): Self.starts(own, all)
    case (.texts(let all), .texts(let own)): Self.starts(own, all)
    default: preconditionFailure("the edges of one input are of one kind")
    }
  }

  private static func starts<Value: Comparable>(_ own: [Value], _ all: [Value]) -> [Int] {
    var starts = [0]
    for edge in own {
      let place = place(of: edge, all)
      starts += [place, place + 1]
    }
    return starts
  }

  /// The class of a value.
  private static func place<Value: Comparable>(of value: Value, _ edges: [Value]) -> Int {
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < edges.count && edges[low] == value ? low * 2 + 1 : low * 2
  }
}

// The cases' classes
extension ValueClasses {
  /// The class of each row of a column of the input's type.
  func places(in column: Column) -> [Int32] {
    var places: [Int32]
    switch (edges, column) {
    case (.integers(let edges), .integer(let column)),
      (.integers(let edges), .decimal(let column, _)):
      places =
        edges.count <= 48
        ? ExactKernels.classes(of: column.values, edges: edges)
        : Self.places(column.values, edges)
    case (.integers(let edges), .date(let column)):
      places = Self.places(column.values, edges.compactMap { Int32(exactly: $0) })
    case (.integers, .boolean(let column)):
      places = (0..<column.count).map { column.values[$0] ? 3 : 1 }
    case (.doubles(let edges), .number(let column)): places = Self.places(column.values, edges)
    case (.texts(let edges), .category(let column)):
      // The texts of a category are looked up once each; a missing row of an empty one has code 0.
      let known = column.dictionary.map { Self.place(of: OrderedText(text: $0), edges) } + [0]
      places = column.codes.map { Int32(known[Int($0)]) }
    case (.texts(let edges), .text(let column)):
      places = (0..<column.count).map { row in
        column[row].map { Int32(Self.place(of: OrderedText(text: $0), edges)) } ?? 0
      }
    default: preconditionFailure("the column is not of the type that the classes were made for")
    }
    if let validity = column.validity {
      for row in places.indices where !validity[row] { places[row] = Int32(missing) }
    }
    return places
  }

  /// Few edges are counted, one after the other over all rows; many are searched by halves.
  private static func places<Value: ColumnScalar & Comparable>(
    _ values: ColumnBuffer<Value>, _ edges: [Value]
  ) -> [Int32] {
    guard edges.count <= 12 else { return values.map { Int32(place(of: $0, edges)) } }
    var places = [Int32](repeating: 0, count: values.count)
    for edge in edges {
      for row in places.indices {
        let value = values[row]
        places[row] &+= (value > edge ? 1 : 0) &+ (value >= edge ? 1 : 0)
      }
    }
    return places
  }
}
