// SPDX-License-Identifier: EUPL-1.2

/// Numbers of any length, kept as the server writes them until all have been seen.
///
/// They become a decimal where the database names the places and all fit 64 bits, else a number where
/// all come back the same from one, else text.
struct PostgreSQLNumeric {
  /// The places that the database names, where a decimal can have so many.
  private let scale: Int?
  private var texts = TextColumnBuilder()
  private var fitsScale = true
  private var isExact = true

  init(_ type: PostgreSQLType) {
    if case .numeric(_, let scale) = type, (0...18).contains(scale) {
      self.scale = scale
    } else {
      scale = nil
    }
  }

  mutating func append(_ text: UnsafeBufferPointer<UInt8>?, _ reading: CellReading) {
    texts.append(utf8: text)
    guard let text else { return }
    if let scale { fitsScale = fitsScale && reading.decimal(text, scale: scale) != nil }
    isExact = isExact && reading.number(text, strict: true) != nil
  }

  consuming func finish(
    named name: String, _ reading: CellReading
  ) throws(TableFault) -> (Column, String) {
    let texts = try self.texts.finish(named: name)
    if let scale, fitsScale {
      return (
        .decimal(texts.read { reading.decimal($0, scale: scale) }, scale: scale),
        "the database says numeric with \(scale) places, and every value fits"
      )
    }
    if isExact {
      return (
        .number(texts.read { reading.number($0, strict: true) }),
        "the database says numeric, and every value comes back the same from a number"
      )
    }
    return (.text(texts), "the database says numeric, and values have more digits than a number")
  }
}

extension TextColumn {
  fileprivate func read<Value>(
    _ convert: (UnsafeBufferPointer<UInt8>) -> Value?
  ) -> FixedColumn<Value> {
    var builder = FixedColumnBuilder<Value>(capacity: count)
    bytes.withUnsafeBufferPointer { bytes in
      for row in 0..<count {
        let isMissing = validity.map { !$0[row] } ?? false
        builder.append(
          isMissing ? nil : convert(UnsafeBufferPointer(rebasing: bytes[range(at: row)])))
      }
    }
    return builder.finish()
  }
}
