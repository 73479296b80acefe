// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// The lanes of parts that occur more than once in the expressions over a block of rows.
///
/// A lane is kept with the rows that it was wanted for. One that was computed for all rows without a
/// fault serves any of them; one for some rows serves only the same.
final class LaneCache {
  private var lanes: [Int: (lane: Lane, active: Bitmap?)] = [:]

  func lane(_ number: Int, _ active: Bitmap?) -> Lane? {
    guard let known = lanes[number] else { return nil }
    return known.active == nil || known.active == active ? known.lane : nil
  }

  func keep(_ lane: Lane, for number: Int, _ active: Bitmap?) {
    if active != nil, let known = lanes[number], known.active == nil { return }
    lanes[number] = (lane, active)
  }
}
