// SPDX-License-Identifier: EUPL-1.2

/// One message of a file or stream: what it carries, and the bytes that belong to it.
struct ArrowMessage {
  let header: UInt8
  let content: FlatBufferTable
  let body: ArrowBytes
  /// How many bytes it takes, the frame and the body included.
  let size: Int

  /// The message that a Block of a file's footer (offset, length of metadata, length of body) points to.
  init(_ block: some RandomAccessCollection<Int64>, in file: ArrowBytes) throws(ArrowFault) {
    // The middle word is a 32-bit number and padding that need not be zero.
    let words = Array(block)
    guard words.count == 3, let offset = Int(exactly: words[0]),
      let bodyLength = Int(exactly: words[2])
    else { throw .damaged("a batch lies outside of it") }
    let length = Int(Int32(truncatingIfNeeded: words[1]))
    let framed = try file.window(at: offset, length: length, "a batch")
    let continued = try framed.load(UInt32.self, at: 0) == ArrowMetadata.continuation
    // Before Arrow 0.15 the length came first.
    let prefix = continued ? 8 : 4
    let metadataLength = try Int(framed.load(Int32.self, at: prefix - 4))
    let message = try FlatBufferTable(
      root: framed.window(at: prefix, length: metadataLength, "a batch's description"))
    try ArrowMetadata.checkVersion(message.number(0, default: 0))
    guard let content = try message.table(2) else { throw .damaged("a batch is empty") }
    header = try message.number(1, default: 0)
    self.content = content
    // The metadata lie inside the file, so their end is a sound offset.
    body = try file.window(at: offset + length, length: bodyLength, "a batch")
    size = length + bodyLength
  }

  /// The message at a place of a stream; nil for the mark of the stream's end.
  init?(at place: Int, inStream stream: ArrowBytes) throws(ArrowFault) {
    guard stream.count - place >= 8 else { throw .endsTooEarly }
    guard try stream.load(UInt32.self, at: place) == ArrowMetadata.continuation else {
      throw .damaged("a message does not begin where the one before it ends")
    }
    let length = try Int(stream.load(Int32.self, at: place + 4))
    if length == 0 { return nil }
    guard length > 0 else { throw .damaged("a message has an impossible length") }
    guard length <= stream.count - place - 8 else { throw .endsTooEarly }
    let message = try FlatBufferTable(
      root: stream.window(at: place + 8, length: length, "a message"))
    try ArrowMetadata.checkVersion(message.number(0, default: 0))
    guard let content = try message.table(2) else { throw .damaged("a message is empty") }
    guard let bodyLength = try Int(exactly: message.number(3, default: Int64(0))), bodyLength >= 0
    else { throw .damaged("a message has an impossible length") }
    let start = place + 8 + length
    guard bodyLength <= stream.count - start else { throw .endsTooEarly }
    header = try message.number(1, default: 0)
    self.content = content
    body = try stream.window(at: start, length: bodyLength, "a message")
    size = 8 + length + bodyLength
  }
}

extension ArrowMetadata {
  static func checkVersion(_ version: Int16) throws(ArrowFault) {
    guard version >= oldestVersion, version <= Self.version else {
      throw .unsupported(
        "has metadata version \(Int(version) + 1)", help: "write it with a current library")
    }
  }
}

extension ArrowFault {
  fileprivate static let endsTooEarly = ArrowFault.damaged("it ends too early")
}
