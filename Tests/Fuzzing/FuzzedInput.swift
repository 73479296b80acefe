// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// A kind of input that bytes of all sorts are given to.
///
/// A reading may refuse its bytes with a fault; what it may not do is trap, hang, take memory without
/// measure, or give something that contradicts itself.
protocol FuzzedInput: SendableMetatype {
  /// Reads the bytes in every way there is, and stops the process where two ways disagree.
  static func read(_ bytes: [UInt8])
  /// Sound inputs to start from, beside those that other programs wrote, in `Seeds`.
  static func seeds() throws -> [[UInt8]]
}

/// Stops the process with a sentence, which a release build leaves out of its own checks.
func demand(_ holds: Bool, _ sentence: String) {
  if holds { return }
  FileHandle.standardError.write(Data("demanded, and not so: \(sentence)\n".utf8))
  abort()
}

/// The kinds there are, by the name that `make fuzz` calls them.
let fuzzedInputs: [String: any FuzzedInput.Type] = [
  "csv": CSVInput.self, "json-lines": JSONLinesInput.self, "arrow": ArrowInput.self,
  "yaml": YAMLInput.self,
]
