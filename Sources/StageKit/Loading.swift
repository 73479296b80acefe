// SPDX-License-Identifier: EUPL-1.2

/// Hands prepared property wrappers to the initialiser that the compiler wrote for a `Decodable` type.
///
/// Wrappers cannot be set one by one from outside, and a memberwise initialiser would need all of them
/// typed; a keyed container that returns the wrapper asked for does both without a cast at each use.
struct WrapperDecoder: Decoder {
  /// By property name.
  let wrappers: [String: any Sendable]
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Container(wrappers: wrappers))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw notAWrapper("a list") }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    throw notAWrapper("a value")
  }

  private struct Container<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let wrappers: [String: any Sendable]
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { wrappers.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { wrappers[key.stringValue] != nil }
    func decodeNil(forKey key: Key) -> Bool { !contains(key) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      guard let wrapper = wrappers[key.stringValue] as? Value else {
        throw notAWrapper("'\(key.stringValue)'")
      }
      return wrapper
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw notAWrapper("a nested map") }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      throw notAWrapper("a nested list")
    }

    func superDecoder() throws -> any Decoder { throw notAWrapper("a superclass") }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw notAWrapper("a superclass") }
  }
}

private func notAWrapper(_ what: String) -> StageFault {
  StageFault(
    "\(what) is no @Parameter or @Port: a stage and its port sets hold nothing else", kind: .bug)
}

/// The wrapped properties of a value by property name, in the order of declaration.
func wrappers<Wrapper>(of value: some Any, as type: Wrapper.Type) -> [(String, Wrapper)] {
  Mirror(reflecting: value).children.compactMap { child in
    guard let label = child.label, label.hasPrefix("_"), let wrapper = child.value as? Wrapper
    else { return nil }
    return (String(label.dropFirst()), wrapper)
  }
}

extension String {
  /// `hartungKnapp` as people write it in YAML: `hartung_knapp`.
  var snakeCase: String {
    reduce(into: "") { result, character in
      if character.isUppercase {
        result += "_" + character.lowercased()
      } else {
        result.append(character)
      }
    }
  }
}
