// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// The text of a letter, in a file of its own.
enum LetterFile {
  enum Fault: Error {
    case unreadable
    case notUTF8
  }

  static func text(at path: String) throws(Fault) -> String {
    guard let bytes = FileManager.default.contents(atPath: path) else { throw .unreadable }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    return text
  }
}
