// SPDX-License-Identifier: EUPL-1.2

/// Number, sum, least and greatest of a column of numbers for each value of a whole-number key, without
/// numbering the groups first.
///
/// Keys within a narrow range are places in an array. Others are first dealt out by their hash into parts
/// whose groups fit in the cache, which costs a copy and saves a miss for each row. Rows stay in their order
/// within a group, so that sums are the same to the last bit as on any other way.
///
/// Source: Manegold, Boncz and Kersten (2002), IEEE Trans. Knowledge and Data Engineering 14:709–730
/// (radix partitioning).
struct KeyedNumbers {
  /// One for each group, in order of first appearance.
  let keys: [Int64]
  let figures: NumberSummary

  /// Below this many rows the general way is as fast.
  static let leastRows = 1 << 16

  /// - Precondition: as many keys as values, fewer than 2³¹.
  init(_ keys: ColumnBuffer<Int64>, _ values: ColumnBuffer<Double>) {
    let groups = keys.withUnsafeBufferPointer { keys in
      values.withUnsafeBufferPointer { values in
        Self.direct(keys, values) ?? Self.partitioned(keys, values)
      }
    }
    let ordered = Self.byFirstRow(groups, rowCount: keys.count)
    self.keys = ordered.map(\.key)
    figures = NumberSummary(ordered)
  }

  /// What is known of one group.
  struct Group {
    var key: Int64
    var first: Int32
    var count: Int64 = 0
    var sum = 0.0
    var least = Double.infinity
    var most = -Double.infinity

    @inline(__always)
    mutating func add(_ value: Double) {
      count += 1
      sum += value
      if value < least { least = value }
      if value > most { most = value }
    }
  }
}

extension KeyedNumbers {
  /// Nil where the keys lie too far apart.
  private static func direct(
    _ keys: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>
  ) -> [Group]? {
    guard var least = keys.first else { return [] }
    var greatest = least
    for key in keys {
      least = min(least, key)
      greatest = max(greatest, key)
    }
    let (width, overflow) = greatest.subtractingReportingOverflow(least)
    // As many groups as fit in the cache.
    guard !overflow, width < 1 << 14 else { return nil }
    var groups = [Group](repeating: Group(key: 0, first: -1), count: Int(width) + 1)
    groups.withUnsafeMutableBufferPointer { groups in
      for row in 0..<keys.count {
        let place = Int(keys[row] &- least)
        if groups[place].count == 0 {
          groups[place].key = keys[row]
          groups[place].first = Int32(truncatingIfNeeded: row)
        }
        groups[place].add(values[row])
      }
    }
    return groups.filter { $0.count > 0 }
  }

  /// A row on its way to its part.
  private struct Entry {
    let key: Int64
    let value: Double
    let row: Int32
  }

  private static let partBits = 8

  @inline(__always)
  private static func hash(_ key: Int64) -> UInt64 {
    let (high, low) = (UInt64(bitPattern: key) ^ Hashing.seed)
      .multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return high ^ low
  }

  private static func partitioned(
    _ keys: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>
  ) -> [Group] {
    let shift = UInt64(64 - partBits)
    var starts = [Int](repeating: 0, count: 1 << partBits + 1)
    for key in keys { starts[Int(hash(key) >> shift) + 1] += 1 }
    for part in 1..<starts.count { starts[part] += starts[part - 1] }
    let entries = UnsafeMutableBufferPointer<Entry>.allocate(capacity: keys.count)
    UnsafeMutableRawBufferPointer(entries).preferLargePages()
    defer { entries.deallocate() }
    var next = starts
    next.withUnsafeMutableBufferPointer { next in
      for row in 0..<keys.count {
        let part = Int(hash(keys[row]) >> shift)
        let entry = Entry(
          key: keys[row], value: values[row], row: Int32(truncatingIfNeeded: row))
        entries.initializeElement(at: next[part], to: entry)
        next[part] += 1
      }
    }
    var groups: [Group] = []
    for part in 0..<(1 << partBits) {
      let rows = UnsafeBufferPointer(rebasing: entries[starts[part]..<starts[part + 1]])
      append(rows, to: &groups)
    }
    return groups
  }

  /// Adds the groups of one part.
  private static func append(_ rows: UnsafeBufferPointer<Entry>, to groups: inout [Group]) {
    var slots = [Int32](repeating: -1, count: 1 << 10)
    let begin = groups.count
    for entry in rows {
      var place = Int(truncatingIfNeeded: hash(entry.key)) & (slots.count - 1)
      while slots[place] >= 0, groups[begin + Int(slots[place])].key != entry.key {
        place = (place + 1) & (slots.count - 1)
      }
      if slots[place] < 0 {
        slots[place] = Int32(groups.count - begin)
        groups.append(Group(key: entry.key, first: entry.row))
        if (groups.count - begin) * 2 > slots.count {
          slots = grown(slots.count * 4, groups[begin...])
          groups[groups.count - 1].add(entry.value)
          continue
        }
      }
      groups[begin + Int(slots[place])].add(entry.value)
    }
  }

  private static func grown(_ count: Int, _ groups: ArraySlice<Group>) -> [Int32] {
    var slots = [Int32](repeating: -1, count: count)
    for (number, group) in groups.enumerated() {
      var place = Int(truncatingIfNeeded: hash(group.key)) & (count - 1)
      while slots[place] >= 0 { place = (place + 1) & (count - 1) }
      slots[place] = Int32(number)
    }
    return slots
  }

  /// Puts groups in order by a bit for each row that is a group's first, which is cheaper than sorting.
  private static func byFirstRow(_ groups: [Group], rowCount: Int) -> [Group] {
    var words = [UInt64](repeating: 0, count: (rowCount + 63) / 64)
    for group in groups { words[Int(group.first) >> 6] |= 1 << UInt64(group.first & 63) }
    var before = [Int](repeating: 0, count: words.count)
    var total = 0
    for place in words.indices {
      before[place] = total
      total += words[place].nonzeroBitCount
    }
    var ordered = [Group](repeating: Group(key: 0, first: 0), count: groups.count)
    for group in groups {
      let place = Int(group.first) >> 6
      let lower = words[place] & (1 << UInt64(group.first & 63) - 1)
      ordered[before[place] + lower.nonzeroBitCount] = group
    }
    return ordered
  }
}

extension Table {
  /// The groups of one whole-number key with figures of one column of numbers, none missing; nil where
  /// anything else is asked for.
  func aggregatedNumbers(by keys: [String], _ aggregates: [Aggregate]) -> Table? {
    let names = Set(aggregates.compactMap { $0.column.map(ExactText.init) })
    guard rowCount >= KeyedNumbers.leastRows, rowCount < Int32.max, keys.count == 1,
      names.count == 1, let name = names.first,
      case .integer(let key)? = self[keys[0]], key.validity == nil,
      case .number(let numbers)? = self[name.text], numbers.validity == nil
    else { return nil }
    let wanted = aggregates.map { $0.column == nil ? Aggregate.Measure.count : $0.measure }
    let isPlain = wanted.allSatisfy {
      switch $0 {
      case .count, .sum, .mean, .minimum, .maximum: true
      case .variance, .quantile, .distinctCount: false
      }
    }
    guard isPlain else { return nil }
    let groups = KeyedNumbers(key.values, numbers.values)
    let figures = zip(aggregates, wanted).map { aggregate, measure in
      groups.figures.column(measure).map { (name: aggregate.name, column: $0) }
    }
    return try? Table(
      [(name: keys[0], column: .integer(FixedColumn(groups.keys)))] + figures.compactMap(\.self))
  }
}
