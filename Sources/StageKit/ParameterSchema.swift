// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// What values a parameter takes, as data: help, checks, JSON Schema and reference pages read it.
public indirect enum ParameterSchema: Sendable, Hashable {
  case boolean
  case integer(minimum: Int64? = nil, maximum: Int64? = nil)
  case number(minimum: Double? = nil, maximum: Double? = nil)
  case text
  /// A day, as 2026-03-31.
  case date
  case choice([String])
  /// The name of a column of an input table.
  case column
  case expression
  /// A path, relative to the pipeline file.
  case file
  case secret
  case list(ParameterSchema)
  case map(ParameterSchema)
  /// A block with fields of its own; `JSONValue` is its JSON Schema.
  case block(name: String, schema: JSONValue)
  case either([ParameterSchema])

  /// The kind of value in words, as in "takes a number".
  public var phrase: String {
    switch self {
    case .boolean: "true or false"
    case .integer(let minimum, let maximum):
      "a whole number" + range(minimum.map { "\($0)" }, maximum.map { "\($0)" })
    case .number(let minimum, let maximum):
      "a number" + range(minimum.map(plain), maximum.map(plain))
    case .text: "text"
    case .date: "a date such as 2026-03-31"
    case .choice(let names): "one of " + names.joined(separator: ", ")
    case .column: "the name of a column"
    case .expression: "an expression"
    case .file: "the path of a file"
    case .secret: "a secret such as ${secret.NAME}"
    case .list(let element): "a list, each \(element.phrase)"
    case .map(let element): "a map from names to \(element.phrase)"
    case .block(let name, _): "\("aeiou".contains(name.prefix(1)) ? "an" : "a") \(name) block"
    case .either(let options): options.map(\.phrase).joined(separator: ", or ")
    }
  }

  /// The JSON Schema of a value in a pipeline file; `${…}` is allowed where a value may be computed.
  public var jsonSchema: JSONValue {
    switch self {
    case .boolean: computed(["type": "boolean"])
    case .integer(let minimum, let maximum):
      computed(
        bounded("integer", minimum.map { .integer($0) }, maximum.map { .integer($0) }))
    case .number(let minimum, let maximum):
      computed(bounded("number", minimum.map { .number($0) }, maximum.map { .number($0) }))
    case .text, .column, .file, .secret:
      ["type": ["string", "number", "boolean"]]
    case .date: computed(["type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"])
    case .choice(let names): computed(["enum": .array(names.map { .string($0) })])
    case .expression: ["type": ["string", "number", "boolean"]]
    case .list(let element):
      ["anyOf": [["type": "array", "items": element.jsonSchema], element.jsonSchema]]
    case .map(let element):
      ["type": "object", "additionalProperties": element.jsonSchema]
    case .block(_, let schema): schema
    case .either(let options): ["anyOf": .array(options.map(\.jsonSchema))]
    }
  }
}

extension ParameterSchema {
  private func range(_ minimum: String?, _ maximum: String?) -> String {
    switch (minimum, maximum) {
    case (nil, nil): ""
    case (let low?, nil): " of at least \(low)"
    case (nil, let high?): " of at most \(high)"
    case (let low?, let high?): " from \(low) to \(high)"
    }
  }

  private func plain(_ number: Double) -> String {
    number == number.rounded() && number.magnitude < 1e15 ? "\(Int64(number))" : "\(number)"
  }

  private func computed(_ schema: JSONValue) -> JSONValue {
    ["anyOf": [schema, ["type": "string", "pattern": "\\$\\{.+\\}"]]]
  }

  private func bounded(_ type: String, _ minimum: JSONValue?, _ maximum: JSONValue?) -> JSONValue {
    var members: [(String, JSONValue)] = [("type", .string(type))]
    if let minimum { members.append(("minimum", minimum)) }
    if let maximum { members.append(("maximum", maximum)) }
    return .object(members: members)
  }
}
