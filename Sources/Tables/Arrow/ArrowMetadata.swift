// SPDX-License-Identifier: EUPL-1.2

/// Numbers of Arrow's FlatBuffers schemas (Schema.fbs, Message.fbs, File.fbs) that both directions use.
enum ArrowMetadata {
  static let magic: [UInt8] = Array("ARROW1".utf8)
  /// MetadataVersion.V5, since Arrow 1.0.
  static let version: Int16 = 4
  /// The oldest version whose layout is the same for every type that is read here (V4).
  static let oldestVersion: Int16 = 3
  /// Stands before the length of each message.
  static let continuation: UInt32 = 0xFFFF_FFFF
  /// Where buffers begin, and to what their lengths are padded.
  static let alignment = 64

  /// MessageHeader, the union of what a message may carry.
  enum Header {
    static let schema: UInt8 = 1
    static let dictionaryBatch: UInt8 = 2
    static let recordBatch: UInt8 = 3
  }

  /// Type, the union of a field's types.
  enum TypeCode {
    static let null: UInt8 = 1
    static let int: UInt8 = 2
    static let floatingPoint: UInt8 = 3
    static let utf8: UInt8 = 5
    static let bool: UInt8 = 6
    static let decimal: UInt8 = 7
    static let date: UInt8 = 8
    static let timestamp: UInt8 = 10
    static let largeUtf8: UInt8 = 20
    static let utf8View: UInt8 = 24

    /// How the unsupported ones are called in a fault.
    static func name(_ code: UInt8) -> String {
      let names: [UInt8: String] = [
        4: "binary", 9: "time", 11: "interval", 12: "list", 13: "struct", 14: "union",
        15: "fixed-size binary", 16: "fixed-size list", 17: "map", 18: "duration",
        19: "large binary", 21: "large list", 22: "run-end encoded", 23: "binary view",
        25: "list view", 26: "large list view",
      ]
      return names[code] ?? "number \(code)"
    }
  }
}
