// SPDX-License-Identifier: EUPL-1.2

/// The bytes of one field, without its quotes, and where the field ends.
struct CellText {
  let start: UnsafePointer<UInt8>
  let count: Int
  /// The delimiter or line end behind the field.
  let next: UnsafePointer<UInt8>

  var span: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
}
