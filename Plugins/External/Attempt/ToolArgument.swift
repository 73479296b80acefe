// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// An argument of an unmodified tool: a word, or a placeholder for a path or a value.
struct ToolArgument {
  private let text: String

  init(_ text: String) { self.text = text }

  var isPlaceholder: Bool {
    text.hasPrefix("{") && text.hasSuffix("}")
      && ["{inputs.", "{outputs.", "{parameters.", "{work}"].contains(where: text.hasPrefix)
  }

  /// What stands on the command line; nil where an optional input or parameter is absent.
  func value(
    _ attempt: ExternalAttempt, _ delivery: InputDelivery, _ folder: AttemptFolder
  ) -> String? {
    guard isPlaceholder else { return text }
    let inner = text.dropFirst().dropLast()
    if inner == "work" { return folder.work }
    let parts = inner.split(separator: ".", maxSplits: 1).map { String($0) }
    guard parts.count == 2 else { return text }
    switch parts[0] {
    case "inputs": return delivery.paths[parts[1]]
    case "outputs":
      let port = attempt.stage.outputs.first { $0.declaration.name == parts[1] }
      return port.map { folder.path(of: $0, attempt.stage) }
    case "parameters":
      if let paths = delivery.files[parts[1]] { return paths.first }
      return attempt.settings.parameters[parts[1]]?.argument
    default: return text
    }
  }
}

extension JSONValue {
  /// The value as a word on a command line, a list joined by commas; nil where there is none.
  fileprivate var argument: String? {
    switch self {
    case .null: nil
    case .string(let text): text
    case .array(let items): items.compactMap(\.argument).joined(separator: ",")
    case .boolean, .integer, .number, .object: compact
    }
  }
}
