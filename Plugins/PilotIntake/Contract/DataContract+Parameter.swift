// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

// A contract as a parameter: a block, or the path of a YAML file that holds one.
extension DataContract: ParameterValue {
  static var schema: ParameterSchema {
    .either([.block(name: "data contract", schema: jsonSchema), .file])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> DataContract? {
    if node.entries != nil { return read(node, of: reading.file, from: nil, in: &reading) }
    guard node.items == nil, !node.isNull else {
      reading.reportWrongType(node, wanted: "a contract block, or the path of a YAML file")
      return nil
    }
    guard let file = InputFile.read(node, in: &reading) else { return nil }
    guard FileStatus.exists(path: file.location) else {
      reading.report(
        .missingFile, "there is no file '\(file.path)'", at: node,
        help: "paths are relative to the pipeline file"
          + (reading.folder.isEmpty ? "" : ", in \(reading.folder)"))
      return nil
    }
    let document = Document.load(path: file.location)
    reading.report(document.diagnostics)
    guard !document.hasErrors, let root = document.root else { return nil }
    return read(root, of: document.file, from: node, in: &reading)
  }

  /// Equal for equal meaning: a contract in a file of its own, or in another order, changes nothing.
  ///
  /// How near the last day is belongs to it, since data that might be used yesterday may not today.
  var json: JSONValue {
    .object(
      members: [
        ("version", JSONValue(version)), ("owner", JSONValue(owner)),
        ("legal_basis", JSONValue(legalBasis)),
        ("retain_until", JSONValue(retention?.until.description)),
        ("retention", JSONValue(retention?.state(on: readOn).rawValue)),
        ("columns", .object(members: columns.map { ($0.name, $0.json) })),
        ("unique", .array(unique.map(\.json))), ("rules", .array(rules.map(\.json))),
        ("other_columns", .string(otherColumns.rawValue)),
      ])
  }
}

extension DataContract {
  /// Reads the map, and tells the pipeline which columns and files it names.
  ///
  /// In a file of its own, faults stand there; what only the pipeline can find stands at its path.
  private static func read(
    _ map: Node, of file: SourceFile, from path: Node?, in reading: inout ParameterReading
  ) -> DataContract? {
    var own = ParameterReading(
      file: file, folder: reading.folder, constants: reading.constants,
      referenceDate: reading.referenceDate)
    own.parameter = reading.parameter
    var reader = ContractReader(own)
    let contract = reader.contract(map)
    reading.report(reader.reading.diagnostics)
    let outer = reading.parameter
    for use in reader.uses {
      reading.parameter = use.parameter
      _ = ColumnName.read(
        Node(
          content: .scalar(Scalar(text: use.name, style: .doubleQuoted)),
          span: path?.span ?? use.span), in: &reading)
    }
    reading.parameter = outer
    for source in reader.sources {
      _ = InputFile.read(
        Node(content: source.content, span: path?.span ?? source.span), in: &reading)
    }
    return reader.reading.diagnostics.contains { $0.severity == .error } ? nil : contract
  }

  private static var referenceProperties: JSONValue {
    .object(
      members: [
        ("source", String.schema.jsonSchema), ("column", String.schema.jsonSchema),
        ("format", FileFormat.schema.jsonSchema), ("sheet", SheetChoice.schema.jsonSchema),
        ("range", CellRange.schema.jsonSchema), ("table", String.schema.jsonSchema),
        ("query", String.schema.jsonSchema), ("delimiter", String.schema.jsonSchema),
        ("encoding", TextEncoding.schema.jsonSchema),
        ("missing", [String].schema.jsonSchema),
      ])
  }

  private static var jsonSchema: JSONValue {
    let terms: JSONValue = [
      "type": "object",
      "properties": [
        "type": DeclaredType.schema.jsonSchema, "required": Bool.schema.jsonSchema,
        "unique": Bool.schema.jsonSchema, "minimum": String.schema.jsonSchema,
        "maximum": String.schema.jsonSchema, "allowed": [String].schema.jsonSchema,
        "pattern": ["type": "string"],
        "refers_to": [
          "type": "object",
          "properties": referenceProperties,
          "additionalProperties": false,
        ],
        "severity": Severity.schema.jsonSchema,
      ],
      "additionalProperties": false,
    ]
    return [
      "type": "object",
      "properties": [
        "version": String.schema.jsonSchema, "owner": String.schema.jsonSchema,
        "legal_basis": String.schema.jsonSchema,
        "retain_until": ParameterSchema.date.jsonSchema,
        "columns": [
          "type": "object",
          "additionalProperties": [
            "anyOf": [terms, DeclaredType.schema.jsonSchema, ["type": "null"]]
          ],
        ],
        "unique": ["type": "array"],
        "rules": [
          "type": "object",
          "additionalProperties": [
            "anyOf": [
              ParameterSchema.expression.jsonSchema,
              [
                "type": "object",
                "properties": [
                  "expression": ParameterSchema.expression.jsonSchema,
                  "severity": Severity.schema.jsonSchema,
                ],
                "additionalProperties": false,
              ],
            ]
          ],
        ],
        "other_columns": OtherColumns.schema.jsonSchema,
      ],
      "additionalProperties": false,
    ]
  }
}

extension ColumnTerms {
  fileprivate var json: JSONValue {
    .object(
      members: [
        ("type", JSONValue(type?.rawValue)), ("required", .boolean(required)),
        ("unique", .boolean(unique)), ("minimum", JSONValue(minimum?.text)),
        ("maximum", JSONValue(maximum?.text)),
        ("allowed", allowed.map { .array($0.map { .string($0) }) } ?? .null),
        ("pattern", JSONValue(pattern?.source)), ("refers_to", refersTo?.json ?? .null),
        ("severity", .string(severity.rawValue)),
      ])
  }
}

extension ReferenceTerms {
  fileprivate var json: JSONValue {
    .object(
      members: [("source", file.source.json), ("column", .string(column))]
        + file.referenceSettings.map { ($0.key, $0.value) })
  }
}

extension UniqueTerms {
  fileprivate var json: JSONValue {
    ["columns": .array(columns.map { .string($0) }), "severity": .string(severity.rawValue)]
  }
}

extension RowRule {
  fileprivate var json: JSONValue {
    [
      "name": .string(name), "expression": expression.json,
      "severity": .string(severity.rawValue),
    ]
  }
}
