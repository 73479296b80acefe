// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// A secret by name: its value is read where it is used, and never stored, printed or sent on.
///
/// In YAML it reads `${secret.NAME}`; the value is that of the environment variable NAME, or the content of
/// the file that NAME_FILE names.
public struct Secret: ParameterValue, Hashable {
  public let name: String

  public init(_ name: String) { self.name = name }

  public static var schema: ParameterSchema { .secret }

  public static func read(_ node: Node, in reading: inout ParameterReading) -> Secret? {
    guard let text = node.scalar?.text, let name = Secret.name(in: text) else {
      reading.reportWrongType(
        node, wanted: schema.phrase,
        help: "a secret stands outside the file: write ${secret.NAME}")
      return nil
    }
    reading.use(secret: name)
    return Secret(name)
  }

  /// The name in `${secret.NAME}`, where the text is just that.
  public static func name(in text: String) -> String? {
    guard text.hasPrefix("${secret."), text.hasSuffix("}") else { return nil }
    let name = text.dropFirst("${secret.".count).dropLast()
    let fits = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    return name.isEmpty || !fits ? nil : String(name)
  }

  public var json: JSONValue { ["secret": .string(name)] }
}
