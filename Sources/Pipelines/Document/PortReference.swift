// SPDX-License-Identifier: EUPL-1.2

import Documents

/// `stage`, `stage.port` or `stage[key=value].port`: what an input port is fed from.
public struct PortReference: Sendable, Hashable {
  public let stage: String
  /// The instance, where one is named.
  public let selection: [Selection]
  public let port: String?

  /// One `key=value` between the brackets.
  public struct Selection: Sendable, Hashable {
    public let key: String
    public let value: String
  }

  /// The parsed text, or nil where it is no reference.
  public init?(_ text: String) {
    var rest = text[...]
    let stage = rest.prefix { $0 != "." && $0 != "[" }
    rest = rest.dropFirst(stage.count)
    var selection: [Selection] = []
    if rest.first == "[" {
      guard let close = rest.lastIndex(of: "]") else { return nil }
      for pair in rest[rest.index(after: rest.startIndex)..<close].split(separator: ",") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        selection.append(
          Selection(key: parts[0].trimmed, value: parts[1].trimmed))
      }
      if selection.isEmpty { return nil }
      rest = rest[rest.index(after: close)...]
    }
    var port: String?
    if rest.first == "." {
      port = String(rest.dropFirst())
      rest = ""
    }
    guard rest.isEmpty, Name.isStage(stage), port.map({ Name.isPort($0[...]) }) ?? true else {
      return nil
    }
    self.stage = String(stage)
    self.selection = selection
    self.port = port
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
