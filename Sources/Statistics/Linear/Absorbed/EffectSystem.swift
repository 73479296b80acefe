// SPDX-License-Identifier: EUPL-1.2

/// The normal equations DᵀWDα = DᵀWy of the coefficients of fixed effects, for four columns y at a time.
struct EffectSystem {
  private let cells: EffectCells
  /// DᵀWy, by effect and group.
  private let sums: [[SIMD4<Double>]]
  /// A column is solved when no group's mean of what is left is more than this.
  private let limit: SIMD4<Double>
  /// α, by effect and group.
  private(set) var coefficients: [[SIMD4<Double>]]

  init(cells: EffectCells, sums: [[SIMD4<Double>]], limit: SIMD4<Double>) {
    self.cells = cells
    self.sums = sums
    self.limit = limit
    coefficients = sums.map { Array(repeating: .zero, count: $0.count) }
  }

  /// All that one effect needs.
  mutating func sweepOnce() -> Bool {
    sweep()
    return true
  }

  /// Alternating projections with Irons and Tuck's extrapolation.
  ///
  /// With x the coefficients of all effects but the first, and G a sweep:
  /// x ← G²x − (⟨d, d₂⟩ ⁄ ⟨d₂, d₂⟩)·d for d = G²x − Gx and d₂ = d − (Gx − x).
  ///
  /// - Returns: whether all columns were solved.
  mutating func alternate(atMost sweeps: Int) -> Bool {
    let later = coefficients.indices.dropFirst()
    for _ in 0..<(sweeps / 2) {
      let start = coefficients
      sweep()
      let once = coefficients
      if isClose(once, start) { return true }
      sweep()
      var product = SIMD4<Double>.zero
      var square = SIMD4<Double>.zero
      for effect in later {
        let totals = cells.sides[effect].totals
        for group in totals.indices {
          let step = coefficients[effect][group] - once[effect][group]
          let bend = step - (once[effect][group] - start[effect][group])
          product += step * bend * totals[group]
          square += bend * bend * totals[group]
        }
      }
      if isClose(coefficients, once) { return true }
      var factor = product / square
      factor.replace(with: 0, where: .!(square .> 0))
      for effect in later {
        for group in coefficients[effect].indices {
          coefficients[effect][group] -=
            factor * (coefficients[effect][group] - once[effect][group])
        }
      }
    }
    return false
  }

  /// Conjugate gradients on all coefficients at once, preconditioned by the groups' weights.
  ///
  /// The matrix is singular (levels may move from one effect to another) and the equations consistent,
  /// so that the result is one of many that leave the same residuals.
  ///
  /// - Returns: whether all columns were solved.
  mutating func conjugateGradients(atMost steps: Int) -> Bool {
    let effects = coefficients.indices
    var rest = times(coefficients)
    for effect in effects {
      for group in rest[effect].indices {
        rest[effect][group] = sums[effect][group] - rest[effect][group]
      }
    }
    var direction = coefficients.map { $0.map { _ in SIMD4<Double>.zero } }
    var previous = SIMD4<Double>.zero
    for _ in 0..<steps {
      var length = SIMD4<Double>.zero
      var isSolved = SIMDMask<SIMD4<Int64>>(repeating: true)
      for effect in effects {
        let totals = cells.sides[effect].totals
        for group in totals.indices {
          let mean = rest[effect][group] / totals[group]
          length += rest[effect][group] * mean
          isSolved .&= mean.magnitude .<= limit
        }
      }
      if isSolved == SIMDMask(repeating: true) { return true }
      var turn = length / previous
      turn.replace(with: 0, where: .!(previous .> 0))
      for effect in effects {
        let totals = cells.sides[effect].totals
        for group in totals.indices {
          direction[effect][group] =
            rest[effect][group] / totals[group] + turn * direction[effect][group]
        }
      }
      let image = times(direction)
      var curvature = SIMD4<Double>.zero
      for effect in effects {
        for group in image[effect].indices {
          curvature += image[effect][group] * direction[effect][group]
        }
      }
      var step = length / curvature
      step.replace(with: 0, where: .!(curvature .> 0) .| isSolved)
      for effect in effects {
        for group in image[effect].indices {
          coefficients[effect][group] += step * direction[effect][group]
          rest[effect][group] -= step * image[effect][group]
        }
      }
      previous = length
    }
    return false
  }
}

extension EffectSystem {
  /// Sets the coefficients of one effect after the other to the mean of what the others leave.
  private mutating func sweep() {
    for effect in coefficients.indices {
      let others = others(of: effect, in: coefficients)
      let side = cells.sides[effect]
      let sums = sums[effect]
      coefficients[effect] = Self.byGroup(side, others) { group, level in
        (sums[group] - level) / side.totals[group]
      }
    }
  }

  /// DᵀWDα.
  private func times(_ values: [[SIMD4<Double>]]) -> [[SIMD4<Double>]] {
    values.indices.map { effect in
      let own = values[effect]
      let side = cells.sides[effect]
      return Self.byGroup(side, others(of: effect, in: values)) { group, level in
        own[group] * side.totals[group] + level
      }
    }
  }

  private func others(
    of effect: Int, in values: [[SIMD4<Double>]]
  ) -> [[SIMD4<Double>]] {
    values.indices.filter { $0 != effect }.map { values[$0] }
  }

  /// What is made, for each group, of the weighted sum of the other effects' levels over its cells.
  private static func byGroup(
    _ side: EffectCells.Side, _ others: [[SIMD4<Double>]],
    _ result: @Sendable (_ group: Int, _ level: SIMD4<Double>) -> SIMD4<Double>
  ) -> [SIMD4<Double>] {
    let groups = side.totals.count
    return Array(unsafeUninitializedCapacity: groups) { room, count in
      nonisolated(unsafe) let values = room
      Chunks.forEach(groups, weightedBy: side.starts) { range in
        for group in range {
          var level = SIMD4<Double>.zero
          for (place, codes) in side.others.enumerated() {
            let other = others[place]
            for cell in side.starts[group]..<side.starts[group + 1] {
              level += side.weights[cell] * other[Int(codes[cell])]
            }
          }
          (values.baseAddress.map { $0 + group })?.initialize(to: result(group, level))
        }
      }
      count = groups
    }
  }

  private func isClose(_ new: [[SIMD4<Double>]], _ old: [[SIMD4<Double>]]) -> Bool {
    for effect in new.indices.dropFirst() {
      for group in new[effect].indices {
        let change = (new[effect][group] - old[effect][group]).magnitude
        if any(.!(change .<= limit)) { return false }
      }
    }
    return true
  }
}

extension SIMD4<Double> {
  fileprivate var magnitude: SIMD4<Double> {
    replacing(with: -self, where: self .< 0)
  }
}
