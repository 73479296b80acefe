// SPDX-License-Identifier: EUPL-1.2

import CYAML

/// One step of reading a YAML text.
struct YAMLEvent {
  let kind: Kind
  let span: SourceSpan

  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case scalar(String, Scalar.Style, YAMLProperties)
    case sequenceStart(Node.CollectionStyle, YAMLProperties)
    case sequenceEnd
    case mappingStart(Node.CollectionStyle, YAMLProperties)
    case mappingEnd
    case alias(String)
  }
}

/// The anchor and tag before a value.
struct YAMLProperties {
  var anchor: String?
  var tag: String?

  var isEmpty: Bool { anchor == nil && tag == nil }
}

/// What libyaml says when it stops: its own words, and where.
struct YAMLProblem: Error {
  var problem: String
  var context: String
  var position: SourcePosition
  /// Where the construct started that could not be read.
  var contextPosition: SourcePosition
  /// Where a character stands that libyaml does not let in; it gives no line and column then.
  var byteOffset: Int?
}

/// libyaml's event parser over bytes that the caller keeps alive.
///
/// The parser and its event live on the heap: libyaml keeps pointers into the parser, and a field of a
/// Swift struct may be moved.
struct YAMLEvents: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let event: UnsafeMutablePointer<yaml_event_t>
  private let isReady: Bool

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    parser = .allocate(capacity: 1)
    event = .allocate(capacity: 1)
    isReady = yaml_parser_initialize(parser) == 1
    if isReady {
      yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }
  }

  deinit {
    if isReady { yaml_parser_delete(parser) }
    parser.deallocate()
    event.deallocate()
  }

  mutating func next() throws(YAMLProblem) -> YAMLEvent {
    guard isReady, yaml_parser_parse(parser, event) == 1 else { throw problem() }
    defer { yaml_event_delete(event) }
    let span = SourceSpan(
      start: SourcePosition(event.pointee.start_mark), end: SourcePosition(event.pointee.end_mark))
    return YAMLEvent(kind: kind(), span: span)
  }
}

extension YAMLEvents {
  private func kind() -> YAMLEvent.Kind {
    let data = event.pointee.data
    switch event.pointee.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_ALIAS_EVENT: return .alias(text(data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return .scalar(
        String(decoding: bytes, as: UTF8.self), Scalar.Style(scalar.style),
        YAMLProperties(anchor: text(scalar.anchor), tag: text(scalar.tag)))
    case YAML_SEQUENCE_START_EVENT:
      let start = data.sequence_start
      return .sequenceStart(
        start.style == YAML_FLOW_SEQUENCE_STYLE ? .flow : .block,
        YAMLProperties(anchor: text(start.anchor), tag: text(start.tag)))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let start = data.mapping_start
      return .mappingStart(
        start.style == YAML_FLOW_MAPPING_STYLE ? .flow : .block,
        YAMLProperties(anchor: text(start.anchor), tag: text(start.tag)))
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    // libyaml has no other events; an empty one comes after the end of the stream.
    default: return .streamEnd
    }
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(decodingCString: $0, as: UTF8.self) }
  }

  private func problem() -> YAMLProblem {
    let parser = parser.pointee
    return YAMLProblem(
      problem: parser.problem.map { String(cString: $0) } ?? "out of memory",
      context: parser.context.map { String(cString: $0) } ?? "",
      position: SourcePosition(parser.problem_mark),
      contextPosition: SourcePosition(parser.context_mark),
      byteOffset: parser.error == YAML_READER_ERROR ? parser.problem_offset : nil)
  }
}

extension SourcePosition {
  /// libyaml counts lines and columns from 0.
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: mark.line + 1, column: mark.column + 1)
  }
}

extension Scalar.Style {
  fileprivate init(_ style: yaml_scalar_style_t) {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: self = .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: self = .literal
    case YAML_FOLDED_SCALAR_STYLE: self = .folded
    default: self = .plain
    }
  }
}
