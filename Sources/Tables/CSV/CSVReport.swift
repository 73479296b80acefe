// SPDX-License-Identifier: EUPL-1.2

/// What people want to know of a file beside its values.
struct CSVReport {
  let refused: [RefusedRow]
  let refusedCount: Int
  let types: [TypeFinding]
  let delimiter: UInt8
}
