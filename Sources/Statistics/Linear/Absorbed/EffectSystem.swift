// SPDX-License-Identifier: EUPL-1.2

/// The normal equations DᵀWDα = DᵀWy of the coefficients of fixed effects, for four columns y at a time.
///
/// Given the coefficients of the later effects, those of the first follow group by group, so that only the
/// later ones (`later`) are looked for.
struct EffectSystem {
  typealias Lanes = SIMD4<Double>

  private let cells: EffectCells
  /// DᵀWy, by effect and group.
  private let sums: [[Lanes]]
  /// A column is solved when no group's mean of what is left is more than this.
  private let limit: Lanes
  /// The coefficients of every effect but the first.
  private var later: [[Lanes]]

  init(cells: EffectCells, sums: [[Lanes]], limit: Lanes) {
    self.cells = cells
    self.sums = sums
    self.limit = limit
    later = sums.dropFirst().map { Array(repeating: .zero, count: $0.count) }
  }

  /// α, by effect and group.
  var coefficients: [[Lanes]] { [first(beside: later)] + later }

  /// Alternating projections with Irons and Tuck's extrapolation.
  ///
  /// With x the coefficients of the later effects and G a sweep over all effects:
  /// x ← G²x − (⟨d, d₂⟩ ⁄ ⟨d₂, d₂⟩)·d for d = G²x − Gx and d₂ = d − (Gx − x).
  ///
  /// - Returns: whether all columns were solved.
  mutating func alternate(atMost sweeps: Int) -> Bool {
    for _ in 0..<(sweeps / 2) {
      let start = later
      sweep()
      let once = later
      if isClose(once, start) { return true }
      sweep()
      if isClose(later, once) { return true }
      var product = Lanes.zero
      var square = Lanes.zero
      for place in later.indices {
        let totals = cells.sides[place + 1].totals
        for group in totals.indices {
          let step = later[place][group] - once[place][group]
          let bend = step - (once[place][group] - start[place][group])
          product += step * bend * totals[group]
          square += bend * bend * totals[group]
        }
      }
      let factor = Self.quotient(product, square)
      for place in later.indices {
        let step = Self.difference(later[place], once[place])
        later[place].add(step, times: -factor)
      }
    }
    return false
  }

  /// Conjugate gradients on the equations that are left when the first effect is eliminated,
  /// preconditioned by the groups' weights.
  ///
  /// The matrix is singular (levels may move from one effect to another) and the equations consistent,
  /// so that the result is one of many that leave the same residuals.
  ///
  /// - Returns: whether all columns were solved.
  mutating func conjugateGradients(atMost steps: Int) -> Bool {
    let image = times(first(beside: later), later)
    var rest = zip(sums.dropFirst(), image).map { Self.difference($0, $1) }
    var direction = later.map { Array(repeating: Lanes.zero, count: $0.count) }
    var previous = Lanes.zero
    // What is left of a column is larger than its groups' means where groups hang together by little.
    let limit = limit / 100
    for _ in 0..<steps {
      let means = rest.indices.map { place in
        zip(rest[place], cells.sides[place + 1].totals).map { $0 / $1 }
      }
      if means.allSatisfy({ $0.allSatisfy { all($0.magnitude .<= limit) } }) { return true }
      let length = zip(rest, means).reduce(.zero) { $0 + Self.product($1.0, $1.1) }
      let turn = Self.quotient(length, previous)
      for place in direction.indices {
        direction[place] = zip(means[place], direction[place]).map { $0 + turn * $1 }
      }
      let image = times(response(to: direction), direction)
      let curvature = zip(image, direction).reduce(.zero) { $0 + Self.product($1.0, $1.1) }
      let step = Self.quotient(length, curvature)
      for place in later.indices {
        later[place].add(direction[place], times: step)
        rest[place].add(image[place], times: -step)
      }
      previous = length
    }
    return false
  }
}

extension EffectSystem {
  /// Sets the coefficients of one effect after the other to the mean of what the others leave.
  private mutating func sweep() {
    let first = first(beside: later)
    for place in later.indices {
      let side = cells.sides[place + 1]
      let sums = sums[place + 1]
      later[place] = byGroup(place + 1, [first] + later) { group, level in
        (sums[group] - level) / side.totals[group]
      }
    }
  }

  /// The coefficients of the first effect that follow from those of the others.
  private func first(beside later: [[Lanes]]) -> [Lanes] {
    let totals = cells.sides[0].totals
    let sums = sums[0]
    return byGroup(0, [[]] + later) { group, level in (sums[group] - level) / totals[group] }
  }

  /// How the first effect's coefficients change with the others'.
  private func response(to later: [[Lanes]]) -> [Lanes] {
    let totals = cells.sides[0].totals
    return byGroup(0, [[]] + later) { group, level in -level / totals[group] }
  }

  /// The later effects' part of DᵀWDα.
  private func times(_ first: [Lanes], _ later: [[Lanes]]) -> [[Lanes]] {
    let values = [first] + later
    return later.indices.map { place in
      let totals = cells.sides[place + 1].totals
      let own = later[place]
      return byGroup(place + 1, values) { group, level in own[group] * totals[group] + level }
    }
  }

  /// What is made, for each group, of the weighted sum of the other effects' levels over its cells.
  private func byGroup(
    _ effect: Int, _ values: [[Lanes]],
    _ result: @Sendable (_ group: Int, _ level: Lanes) -> Lanes
  ) -> [Lanes] {
    let side = cells.sides[effect]
    let others = values.indices.filter { $0 != effect }.map { values[$0] }
    let groups = side.totals.count
    return Array(unsafeUninitializedCapacity: groups) { room, count in
      nonisolated(unsafe) let target = room.baseAddress
      Chunks.forEach(groups, weightedBy: side.starts) { range in
        for group in range {
          var level = Lanes.zero
          for (place, codes) in side.others.enumerated() {
            let other = others[place]
            for cell in side.starts[group]..<side.starts[group + 1] {
              level += side.weights[cell] * other[Int(codes[cell])]
            }
          }
          target.map { $0 + group }?.initialize(to: result(group, level))
        }
      }
      count = groups
    }
  }

  private func isClose(_ new: [[Lanes]], _ old: [[Lanes]]) -> Bool {
    zip(new, old).allSatisfy { new, old in
      zip(new, old).allSatisfy { all(($0 - $1).magnitude .<= limit) }
    }
  }
}

extension EffectSystem {
  private static func difference(_ left: [Lanes], _ right: [Lanes]) -> [Lanes] {
    zip(left, right).map { $0 - $1 }
  }

  private static func product(_ left: [Lanes], _ right: [Lanes]) -> Lanes {
    zip(left, right).reduce(.zero) { $0 + $1.0 * $1.1 }
  }

  /// 0 where the divisor is not positive: a column that needs no further step.
  private static func quotient(_ dividend: Lanes, _ divisor: Lanes) -> Lanes {
    (dividend / divisor).replacing(with: 0, where: .!(divisor .> 0))
  }
}

extension [SIMD4<Double>] {
  fileprivate mutating func add(_ other: [SIMD4<Double>], times factor: SIMD4<Double>) {
    for place in indices { self[place] += factor * other[place] }
  }
}

extension SIMD4<Double> {
  fileprivate var magnitude: SIMD4<Double> {
    replacing(with: -self, where: self .< 0)
  }
}
