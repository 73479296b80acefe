// SPDX-License-Identifier: EUPL-1.2

import Digests
import StageKit
import Tables

/// Turns identifying columns into pseudonyms.
struct PersonalData: Sendable {
  let identifiers: [String]
  let allowed: [String]
  let secret: Secret
  /// What the pseudonyms are for: other purposes give other pseudonyms, so that nobody can link them.
  let purpose: String

  /// The table with a pseudonym for every value of the identifying columns; missing stays missing.
  func pseudonymised(_ table: Table, in context: StageContext) throws(StageFault) -> Table {
    guard !identifiers.isEmpty else { return table }
    do throws(TableFault) {
      for name in identifiers { _ = try table.column(name) }
    } catch {
      throw StageFault(error, at: "identifiers")
    }
    let key = try key(in: context)
    do throws(TableFault) {
      var table = table
      for name in identifiers {
        let column = try table.column(name)
        table = try table.replacing(name, with: try Self.pseudonyms(of: column, key, named: name))
      }
      return table
    } catch {
      throw StageFault(error, at: "identifiers")
    }
  }
}

extension PersonalData {
  private func key(in context: StageContext) throws(StageFault) -> PseudonymKey {
    guard let value = context.secret(secret.name) else {
      throw StageFault(
        "the secret \(secret.name), which pseudonyms are made with, is not set",
        at: "identifiers",
        help:
          "set the environment variable \(secret.name), or \(secret.name)_FILE to the path of a "
          + "file that holds it; 'openssl rand -hex 32' makes one. Keep it: another secret gives "
          + "other pseudonyms", kind: .user)
    }
    do throws(DigestFault) {
      return try PseudonymKey(secret: value, purpose: purpose)
    } catch {
      throw StageFault(
        "the secret \(secret.name) is no good: \(error)", at: "identifiers", help: error.help,
        kind: .user)
    }
  }

  private static func pseudonyms(
    of column: Column, _ key: PseudonymKey, named name: String
  ) throws(TableFault) -> Column {
    var builder = TextColumnBuilder()
    if case .category(let values) = column {
      let labels = values.dictionary.map { key.pseudonym(of: CitizenServiceNumber.canonical($0)) }
      for row in 0..<values.count {
        builder.append(column.isMissing(at: row) ? nil : labels[Int(values.codes[row])])
      }
    } else {
      for row in 0..<column.count {
        builder.append(
          column.display(at: row).map { key.pseudonym(of: CitizenServiceNumber.canonical($0)) })
      }
    }
    return .text(try builder.finish(named: name))
  }
}
