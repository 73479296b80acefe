// SPDX-License-Identifier: EUPL-1.2

/// Something on the left and on the right of a cut-off.
public struct CutoffPair<Value> {
  public var left: Value
  public var right: Value

  public init(_ left: Value, _ right: Value) {
    self.left = left
    self.right = right
  }
}

extension CutoffPair: Sendable where Value: Sendable {}
extension CutoffPair: Equatable where Value: Equatable {}
extension CutoffPair: Hashable where Value: Hashable {}
