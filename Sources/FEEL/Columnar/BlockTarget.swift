// SPDX-License-Identifier: EUPL-1.2

internal import Synchronization
internal import Tables

/// Where the blocks of one result go: a column's whole memory, written once and in any order.
///
/// Each block keeps its rows in words and values of its own, so that blocks may be kept at a time.
final class BlockTarget: Sendable {
  let type: ColumnType
  // A block's rows begin at a multiple of 64, so that no two blocks write to one place.
  private nonisolated(unsafe) let validity: UnsafeMutableBufferPointer<UInt64>
  private nonisolated(unsafe) let values: UnsafeMutableRawBufferPointer
  private let labels = Mutex(Labels())
  private let texts = Mutex<[Int: TextColumn]>([:])

  private init(
    _ type: ColumnType, _ validity: UnsafeMutableBufferPointer<UInt64>,
    _ values: UnsafeMutableRawBufferPointer
  ) {
    self.type = type
    self.validity = validity
    self.values = values
  }

  /// Takes over a block in canonical form; false where it is of another type.
  func keep(_ column: Column, at row: Int) -> Bool {
    guard column.type == type else { return false }
    let bits = column.validity
    keep(bits, row, column.count)
    switch column {
    case .boolean(let column):
      let words = values.bindMemory(to: UInt64.self)
      for (place, word) in column.values.words.enumerated() { words[row / 64 + place] = word }
    case .integer(let column), .decimal(let column, _), .timestamp(let column):
      keep(column.values, bits, row) { $0 }
    case .date(let column): keep(column.values, bits, row) { $0 }
    // Negative zero becomes zero.
    case .number(let column): keep(column.values, bits, row) { $0 + 0 }
    case .category(let column): keep(column, row)
    case .text(let column): texts.withLock { $0[row] = column }
    }
    return true
  }

  private func keep(_ bits: Bitmap?, _ row: Int, _ count: Int) {
    let first = row / 64
    for place in 0..<(count + 63) / 64 { validity[first + place] = bits?.words[place] ?? .max }
  }

  /// The values, with zero in missing rows.
  @inline(__always)
  private func keep<Value: ColumnScalar>(
    _ source: ColumnBuffer<Value>, _ bits: Bitmap?, _ row: Int, _ canonical: (Value) -> Value
  ) {
    let target = UnsafeMutableBufferPointer(
      rebasing: values.bindMemory(to: Value.self)[row..<row + source.count])
    source.withUnsafeBufferPointer { source in
      guard let bits else {
        for place in 0..<source.count { target[place] = canonical(source[place]) }
        return
      }
      bits.words.withUnsafeBufferPointer { words in
        for place in 0..<source.count {
          let bit = words[place >> 6] &>> UInt64(truncatingIfNeeded: place) & 1
          target[place] = bit != 0 ? canonical(source[place]) : .zero
        }
      }
    }
  }
}

// Categories
extension BlockTarget {
  /// The texts of all blocks, each with the first row that has it.
  private struct Labels {
    var texts: [(text: String, row: Int)] = []
    var codes: [ExactText: Int32] = [:]

    mutating func code(of text: String, at row: Int) -> Int32 {
      if let known = codes[ExactText(text)] {
        texts[Int(known)].row = min(texts[Int(known)].row, row)
        return known
      }
      let code = Int32(texts.count)
      codes[ExactText(text)] = code
      texts.append((text, row))
      return code
    }
  }

  private func keep(_ column: CategoryColumn, _ row: Int) {
    var map = [Int32](repeating: -1, count: column.dictionary.count + 1)
    let target = UnsafeMutableBufferPointer(
      rebasing: values.bindMemory(to: Int32.self)[row..<row + column.count])
    map.withUnsafeMutableBufferPointer { map in
      column.codes.withUnsafeBufferPointer { codes in
        for place in 0..<codes.count {
          var code = map[Int(codes[place])]
          if code < 0 {
            // A missing row's text, if it has any, is none of the column's.
            guard column.validity?[place] ?? true else {
              target[place] = 0
              continue
            }
            let text = column.dictionary[Int(codes[place])]
            code = labels.withLock { $0.code(of: text, at: row + place) }
            map[Int(codes[place])] = code
          }
          target[place] = code
        }
        guard let validity = column.validity else { return }
        validity.words.withUnsafeBufferPointer { words in
          for place in 0..<codes.count {
            let bit = words[place >> 6] &>> UInt64(truncatingIfNeeded: place) & 1
            target[place] = bit != 0 ? target[place] : 0
          }
        }
      }
    }
  }

  /// Brings the texts into the order in which rows have them.
  private func orderTexts() {
    labels.withLock { labels in
      let order = labels.texts.indices.sorted { labels.texts[$0].row < labels.texts[$1].row }
      guard !order.elementsEqual(labels.texts.indices) else { return }
      var codes = [Int32](repeating: 0, count: order.count)
      for (code, place) in order.enumerated() { codes[place] = Int32(code) }
      let target = values.bindMemory(to: Int32.self)
      for row in target.indices {
        let isThere = validity[row >> 6] &>> UInt64(truncatingIfNeeded: row) & 1 != 0
        target[row] = isThere ? codes[Int(target[row])] : 0
      }
      labels.texts = order.map { labels.texts[$0] }
    }
  }
}

// Memory
extension BlockTarget {
  /// The memory of a result while blocks are kept in it, and the column that it then is.
  static func fill(
    _ types: [ColumnType], count: Int, _ body: ([BlockTarget]) -> Bool
  ) -> [Column]? {
    fill(types[...], count, [], body)
  }

  /// Nests the memory of one result in that of those before it, since memory is lent for a call.
  private static func fill(
    _ types: ArraySlice<ColumnType>, _ count: Int, _ targets: [BlockTarget],
    _ body: ([BlockTarget]) -> Bool
  ) -> [Column]? {
    guard let type = types.first else { return body(targets) ? [] : nil }
    func lend<Value: BitwiseCopyable>(
      _ places: Int, _ column: ([Value], Bitmap, BlockTarget) -> Column?
    ) -> [Column]? {
      var rest: [Column]?
      var target: BlockTarget?
      var values: [Value] = []
      let words = [UInt64](unsafeUninitializedCapacity: (count + 63) / 64) { words, filled in
        values = [Value](unsafeUninitializedCapacity: places) { memory, written in
          let own = BlockTarget(type, words, UnsafeMutableRawBufferPointer(memory))
          own.values.preferLargePages()
          rest = fill(types.dropFirst(), count, targets + [own], body)
          if rest != nil, type == .category { own.orderTexts() }
          written = rest == nil ? 0 : places
          target = own
        }
        filled = rest == nil ? 0 : (count + 63) / 64
      }
      guard let rest, let target,
        let own = column(values, Bitmap(words: words, count: count), target)
      else { return nil }
      return [own] + rest
    }
    switch type {
    case .boolean:
      return lend((count + 63) / 64) { words, validity, _ in
        .boolean(BooleanColumn(Bitmap(words: words, count: count), validity: validity))
      }
    case .integer:
      return lend(count) { values, validity, _ in
        .integer(FixedColumn(canonical: values, validity: validity))
      }
    case .number:
      return lend(count) { values, validity, _ in
        .number(FixedColumn(canonical: values, validity: validity))
      }
    case .decimal(let scale):
      return lend(count) { values, validity, _ in
        .decimal(FixedColumn(canonical: values, validity: validity), scale: scale)
      }
    case .date:
      return lend(count) { values, validity, _ in
        .date(FixedColumn(canonical: values, validity: validity))
      }
    case .timestamp:
      return lend(count) { values, validity, _ in
        .timestamp(FixedColumn(canonical: values, validity: validity))
      }
    case .category:
      return lend(count) { codes, validity, target in
        .category(
          CategoryColumn(
            canonical: codes, dictionary: target.labels.withLock { $0.texts.map(\.text) },
            validity: validity))
      }
    case .text:
      return lend(0) { (_: [UInt8], _, target) in
        let blocks = target.texts.withLock { texts in
          texts.sorted { $0.key < $1.key }.map { Column.text($0.value) }
        }
        return try? Column.concatenating(blocks, named: "")
      }
    }
  }
}
