// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import Tables

/// A command that a plugin adds: `proeftuin pilot columns FILE`.
///
/// Declared like a stage: required parameters are the arguments, in order; the others are options.
public protocol Tool: Sendable, Decodable {
  /// The name is the subcommand's.
  static var info: ToolInfo { get }
  init()
  func run() async throws -> ToolAnswer
}

/// What a tool says of itself.
public struct ToolInfo: Sendable, Hashable {
  public let name: String
  public let summary: String

  public init(_ name: String, summary: String) {
    self.name = name
    self.summary = summary
  }
}

/// What a tool answers with; the command prints it as text or JSON.
public struct ToolAnswer: Sendable {
  public enum Content: Sendable {
    case table(Table)
    case record(JSONValue)
    case text(String)
    /// A text for people, and the same as JSON for programs.
    case readable(String, JSONValue)
  }

  public let content: Content
  /// Told beside the answer, on standard error.
  public let notes: [String]
  /// False where the tool checked something and it did not hold: exit code 1.
  public let succeeded: Bool

  public init(_ content: Content, notes: [String] = [], succeeded: Bool = true) {
    self.content = content
    self.notes = notes
    self.succeeded = succeeded
  }
}

/// A tool as data, with its type forgotten.
public struct ToolDeclaration: Sendable {
  public let plugin: String
  public let info: ToolInfo
  public let parameters: [ParameterDeclaration]
  /// Runs with nodes by parameter name; throws the faults that it finds.
  public let run: @Sendable (_ values: [String: Node], ParameterReading) async throws -> ToolAnswer

  public init<T: Tool>(_ tool: T.Type, plugin: String) {
    self.plugin = plugin
    info = T.info
    let wrapped = wrappers(of: T(), as: (any DeclaredParameter).self)
    parameters = wrapped.map { $0.1.declaration(named: $0.0.snakeCase) }
    run = { values, reading in
      var reading = reading
      var prepared: [String: any Sendable] = [:]
      for (property, declared) in wrapped {
        reading.parameter = property.snakeCase
        prepared[property] = declared
        if let node = values[property.snakeCase] {
          prepared[property] = declared.reading(node, in: &reading) ?? declared
        }
      }
      guard reading.diagnostics.isEmpty else { throw ToolFault(diagnostics: reading.diagnostics) }
      return try await T(from: WrapperDecoder(wrappers: prepared)).run()
    }
  }
}

/// What is wrong with the arguments of a tool.
public struct ToolFault: Error, Sendable {
  public let diagnostics: [Diagnostic]
}

extension Plugin {
  /// The tools as data.
  public static var toolDeclarations: [ToolDeclaration] { tools.map { declare($0) } }

  private static func declare<T: Tool>(_ tool: T.Type) -> ToolDeclaration {
    ToolDeclaration(tool, plugin: name)
  }
}
