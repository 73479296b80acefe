// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Tables

/// How much the classes of people who look alike tell of a sensitive column.
///
/// *Distinct l* is the number of different values in a class, *entropy l* is exp(−Σ p ln p) over their
/// shares p, and *t* is the distance between the values of a class and those of all rows: half the sum
/// of |p − q|, since the values are taken as equally far from each other. A missing value is a value.
///
/// Source: Machanavajjhala, Kifer, Gehrke and Venkitasubramaniam (2007), ACM Transactions on Knowledge
/// Discovery from Data 1(1):3; Li, Li and Venkatasubramanian (2007), IEEE ICDE, 106–115.
struct SensitiveDiversity: Sendable {
  /// Per class.
  let distinct: [Int]
  let smallestEntropy: Double
  let largestDistance: Double

  init(_ column: Column, in classes: EquivalenceClasses) {
    let codes = column.grouping().codes
    var overall: [Int32: Int] = [:]
    for code in codes { overall[code, default: 0] += 1 }
    var distinct: [Int] = []
    distinct.reserveCapacity(classes.count)
    var (smallest, largest) = (Double.infinity, 0.0)
    for place in 0..<classes.count {
      var counts: [Int32: Int] = [:]
      for row in classes[place] { counts[codes[row], default: 0] += 1 }
      distinct.append(counts.count)
      let size = Double(classes[place].count)
      var (entropy, distance) = (0.0, 0.0)
      // In the order of codes: sums of a dictionary's order would differ from run to run.
      for (code, count) in counts.sorted(by: { $0.key < $1.key }) {
        let share = Double(count) / size
        entropy -= share * log(share)
        distance += max(0, share - Double(overall[code] ?? 0) / Double(codes.count))
      }
      smallest = min(smallest, exp(entropy))
      largest = max(largest, distance)
    }
    self.distinct = distinct
    smallestEntropy = smallest
    largestDistance = largest
  }
}
