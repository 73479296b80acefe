// SPDX-License-Identifier: EUPL-1.2

/// The texts of a workbook, which its cells refer to by number.
final class XLSXSharedTexts: XLSXReceiver {
  private(set) var texts: [String] = []
  private(set) var fault: XLSXFault?
  private var text: XLSXText
  private var isInText = false
  private var isInPhonetic = false
  private let part: String
  private let limit: Int

  init(_ part: String?, in archive: XLSXArchive) throws(XLSXFault) {
    text = XLSXText(limit: archive.limits.cellTextBytes)
    limit = archive.limits.texts
    self.part = part ?? ""
    guard let part else { return }
    try XLSXMarkup.read(part, of: archive, into: self)
  }

  func begin(_ element: XLSXName, _ attributes: XLSXAttributes) {
    if element == "si" {
      text.clear()
    } else if element == "t" {
      isInText = true
    } else if element == "rPh" {
      isInPhonetic = true
    }
  }

  func end(_ element: XLSXName) {
    if element == "si" {
      texts.append(text.decoded)
      if texts.count > limit {
        fault = .tooLarge(part: self.part, what: "more than \(limit) texts")
      }
      if text.isTooLong { fault = .tooLarge(part: part, what: "a text that no cell can hold") }
    } else if element == "t" {
      isInText = false
    } else if element == "rPh" {
      isInPhonetic = false
    }
  }

  func text(_ bytes: UnsafeRawBufferPointer) {
    // Phonetic runs say how the text is pronounced; they are no part of it.
    if isInText, !isInPhonetic { text.append(bytes) }
  }
}
