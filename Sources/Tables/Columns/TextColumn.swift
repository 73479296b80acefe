// SPDX-License-Identifier: EUPL-1.2

/// UTF-8 texts end to end in one buffer; text `i` is `bytes[offsets[i]..<offsets[i + 1]]`.
public struct TextColumn: Sendable, Hashable {
  /// `count + 1` ascending offsets, the first zero.
  public let offsets: [Int32]
  /// Valid UTF-8 throughout; a missing row is empty.
  public let bytes: [UInt8]
  public let validity: Bitmap?

  /// Takes over buffers that are valid UTF-8 and empty in missing rows.
  public init(offsets: [Int32], bytes: [UInt8], validity: Bitmap? = nil) {
    precondition(offsets.first == 0 && Int(offsets[offsets.count - 1]) == bytes.count)
    self.offsets = offsets
    self.bytes = bytes
    self.validity = validity.flatMap { $0.allSet ? nil : $0 }
  }

  public init(_ optionals: some Sequence<String?>) {
    var offsets: [Int32] = [0]
    var bytes: [UInt8] = []
    var validity = Bitmap(repeating: false, count: 0)
    for text in optionals {
      if let text { bytes.append(contentsOf: text.utf8) }
      offsets.append(Int32(bytes.count))
      validity.append(text != nil)
    }
    self.init(offsets: offsets, bytes: bytes, validity: validity)
  }

  public var count: Int { offsets.count - 1 }

  public subscript(row: Int) -> String? {
    if let validity, !validity[row] { return nil }
    return String(decoding: bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self)
  }
}
