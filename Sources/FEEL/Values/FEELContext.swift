// SPDX-License-Identifier: EUPL-1.2

/// Named values in the order in which they were written.
public struct FEELContext: Sendable {
  public private(set) var entries: [(key: String, value: FEELValue)]

  /// Keeps the last value of a repeated key, in the place of the first.
  public init(_ entries: [(key: String, value: FEELValue)] = []) {
    self.entries = []
    for (key, value) in entries { self[key] = value }
  }

  public var keys: [String] { entries.map(\.key) }

  public subscript(key: String) -> FEELValue? {
    get { index(of: key).map { entries[$0].value } }
    set {
      switch (index(of: key), newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append((key, value))
      case (nil, nil): break
      }
    }
  }

  private func index(of key: String) -> Int? {
    entries.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
  }
}

extension FEELContext: Hashable {
  /// Equal where the keys have equal values; the order does not count.
  public static func == (left: FEELContext, right: FEELContext) -> Bool {
    left.entries.count == right.entries.count
      && left.entries.allSatisfy { entry in right[entry.key].map { $0 == entry.value } ?? false }
  }

  /// The order of the entries does not count, so that their hashes are added up.
  public func hash(into hasher: inout Hasher) {
    var sum = 0
    for (key, value) in entries {
      var entry = Hasher()
      for byte in key.utf8 { entry.combine(byte) }
      entry.combine(value)
      sum &+= entry.finalize()
    }
    hasher.combine(sum)
  }
}
