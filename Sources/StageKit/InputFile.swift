// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// A file that a stage reads; its content, not its path, is part of the stage key.
///
/// It may also be the address of a database, `postgresql://user@host/name`. What is behind an address
/// cannot be told from its name, so that a stage that reads one always runs.
public struct InputFile: ParameterValue, Hashable {
  /// The path as people wrote it.
  public let path: String
  /// The path from the working folder or the root.
  public let location: String
  /// Where it stands in the pipeline file.
  public let span: SourceSpan?
  public let parameter: String

  public init(_ path: String, in folder: String = "") {
    self.init(path, folder: folder, span: nil, parameter: "")
  }

  private init(_ path: String, folder: String, span: SourceSpan?, parameter: String) {
    self.path = path
    let isWhole = path.hasPrefix("/") || Self.isAddress(path)
    location = isWhole || folder.isEmpty ? path : "\(folder)/\(path)"
    self.span = span
    self.parameter = parameter
  }

  /// What follows the last dot, in lower case: it decides how the file is read.
  public var fileExtension: String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  public static var schema: ParameterSchema { .file }

  public static func read(_ node: Node, in reading: inout ParameterReading) -> InputFile? {
    guard let path = String.read(node, in: &reading) else { return nil }
    guard !hasPassword(path) else {
      reading.report(
        .passwordInAddress,
        "'\(reading.parameter)' holds a password, which anybody who reads the file sees",
        at: node, help: "take it away here, and set PGPASSWORD or write it into ~/.pgpass")
      return nil
    }
    let file = InputFile(
      path, folder: reading.folder, span: node.span, parameter: reading.parameter)
    reading.use(file)
    return file
  }

  /// Whether this is the address of a database.
  public var isAddress: Bool { Self.isAddress(path) }

  /// For an address the database without who asks for it.
  public var json: JSONValue {
    guard isAddress else { return ["extension": .string(readingExtension)] }
    return ["address": .string(Self.withoutUser(path))]
  }
}

extension InputFile {
  /// What of the name decides how the file is read: of `cases.tsv.gz` both endings.
  private var readingExtension: String {
    let last = fileExtension
    guard ["gz", "gzip", "zst", "zstd"].contains(last) else { return last }
    let before = InputFile(String(path.dropLast(last.count + 1))).fileExtension
    return before.isEmpty ? last : "\(before).\(last)"
  }

  private static func isAddress(_ path: String) -> Bool { authority(path) != nil }

  /// What follows `scheme://` up to the next slash or question mark; nil for a path.
  private static func authority(_ path: String) -> Substring? {
    let scheme = path.prefix { $0.isASCII && $0.isLetter }
    let rest = path[scheme.endIndex...]
    guard !scheme.isEmpty, rest.hasPrefix("://") else { return nil }
    return rest.dropFirst(3).prefix { $0 != "/" && $0 != "?" }
  }

  /// Whether anything may be a password: what stands between a colon and an at sign, wherever slashes
  /// stand, and any option whose name ends so.
  private static func hasPassword(_ path: String) -> Bool {
    guard let authority = authority(path) else { return false }
    let rest = path[authority.startIndex...]
    let user = rest.lastIndex(of: "@").map { rest[..<$0] } ?? ""
    let options = rest.split(separator: "?").dropFirst().flatMap { $0.split(separator: "&") }
    return user.contains(":")
      || options.contains { option in
        let name = option.prefix { $0 != "=" }.lowercased()
        // A sign written as %41 hides what the name is.
        return name.hasSuffix("password") || name.contains("%")
      }
  }

  private static func withoutUser(_ path: String) -> String {
    guard let authority = authority(path), let at = authority.lastIndex(of: "@") else {
      return path
    }
    return String(path[..<authority.startIndex] + path[path.index(after: at)...])
  }
}

extension DiagnosticCode {
  static let passwordInAddress = DiagnosticCode(rawValue: "password-in-address")
}
