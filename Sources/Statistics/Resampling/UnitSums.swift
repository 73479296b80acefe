// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// What each unit adds to the sums that a statistic is made of, and how a new draw of the assignment
/// adds them up.
///
/// Numbers of a unit stand side by side, `width` of them, for two arms only those that it adds when
/// treated; with several codes (starting periods) those that it adds under each code.
struct UnitSums: Sendable {
  let assignment: Assignment
  let width: Int
  /// Whether numbers are given for every code, rather than for the treated arm.
  let isByCode: Bool
  /// `unitCount * width` numbers, or `unitCount * codeCount * width`.
  let values: [Double]
  /// For each stratum the sums over all its units (two arms only).
  let totals: [Double]
  /// For each stratum how many units a draw picks: the smaller arm.
  private let picks: [Int]
  private let picksTreated: [Bool]

  /// - Parameters:
  ///   - assignment: of the units.
  ///   - width: how many numbers each unit adds.
  ///   - values: by place, side by side.
  init(_ assignment: Assignment, width: Int, values: [Double]) {
    precondition(values.count == assignment.unitCount * width, "width numbers for each unit")
    self.assignment = assignment
    self.width = width
    self.values = values
    isByCode = false
    var totals: [Double] = []
    for stratum in assignment.strata.indices {
      var sums = [Double](repeating: 0, count: width)
      for place in assignment.starts[stratum]..<assignment.starts[stratum + 1] {
        for column in 0..<width { sums[column] += values[place * width + column] }
      }
      totals += sums
    }
    self.totals = totals
    let treated = assignment.strata.indices.map { assignment.treatedCount(in: $0) }
    picksTreated = assignment.strata.indices.map { 2 * treated[$0] <= assignment.size(of: $0) }
    picks = assignment.strata.indices.map {
      min(treated[$0], assignment.size(of: $0) - treated[$0])
    }
  }

  /// - Parameters:
  ///   - assignment: of the units.
  ///   - width: how many numbers each unit adds.
  ///   - valuesByCode: by place and code, side by side.
  init(_ assignment: Assignment, width: Int, valuesByCode: [Double]) {
    precondition(
      valuesByCode.count == assignment.unitCount * assignment.codeCount * width,
      "width numbers for each unit and code")
    self.assignment = assignment
    self.width = width
    values = valuesByCode
    isByCode = true
    totals = []
    picks = []
    picksTreated = []
  }

  var stratumCount: Int { assignment.strata.count }

  /// The sums, stratum by stratum, of what was assigned.
  var observed: [Double] { sums(assignment.codes) }

  /// The sums, stratum by stratum, of units with these codes.
  func sums(_ codes: [Int32]) -> [Double] {
    var sums = [Double](repeating: 0, count: stratumCount * width)
    for stratum in 0..<stratumCount {
      for place in assignment.starts[stratum]..<assignment.starts[stratum + 1] {
        let code = Int(codes[place])
        guard isByCode || code == 1 else { continue }
        let source = isByCode ? (place * assignment.codeCount + code) * width : place * width
        for column in 0..<width { sums[stratum * width + column] += values[source + column] }
      }
    }
    return sums
  }

  /// What a function makes of the sums of every assignment, or of `draws` of them.
  ///
  /// - Parameters:
  ///   - draws: how many are drawn; nil to visit every assignment once.
  ///   - streams: one for each draw.
  ///   - statistic: of the sums, stratum by stratum.
  /// - Returns: in the order of the draws, the same for any number of threads.
  /// - Complexity: a draw takes time in proportion to the units of the smaller arm (with several codes,
  ///   to all units), times the width.
  func redraw<Result: Sendable>(
    _ draws: Int?, _ streams: RandomStreams, _ statistic: @Sendable ([Double]) -> Result
  ) -> [Result] {
    guard let draws else {
      var results: [Result] = []
      assignment.enumerate { results.append(statistic(sums($0))) }
      return results
    }
    return Replicates.map(draws) { range in
      isByCode
        ? range.map { index in
          var codes = assignment.codes
          var random = streams[index]
          assignment.shuffle(&codes, &random)
          return statistic(sums(codes))
        } : pick(range, streams, statistic)
    }
  }

  /// Draws the smaller arm of each stratum by the first steps of a Fisher–Yates shuffle.
  private func pick<Result>(
    _ range: Range<Int>, _ streams: RandomStreams, _ statistic: ([Double]) -> Result
  ) -> [Result] {
    let initial = (0..<assignment.unitCount).map { UInt32($0) }
    var order = initial
    var sums = [Double](repeating: 0, count: stratumCount * width)
    return range.map { index in
      var random = streams[index]
      order.withUnsafeMutableBufferPointer { order in
        values.withUnsafeBufferPointer { values in
          sums.withUnsafeMutableBufferPointer { sums in
            initial.withUnsafeBufferPointer { _ = order.update(fromContentsOf: $0) }
            for stratum in 0..<stratumCount {
              let places = assignment.starts[stratum]..<assignment.starts[stratum + 1]
              let part = UnsafeMutableBufferPointer(rebasing: order[places])
              random.moveSample(of: picks[stratum], toFrontOf: part)
              let picked = UnsafeBufferPointer(rebasing: part[..<picks[stratum]])
              let target = UnsafeMutableBufferPointer(
                rebasing: sums[(stratum * width)..<((stratum + 1) * width)])
              add(values, picked, into: target)
              guard !picksTreated[stratum] else { continue }
              for column in 0..<width {
                target[column] = totals[stratum * width + column] - target[column]
              }
            }
          }
        }
      }
      return statistic(sums)
    }
  }

  private func add(
    _ values: UnsafeBufferPointer<Double>, _ places: UnsafeBufferPointer<UInt32>,
    into sums: UnsafeMutableBufferPointer<Double>
  ) {
    // Two at a time is what a processor's register holds; the common statistics have two or four.
    if width == 2 {
      var total = SIMD2<Double>.zero
      for place in places {
        let source = 2 * Int(place)
        total += SIMD2(values[source], values[source + 1])
      }
      sums[0] = total[0]
      sums[1] = total[1]
      return
    }
    if width == 4 {
      var total = SIMD4<Double>.zero
      for place in places {
        let source = 4 * Int(place)
        total += SIMD4(values[source], values[source + 1], values[source + 2], values[source + 3])
      }
      for column in 0..<4 { sums[column] = total[column] }
      return
    }
    sums.update(repeating: 0)
    for place in places {
      let source = width * Int(place)
      for column in 0..<width { sums[column] += values[source + column] }
    }
  }
}

extension RandomStream {
  /// Puts a sample without replacement in front, every ordered sample equally likely.
  ///
  /// Two places are drawn from each 64 random bits, without bias (Lemire 2019, ACM TOMACS 29:3).
  mutating func moveSample(of count: Int, toFrontOf elements: UnsafeMutableBufferPointer<UInt32>) {
    precondition(elements.count < Int(UInt32.max) && count <= elements.count, "a sample of these")
    let size = UInt32(elements.count)
    var next: UInt32 = 0
    while next < UInt32(count) {
      let bits = self.next()
      elements.swapAt(Int(next), Int(next + below(size - next, UInt32(truncatingIfNeeded: bits))))
      next += 1
      guard next < UInt32(count) else { break }
      elements.swapAt(Int(next), Int(next + below(size - next, UInt32(bits >> 32))))
      next += 1
    }
  }

  /// Uniform on 0..<bound, from 32 random bits and, where these would bias it, fresh ones.
  @inline(__always)
  mutating func below(_ bound: UInt32, _ bits: UInt32) -> UInt32 {
    var product = UInt64(bits) * UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let threshold = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(UInt32(truncatingIfNeeded: next())) * UInt64(bound)
      }
    }
    return UInt32(truncatingIfNeeded: product >> 32)
  }
}
