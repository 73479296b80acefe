// SPDX-License-Identifier: EUPL-1.2

/// The texts that a category column's codes number.
///
/// A stream may send more texts (a delta) or other ones (a replacement) between its batches. All are kept
/// end to end, and each batch knows which of them its codes number from zero.
struct ArrowDictionary {
  private(set) var parts: [ArrowArray] = []
  /// The places of the texts that hold now.
  private(set) var current = 0..<0

  mutating func append(_ part: ArrowArray, isDelta: Bool) {
    parts.append(part)
    let start = isDelta ? current.lowerBound : current.upperBound
    current = start..<current.upperBound + part.rows
  }
}
