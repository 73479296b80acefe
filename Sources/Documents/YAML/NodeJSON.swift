// SPDX-License-Identifier: EUPL-1.2

extension Node {
  /// The node as JSON: numbers, truth values and null typed, everything else the text it is.
  ///
  /// `.nan` and `.inf` become numbers that `canonical` refuses. Of a key that is there twice, which the
  /// reader reports, the later value stands.
  public var json: JSONValue {
    switch content {
    case .scalar(let scalar): return scalar.json
    case .sequence(let items, _): return .array(items.map(\.json))
    case .mapping(let entries, _):
      var object = JSONObject(minimumCapacity: entries.count)
      for entry in entries { object[entry.name] = entry.value.json }
      return .object(object)
    }
  }
}

extension Scalar {
  /// The scalar as JSON.
  public var json: JSONValue {
    switch value {
    case .null: .null
    case .boolean(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .text: .string(text)
    }
  }
}
