// SPDX-License-Identifier: EUPL-1.2

/// A typed JSON document that a port may carry: a pilot card, a verdict.
///
/// Its JSON form is an object whose `type` and `version` say how the rest reads.
public protocol Record: Sendable {
  static var recordType: String { get }
  static var recordVersion: Int { get }

  /// Reads the record from its JSON form.
  init(record: JSONValue) throws(RecordFault)

  /// The JSON form, without `type` and `version`.
  var fields: JSONValue { get }
}

extension Record {
  /// The JSON form, with `type` and `version` in front.
  public var record: JSONValue {
    var object: [(String, JSONValue)] = [
      ("type", .string(Self.recordType)), ("version", .integer(Int64(Self.recordVersion))),
    ]
    for (name, value) in fields.members { object.append((name, value)) }
    return .object(members: object)
  }
}

/// Why a JSON document is not the record it should be.
public struct RecordFault: Error, Hashable, Sendable, CustomStringConvertible {
  public let recordType: String
  public let message: String

  public init(_ recordType: String, _ message: String) {
    self.recordType = recordType
    self.message = message
  }

  public var description: String { "this is no \(recordType): \(message)" }
}

extension JSONValue {
  /// An object with these members, in this order; a key that comes again keeps its first place.
  public static func object(members: [(String, JSONValue)]) -> JSONValue {
    var object = JSONObject(minimumCapacity: members.count)
    for (key, value) in members { object[key] = value }
    return .object(object)
  }

  /// The members of an object in their order; none of anything else.
  public var members: [(key: String, value: JSONValue)] {
    guard case .object(let object) = self else { return [] }
    return object.map { ($0.key, $0.value) }
  }
}
