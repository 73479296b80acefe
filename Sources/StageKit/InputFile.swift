// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// A file that a stage reads; its content, not its path, is part of the stage key.
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
    location = path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
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
    let file = InputFile(
      path, folder: reading.folder, span: node.span, parameter: reading.parameter)
    reading.use(file)
    return file
  }

  public var json: JSONValue { ["extension": .string(fileExtension)] }
}
