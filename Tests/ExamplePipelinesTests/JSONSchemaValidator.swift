// SPDX-License-Identifier: EUPL-1.2

import Documents

/// Holds a document against a JSON Schema, with the keywords that the pipeline schema uses.
///
/// A keyword that it does not know fails the test, so that nothing goes unchecked.
struct JSONSchemaValidator {
  let root: JSONValue

  func faults(_ value: JSONValue, _ schema: JSONValue? = nil, at path: String = "$") -> [String] {
    let schema = schema ?? root
    if case .boolean(let allowed) = schema { return allowed ? [] : ["\(path) is not allowed"] }
    var faults: [String] = []
    for (keyword, argument) in schema.members {
      faults += check(keyword, argument, schema, value, path)
    }
    return faults
  }

  private func check(
    _ keyword: String, _ argument: JSONValue, _ schema: JSONValue, _ value: JSONValue,
    _ path: String
  ) -> [String] {
    func demand(_ holds: Bool) -> [String] { holds ? [] : ["\(path) breaks \(keyword)"] }
    switch keyword {
    case "$schema", "$defs", "title", "description", "default", "then": return []
    case "$ref":
      let name = argument.stringValue?.split(separator: "/").last.map { String($0) } ?? ""
      return faults(value, root["$defs"]?[name] ?? false, at: path)
    case "type":
      let types = argument.arrayValue?.compactMap(\.stringValue) ?? [argument.stringValue ?? ""]
      return demand(types.contains { hasType(value, $0) })
    case "enum": return demand(argument.arrayValue?.contains(value) == true)
    case "const": return demand(argument == value)
    case "minimum": return demand(value.doubleValue.map { $0 >= argument.doubleValue ?? 0 } ?? true)
    case "maximum": return demand(value.doubleValue.map { $0 <= argument.doubleValue ?? 0 } ?? true)
    case "pattern":
      guard let text = value.stringValue, let pattern = argument.stringValue,
        let regex = try? Regex(pattern)
      else { return [] }
      return demand(text.contains(regex))
    case "maxProperties": return demand(Int64(value.members.count) <= argument.integerValue ?? 0)
    case "minProperties": return demand(Int64(value.members.count) >= argument.integerValue ?? 0)
    case "required":
      guard case .object = value else { return [] }
      return (argument.arrayValue ?? []).compactMap(\.stringValue).filter { value[$0] == nil }
        .map { "\(path) lacks \($0)" }
    case "properties":
      return argument.members.flatMap { name, schema in
        value[name].map { faults($0, schema, at: "\(path).\(name)") } ?? []
      }
    case "additionalProperties":
      let known = Set(schema["properties"]?.members.map(\.key) ?? [])
      return value.members.filter { !known.contains($0.key) }.flatMap {
        faults($0.value, argument, at: "\(path).\($0.key)")
      }
    case "propertyNames":
      return value.members.flatMap { faults(.string($0.key), argument, at: "\(path).\($0.key)") }
    case "items":
      return (value.arrayValue ?? []).enumerated().flatMap {
        faults($1, argument, at: "\(path)[\($0)]")
      }
    case "minItems":
      return demand(Int64(value.arrayValue?.count ?? .max) >= argument.integerValue ?? 0)
    case "anyOf":
      let options = argument.arrayValue ?? []
      return demand(options.contains { faults(value, $0, at: path).isEmpty })
    case "oneOf":
      let options = argument.arrayValue ?? []
      return demand(options.count { faults(value, $0, at: path).isEmpty } == 1)
    case "allOf": return (argument.arrayValue ?? []).flatMap { faults(value, $0, at: path) }
    case "not": return demand(!faults(value, argument, at: path).isEmpty)
    case "if":
      guard faults(value, argument, at: path).isEmpty, let then = schema["then"] else { return [] }
      return faults(value, then, at: path)
    default: return ["the schema has a keyword '\(keyword)' that the test does not know"]
    }
  }

  private func hasType(_ value: JSONValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .boolean), ("string", .string), ("array", .array),
      ("object", .object), ("number", .integer), ("number", .number), ("integer", .integer):
      true
    default: false
    }
  }
}
