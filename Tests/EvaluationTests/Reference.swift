// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

/// Reference runs kept outside the repository; tests that need them are skipped where they are absent.
enum Reference {
  private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/reference")

  static let isPresent = FileManager.default.fileExists(atPath: folder.path)
  static let absent: Comment = "the reference runs are not beside the repository"

  /// The columns of a case's data, a plain CSV file without quotes.
  static func columns(of name: String) throws -> [String: [String]] {
    let file = folder.appending(components: name, "data.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    var columns: [String: [String]] = [:]
    for (place, name) in (lines.first ?? []).enumerated() {
      columns[name] = lines.dropFirst().map { $0[place] }
    }
    return columns
  }
}
