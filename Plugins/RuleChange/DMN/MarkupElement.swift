// SPDX-License-Identifier: EUPL-1.2

import CExpat

/// An element of an XML document; names have no prefix, since producers choose different ones.
struct MarkupElement: Sendable {
  let name: String
  var attributes: [String: String] = [:]
  var children: [MarkupElement] = []
  /// The text directly inside, as it stands.
  var text = ""

  init(name: String) { self.name = name }

  func child(_ name: String) -> MarkupElement? { children.first { $0.name == name } }

  func children(_ name: String) -> [MarkupElement] { children.filter { $0.name == name } }

  subscript(attribute: String) -> String? { attributes[attribute] }

  /// The text of the child `text`, where expressions stand.
  var source: String { child("text")?.text ?? "" }
}

/// What is wrong with a document of XML.
struct MarkupFault: Error, Sendable {
  let line: Int
  let reason: String
}

extension MarkupElement {
  private static let maximumNesting = 500

  /// Reads a whole document.
  ///
  /// A document type declaration ends the reading at once: without one there are no entities of a
  /// document's own, neither ones that grow nor ones that draw in files.
  static func parse(_ bytes: [UInt8]) throws(MarkupFault) -> MarkupElement {
    guard let parser = unsafe XML_ParserCreate(nil) else {
      throw MarkupFault(line: 1, reason: "no memory")
    }
    defer { unsafe XML_ParserFree(parser) }
    let growth = unsafe MarkupGrowth(parser)
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(growth).toOpaque())
    unsafe setHandlers(of: parser)
    let status = unsafe bytes.withUnsafeBytes { buffer in
      unsafe XML_Parse(
        parser, buffer.assumingMemoryBound(to: CChar.self).baseAddress, Int32(buffer.count), 1)
    }
    if let reason = growth.reason {
      throw MarkupFault(line: unsafe Int(XML_GetCurrentLineNumber(parser)), reason: reason)
    }
    guard status == XML_STATUS_OK, let root = growth.root else {
      let reason = unsafe XML_ErrorString(XML_GetErrorCode(parser)).map {
        unsafe String(cString: $0)
      }
      throw unsafe MarkupFault(
        line: Int(XML_GetCurrentLineNumber(parser)), reason: reason ?? "it is no XML")
    }
    return root
  }

  private static func setHandlers(of parser: XML_Parser) {
    unsafe XML_SetElementHandler(
      parser,
      { context, name, attributes in
        guard let growth = unsafe MarkupGrowth.from(context), let name = unsafe name else {
          return
        }
        var element = MarkupElement(name: unsafe MarkupElement.localName(name))
        var place = 0
        while let attributes = unsafe attributes, let key = unsafe attributes[place],
          let value = unsafe attributes[place + 1]
        {
          unsafe element.attributes[MarkupElement.localName(key)] = String(cString: value)
          place += 2
        }
        growth.open.append(element)
        if growth.open.count > MarkupElement.maximumNesting {
          growth.stop("elements lie too deep in each other")
        }
      },
      { context, _ in
        guard let growth = unsafe MarkupGrowth.from(context) else { return }
        growth.close()
      })
    unsafe XML_SetCharacterDataHandler(parser) { context, text, count in
      guard let growth = unsafe MarkupGrowth.from(context), !growth.open.isEmpty else { return }
      let bytes = unsafe UnsafeRawBufferPointer(start: text, count: Int(count))
      growth.open[growth.open.count - 1].text += unsafe String(decoding: bytes, as: UTF8.self)
    }
    unsafe XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
      unsafe MarkupGrowth.from(context)?.stop("it has a document type declaration")
    }
  }

  private static func localName(_ name: UnsafePointer<CChar>) -> String {
    let whole = unsafe String(cString: name)
    return whole.split(separator: ":").last.map { String($0) } ?? whole
  }
}

/// The elements that are open while the parser goes through a document.
@safe private final class MarkupGrowth {
  private let parser: XML_Parser
  var open: [MarkupElement] = []
  var root: MarkupElement?
  var reason: String?

  init(_ parser: XML_Parser) { unsafe self.parser = parser }

  static func from(_ pointer: UnsafeMutableRawPointer?) -> MarkupGrowth? {
    unsafe pointer.map { unsafe Unmanaged<MarkupGrowth>.fromOpaque($0).takeUnretainedValue() }
  }

  func close() {
    guard let element = open.popLast() else { return }
    if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
  }

  func stop(_ reason: String) {
    self.reason = self.reason ?? reason
    unsafe XML_StopParser(parser, 0)
  }
}
