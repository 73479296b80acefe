// SPDX-License-Identifier: EUPL-1.2

import Documents

/// An element of an XML document, with its place; names stand without the prefix that a producer chose.
struct MarkupElement: Sendable {
  struct Attribute: Sendable {
    let name: String
    /// Nil for the attributes of the element's own language.
    var namespace: String?
    var prefix: String?
    var value: String
  }

  /// A prefix (empty for elements without one) and what it stands for from this element on.
  struct Declaration: Sendable {
    let prefix: String
    let namespace: String
  }

  /// Where a stretch of text stands in the file.
  struct TextPlace: Sendable {
    /// Counted in code points from the start of the element's text.
    let offset: Int
    let position: SourcePosition
  }

  let name: String
  var namespace: String?
  var prefix: String?
  var attributes: [Attribute] = []
  var children: [MarkupElement] = []
  /// The text directly inside, as it stands.
  var text = ""
  var declarations: [Declaration] = []
  /// Where the element begins; nil for one that was not read from a file.
  var place: SourcePosition?
  var textPlaces: [TextPlace] = []

  init(name: String) { self.name = name }

  init(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String) {
    self.init(name, attributes)
    self.text = text
  }

  /// An element of the standard's own; an attribute without a value is left out.
  init(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:],
    _ children: [MarkupElement] = []
  ) {
    self.name = name
    self.attributes = attributes.compactMap { name, value in
      value.map { Attribute(name: name, namespace: nil, prefix: nil, value: $0) }
    }
    self.children = children
  }

  func child(_ name: String) -> MarkupElement? { children.first { $0.name == name } }

  func children(_ name: String) -> [MarkupElement] { children.filter { $0.name == name } }

  /// The value of an attribute, one of the element's own language first.
  subscript(attribute: String) -> String? {
    own(attribute) ?? attributes.first { $0.name == attribute }?.value
  }

  /// The value of an attribute of the element's own language.
  func own(_ attribute: String) -> String? {
    attributes.first { $0.name == attribute && $0.namespace == nil }?.value
  }

  mutating func set(_ attribute: String, to value: String) {
    if let place = attributes.firstIndex(where: { $0.name == attribute && $0.namespace == nil }) {
      attributes[place].value = value
    } else {
      attributes.append(Attribute(name: attribute, namespace: nil, prefix: nil, value: value))
    }
  }

  /// The text of the child `text`, where expressions stand.
  var source: String { child("text")?.text ?? "" }

  /// Where a stretch of the text stands in the file; nil where that is not known.
  func span(inText range: Range<Int>) -> SourceSpan? {
    guard let start = position(inText: range.lowerBound),
      let end = position(inText: max(range.lowerBound, range.upperBound - 1))
    else { return place.map { SourceSpan(at: $0) } }
    return SourceSpan(
      start: start, end: SourcePosition(line: end.line, column: end.column + 1))
  }

  private func position(inText offset: Int) -> SourcePosition? {
    guard let run = textPlaces.last(where: { $0.offset <= offset }) else { return nil }
    return SourcePosition(
      line: run.position.line, column: run.position.column + offset - run.offset)
  }
}

/// What is wrong with a document of XML.
struct MarkupFault: Error, Sendable {
  let line: Int
  let column: Int
  let reason: String
}
