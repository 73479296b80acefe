// SPDX-License-Identifier: EUPL-1.2

/// Looks over a text before it is parsed: its size, and characters that YAML forbids.
enum SourceCheck {
  static func fault(in file: SourceFile, limits: ReadingLimits) -> Diagnostic? {
    if file.text.utf8.count > limits.bytes {
      return Diagnostic(
        .fileTooLarge, "the text is larger than \(limits.bytes) bytes",
        help: "split it into several files", file: file.name, span: nil)
    }
    return controlCharacterFault(in: file)
  }

  /// Finds C0 controls other than tab and line ends, DEL, and C1 controls other than NEL.
  ///
  /// YAML 1.2.2, section 5.1, forbids them. libyaml would say so too, but in bytes of its buffer.
  private static func controlCharacterFault(in file: SourceFile) -> Diagnostic? {
    var offsets: [Int] = []
    var previous: UInt8 = 0
    for (offset, byte) in file.text.utf8.enumerated() {
      if isControl(byte, after: previous) { offsets.append(offset) }
      previous = byte
    }
    guard let first = offsets.first else { return nil }
    let position = file.position(utf8Offset: first)
    let scalar = file.scalars(ofLine: position.line).dropFirst(position.column - 1).first
    let code = String(scalar?.value ?? 0, radix: 16, uppercase: true)
    let name = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
    return Diagnostic(
      .controlCharacter,
      "the control character \(name)\(code == "0" ? " (NUL)" : "") does not belong in a text file",
      help: "delete it; if the file looks like nonsense, it is no YAML file",
      notes: offsets.count > 1 ? ["there are \(offsets.count - 1) more in the file"] : [],
      file: file.name, span: SourceSpan(at: position, length: 1))
  }

  /// Whether the byte is, or starts, a forbidden character: C1 controls are 0xC2 0x80 to 0xC2 0x9F.
  private static func isControl(_ byte: UInt8, after previous: UInt8) -> Bool {
    switch byte {
    case 0x09, 0x0A, 0x0D: false
    case 0..<0x20, 0x7F: true
    case 0x80...0x9F: previous == 0xC2 && byte != 0x85
    default: false
    }
  }
}
