// SPDX-License-Identifier: EUPL-1.2

/// Collects the batches of a table that may outgrow memory, and gives it back as one table.
///
/// Up to a limit the batches stay in memory; beyond it they go to a file without a name, which is gone
/// with the process whatever happens. The result does not depend on the limit, nor on how the rows were
/// cut into batches: columns whose batches have several types get the narrowest type that holds all, and
/// dictionaries list their texts in order of first appearance.
public struct TableSpool {
  private let folder: String
  private let memoryLimit: Int
  private var names: [String]?
  /// For each column the type so far; nil while no batch had a value, then the first batch's counts.
  private var types: [ColumnType?] = []
  private var firstTypes: [ColumnType] = []
  private var waiting: [Table] = []
  private var waitingRows = 0
  private var held: [Table] = []
  private var heldBytes = 0
  private var file: SpoolFile?
  private var parts: [Range<Int>] = []
  public private(set) var rowCount = 0

  /// - Parameters:
  ///   - folder: where a file may lie.
  ///   - memoryLimit: how many bytes may stay in memory.
  public init(folder: String, memoryLimit: Int = 64 << 20) {
    self.folder = folder
    self.memoryLimit = memoryLimit
  }

  /// Adds rows.
  ///
  /// - Parameters:
  ///   - batch: the rows.
  ///   - whole: the rows that the batch was chosen from, where these decide the columns' types.
  /// - Throws: `TableFault` where a batch has other columns, or a type that goes with no other;
  ///   `SpoolFault` where the file cannot be written.
  public mutating func append(_ batch: Table, typesOf whole: Table? = nil) throws {
    try note(whole ?? batch)
    guard batch.rowCount > 0 else { return }
    rowCount += batch.rowCount
    waiting.append(batch)
    waitingRows += batch.rowCount
    guard waitingRows >= TableBatches.batchRows else { return }
    let joined = try unified(waiting)
    var start = 0
    while joined.rowCount - start >= TableBatches.batchRows {
      try keep(joined.slice(start..<start + TableBatches.batchRows))
      start += TableBatches.batchRows
    }
    waiting = start < joined.rowCount ? [joined.slice(start..<joined.rowCount)] : []
    waitingRows = joined.rowCount - start
  }

  /// The table of all batches.
  public consuming func finish() throws -> TableBatches {
    guard let names else { return TableBatches(Table(names: [], columns: [])) }
    if rowCount == 0 {
      let columns = zip(types, firstTypes).map { Column.missing($0 ?? $1, count: 0) }
      return TableBatches(Table(names: names, columns: columns))
    }
    if waitingRows > 0 { try keep(unified(waiting)) }
    guard let file else { return TableBatches(try unified(held)) }
    return try rewritten(file, names)
  }
}

extension TableSpool {
  /// Holds a batch against the names and types of those before it.
  private mutating func note(_ batch: Table) throws(TableFault) {
    guard let names else {
      names = batch.names
      firstTypes = batch.columns.map(\.type)
      types = batch.columns.map { $0.missingCount < $0.count ? $0.type : nil }
      return
    }
    guard batch.names.elementsEqual(names, by: { $0.isExactly($1) }) else {
      throw .differentColumns(expected: names, found: batch.names)
    }
    for (place, column) in batch.columns.enumerated() where column.missingCount < column.count {
      guard let known = types[place] else {
        types[place] = column.type
        continue
      }
      guard let common = ColumnType.common(known, column.type) else {
        throw .differentTypes(column: names[place], expected: known, found: column.type)
      }
      types[place] = common
    }
  }

  /// Batches under each other, in the types known so far.
  private func unified(_ batches: [Table]) throws(TableFault) -> Table {
    var converted: [Table] = []
    for batch in batches { converted.append(try inCommonTypes(batch)) }
    return try Table.concatenating(converted)
  }

  private func inCommonTypes(_ batch: Table) throws(TableFault) -> Table {
    var columns: [Column] = []
    for (place, column) in batch.columns.enumerated() {
      let type = types[place] ?? firstTypes[place]
      guard let converted = column.converted(to: type) else {
        throw .differentTypes(column: batch.names[place], expected: type, found: column.type)
      }
      columns.append(converted)
    }
    return Table(names: batch.names, columns: columns)
  }

  private mutating func keep(_ batch: Table) throws {
    if file == nil {
      held.append(batch)
      heldBytes += batch.byteCount
      guard heldBytes > memoryLimit else { return }
      let file = try SpoolFile(in: folder)
      self.file = file
      for batch in held { try write(batch, to: file) }
      held = []
    } else if let file {
      try write(batch, to: file)
    }
  }

  /// Parts begin at multiples of 64, so that their values can be used where they lie.
  private mutating func write(_ batch: Table, to file: SpoolFile) throws {
    let bytes = try ArrowFile.encode(batch)
    let padding = [UInt8](repeating: 0, count: -bytes.count & (ArrowMetadata.alignment - 1))
    let place = try file.append(bytes + padding).lowerBound
    parts.append(place..<place + bytes.count)
  }

  /// One canonical file out of the parts: only now are all types and dictionaries known.
  private func rewritten(_ spool: SpoolFile, _ names: [String]) throws -> TableBatches {
    let mapping = try spool.mapping()
    let schema = zip(names, zip(types, firstTypes)).map { ColumnSchema($0, $1.0 ?? $1.1) }
    var dictionaries: [CategoryDictionary?] = schema.map {
      $0.type == .category ? CategoryDictionary() : nil
    }
    if schema.contains(where: { $0.type == .category }) {
      let categories = schema.indices.filter { schema[$0].type == .category }
      for part in parts {
        let batch = try inCommonTypes(mapping.table(in: part))
        for place in categories {
          if case .category(let column) = batch.columns[place] {
            dictionaries[place]?.add(column.dictionary)
          }
        }
        mapping.releasePages()
      }
    }
    let result = try SpoolFile(in: folder)
    try ArrowWriter.write(
      schema, dictionaries: dictionaries.map { $0?.texts },
      batches: { put in
        for part in parts {
          let batch = try inCommonTypes(mapping.table(in: part))
          let columns = zip(batch.columns, dictionaries).map { $1?.recoded($0) ?? $0 }
          try put(Table(names: names, columns: columns))
          mapping.releasePages()
        }
      }, to: { _ = try result.append($0) })
    return try TableBatches(result.mapping())
  }
}

extension Table {
  /// About how much memory the values take.
  fileprivate var byteCount: Int {
    columns.reduce(0) { total, column in
      switch column {
      case .boolean: total + rowCount / 8
      case .integer, .number, .decimal, .timestamp: total + rowCount * 8
      case .date, .category: total + rowCount * 4
      case .text(let texts): total + rowCount * 4 + texts.byteRange.count
      }
    }
  }
}
