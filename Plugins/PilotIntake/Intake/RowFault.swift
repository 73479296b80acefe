// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit

/// A fault of an expression in some row of a batch, on its way to the stage's fault: the row is moved to its
/// place in the whole.
struct RowFault: Error {
  private var fault: FEELFault
  private let what: String
  private let parameter: String
  private let entry: String?

  init(_ fault: FEELFault, in what: String, at parameter: String, entry: String?) {
    self.fault = fault
    self.what = what
    self.parameter = parameter
    self.entry = entry
  }

  mutating func move(_ place: (Int) -> Int) { fault.row = fault.row.map(place) }

  /// The fault of the stage, for a batch that begins at a row.
  ///
  /// Where the batch is a part only, how many more rows are concerned is not known.
  func stageFault(firstRow: Int, isPart: Bool) -> StageFault {
    var fault = fault
    fault.row = fault.row.map { $0 + firstRow }
    if isPart { fault.rowCount = nil }
    return StageFault("\(what): \(fault)", at: parameter, entry: entry)
  }
}
