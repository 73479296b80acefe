// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import RunStore

/// Which store: `--store DIR`, else `PROEFTUIN_STORE`, else `.proeftuin` beside the working folder.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .customLong("store"),
    help: ArgumentHelp("The folder that remembers runs.", valueName: "dir"),
    completion: .directory)
  var path: String?

  var location: String {
    path ?? ProcessInfo.processInfo.environment["PROEFTUIN_STORE"].flatMap { $0.isEmpty ? nil : $0 }
      ?? ".proeftuin"
  }

  func open() throws -> Store {
    try Store.open(at: location)
  }

  /// The store where there is one.
  func existing() throws -> Store? {
    try Store.existing(at: location)
  }

  /// The store, or a failure that says that nothing ran yet.
  func required() throws -> Store {
    guard let store = try existing() else {
      throw CommandFailure(
        .usage, "nothing has run here yet: there is no store at '\(location)'",
        help: "run a pipeline first, or name another store with --store")
    }
    return store
  }
}

extension CommandFailure {
  init(_ fault: StoreFault) {
    self.init(fault.concernsStore ? .storeFault : .usage, fault.message, help: fault.help)
  }
}

/// Where a secret's value is: the environment variable, or the file that NAME_FILE names.
func secretValue(_ name: String) -> String? {
  let environment = ProcessInfo.processInfo.environment
  if let value = environment[name], !value.isEmpty { return value }
  guard let path = environment["\(name)_FILE"],
    let text = try? String(contentsOfFile: path, encoding: .utf8)
  else { return nil }
  return text.trimmingCharacters(in: .newlines)
}
