// SPDX-License-Identifier: EUPL-1.2

import OrderedCollections

/// The members of a JSON object, in the order in which they were added.
///
/// Keys are told apart byte by byte: `é` as one scalar and as two are different keys, as RFC 8259 has
/// it. Two objects are equal when they have the same members, in any order.
public struct JSONObject: Sendable {
  private var members: OrderedDictionary<ExactKey, JSONValue>

  public init() {
    members = [:]
  }

  public init(minimumCapacity: Int) {
    members = OrderedDictionary(minimumCapacity: minimumCapacity)
  }

  public var count: Int { members.count }
  public var isEmpty: Bool { members.isEmpty }
  public var keys: [String] { members.keys.map(\.text) }
  public var values: [JSONValue] { Array(members.values) }

  /// The value under a key; setting nil removes it, setting a new key adds it at the end.
  public subscript(key: String) -> JSONValue? {
    get { members[ExactKey(key)] }
    set { members[ExactKey(key)] = newValue }
  }

  /// Adds a member unless the key is there; says whether it was added.
  public mutating func insert(_ value: JSONValue, forKey key: String) -> Bool {
    let key = ExactKey(key)
    guard members[key] == nil else { return false }
    members[key] = value
    return true
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Where a key is written twice, the later value stands.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(minimumCapacity: elements.count)
    for (key, value) in elements { self[key] = value }
  }
}

extension JSONObject: Sequence {
  public func makeIterator() -> some IteratorProtocol<(key: String, value: JSONValue)> {
    members.lazy.map { (key: $0.key.text, value: $0.value) }.makeIterator()
  }
}

extension JSONObject: Hashable {
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    a.count == b.count && a.members.allSatisfy { b.members[$0.key] == $0.value }
  }

  public func hash(into hasher: inout Hasher) {
    // Order does not count, so the members are combined by a sum that knows none.
    var sum = 0
    for (key, value) in members {
      var member = Hasher()
      member.combine(key)
      member.combine(value)
      sum &+= member.finalize()
    }
    hasher.combine(sum)
  }
}

/// A key compared by its bytes, where `String` would compare by canonical equivalence.
private struct ExactKey: Sendable, Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (a: ExactKey, b: ExactKey) -> Bool {
    a.text.utf8.elementsEqual(b.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(text)
  }
}
