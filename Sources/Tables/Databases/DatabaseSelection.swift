// SPDX-License-Identifier: EUPL-1.2

/// Which rows of a database are read.
public enum DatabaseSelection: Sendable, Hashable {
  /// All rows of a table or view.
  case table(String)
  /// The rows that one statement in the database's own SQL gives.
  case query(String)
}
