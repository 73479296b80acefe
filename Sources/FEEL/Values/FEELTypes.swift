// SPDX-License-Identifier: EUPL-1.2

/// The types that a decision model defines, as expressions name them.
public protocol FEELTypes: Sendable {
  /// Whether a value that is not null is of a type; nil where no type has the name.
  func fits(_ value: FEELValue, _ name: String) -> Bool?
}
