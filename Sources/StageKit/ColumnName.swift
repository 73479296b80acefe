// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// The name of a column of the stage's first input table.
public struct ColumnName: ParameterValue, Hashable, CustomStringConvertible {
  public let name: String

  public init(_ name: String) { self.name = name }

  public var description: String { name }

  public static var schema: ParameterSchema { .column }

  public static func read(_ node: Node, in reading: inout ParameterReading) -> ColumnName? {
    guard let name = String.read(node, in: &reading) else { return nil }
    reading.use(column: name, at: node)
    return ColumnName(name)
  }

  public var json: JSONValue { .string(name) }
}

extension ColumnName: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}
