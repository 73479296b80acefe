// SPDX-License-Identifier: EUPL-1.2

import CExpat
import Documents

extension MarkupElement {
  private static let maximumNesting = 500
  /// Stands between the parts of the names that the parser gives.
  private static let separator: Character = "\n"

  /// Reads a whole document.
  ///
  /// A document type declaration ends the reading at once: without one there are no entities of a
  /// document's own, neither ones that grow nor ones that draw in files.
  static func parse(_ bytes: [UInt8]) throws(MarkupFault) -> MarkupElement {
    guard let parser = unsafe XML_ParserCreateNS(nil, CChar(separator.asciiValue ?? 0)) else {
      throw MarkupFault(line: 1, column: 1, reason: "no memory")
    }
    defer { unsafe XML_ParserFree(parser) }
    unsafe XML_SetReturnNSTriplet(parser, 1)
    let growth = unsafe MarkupGrowth(parser)
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(growth).toOpaque())
    unsafe setHandlers(of: parser)
    guard bytes.count <= Int(Int32.max) else {
      throw MarkupFault(line: 1, column: 1, reason: "it is larger than two gigabytes")
    }
    let status = unsafe bytes.withUnsafeBytes { buffer in
      unsafe XML_Parse(
        parser, buffer.assumingMemoryBound(to: CChar.self).baseAddress, Int32(buffer.count), 1)
    }
    let place = growth.position
    if let reason = growth.reason {
      throw MarkupFault(line: place.line, column: place.column, reason: reason)
    }
    guard status == XML_STATUS_OK, let root = growth.root else {
      let reason = unsafe XML_ErrorString(XML_GetErrorCode(parser)).map {
        unsafe String(cString: $0)
      }
      throw MarkupFault(line: place.line, column: place.column, reason: reason ?? "it is no XML")
    }
    return root
  }

  private static func setHandlers(of parser: XML_Parser) {
    unsafe XML_SetStartNamespaceDeclHandler(parser) { context, prefix, namespace in
      guard let growth = unsafe MarkupGrowth.from(context) else { return }
      growth.declarations.append(
        Declaration(
          prefix: unsafe prefix.map { unsafe String(cString: $0) } ?? "",
          namespace: unsafe namespace.map { unsafe String(cString: $0) } ?? ""))
    }
    unsafe XML_SetElementHandler(
      parser,
      { context, name, attributes in
        guard let growth = unsafe MarkupGrowth.from(context), let name = unsafe name else {
          return
        }
        var element = unsafe MarkupElement(parts: MarkupElement.parts(name))
        var place = 0
        while let attributes = unsafe attributes, let key = unsafe attributes[place],
          let value = unsafe attributes[place + 1]
        {
          let parts = unsafe MarkupElement.parts(key)
          element.attributes.append(
            Attribute(
              name: parts.name, namespace: parts.namespace, prefix: parts.prefix,
              value: unsafe String(cString: value)))
          place += 2
        }
        growth.open(element, deepest: MarkupElement.maximumNesting)
      },
      { context, _ in
        guard let growth = unsafe MarkupGrowth.from(context) else { return }
        growth.close()
      })
    unsafe XML_SetCharacterDataHandler(parser) { context, text, count in
      guard let growth = unsafe MarkupGrowth.from(context) else { return }
      let bytes = unsafe UnsafeRawBufferPointer(start: text, count: Int(count))
      growth.add(unsafe String(decoding: bytes, as: UTF8.self))
    }
    unsafe XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
      unsafe MarkupGrowth.from(context)?.stop("it has a document type declaration")
    }
  }

  private init(parts: (name: String, namespace: String?, prefix: String?)) {
    self.init(name: parts.name)
    namespace = parts.namespace
    prefix = parts.prefix
  }

  /// `namespace\nname\nprefix`, or less where there is no prefix or no namespace.
  private static func parts(
    _ name: UnsafePointer<CChar>
  ) -> (name: String, namespace: String?, prefix: String?) {
    let parts = unsafe String(cString: name).split(
      separator: separator, omittingEmptySubsequences: false
    ).map { String($0) }
    guard parts.count > 1 else { return (parts[0], nil, nil) }
    return (parts[1], parts[0], parts.count > 2 ? parts[2] : nil)
  }
}

/// The elements that are open while the parser goes through a document.
@safe private final class MarkupGrowth {
  private let parser: XML_Parser
  private var open: [MarkupElement] = []
  /// How many code points of text each open element has.
  private var lengths: [Int] = []
  /// What the next element declares.
  var declarations: [MarkupElement.Declaration] = []
  private(set) var root: MarkupElement?
  private(set) var reason: String?

  init(_ parser: XML_Parser) { unsafe self.parser = parser }

  static func from(_ pointer: UnsafeMutableRawPointer?) -> MarkupGrowth? {
    unsafe pointer.map { unsafe Unmanaged<MarkupGrowth>.fromOpaque($0).takeUnretainedValue() }
  }

  var position: SourcePosition {
    unsafe SourcePosition(
      line: Int(XML_GetCurrentLineNumber(parser)),
      column: Int(XML_GetCurrentColumnNumber(parser)) + 1
    )
  }

  func open(_ element: MarkupElement, deepest: Int) {
    var element = element
    element.place = position
    element.declarations = declarations
    declarations = []
    open.append(element)
    lengths.append(0)
    if open.count > deepest { stop("elements lie too deep in each other") }
  }

  func add(_ text: String) {
    guard let last = open.indices.last else { return }
    open[last].textPlaces.append(
      MarkupElement.TextPlace(offset: lengths[last], position: position))
    lengths[last] += text.unicodeScalars.count
    open[last].text += text
  }

  func close() {
    guard var element = open.popLast() else { return }
    lengths.removeLast()
    if !element.children.isEmpty { element.textPlaces = [] }
    if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
  }

  func stop(_ reason: String) {
    self.reason = self.reason ?? reason
    unsafe XML_StopParser(parser, 0)
  }
}
