// SPDX-License-Identifier: EUPL-1.2

import StageKit

/// The parameters by which an intake and the tools beside it say how a source is read.
///
/// Each declares them itself, since parameters are read from the properties of the type that holds them.
protocol SourceSettings {
  var sheet: SheetChoice? { get }
  var range: CellRange? { get }
  var table: String? { get }
  var query: String? { get }
  var delimiter: String? { get }
  var encoding: TextEncoding? { get }
  var decimalMark: DecimalMark? { get }
  var missing: [String] { get }
}

extension SourceSettings {
  /// The source with these settings.
  func caseFile(_ source: InputFile) -> CaseFile {
    var file = CaseFile(source)
    file.sheet = sheet
    file.range = range
    file.table = table
    file.query = query
    file.delimiter = delimiter
    file.encoding = encoding
    file.decimalMark = decimalMark
    file.missing = missing
    return file
  }
}
