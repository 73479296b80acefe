// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

/// Compares a text that people read with the one that was reviewed before.
///
/// `RECORD_SNAPSHOTS=1` writes what is new; a new baseline fails once, so that somebody reads it.
func expectSnapshot(
  _ text: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(components: "Snapshots", name)
  let isRecording = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"
  guard let data = try? Data(contentsOf: file) else {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    Issue.record("\(name) is new: read it, then test again", sourceLocation: sourceLocation)
    return
  }
  let reviewed = String(decoding: data, as: UTF8.self)
  guard reviewed != text else { return }
  if isRecording {
    try Data(text.utf8).write(to: file)
    return
  }
  let before = reviewed.split(separator: "\n", omittingEmptySubsequences: false)
  let now = text.split(separator: "\n", omittingEmptySubsequences: false)
  let line = zip(before, now).prefix { $0 == $1 }.count
  Issue.record(
    """
    \(name) differs from line \(line + 1) on; RECORD_SNAPSHOTS=1 records it
    was: \(line < before.count ? String(before[line]) : "(the end)")
    is:  \(line < now.count ? String(now[line]) : "(the end)")
    """, sourceLocation: sourceLocation)
}
