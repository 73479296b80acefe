// SPDX-License-Identifier: EUPL-1.2

/// Collects fixed-width values row by row.
public struct FixedColumnBuilder<Value: ColumnScalar>: Sendable {
  @usableFromInline var values: [Value] = []
  @usableFromInline var validity = Bitmap(repeating: true, count: 0)

  public init(capacity: Int = 0) {
    values.reserveCapacity(capacity)
    validity.reserveCapacity(capacity)
  }

  /// Adds a row; nil stands for a missing value.
  @inlinable
  public mutating func append(_ value: Value?) {
    values.append(value ?? .zero)
    validity.append(value != nil)
  }

  @inlinable public var count: Int { values.count }

  public consuming func finish() -> FixedColumn<Value> {
    FixedColumn(values, validity: validity)
  }
}

/// Collects true and false row by row.
public struct BooleanColumnBuilder: Sendable {
  private var values = Bitmap(repeating: false, count: 0)
  private var validity = Bitmap(repeating: true, count: 0)

  public init() {}

  /// Adds a row; nil stands for a missing value.
  public mutating func append(_ value: Bool?) {
    values.append(value ?? false)
    validity.append(value != nil)
  }

  public var count: Int { values.count }

  public consuming func finish() -> BooleanColumn {
    BooleanColumn(values, validity: validity)
  }
}

/// Collects texts row by row, and knows when they no longer fit a column.
public struct TextColumnBuilder: Sendable {
  private var offsets: [Int32] = [0]
  private var bytes: [UInt8] = []
  private var validity = Bitmap(repeating: true, count: 0)
  private var overflowed = false

  public init() {}

  /// Adds a row; nil stands for a missing value.
  public mutating func append(_ text: String?) {
    append(utf8: text?.utf8)
  }

  /// Adds a row of valid UTF-8; nil stands for a missing value.
  public mutating func append(utf8 text: (some Collection<UInt8>)?) {
    if let text {
      if bytes.count + text.count > TextColumn.byteLimit {
        overflowed = true
      } else {
        bytes.append(contentsOf: text)
      }
    }
    offsets.append(Int32(bytes.count))
    validity.append(text != nil)
  }

  public var count: Int { offsets.count - 1 }

  /// The column, whose name is needed for the fault only.
  ///
  /// - Throws: `TableFault.tooMuchText` where the texts exceed `TextColumn.byteLimit`.
  public consuming func finish(named name: String) throws(TableFault) -> TextColumn {
    guard !overflowed else { throw .tooMuchText(column: name) }
    return TextColumn(offsets: offsets, bytes: bytes, validity: validity)
  }
}

/// Collects texts that repeat row by row.
public struct CategoryColumnBuilder: Sendable {
  private var positions: [ExactText: Int32] = [:]
  private var dictionary: [String] = []
  private var codes: [Int32] = []
  private var validity = Bitmap(repeating: true, count: 0)

  public init() {}

  /// Adds a row; nil stands for a missing value.
  public mutating func append(_ text: String?) {
    validity.append(text != nil)
    guard let text else {
      codes.append(0)
      return
    }
    let key = ExactText(text)
    if let known = positions[key] {
      codes.append(known)
    } else {
      let code = Int32(dictionary.count)
      positions[key] = code
      dictionary.append(text)
      codes.append(code)
    }
  }

  public var count: Int { codes.count }
  public var distinctCount: Int { dictionary.count }

  public consuming func finish() -> CategoryColumn {
    CategoryColumn(canonical: codes, dictionary: dictionary, validity: validity)
  }
}
