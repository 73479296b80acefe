// SPDX-License-Identifier: EUPL-1.2

import StageKit
import Tables

extension ColumnGenerator {
  /// Draws the column, every row from one stream of the column's own.
  func column(
    named name: String, in population: Population, _ context: StageContext
  ) throws -> Column {
    let path = "columns.\(name)"
    var stream = try context.random(named: path)
    let column = try draw(path, population, &stream)
    guard let missing else { return column }
    let share = try population.numbers(
      of: missing, for: "\(path).missing", in: 0...1, "a probability from 0 to 1")
    return try column.losing(share, with: context.random(named: "\(path).missing"))
  }

  private func draw(
    _ path: String, _ population: Population, _ stream: inout RandomStream
  ) throws(StageFault) -> Column {
    let rows = 0..<population.rowCount
    switch kind {
    case .expression(let expression): return try population.column(of: expression, for: path)
    case .category(let weights):
      return try Self.drawCategory(weights, path, population, &stream)
    case .normal(let normal): return try Self.drawNormal(normal, path, population, &stream)
    case .uniform(let minimum, let maximum, let decimals):
      let low = try population.numbers(of: minimum, for: "\(path).minimum")
      let high = try population.numbers(of: maximum, for: "\(path).maximum")
      return .drawn(
        rows.map { row in
          let u = stream.uniform()
          guard let low = low[row], let high = high[row] else { return nil }
          return low + (high - low) * u
        }, decimals: decimals)
    case .integer(let minimum, let maximum):
      let low = try population.numbers(
        of: minimum, for: "\(path).minimum", in: -1e15...1e15, "whole")
      let high = try population.numbers(
        of: maximum, for: "\(path).maximum", in: -1e15...1e15, "whole")
      var values = FixedColumnBuilder<Int64>(capacity: rows.count)
      for row in rows {
        guard let low = low[row], let high = high[row] else {
          values.append(nil)
          continue
        }
        let (first, last) = (Int(low.rounded(.up)), Int(high.rounded(.down)))
        guard first <= last else {
          throw StageFault("'\(path)' has a minimum above its maximum", at: "columns", kind: .user)
        }
        values.append(Int64(first + stream.integer(below: last - first + 1)))
      }
      return .integer(values.finish())
    case .boolean(let probability):
      let share = try population.numbers(
        of: probability, for: path, in: 0...1, "a probability from 0 to 1")
      return .boolean(
        BooleanColumn(
          rows.map { row in
            let u = stream.uniform()
            return share[row].map { u < $0 }
          }))
    case .poisson(let mean):
      let means = try population.numbers(
        of: mean, for: path, in: 0...Poisson.largestMean, "a mean from 0 to 500")
      return .integer(
        FixedColumn(
          rows.map { row in
            let u = stream.uniform()
            return means[row].map { Poisson.quantile(u, mean: $0) }
          }))
    case .date(let from, let to):
      let first = from.date.daysSince1970
      let days = Int(to.date.daysSince1970 - first) + 1
      return .date(FixedColumn(rows.map { _ in first + Int32(stream.integer(below: days)) }))
    case .sequence(let prefix, let start):
      if prefix.isEmpty { return .integer(FixedColumn(rows.map { Int64(start + $0) })) }
      let width = String(start + max(rows.count - 1, 0)).count
      return .text(
        TextColumn(
          rows.map { row in
            let digits = String(start + row)
            return prefix + String(repeating: "0", count: max(0, width - digits.count)) + digits
          }))
    }
  }
}

extension ColumnGenerator {
  private static func drawCategory(
    _ weights: NamedValues<Expression>, _ path: String, _ population: Population,
    _ stream: inout RandomStream
  ) throws(StageFault) -> Column {
    var shares: [Numbers] = []
    for entry in weights.entries {
      shares.append(
        try population.numbers(
          of: entry.value, for: "\(path).category.\(entry.name)",
          in: 0...Double.greatestFiniteMagnitude,
          "a weight of at least 0"))
    }
    let labels = weights.names
    var builder = CategoryColumnBuilder()
    for row in 0..<population.rowCount {
      let u = stream.uniform()
      let row = shares.map { $0[row] ?? 0 }
      let total = row.reduce(0, +)
      guard total > 0 else {
        throw StageFault(
          "'\(path)' has a row in which no label has a weight above 0", at: "columns", kind: .user)
      }
      var rest = u * total
      var place = row.lastIndex { $0 > 0 } ?? 0
      for (candidate, weight) in row.enumerated() {
        if rest < weight {
          place = candidate
          break
        }
        rest -= weight
      }
      builder.append(labels[place])
    }
    return .category(builder.finish())
  }

  private static func drawNormal(
    _ normal: Normal, _ path: String, _ population: Population, _ stream: inout RandomStream
  ) throws(StageFault) -> Column {
    let mean = try population.numbers(of: normal.mean, for: "\(path).mean")
    let sd = try population.numbers(
      of: normal.sd, for: "\(path).sd", in: 0...Double.greatestFiniteMagnitude, "at least 0")
    let low = normal.minimum ?? -.infinity
    let high = normal.maximum ?? .infinity
    var values: [Double?] = []
    values.reserveCapacity(population.rowCount)
    for row in 0..<population.rowCount {
      guard let mean = mean[row], let sd = sd[row] else {
        values.append(nil)
        continue
      }
      var value = mean + sd * stream.normal()
      var tries = 1
      while value < low || value > high {
        guard tries < 10_000 else {
          throw StageFault(
            "'\(path)' hardly ever falls between its minimum and maximum", at: "columns",
            help: "move the limits towards the mean", kind: .user)
        }
        value = mean + sd * stream.normal()
        tries += 1
      }
      values.append(value)
    }
    return .drawn(values, decimals: normal.decimals)
  }
}

extension Column {
  /// Numbers to so many decimals; whole ones are integers.
  fileprivate static func drawn(_ values: [Double?], decimals: Int?) -> Column {
    guard let decimals else { return .number(FixedColumn(values)) }
    if decimals == 0, values.allSatisfy({ ($0 ?? 0).magnitude < 9e15 }) {
      return .integer(FixedColumn(values.map { $0.map { Int64($0.rounded()) } }))
    }
    let unit = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    return .number(FixedColumn(values.map { $0.map { ($0 * unit).rounded() / unit } }))
  }

  /// The column with values taken away at random, each with its row's probability.
  func losing(_ share: Numbers, with stream: RandomStream) -> Column {
    var stream = stream
    var kept = Bitmap(repeating: true, count: 0)
    for row in 0..<count { kept.append(stream.uniform() >= (share[row] ?? 0)) }
    let validity = validity.map { $0 & kept } ?? kept
    switch self {
    case .boolean(let column): return .boolean(BooleanColumn(column.values, validity: validity))
    case .integer(let column): return .integer(FixedColumn(column.values, validity: validity))
    case .number(let column): return .number(FixedColumn(column.values, validity: validity))
    case .decimal(let column, let scale):
      return .decimal(FixedColumn(column.values, validity: validity), scale: scale)
    case .text(let column):
      return .text(TextColumn((0..<count).map { validity[$0] ? column[$0] : nil }))
    case .category(let column):
      return .category(
        CategoryColumn(codes: column.codes, dictionary: column.dictionary, validity: validity))
    case .date(let column): return .date(FixedColumn(column.values, validity: validity))
    case .timestamp(let column): return .timestamp(FixedColumn(column.values, validity: validity))
    }
  }
}
