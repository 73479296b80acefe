// SPDX-License-Identifier: EUPL-1.2

/// The name of a kind of fault, stable across versions: `duplicate-key`.
///
/// Each module adds its own as static members; messages may change, codes may not.
public struct DiagnosticCode: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public init(stringLiteral value: String) { rawValue = value }
}

extension DiagnosticCode: CustomStringConvertible {
  public var description: String { rawValue }
}

/// What can be wrong with a file before its meaning is looked at.
extension DiagnosticCode {
  /// An anchor is used so often that the document would grow out of bounds.
  public static let aliasBomb: DiagnosticCode = "alias-bomb"
  /// An alias names an anchor that does not stand before it.
  public static let unknownAlias: DiagnosticCode = "unknown-alias"
  /// A character that no text should hold, such as NUL.
  public static let controlCharacter: DiagnosticCode = "control-character"
  /// A map has the same key twice.
  public static let duplicateKey: DiagnosticCode = "duplicate-key"
  /// There is nothing in the file but comments and blanks.
  public static let emptyFile: DiagnosticCode = "empty-file"
  /// The file is larger than the limit.
  public static let fileTooLarge: DiagnosticCode = "file-too-large"
  /// The file is not UTF-8 text.
  public static let invalidUTF8: DiagnosticCode = "invalid-utf8"
  /// The key of a map is a list, a map or nothing.
  public static let keyNotText: DiagnosticCode = "key-not-text"
  /// The merge key `<<`, which YAML 1.2 does not have.
  public static let mergeKey: DiagnosticCode = "merge-key"
  /// Lists and maps are nested deeper than the limit.
  public static let nestingTooDeep: DiagnosticCode = "nesting-too-deep"
  /// A second document starts in the same file.
  public static let severalDocuments: DiagnosticCode = "several-documents"
  /// The file is missing, may not be read, or is a folder.
  public static let unreadableFile: DiagnosticCode = "unreadable-file"
  /// A tag such as `!python` that has no meaning here, or that the value does not fit.
  public static let unsupportedTag: DiagnosticCode = "unsupported-tag"
  /// The text is not YAML.
  public static let yamlSyntax: DiagnosticCode = "yaml-syntax"
  /// A tab where YAML wants spaces.
  public static let yamlTab: DiagnosticCode = "yaml-tab"
}
