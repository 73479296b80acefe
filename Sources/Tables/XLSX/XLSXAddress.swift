// SPDX-License-Identifier: EUPL-1.2

/// A cell's place; rows and columns from zero.
struct XLSXAddress: Equatable {
  static let rowLimit = 1_048_576
  static let columnLimit = 16_384

  let row: Int
  let column: Int

  init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }

  /// Reads `AB12`; nil where there is no such cell.
  init?(_ text: some Sequence<UInt8>) {
    var column = 0
    var row = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z") where row == 0:
        column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
      case UInt8(ascii: "0")...UInt8(ascii: "9") where column > 0:
        row = row * 10 + Int(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "$"): break
      default: return nil
      }
      guard column <= Self.columnLimit, row <= Self.rowLimit else { return nil }
    }
    guard column > 0, row > 0 else { return nil }
    self.init(row: row - 1, column: column - 1)
  }
}

extension XLSXAddress: CustomStringConvertible {
  /// As Excel writes it: `C17`.
  var description: String {
    var letters = ""
    var rest = column + 1
    while rest > 0 {
      let letter = UInt8(ascii: "A") + UInt8((rest - 1) % 26)
      letters = String(Character(Unicode.Scalar(letter))) + letters
      rest = (rest - 1) / 26
    }
    return letters + String(row + 1)
  }
}
