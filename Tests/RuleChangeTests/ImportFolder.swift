// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import Testing

@testable import RuleChange

/// A folder with files for one test.
struct ImportFolder: ~Copyable {
  let path: String

  init(_ files: [String: String] = [:]) throws {
    path = NSTemporaryDirectory() + "import-\(UUID().uuidString)"
    for (name, text) in files { try write(name, text) }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws {
    let place = URL(filePath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
  }

  /// A scheme as if it stood in the folder.
  func scheme(_ yaml: String) throws -> (scheme: Scheme?, faults: SchemeFaults) {
    SchemeReader.scheme(try Samples.root(yaml, name: path + "/scheme.yaml"))
  }
}
