// SPDX-License-Identifier: EUPL-1.2

package import Tables

extension Column {
  /// One row's value as the language sees it.
  package func feelValue(at row: Int) -> FEELValue {
    switch self {
    case .boolean(let column): column[row].map { .boolean($0) } ?? .null
    case .integer(let column): column[row].map { .integer($0) } ?? .null
    case .number(let column): column[row].map { .double($0) } ?? .null
    case .decimal(let column, let scale):
      column[row].map { .number(Decimal128(scaled: $0, scale: scale)) } ?? .null
    case .text(let column): column[row].map { .text($0) } ?? .null
    case .category(let column): column[row].map { .text($0) } ?? .null
    case .date(let column): column[row].map { .date(FEELDate(columnDay: $0)) } ?? .null
    case .timestamp(let column):
      column[row]
        .flatMap { FEELDateTime(microsecondsSince1970: $0) }
        .map { .dateTime($0) } ?? .null
    }
  }
}
