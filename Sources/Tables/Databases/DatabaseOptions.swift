// SPDX-License-Identifier: EUPL-1.2

/// How a database is to be read.
public struct DatabaseOptions: Sendable, Hashable {
  /// nil reads the only table or view that there is.
  public var selection: DatabaseSelection?
  /// Texts that stand for a missing value; one that spells a number stands for the number, too.
  ///
  /// None by default: NULL is missing anyway, and a database tells an empty text from a missing one.
  public var missing: [String]
  /// Types of columns by name; the others follow from what the database says and holds.
  public var columns: [String: ColumnType]

  public init(
    _ selection: DatabaseSelection? = nil, missing: [String] = [],
    columns: [String: ColumnType] = [:]
  ) {
    self.selection = selection
    self.missing = missing
    self.columns = columns
  }

  func declaredType(of name: String) -> ColumnType? {
    columns.first { $0.key.isExactly(name) }?.value
  }

  /// - Throws: `DatabaseColumnFault` where columns have no name, one name, or a type that is declared
  ///   for a column that is not there.
  func check(_ names: [String]) throws(DatabaseColumnFault) {
    var places: [ExactText: Int] = [:]
    for (place, name) in names.enumerated() {
      if name.allSatisfy(\.isWhitespace) { throw .emptyName(position: place + 1) }
      if let first = places.updateValue(place, forKey: ExactText(name)) {
        throw .duplicateName(name, first: first + 1, second: place + 1)
      }
    }
    let unknown = columns.keys.filter { places[ExactText($0)] == nil }
    guard unknown.isEmpty else {
      throw .unknownColumns(unknown.sorted { $0.isExactlyBefore($1) }, known: names)
    }
  }
}
