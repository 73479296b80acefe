// SPDX-License-Identifier: EUPL-1.2

/// What each cell style of a workbook makes of a number.
final class XLSXStyles: XLSXReceiver {
  private(set) var formats: [XLSXNumberFormat] = []
  let fault: XLSXFault? = nil
  private var codes: [Int: XLSXNumberFormat] = [:]
  private var isInCellFormats = false

  init(_ part: String?, in archive: XLSXArchive) throws(XLSXFault) {
    guard let part else { return }
    try XLSXMarkup.read(part, of: archive, into: self, upTo: archive.limits.listBytes)
  }

  func format(_ style: Int) -> XLSXNumberFormat {
    formats.indices.contains(style) ? formats[style] : .number
  }

  func begin(_ element: XLSXName, _ attributes: XLSXAttributes) {
    if element == "numFmt", let id = attributes["numFmtId"].flatMap({ Int($0) }),
      let code = attributes["formatCode"]
    {
      codes[id] = XLSXNumberFormat(code: code)
    } else if element == "cellXfs" {
      isInCellFormats = true
    } else if isInCellFormats, element == "xf" {
      let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
      formats.append(codes[id] ?? XLSXNumberFormat(builtIn: id))
    }
  }

  func end(_ element: XLSXName) {
    if element == "cellXfs" { isInCellFormats = false }
  }

  func text(_ bytes: UnsafeRawBufferPointer) {}
}
