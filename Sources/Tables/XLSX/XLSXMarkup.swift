// SPDX-License-Identifier: EUPL-1.2

import CExpat

/// Takes what stands in one part of a workbook, element by element.
protocol XLSXReceiver: AnyObject {
  /// What the receiver found wrong; reading stops there.
  var fault: XLSXFault? { get }
  /// Whether it found anything wrong: asked after every element.
  var isFaulty: Bool { get }
  func begin(_ element: XLSXName, _ attributes: XLSXAttributes)
  func end(_ element: XLSXName)
  func text(_ bytes: UnsafeRawBufferPointer)
}

extension XLSXReceiver {
  var isFaulty: Bool { fault != nil }
}

extension Collection<UInt8> {
  /// The number that at most 15 digits and nothing else form.
  var wholeNumber: Int? {
    guard (1...15).contains(count) else { return nil }
    var value = 0
    for byte in self {
      guard let digit = byte.digit else { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }
}

/// A name as the parser holds it, without its prefix: producers choose different ones.
struct XLSXName {
  private let bytes: UnsafeRawBufferPointer

  init?(_ name: UnsafePointer<CChar>?) {
    guard let name else { return nil }
    var start = 0
    var end = 0
    while name[end] != 0 {
      if name[end] == 0x3A { start = end + 1 }  // ':'
      end += 1
    }
    bytes = UnsafeRawBufferPointer(start: name + start, count: end - start)
  }

  static func == (left: XLSXName, right: StaticString) -> Bool { left.bytes.spells(right) }
}

extension UnsafeRawBufferPointer {
  /// Whether the bytes are those of a word, compared without making a text of them.
  func spells(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount else { return false }
    for index in indices where self[index] != word.utf8Start[index] { return false }
    return true
  }
}

/// An element's attributes as the parser holds them: names and values in turn.
struct XLSXAttributes {
  let list: UnsafeMutablePointer<UnsafePointer<CChar>?>?

  /// The value of an attribute, whatever its prefix.
  func bytes(_ name: StaticString) -> UnsafeRawBufferPointer? {
    guard let list else { return nil }
    var index = 0
    while let found = XLSXName(list[index]) {
      if found == name, let value = list[index + 1] {
        var count = 0
        while value[count] != 0 { count += 1 }
        return UnsafeRawBufferPointer(start: value, count: count)
      }
      index += 2
    }
    return nil
  }

  /// The value of an attribute as a number of at most 15 digits; zero where it is none.
  func wholeNumber(_ name: StaticString) -> Int? {
    bytes(name).map { $0.wholeNumber ?? 0 }
  }

  subscript(name: StaticString) -> String? {
    bytes(name).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// Drives expat over one part.
///
/// A document type declaration ends the reading at once: without one there are no entities of a
/// document's own, neither ones that grow nor ones that draw in files.
enum XLSXMarkup {
  static func read(
    _ part: String, of archive: XLSXArchive, into receiver: any XLSXReceiver, upTo limit: Int = .max
  ) throws(XLSXFault) {
    guard let parser = XML_ParserCreate(nil) else {
      throw .brokenXML(part: part, line: 1, reason: "no memory")
    }
    defer { XML_ParserFree(parser) }
    let context = ParserContext(parser, receiver, nesting: archive.limits.nesting)
    XML_SetUserData(parser, Unmanaged.passUnretained(context).toOpaque())
    setHandlers(of: parser)
    var received = 0
    func parse(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws(XLSXFault) {
      received += bytes.count
      guard received <= limit else {
        throw .tooLarge(part: part, what: "more than \(limit >> 20) MiB")
      }
      let status = XML_Parse(
        parser, bytes.assumingMemoryBound(to: CChar.self).baseAddress, Int32(bytes.count),
        isLast ? 1 : 0)
      if let fault = receiver.fault { throw fault }
      if context.hasDoctype { throw .doctype(part: part) }
      if context.isTooDeep {
        throw .tooLarge(part: part, what: "more than \(archive.limits.nesting) levels of elements")
      }
      guard status == XML_STATUS_OK else {
        throw .brokenXML(
          part: part, line: Int(XML_GetCurrentLineNumber(parser)),
          reason: XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "")
      }
      // What is begun and not ended is held by the parser, and looked at again with every piece.
      if received - Int(XML_GetCurrentByteIndex(parser)) > archive.limits.markupBytes {
        throw .tooLarge(part: part, what: "a tag or comment that no program writes")
      }
    }
    try archive.read(part) { (bytes) throws(XLSXFault) in try parse(bytes, isLast: false) }
    try parse(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true)
    withExtendedLifetime(context) {}
  }

  private static func setHandlers(of parser: XML_Parser) {
    XML_SetElementHandler(
      parser,
      { context, name, attributes in
        guard let context = ParserContext.from(context), let name = XLSXName(name) else { return }
        context.depth += 1
        if context.isTooDeep { XML_StopParser(context.parser, 0) }
        context.receiver.begin(name, XLSXAttributes(list: attributes))
        context.stopAtFault()
      },
      { context, name in
        guard let context = ParserContext.from(context), let name = XLSXName(name) else { return }
        context.depth -= 1
        context.receiver.end(name)
        context.stopAtFault()
      })
    XML_SetCharacterDataHandler(parser) { context, text, count in
      guard let context = ParserContext.from(context) else { return }
      context.receiver.text(UnsafeRawBufferPointer(start: text, count: Int(count)))
    }
    XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
      guard let context = ParserContext.from(context) else { return }
      context.hasDoctype = true
      XML_StopParser(context.parser, 0)
    }
  }
}

private final class ParserContext {
  let parser: XML_Parser
  let receiver: any XLSXReceiver
  var hasDoctype = false
  /// How many elements are open.
  var depth = 0
  private let nesting: Int
  var isTooDeep: Bool { depth > nesting }

  init(_ parser: XML_Parser, _ receiver: any XLSXReceiver, nesting: Int) {
    self.parser = parser
    self.receiver = receiver
    self.nesting = nesting
  }

  static func from(_ pointer: UnsafeMutableRawPointer?) -> ParserContext? {
    pointer.map { Unmanaged<ParserContext>.fromOpaque($0).takeUnretainedValue() }
  }

  func stopAtFault() {
    if receiver.isFaulty { XML_StopParser(parser, 0) }
  }
}
