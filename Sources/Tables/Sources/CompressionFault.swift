// SPDX-License-Identifier: EUPL-1.2

/// What can be wrong with a compressed file.
public enum CompressionFault: Error, Hashable, Sendable {
  /// The compressed data stop before their end.
  case endsTooEarly(Compression)
  /// The data, or the checksum behind them, do not fit together.
  case damaged(Compression)
  /// Something else stands behind the compressed data.
  case followedByOther(Compression)
  /// Decompressing would take more memory than is given to it.
  case windowTooLarge(limit: Int)
  /// So little becomes so much that it is hardly a table.
  case expandsTooMuch(ratio: Int)
  /// A format that cannot be read.
  case unsupported(String)
}

extension CompressionFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .endsTooEarly(let format):
      "the compressed file ends too early: its \(format.rawValue) data are not complete"
    case .damaged(let format):
      "the compressed file is damaged: its \(format.rawValue) data do not fit together"
    case .followedByOther(let format):
      "the compressed file has something behind its \(format.rawValue) data that is none"
    case .windowTooLarge(limit: 0): "there is too little memory to decompress the file"
    case .windowTooLarge(let limit):
      "the compressed file needs more than \(limit >> 20) MiB of memory to be decompressed"
    case .expandsTooMuch(let ratio):
      "the compressed file becomes more than \(ratio) times as large, which no usual table does"
    case .unsupported("zip"): "the file is a zip archive, as workbooks are, and no text"
    case .unsupported(let format): "the file is compressed with \(format), which cannot be read"
    }
  }

  /// What to do about it.
  public var help: String {
    switch self {
    case .endsTooEarly, .damaged: "fetch the file again, or compress it again"
    case .followedByOther: "compress the whole file again, with nothing behind it"
    case .windowTooLarge: "compress it again with a smaller window (zstd without --long or --ultra)"
    case .expandsTooMuch: "decompress the file yourself if you trust it"
    case .unsupported("zip"): "unpack the archive first; a workbook needs the extension .xlsx"
    case .unsupported: "decompress it first, or compress it with gzip or zstd"
    }
  }
}
