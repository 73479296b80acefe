// SPDX-License-Identifier: EUPL-1.2

import Testing

/// A box of a drawing.
struct Frame {
  let x: Double
  let y: Double
  let width: Double
  let height: Double

  /// The boxes with a border, in the order in which they are drawn.
  static func boxes(of outline: XMLOutline) throws -> [Frame] {
    try outline.named("rect").filter { $0.attributes["rx"] != nil }.map { element in
      func number(_ name: String) throws -> Double {
        try #require(element.attributes[name].flatMap(Double.init))
      }
      return try Frame(
        x: number("x"), y: number("y"), width: number("width"), height: number("height"))
    }
  }

  static func anyOverlap(_ frames: [Frame]) -> Bool {
    frames.enumerated().contains { index, one in
      frames.dropFirst(index + 1).contains { other in
        one.x < other.x + other.width && other.x < one.x + one.width
          && one.y < other.y + other.height && other.y < one.y + one.height
      }
    }
  }
}
