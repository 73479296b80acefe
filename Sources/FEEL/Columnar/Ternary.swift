// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Truth per row in Kleene's three values: true, false, or neither.
struct Ternary {
  let isTrue: Bitmap
  let isFalse: Bitmap

  init(isTrue: Bitmap, isFalse: Bitmap) {
    self.isTrue = isTrue
    self.isFalse = isFalse
  }

  init(_ value: Bool?, count: Int) {
    isTrue = Bitmap(repeating: value == true, count: count)
    isFalse = Bitmap(repeating: value == false, count: count)
  }

  init(_ bits: Bitmap, validity: Bitmap?) {
    if let validity {
      isTrue = bits & validity
      isFalse = ~bits & validity
    } else {
      isTrue = bits
      isFalse = ~bits
    }
  }

  /// The truth of a lane; nil where it is neither boolean nor null.
  init?(_ lane: Lane, count: Int) {
    switch lane {
    case .scalar(.null): self.init(nil, count: count)
    case .scalar(.boolean(let value)): self.init(value, count: count)
    case .column(.boolean(let column)): self.init(column.values, validity: column.validity)
    default: return nil
    }
  }

  var lane: Lane { .column(.boolean(BooleanColumn(isTrue, validity: isTrue | isFalse))) }

  static prefix func ! (value: Ternary) -> Ternary {
    Ternary(isTrue: value.isFalse, isFalse: value.isTrue)
  }

  static func & (left: Ternary, right: Ternary) -> Ternary {
    Ternary(isTrue: left.isTrue & right.isTrue, isFalse: left.isFalse | right.isFalse)
  }

  static func | (left: Ternary, right: Ternary) -> Ternary {
    Ternary(isTrue: left.isTrue | right.isTrue, isFalse: left.isFalse & right.isFalse)
  }
}
