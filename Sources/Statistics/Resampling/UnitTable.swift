// SPDX-License-Identifier: EUPL-1.2

/// The units of an assignment to two arms, by place: what their rows sum to.
struct UnitTable: Sendable {
  let assignment: Assignment
  /// Σ y of the unit's rows.
  let outcome: [Double]
  /// The number of rows of treated units, 0 for the others.
  let exposure: [Double]
  /// The number of rows.
  let size: [Double]
  private let rowOutcome: [Double]

  init(_ assignment: Assignment, outcome rows: [Double]) {
    var outcome = [Double](repeating: 0, count: assignment.unitCount)
    var size = outcome
    for row in rows.indices {
      let place = Int(assignment.placeOfRow[row])
      outcome[place] += rows[row]
      size[place] += 1
    }
    self.assignment = assignment
    self.outcome = outcome
    self.size = size
    exposure = size.indices.map { assignment.codes[$0] == 1 ? size[$0] : 0 }
    rowOutcome = rows
  }

  /// Whether every unit has as many rows as the others.
  var areEqual: Bool { size.allSatisfy { $0 == size.first } }

  /// Sums of deviations from the mean of the stratum, in which squares keep their digits.
  var centredOutcome: [Double] { centred { $0 } }

  /// The same from the nearest whole number: whole outcomes stay whole, and so ties stay ties.
  var roundlyCentredOutcome: [Double] { centred { $0.rounded() } }

  private func centred(on centre: (_ mean: Double) -> Double) -> [Double] {
    var centred = outcome
    for stratum in assignment.strata.indices {
      let places = assignment.starts[stratum]..<assignment.starts[stratum + 1]
      let mean = centre(outcome[places].reduce(0, +) / size[places].reduce(0, +))
      for place in places { centred[place] -= mean * size[place] }
    }
    return centred
  }

  /// For each unit the sum of its rows' ranks in y − effect·treated, ties shared, within the stratum.
  func rankSums(shiftedBy effect: Double) -> [Double] {
    let shifted = rowOutcome.indices.map { row in
      assignment.codes[Int(assignment.placeOfRow[row])] == 1
        ? rowOutcome[row] - effect : rowOutcome[row]
    }
    var rowsOfStratum = [[Int]](repeating: [], count: assignment.strata.count)
    var stratumOfPlace = [Int](repeating: 0, count: assignment.unitCount)
    for stratum in assignment.strata.indices {
      for place in assignment.starts[stratum]..<assignment.starts[stratum + 1] {
        stratumOfPlace[place] = stratum
      }
    }
    for row in shifted.indices {
      rowsOfStratum[stratumOfPlace[Int(assignment.placeOfRow[row])]].append(row)
    }
    var sums = [Double](repeating: 0, count: assignment.unitCount)
    for rows in rowsOfStratum {
      let order = rows.sorted { shifted[$0] < shifted[$1] }
      var first = 0
      while first < order.count {
        var last = first
        while last + 1 < order.count, shifted[order[last + 1]] == shifted[order[first]] {
          last += 1
        }
        let rank = Double(first + last) / 2 + 1
        for row in order[first...last] { sums[Int(assignment.placeOfRow[row])] += rank }
        first = last + 1
      }
    }
    return sums
  }
}
