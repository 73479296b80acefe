// SPDX-License-Identifier: EUPL-1.2

internal import Tables

/// Brings the values of members down to one for each row, as the functions of lists do: a missing value
/// leaves the result open, and of no values there is no sum and no extreme.
struct MemberSegments {
  /// Where the members of each row begin, and the end of the last.
  let starts: [Int]
  /// The members that count; nil for all.
  let kept: Bitmap?

  private var count: Int { starts.count - 1 }

  var counts: Column {
    .integer(
      FixedColumn(
        (0..<count).map { row in
          guard let kept else { return Int64(starts[row + 1] - starts[row]) }
          return (starts[row]..<starts[row + 1]).reduce(0) { $0 + (kept[$1] ? 1 : 0) }
        }))
  }

  /// In Kleene's logic: whether one is true, or none is false.
  func truth(_ values: Ternary, isAny: Bool) -> Lane {
    let (decisive, other) =
      isAny ? (values.isTrue, values.isFalse) : (values.isFalse, values.isTrue)
    var found = Bitmap(repeating: false, count: count)
    var open = Bitmap(repeating: false, count: count)
    for row in 0..<count {
      for member in starts[row]..<starts[row + 1] where kept?[member] ?? true {
        if decisive[member] {
          found.set(row, to: true)
          break
        }
        if !other[member] { open.set(row, to: true) }
      }
    }
    let rest = ~found & ~open
    return Ternary(isTrue: isAny ? found : rest, isFalse: isAny ? rest : found).lane
  }

  /// Nil where the interpreter has to do it.
  func reduced(
    _ column: Column, _ reduction: MemberQuestion.Reduction
  ) throws(FEELFault) -> Column? {
    switch column {
    case .integer(let values): try exact(values, reduction).map { .integer($0) }
    case .decimal(let values, let scale):
      try exact(values, reduction).map { .decimal($0, scale: scale) }
    case .number(let values): try doubles(values, reduction).map { .number($0) }
    case .date(let values): extremes(values, reduction).map { .date($0) }
    default: nil
    }
  }

  private func exact(
    _ column: FixedColumn<Int64>, _ reduction: MemberQuestion.Reduction
  ) throws(FEELFault) -> FixedColumn<Int64>? {
    guard reduction == .sum else { return extremes(column, reduction) }
    var isTooLarge = false
    let sums = fold(column) { first, second in
      let (sum, overflow) = first.addingReportingOverflow(second)
      isTooLarge = isTooLarge || overflow
      return sum
    }
    guard !isTooLarge else { throw .exactOverflow }
    return sums
  }

  private func doubles(
    _ column: FixedColumn<Double>, _ reduction: MemberQuestion.Reduction
  ) throws(FEELFault) -> FixedColumn<Double>? {
    guard reduction == .sum else { return extremes(column, reduction) }
    var isTooLarge = false
    let sums = fold(column) { first, second in
      let sum = first + second
      isTooLarge = isTooLarge || !sum.isFinite
      return sum
    }
    guard !isTooLarge else { throw .numberOverflow }
    return sums
  }

  @inline(__always)
  private func extremes<Value: ColumnScalar & Comparable>(
    _ column: FixedColumn<Value>, _ reduction: MemberQuestion.Reduction
  ) -> FixedColumn<Value>? {
    switch reduction {
    case .min: fold(column) { Swift.min($0, $1) }
    case .max: fold(column) { Swift.max($0, $1) }
    default: nil
    }
  }

  @inline(__always)
  private func fold<Value: ColumnScalar>(
    _ column: FixedColumn<Value>, _ combine: (Value, Value) -> Value
  ) -> FixedColumn<Value> {
    var results = [Value](repeating: .zero, count: count)
    var valid = Bitmap(repeating: false, count: count)
    column.values.withUnsafeBufferPointer { values in
      for row in 0..<count {
        var result: Value?
        var isOpen = false
        for member in starts[row]..<starts[row + 1] where kept?[member] ?? true {
          guard column.validity?[member] ?? true else {
            isOpen = true
            break
          }
          result = result.map { combine($0, values[member]) } ?? values[member]
        }
        if let result, !isOpen {
          results[row] = result
          valid.set(row, to: true)
        }
      }
    }
    return FixedColumn(results, validity: valid)
  }
}
