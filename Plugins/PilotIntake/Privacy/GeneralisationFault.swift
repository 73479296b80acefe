// SPDX-License-Identifier: EUPL-1.2

import Tables

/// Why a column cannot be made coarser: facts, without the value of any cell.
enum GeneralisationFault: Error, Hashable {
  case wrongType(ColumnType, wanted: String, help: String)
  /// Values lie below the first band.
  case belowBands(count: Int, first: String)
  /// The step would round a column of whole numbers, or of decimals, to numbers that it cannot hold.
  case stepTooFine(places: Int)
  /// A rounded value does not fit 64 bits.
  case tooLarge(count: Int)
}

extension GeneralisationFault: CustomStringConvertible {
  var description: String {
    switch self {
    case .wrongType(let type, let wanted, _): "is \(type.name), and \(wanted) is needed"
    case .belowBands(let count, let first):
      "has \(count) \(count == 1 ? "value" : "values") below the first band, which begins at \(first)"
    case .stepTooFine(0): "holds whole numbers, and 'round' is none"
    case .stepTooFine(let places):
      "has \(places) decimals, and 'round' has more"
    case .tooLarge(let count):
      "has \(count) \(count == 1 ? "value" : "values") that cannot be rounded within 64 bits"
    }
  }

  var help: String? {
    switch self {
    case .wrongType(_, _, let help): help
    case .belowBands: "begin the bands lower, or say under 'missing' what stands for no value"
    case .stepTooFine: "choose a coarser step"
    case .tooLarge: "choose a smaller step, or look at what the column holds"
    }
  }
}
