// SPDX-License-Identifier: EUPL-1.2

/// Turns a checked layout into columns.
struct ArrowReader {
  private let layout: ArrowLayout
  private var dictionaries: [Int64: [String?]] = [:]
  /// One for all columns of the type that has no values, which take no room in a file.
  private var missingTexts: TextColumn?
  /// The rows of what is being read.
  private var rows = 0

  /// Keeps the file's bytes in place; nil where they may go after the call, so that all are copied.
  private let owner: (any AnyObject & Sendable)?

  init(_ layout: ArrowLayout, owner: (any AnyObject & Sendable)? = nil) {
    self.layout = layout
    self.owner = owner
  }

  /// The whole table, or the columns at some positions.
  mutating func table(columns positions: [Int]? = nil) throws(ArrowFault) -> Table {
    rows = layout.rowCount
    return try table(positions) { $0 }
  }

  /// The rows of one batch.
  mutating func batch(_ place: Int, columns positions: [Int]?) throws(ArrowFault) -> Table {
    rows = layout.batchRows[place]
    missingTexts = nil
    return try table(positions) { [$0[place]] }
  }

  private mutating func table(
    _ positions: [Int]?, _ part: ([ArrowArray]) -> [ArrowArray]
  ) throws(ArrowFault) -> Table {
    // Arrays refer to its memory without holding it.
    defer { withExtendedLifetime(layout.arena) {} }
    var columns: [(name: String, column: Column)] = []
    for position in positions ?? Array(layout.fields.indices) {
      let field = layout.fields[position]
      try columns.append((field.name, column(field, part(layout.arrays[position]))))
    }
    do {
      return try Table(columns)
    } catch {
      throw .table(error)
    }
  }

  private mutating func column(
    _ field: ArrowField, _ arrays: [ArrowArray]
  ) throws(ArrowFault) -> Column {
    if let dictionary = field.dictionary {
      return try category(field, dictionary, arrays)
    }
    if field.physical == .null { return .text(missingText()) }
    if [.utf8, .largeUtf8, .utf8View].contains(field.physical) {
      return .text(try texts(field, arrays, rows: rows))
    }
    let validity = arrays.validity(rows: rows)
    if let shared = shared(field.physical, arrays, validity) { return shared }
    if case .number(let bits) = field.physical {
      return .number(FixedColumn(numbers(arrays, bits: bits), validity: validity))
    }
    guard let column = fixed(field.physical, arrays, validity) else {
      throw .outOfRange(column: field.name, wanted: field.type.name)
    }
    return column
  }

  /// A column of fixed width; nil where a value does not fit.
  private func fixed(
    _ physical: ArrowField.Physical, _ arrays: [ArrowArray], _ validity: Bitmap?
  ) -> Column? {
    switch physical {
    case .boolean:
      var bits = ArrowBits(capacity: rows)
      for array in arrays where array.rows > 0 { bits.append(array.buffers[0], count: array.rows) }
      return .boolean(BooleanColumn(bits.bitmap, validity: validity))
    case .integer(let bits, let signed):
      return arrays.integers(
        Int64.self, bits: bits, signed: signed, rows: rows, validity: validity
      ).map { .integer(FixedColumn($0, validity: validity)) }
    case .decimal(let scale):
      return arrays.decimals(rows: rows, validity: validity)
        .map { .decimal(FixedColumn($0, validity: validity), scale: scale) }
    case .dateInDays:
      return .date(FixedColumn(arrays.copied(Int32.self, rows: rows), validity: validity))
    case .dateInMilliseconds:
      return arrays.days(rows: rows, validity: validity)
        .map { .date(FixedColumn($0, validity: validity)) }
    case .timestamp(let unit):
      return arrays.microseconds(unit, rows: rows, validity: validity)
        .map { .timestamp(FixedColumn($0, validity: validity)) }
    case .null, .number, .utf8, .largeUtf8, .utf8View: return nil
    }
  }

  /// A column over the file's own memory; nil where its values lie there in another form.
  private func shared(
    _ physical: ArrowField.Physical, _ arrays: [ArrowArray], _ validity: Bitmap?
  ) -> Column? {
    // What was compressed lies in memory that the owner does not keep.
    guard let owner, layout.arena.size == 0, arrays.count == 1, arrays[0].rows > 0 else {
      return nil
    }
    func column<Value: ColumnScalar>(_ type: Value.Type) -> FixedColumn<Value>? {
      arrays[0].buffers[0].values(type, count: rows)
        .map { ColumnBuffer($0, owner: owner) }
        .flatMap { FixedColumn(sharing: $0, validity: validity) }
    }
    switch physical {
    case .integer(bits: 64, signed: true): return column(Int64.self).map { .integer($0) }
    case .number(bits: 64): return column(Double.self).map { .number($0) }
    case .dateInDays: return column(Int32.self).map { .date($0) }
    case .timestamp(.microsecond): return column(Int64.self).map { .timestamp($0) }
    default: return nil
    }
  }

  private func numbers(_ arrays: [ArrowArray], bits: Int) -> [Double] {
    switch bits {
    case 16:
      return arrays.converted(from: UInt16.self, rows: rows, validity: nil) {
        Double(halfPrecision: UInt16(littleEndian: $0))
      } ?? []
    case 32:
      return arrays.converted(from: Float.self, rows: rows, validity: nil) { Double($0) } ?? []
    default: return arrays.copied(Double.self, rows: rows)
    }
  }

  private mutating func missingText() -> TextColumn {
    let column =
      missingTexts
      ?? TextColumn(
        offsets: [Int32](repeating: 0, count: rows + 1), bytes: [],
        validity: Bitmap(repeating: false, count: rows))
    missingTexts = column
    return column
  }
}

extension ArrowReader {
  private func texts(
    _ field: ArrowField, _ arrays: [ArrowArray], rows: Int
  ) throws(ArrowFault) -> TextColumn {
    // A view of 16 bytes may show a text that others show too; 4 KiB each is more than usual.
    var texts = ArrowTexts(
      name: field.name, expansionLimit: 256 * layout.room)
    return try texts.column(arrays, field.physical, rows: rows)
  }

  private mutating func category(
    _ field: ArrowField, _ encoding: ArrowField.Dictionary, _ arrays: [ArrowArray]
  ) throws(ArrowFault) -> Column {
    let entries = try entries(field, encoding.id)
    let validity = arrays.validity(rows: rows)
    let codes = arrays.integers(
      Int32.self, bits: encoding.indexBits, signed: encoding.indexSigned, rows: rows,
      validity: validity)
    let isWhole = arrays.allSatisfy { $0.entries == entries.indices }
    if isWhole, let codes, let texts = canonical(entries), codes.areCanonical(texts.count, validity)
    {
      return .category(CategoryColumn(canonical: codes, dictionary: texts, validity: validity))
    }
    guard let codes = codes.flatMap({ $0.numbering(entries.count, arrays, validity) }) else {
      throw .damaged("column '\(field.name)' has a code that its dictionary lacks")
    }
    return .category(
      CategoryColumn(
        codes: codes, dictionary: entries.map { $0 ?? "" },
        validity: entries.contains(nil)
          ? codes.present(entries, validity: validity) : validity))
  }

  /// The dictionary, if none of its texts is missing or comes twice.
  private func canonical(_ entries: [String?]) -> [String]? {
    let texts = entries.compactMap { $0 }
    return texts.count == entries.count && Set(texts.map(ExactText.init)).count == texts.count
      ? texts : nil
  }

  private mutating func entries(
    _ field: ArrowField, _ id: Int64
  ) throws(ArrowFault) -> [String?] {
    if let known = dictionaries[id] { return known }
    let arrays = layout.dictionaries[id]?.parts ?? []
    let count = arrays.reduce(0) { $0 + $1.rows }
    let column = try texts(field, arrays, rows: count)
    let entries = (0..<count).map { column[$0] }
    dictionaries[id] = entries
    return entries
  }
}

extension [Int32] {
  /// Whether codes appear in their order, every one of them, and missing rows hold zero: so it is in
  /// files that were written here, and nothing is left to bring in order.
  fileprivate func areCanonical(_ count: Int, _ validity: Bitmap?) -> Bool {
    var next: Int32 = 0
    for row in indices {
      let code = self[row]
      if let validity, !validity[row] {
        guard code == 0 else { return false }
      } else if code == next {
        next += 1
      } else {
        guard code >= 0, code < next else { return false }
      }
    }
    return next == count
  }

  /// The codes as positions among all texts, of which each batch numbers its own from zero.
  ///
  /// - Returns: nil where a row that has a value holds no position among its batch's texts.
  fileprivate func numbering(
    _ total: Int, _ arrays: [ArrowArray], _ validity: Bitmap?
  ) -> [Int32]? {
    guard Int32(exactly: total) != nil else { return nil }
    var codes = self
    var row = 0
    for array in arrays {
      let (base, limit) = (Int32(array.entries.lowerBound), Int32(array.entries.count))
      for place in row..<row + array.rows where validity?[place] ?? true {
        guard codes[place] >= 0, codes[place] < limit else { return nil }
        codes[place] += base
      }
      row += array.rows
    }
    return codes
  }

  /// The rows whose dictionary entry is a text: an entry may be missing, too.
  fileprivate func present(_ entries: [String?], validity: Bitmap?) -> Bitmap {
    Bitmap(
      indices.map { row in
        (validity?[row] ?? true) && entries[Int(self[row])] != nil
      })
  }
}
