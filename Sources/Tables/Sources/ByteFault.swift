// SPDX-License-Identifier: EUPL-1.2

/// Why the bytes of a source cannot be had.
public enum ByteFault: Error, Hashable, Sendable {
  case missing(path: String)
  case unreadable(path: String, reason: String)
  case compressed(CompressionFault)
}

extension ByteFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let path): "there is no file '\(path)'"
    case .unreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
    case .compressed(let fault): fault.description
    }
  }

  /// What to do about it.
  public var help: String {
    switch self {
    case .missing: "check the path; it is relative to the pipeline file"
    case .unreadable: "check that it is a file and that you may read it"
    case .compressed(let fault): fault.help
    }
  }
}
