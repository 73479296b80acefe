// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Units that are drawn with replacement within strata, and the sums of what each adds.
struct ResampledUnits: Sendable {
  let width: Int
  /// `count * width` numbers, units of a stratum side by side.
  let values: [Double]
  /// Stratum `s` has the units `starts[s]..<starts[s + 1]`.
  let starts: [Int]

  /// - Parameters:
  ///   - strata: of each unit.
  ///   - columns: what each unit adds, one number for each of them.
  init(strata: Grouping, columns: [[Double]]) {
    let order = strata.sorted()
    width = columns.count
    starts = order.starts
    var values: [Double] = []
    values.reserveCapacity(strata.rowCount * columns.count)
    for unit in order.rows { for column in columns { values.append(column[Int(unit)]) } }
    self.values = values
  }

  var count: Int { starts.last ?? 0 }
  var stratumCount: Int { starts.count - 1 }

  func size(of stratum: Int) -> Int { starts[stratum + 1] - starts[stratum] }

  /// The sums of all units, stratum by stratum.
  var observed: [Double] {
    var sums = [Double](repeating: 0, count: stratumCount * width)
    for stratum in 0..<stratumCount {
      for unit in starts[stratum]..<starts[stratum + 1] {
        for column in 0..<width { sums[stratum * width + column] += values[unit * width + column] }
      }
    }
    return sums
  }

  /// The sums without one unit, for every unit: what a jackknife is made of.
  ///
  /// The other units of its stratum stand in for it, so that strata keep their sizes.
  func leavingOut<Result>(_ statistic: ([Double]) -> Result) -> [Result] {
    let all = observed
    var sums = all
    var results: [Result] = []
    for stratum in 0..<stratumCount {
      let target = (stratum * width)..<((stratum + 1) * width)
      let scale = Double(size(of: stratum)) / Double(size(of: stratum) - 1)
      for unit in starts[stratum]..<starts[stratum + 1] {
        for column in 0..<width {
          sums[target.lowerBound + column] =
            scale * (all[target.lowerBound + column] - values[unit * width + column])
        }
        results.append(statistic(sums))
      }
      sums.replaceSubrange(target, with: all[target])
    }
    return results
  }

  /// The sums of a resample, and the units that it took.
  ///
  /// Two units are drawn from each 64 random bits, without bias (Lemire 2019).
  func resample(
    _ random: inout RandomStream, sums: inout [Double], units: inout [UInt32]
  ) {
    values.withUnsafeBufferPointer { values in
      units.withUnsafeMutableBufferPointer { units in
        for stratum in 0..<stratumCount {
          let first = UInt32(starts[stratum])
          let size = UInt32(self.size(of: stratum))
          let places = starts[stratum]..<starts[stratum + 1]
          var place = places.lowerBound
          while place < places.upperBound {
            let bits = random.next()
            units[place] = first + random.below(size, UInt32(truncatingIfNeeded: bits))
            if place + 1 < places.upperBound {
              units[place + 1] = first + random.below(size, UInt32(bits >> 32))
            }
            place += 2
          }
          for column in 0..<width { sums[stratum * width + column] = 0 }
          for place in places {
            let source = Int(units[place]) * width
            for column in 0..<width { sums[stratum * width + column] += values[source + column] }
          }
        }
      }
    }
  }

  /// The sums of a resample of units that add one number each.
  ///
  /// The same units as `resample` takes, without keeping them: additions in two chains, so that one does
  /// not wait for the other.
  func resampleOne(_ random: inout RandomStream, sums: inout [Double]) {
    precondition(width == 1, "one number for each unit")
    var stream = random
    values.withUnsafeBufferPointer { all in
      for stratum in 0..<stratumCount {
        let values = UnsafeBufferPointer(rebasing: all[starts[stratum]..<starts[stratum + 1]])
        let size = UInt32(values.count)
        var first = 0.0
        var second = 0.0
        for _ in 0..<(values.count / 2) {
          let bits = stream.next()
          first += values[Int(stream.below(size, UInt32(truncatingIfNeeded: bits)))]
          second += values[Int(stream.below(size, UInt32(bits >> 32)))]
        }
        if values.count % 2 == 1 {
          first += values[Int(stream.below(size, UInt32(truncatingIfNeeded: stream.next())))]
        }
        sums[stratum] = first + second
      }
    }
    random = stream
  }
}
