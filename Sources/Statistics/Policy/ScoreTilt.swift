// SPDX-License-Identifier: EUPL-1.2

/// Scores bent against one group and for the others, so that trees come up in which groups fare alike.
struct ScoreTilt {
  /// For each case how much, positive in the group that the tilt is against.
  private let weights: [Double]
  private let of: PolicyConstraints.Equality.Of

  /// Up to six groups of each equality, at two strengths either way.
  static func all(_ scores: [[Double]], _ constraints: PolicyConstraints) -> [ScoreTilt] {
    let reference = scores[constraints.reference]
    var gains: [Double] = []
    for (arm, column) in scores.enumerated() where arm != constraints.reference {
      gains += zip(column, reference).map { ($0 - $1).magnitude }
    }
    gains.sort()
    let scale = gains.isEmpty ? 0 : gains[Int(0.9 * Double(gains.count - 1))]
    return constraints.equalities.flatMap { equality in
      let groups = min(6, equality.groups.count == 2 ? 1 : equality.groups.count)
      return (0..<groups).flatMap { group in
        [-1, -0.3, 0.3, 1].map { strength in
          ScoreTilt(equality, against: group, by: strength * (equality.of == .share ? scale : 1))
        }
      }
    }
  }

  private init(_ equality: PolicyConstraints.Equality, against group: Int, by strength: Double) {
    let size = Double(equality.groups.sizes[group])
    let count = Double(equality.groups.rowCount)
    weights = equality.groups.codes.map {
      strength * (Int($0) == group ? count / (2 * size) : -count / (2 * max(1, count - size)))
    }
    of = equality.of
  }

  func tilted(
    _ scores: [Double], _ arm: Int, _ reference: [Double], _ constraints: PolicyConstraints
  ) -> [Double] {
    guard arm != constraints.reference else { return scores }
    return scores.indices.map { row in
      switch of {
      case .share: scores[row] - weights[row]
      case .value: scores[row] - weights[row] * (scores[row] - reference[row])
      }
    }
  }
}
