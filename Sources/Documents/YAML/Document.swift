// SPDX-License-Identifier: EUPL-1.2

/// A YAML file that has been read: its root node, its faults, or both.
///
/// A root is there whenever the whole text could be understood; faults such as a duplicate key do not
/// take it away. Without a root there is always an error that says why.
public struct Document: Sendable, Hashable {
  public let file: SourceFile
  public let root: Node?
  /// All faults found, in the order of the file.
  public let diagnostics: [Diagnostic]

  public init(file: SourceFile, root: Node?, diagnostics: [Diagnostic]) {
    self.file = file
    self.root = root
    self.diagnostics = diagnostics.sorted()
  }

  /// Whether any fault is an error, so that the document should not be used.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// Reads a text that is already in memory.
  public static func parse(_ file: SourceFile, limits: ReadingLimits = .standard) -> Document {
    if let fault = SourceCheck.fault(in: file, limits: limits) {
      return Document(file: file, root: nil, diagnostics: [fault])
    }
    var text = file.text
    return text.withUTF8 { bytes in
      var reader = YAMLReader(file: file, limits: limits)
      let root = reader.read(bytes)
      return Document(file: file, root: root, diagnostics: reader.diagnostics)
    }
  }

  /// Reads bytes that ought to be UTF-8.
  public static func parse(
    name: String, bytes: [UInt8], limits: ReadingLimits = .standard
  ) -> Document {
    if bytes.count > limits.bytes {
      let file = SourceFile(name: name, text: "")
      return Document(
        file: file, root: nil, diagnostics: [.fileTooLarge(limit: limits.bytes, file: name)])
    }
    let file = SourceFile(name: name, text: String(decoding: bytes, as: UTF8.self))
    if let offset = UTF8Check.firstInvalidByte(in: bytes) {
      let fault = Diagnostic.invalidUTF8(bytes, at: offset, file: name)
      return Document(file: file, root: nil, diagnostics: [fault])
    }
    return parse(file, limits: limits)
  }

  /// Reads a file; one that is missing, unreadable or too large gives a fault and no root.
  public static func load(path: String, limits: ReadingLimits = .standard) -> Document {
    do {
      return parse(
        name: path, bytes: try FileBytes.read(path: path, limit: limits.bytes), limits: limits)
    } catch {
      let fault: Diagnostic =
        switch error {
        case .tooLarge(let limit): .fileTooLarge(limit: limit, file: path)
        case .missing, .notPermitted, .folder, .failed: .unreadableFile(error, file: path)
        }
      return Document(
        file: SourceFile(name: path, text: ""), root: nil, diagnostics: [fault])
    }
  }
}

extension Diagnostic {
  fileprivate static func fileTooLarge(limit: Int, file: String) -> Diagnostic {
    Diagnostic(
      .fileTooLarge, "the file is larger than \(sizeText(limit))",
      help: "keep data in files of their own and name them with 'source:'", file: file, span: nil)
  }

  fileprivate static func unreadableFile(_ fault: FileFault, file: String) -> Diagnostic {
    let help: String? =
      switch fault {
      case .missing(let similar): similar.map { "did you mean '\($0)'?" } ?? "check the path"
      case .folder: "name the file in it"
      case .notPermitted: "ask for read permission"
      case .tooLarge, .failed: nil
      }
    return Diagnostic(.unreadableFile, fault.message, help: help, file: file, span: nil)
  }

  fileprivate static func invalidUTF8(_ bytes: [UInt8], at offset: Int, file: String) -> Diagnostic
  {
    let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    // What stands before the fault is valid, so its position can be counted.
    let before = SourceFile(name: file, text: String(decoding: bytes.prefix(offset), as: UTF8.self))
    let position = before.position(utf8Offset: before.text.utf8.count)
    let hexadecimal = String(bytes[offset], radix: 16, uppercase: true)
    return Diagnostic(
      .invalidUTF8,
      isUTF16
        ? "the file is UTF-16 and not UTF-8"
        : "the byte 0x\(hexadecimal) here is not valid UTF-8",
      help: "save the file as UTF-8",
      file: file, span: SourceSpan(at: position, length: 1))
  }

  private static func sizeText(_ bytes: Int) -> String {
    bytes >= 1 << 20 && bytes % (1 << 20) == 0 ? "\(bytes >> 20) MiB" : "\(bytes) bytes"
  }
}
