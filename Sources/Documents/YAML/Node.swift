// SPDX-License-Identifier: EUPL-1.2

/// One value of a YAML document, with the place where it stands.
///
/// An alias gives the node that its anchor names, with the anchor's span: that is the text to change.
public struct Node: Sendable, Hashable {
  public var content: Content
  /// Where the value stands, without an anchor or tag before it; empty where nothing was written.
  public var span: SourceSpan

  public init(content: Content, span: SourceSpan) {
    self.content = content
    self.span = span
  }

  public indirect enum Content: Sendable, Hashable {
    case scalar(Scalar)
    case sequence([Node], CollectionStyle)
    case mapping([Entry], CollectionStyle)
  }

  /// How a list or map is written: by indentation, or between brackets.
  public enum CollectionStyle: Sendable, Hashable {
    case block
    case flow
  }

  /// One key of a map with its value, in the order of the file.
  public struct Entry: Sendable, Hashable {
    public var key: Node
    public var value: Node

    public init(key: Node, value: Node) {
      self.key = key
      self.value = value
    }

    /// The key's source text; the reader lets no other keys through.
    public var name: String { key.text ?? "" }
  }
}

extension Node {
  /// The scalar, where the node is one.
  public var scalar: Scalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// The scalar's text as it stands, whatever type it would have.
  public var text: String? { scalar?.text }

  /// The items, where the node is a list.
  public var items: [Node]? {
    if case .sequence(let items, _) = content { items } else { nil }
  }

  /// The keys and values, where the node is a map.
  public var entries: [Entry]? {
    if case .mapping(let entries, _) = content { entries } else { nil }
  }

  /// Whether the value is null: `null`, `~` or nothing at all.
  public var isNull: Bool { scalar?.value == .null }

  /// Whether nothing is written here, as after `key:` with an empty rest of the line.
  public var isOmitted: Bool { scalar?.isOmitted ?? false }

  /// Whether the node is a list or map between brackets.
  public var isFlow: Bool {
    switch content {
    case .scalar: false
    case .sequence(_, let style), .mapping(_, let style): style == .flow
    }
  }

  /// What kind of value this is, in words for a message.
  public var kindName: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a map"
    case .scalar(let scalar): scalar.value.kindName
    }
  }

  /// The entry with this key, compared byte by byte.
  public func entry(_ key: String) -> Entry? {
    entries?.first { $0.key.text.map { $0.utf8.elementsEqual(key.utf8) } ?? false }
  }

  /// The value under a key, where the node is a map that has it.
  public subscript(key: String) -> Node? { entry(key)?.value }

  /// The item at a place of a list, from 0.
  public subscript(index: Int) -> Node? {
    guard let items, items.indices.contains(index) else { return nil }
    return items[index]
  }
}
