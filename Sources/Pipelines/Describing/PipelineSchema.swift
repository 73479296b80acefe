// SPDX-License-Identifier: EUPL-1.2

public import Documents
public import StageKit

/// The JSON Schema (2020-12) of a pipeline file, for editors; made from the stage declarations.
public enum PipelineSchema {
  public static func schema(of catalog: Catalog) -> JSONValue {
    [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Proeftuin pipeline",
      "type": "object",
      "required": ["pipeline", "stages"],
      "additionalProperties": false,
      "properties": [
        "pipeline": ["type": "string", "pattern": "^[a-z][a-z0-9-]*$"],
        "title": ["type": "string"],
        "plugins": plugins,
        "parameters": parameters,
        "environment": ["type": "array", "items": ["type": "string"]],
        "stages": [
          "type": "object",
          "minProperties": 1,
          "propertyNames": ["pattern": "^[a-z][a-z0-9-]*$"],
          "additionalProperties": ["$ref": "#/$defs/stage"],
        ],
      ],
      "$defs": ["stage": stage(catalog)],
    ]
  }

  private static let plugins: JSONValue = [
    "anyOf": [
      ["type": "array", "items": ["type": "string"]],
      [
        "type": "object",
        "propertyNames": ["pattern": "^[a-z][a-z0-9-]*$"],
        "additionalProperties": [
          "type": ["object", "string", "null"],
          "additionalProperties": false,
          "properties": [
            "path": ["type": "string"],
            "version": ["type": ["string", "number"]],
            "network": ["type": "boolean"],
          ],
        ],
      ],
    ]
  ]

  private static let parameters: JSONValue = [
    "type": "object",
    "propertyNames": ["pattern": "^[a-z][a-z0-9_]*$"],
    "additionalProperties": [
      "if": ["type": "object"],
      "then": [
        "required": ["default"],
        "additionalProperties": false,
        "properties": [
          "default": true,
          "help": ["type": "string"],
          "minimum": ["type": "number"],
          "maximum": ["type": "number"],
          "choices": ["type": "array"],
        ],
      ],
    ],
  ]

  private static func stage(_ catalog: Catalog) -> JSONValue {
    [
      "type": "object",
      "required": ["use"],
      "additionalProperties": false,
      "properties": [
        "use": [
          "type": "string",
          "enum": .array(catalog.names.map { .string($0) }),
        ],
        "from": [
          "anyOf": [
            references,
            ["type": "object", "additionalProperties": references],
          ]
        ],
        "with": ["type": ["object", "null"]],
        "each": ["type": "object", "additionalProperties": ["type": ["array", "string"]]],
        "when": ["type": ["string", "boolean"]],
        "retry": ["type": "integer", "minimum": 0, "maximum": 100],
        "timeout": ["type": "string", "pattern": "^[1-9][0-9]*(ms|s|m|h)$"],
        "resources": [
          "type": "object",
          "additionalProperties": false,
          "properties": [
            "cpus": ["type": "integer", "minimum": 1],
            "memory": ["type": "string", "pattern": "^[1-9][0-9]*(KiB|MiB|GiB|KB|MB|GB)$"],
          ],
        ],
      ],
      "allOf": .array(catalog.stages.map { rule($0) }),
    ]
  }

  private static let references: JSONValue = [
    "anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]
  ]

  /// What `with` and `from` may hold where a stage is used.
  private static func rule(_ declaration: StageDeclaration) -> JSONValue {
    let properties = declaration.parameters.map { parameter in
      (parameter.name, described(parameter))
    }
    var with: [(String, JSONValue)] = [
      ("additionalProperties", false), ("properties", .object(members: properties)),
    ]
    let required = declaration.parameters.filter(\.isRequired).map(\.name)
    var then: [(String, JSONValue)] = []
    if !required.isEmpty {
      with.append(("required", .array(required.map { .string($0) })))
      then.append(("required", ["with"]))
    }
    then.append(("properties", ["with": .object(members: with)]))
    return [
      "if": ["properties": ["use": ["const": .string(declaration.name)]]],
      "then": .object(members: then),
    ]
  }

  private static func described(_ parameter: ParameterDeclaration) -> JSONValue {
    var members: [(String, JSONValue)] = [("description", .string(parameter.help))]
    if let initial = parameter.initial { members.append(("default", initial)) }
    for (key, value) in parameter.schema.jsonSchema.members { members.append((key, value)) }
    return .object(members: members)
  }
}
