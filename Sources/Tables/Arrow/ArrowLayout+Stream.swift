// SPDX-License-Identifier: EUPL-1.2

extension ArrowLayout {
  /// The layout of a stream, message by message.
  ///
  /// The mark of the end must be there. The format would let a writer just stop, but then nobody could
  /// tell a whole stream from one that broke off between two batches.
  init(stream: ArrowBytes) throws(ArrowFault) {
    guard stream.isArrowStream else {
      throw .notArrow(looksLike: stream.isArrowFile ? "an Arrow file" : stream.otherFormat)
    }
    guard let first = try ArrowMessage(at: 0, inStream: stream),
      first.header == ArrowMetadata.Header.schema
    else { throw .damaged("it does not begin with its schema") }
    try self.init(schema: first.content, fileSize: stream.count)
    var place = first.size
    while let message = try ArrowMessage(at: place, inStream: stream) {
      switch message.header {
      case ArrowMetadata.Header.dictionaryBatch:
        try take(dictionary: message, mayReplace: true)
      case ArrowMetadata.Header.recordBatch: try take(batch: message)
      case ArrowMetadata.Header.schema: throw .damaged("it has two schemas")
      default:
        throw .unsupported(
          "has a message that is no part of a table", help: "write the table alone")
      }
      place += message.size
    }
    // Behind the mark of the end only padding may stand, and no second stream.
    guard stream.buffer[(place + 8)...].allSatisfy({ $0 == 0 }) else {
      throw .damaged("something follows its end")
    }
  }
}
