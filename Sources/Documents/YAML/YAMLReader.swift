// SPDX-License-Identifier: EUPL-1.2

/// Builds the node tree of one document from libyaml's events and collects its faults.
///
/// Nodes are read by recursion, which the nesting limit bounds.
struct YAMLReader {
  private let file: SourceFile
  private let limits: ReadingLimits
  private(set) var diagnostics: [Diagnostic] = []
  private var anchors: [String: Anchored] = [:]
  private var aliasedNodes = 0

  init(file: SourceFile, limits: ReadingLimits) {
    self.file = file
    self.limits = limits
  }

  /// The root of the document; nil where a fault stopped the reading, which `diagnostics` tells.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Node? {
    var events = YAMLEvents(bytes)
    do throws(Stop) {
      return try document(&events)
    } catch {
      switch error {
      case .fault(let fault): diagnostics.append(fault)
      case .problem(let problem): diagnostics.append(problem.diagnostic(in: file))
      }
      return nil
    }
  }
}

extension YAMLReader {
  /// A node that an anchor names, with what an alias to it adds.
  private struct Anchored {
    var node: Node
    var size: Int
    var height: Int
  }

  /// A node with the number of nodes in it, itself included, and of levels of lists and maps.
  private struct Measured {
    var node: Node
    /// Where the text ends that gave the node: behind the alias where it is one.
    var end: SourcePosition
    var size = 1
    var height = 0
  }

  /// Why reading cannot go on.
  private enum Stop: Error {
    case fault(Diagnostic)
    case problem(YAMLProblem)
  }

  private func next(_ events: inout YAMLEvents) throws(Stop) -> YAMLEvent {
    do {
      return try events.next()
    } catch {
      throw .problem(error)
    }
  }

  private mutating func document(_ events: inout YAMLEvents) throws(Stop) -> Node {
    _ = try next(&events)
    let start = try next(&events)
    guard case .documentStart = start.kind else { throw .fault(.emptyFile(file.name)) }
    let root = try node(from: try next(&events), &events, depth: 0).node
    _ = try next(&events)
    let end = try next(&events)
    if case .documentStart = end.kind {
      diagnostics.append(.severalDocuments(at: end.span.start, file: file.name))
    }
    if root.isOmitted { throw .fault(.emptyFile(file.name)) }
    return root
  }

  private mutating func node(
    from event: YAMLEvent, _ events: inout YAMLEvents, depth: Int
  ) throws(Stop) -> Measured {
    let properties: YAMLProperties
    var measured: Measured
    switch event.kind {
    case .alias(let name):
      return try alias(name, at: event.span, depth: depth)
    case .scalar(let text, let style, let its):
      properties = its
      let node = scalar(text, style, its, event.span)
      measured = Measured(node: node, end: node.span.end)
    case .sequenceStart(let style, let its):
      properties = its
      checkTag(its.tag, isAnyOf: ["tag:yaml.org,2002:seq", "!"], at: event.span)
      measured = try sequence(style, event, &events, depth: depth + 1)
    case .mappingStart(let style, let its):
      properties = its
      checkTag(its.tag, isAnyOf: ["tag:yaml.org,2002:map", "!"], at: event.span)
      measured = try mapping(style, event, &events, depth: depth + 1)
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
      // libyaml never sends these where a value is due.
      throw .fault(.unexpectedEvent(at: event.span, file: file.name))
    }
    if !properties.isEmpty {
      measured.node.span.start = file.startOfValue(after: event.span.start, before: event.span.end)
    }
    if let anchor = properties.anchor {
      anchors[anchor] = Anchored(
        node: measured.node, size: measured.size, height: measured.height)
    }
    return measured
  }

  private mutating func alias(
    _ name: String, at span: SourceSpan, depth: Int
  ) throws(Stop) -> Measured {
    guard let anchored = anchors[name] else {
      throw .fault(
        .unknownAlias(name, known: anchors.keys.sorted(), at: span, file: file.name))
    }
    aliasedNodes += anchored.size
    if aliasedNodes > limits.aliasedNodes {
      throw .fault(.aliasBomb(limit: limits.aliasedNodes, at: span, file: file.name))
    }
    if depth + anchored.height > limits.nesting {
      throw .fault(.nestingTooDeep(limit: limits.nesting, at: span, file: file.name))
    }
    return Measured(
      node: anchored.node, end: span.end, size: anchored.size, height: anchored.height)
  }

  private mutating func sequence(
    _ style: Node.CollectionStyle, _ start: YAMLEvent, _ events: inout YAMLEvents, depth: Int
  ) throws(Stop) -> Measured {
    try checkDepth(depth, at: start.span)
    var items: [Node] = []
    var end = start.span.end
    var size = 1
    var height = 0
    while true {
      let event = try next(&events)
      if case .sequenceEnd = event.kind {
        // libyaml's end of a block is the start of what follows.
        if style == .flow { end = event.span.end }
        return Measured(
          node: Node(
            content: .sequence(items, style), span: SourceSpan(start: start.span.start, end: end)),
          end: end, size: size, height: height + 1)
      }
      let item = try node(from: event, &events, depth: depth)
      end = item.end
      size += item.size
      height = max(height, item.height)
      items.append(item.node)
    }
  }

  private mutating func mapping(
    _ style: Node.CollectionStyle, _ start: YAMLEvent, _ events: inout YAMLEvents, depth: Int
  ) throws(Stop) -> Measured {
    try checkDepth(depth, at: start.span)
    var entries: [Node.Entry] = []
    var keys = MappingKeys()
    var end = start.span.end
    var size = 1
    var height = 0
    while true {
      let event = try next(&events)
      if case .mappingEnd = event.kind {
        if style == .flow { end = event.span.end }
        return Measured(
          node: Node(
            content: .mapping(entries, style), span: SourceSpan(start: start.span.start, end: end)),
          end: end, size: size, height: height + 1)
      }
      let key = try node(from: event, &events, depth: depth)
      let value = try node(from: try next(&events), &events, depth: depth)
      end = value.end
      size += key.size + value.size
      height = max(height, key.height, value.height)
      // An alias as key gives the place of the alias: there the key is used.
      if let fault = keys.add(key.node, at: event.span, file: file.name) {
        diagnostics.append(fault)
      }
      if key.node.text != nil { entries.append(Node.Entry(key: key.node, value: value.node)) }
    }
  }

  private func checkDepth(_ depth: Int, at span: SourceSpan) throws(Stop) {
    if depth > limits.nesting {
      throw .fault(.nestingTooDeep(limit: limits.nesting, at: span, file: file.name))
    }
  }

  private mutating func scalar(
    _ text: String, _ style: Scalar.Style, _ properties: YAMLProperties, _ span: SourceSpan
  ) -> Node {
    var span = span
    if style == .literal || style == .folded { span.end = file.endOfText(in: span) }
    var scalar = Scalar(text: text, style: style)
    if let tag = properties.tag {
      if let tagged = Scalar(text: text, style: style, tag: tag) {
        scalar = tagged
      } else {
        diagnostics.append(.unsupportedTag(tag, at: span, file: file.name))
      }
    }
    return Node(content: .scalar(scalar), span: span)
  }

  private mutating func checkTag(_ tag: String?, isAnyOf known: [String], at span: SourceSpan) {
    guard let tag, !known.contains(tag) else { return }
    diagnostics.append(.unsupportedTag(tag, at: span, file: file.name))
  }
}

extension Diagnostic {
  fileprivate static func emptyFile(_ file: String) -> Diagnostic {
    Diagnostic(
      .emptyFile, "there is nothing in the file",
      help: "write at least one 'key: value'", file: file, span: SourceSpan(at: .start))
  }

  fileprivate static func severalDocuments(at start: SourcePosition, file: String) -> Diagnostic {
    Diagnostic(
      .severalDocuments, "a second document starts here, and a file holds one",
      help: "remove the line '---' or make a file of the rest",
      file: file, span: SourceSpan(at: start, length: 3))
  }

  fileprivate static func nestingTooDeep(
    limit: Int, at span: SourceSpan, file: String
  ) -> Diagnostic {
    Diagnostic(
      .nestingTooDeep, "lists and maps are nested deeper than \(limit) levels",
      help: "write it flatter", file: file, span: span)
  }

  fileprivate static func unknownAlias(
    _ name: String, known: [String], at span: SourceSpan, file: String
  ) -> Diagnostic {
    Diagnostic(
      .unknownAlias, "no value before this one is marked '&\(name)'",
      help: Suggestion.closest(to: name, among: known).map { "did you mean '*\($0)'?" }
        ?? "if this is text, put it in quotes",
      notes: known.isEmpty ? [] : ["anchors: " + known.joined(separator: ", ")],
      file: file, span: span)
  }

  fileprivate static func aliasBomb(limit: Int, at span: SourceSpan, file: String) -> Diagnostic {
    Diagnostic(
      .aliasBomb, "aliases repeat so much that the document has more than \(limit) values",
      help: "write fewer aliases of aliases", file: file, span: span)
  }

  fileprivate static func unsupportedTag(
    _ tag: String, at span: SourceSpan, file: String
  ) -> Diagnostic {
    let core = "tag:yaml.org,2002:"
    let name = tag.hasPrefix(core) ? "!!" + tag.dropFirst(core.count) : tag
    return Diagnostic(
      .unsupportedTag, "the tag '\(name)' has no meaning for this value",
      help: "remove the tag; if it is text, put it in quotes", file: file, span: span)
  }

  fileprivate static func unexpectedEvent(at span: SourceSpan, file: String) -> Diagnostic {
    Diagnostic(.yamlSyntax, "a value is missing here", file: file, span: span)
  }
}
