// SPDX-License-Identifier: EUPL-1.2

/// True and false, a bit each.
public struct BooleanColumn: Sendable, Hashable {
  public let values: Bitmap
  public let validity: Bitmap?

  public init(_ values: Bitmap, validity: Bitmap? = nil) {
    precondition(validity.map { $0.count == values.count } ?? true, "a bitmap of another length")
    if let validity, !validity.allSet {
      self.values = values & validity
      self.validity = validity
    } else {
      self.values = values
      self.validity = nil
    }
  }

  public init(_ optionals: some Sequence<Bool?>) {
    var values = Bitmap(repeating: false, count: 0)
    var validity = Bitmap(repeating: false, count: 0)
    for value in optionals {
      values.append(value ?? false)
      validity.append(value != nil)
    }
    self.init(values, validity: validity)
  }

  public var count: Int { values.count }

  public subscript(row: Int) -> Bool? {
    if let validity, !validity[row] { return nil }
    return values[row]
  }
}
