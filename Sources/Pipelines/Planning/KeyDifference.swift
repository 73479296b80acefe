// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// Says in words what differs between the components of two stage keys.
public enum KeyDifference {
  /// Begins what stands for content that nobody knows in a key.
  static let unknownContent = "unknown "

  public static func reasons(from old: JSONValue, to new: JSONValue) -> [String] {
    var reasons: [String] = []
    if old["implementation"] != new["implementation"] {
      reasons.append(implementation(old["implementation"], new["implementation"]))
    }
    reasons += members("parameters", old, new) { name, before, after in
      "parameter \(name) changed \(short(before)) → \(short(after))"
    }
    reasons += members("files", old, new) { name, _, new in
      new?.description.contains(unknownContent) == true
        ? "'\(name)' is a database, which may have changed" : "the file of '\(name)' changed"
    }
    reasons += members("inputs", old, new) { name, before, after in
      before == nil
        ? "input '\(name)' is new"
        : after == nil
          ? "input '\(name)' is gone" : "input '\(name)' changed"
    }
    if old["seed"] != new["seed"] {
      reasons.append("seed changed \(short(old["seed"])) → \(short(new["seed"]))")
    }
    reasons += members("secrets", old, new) { name, _, _ in "secret \(name) changed" }
    reasons += members("environment", old, new) { name, _, _ in
      "the environment variable \(name) changed"
    }
    if old["experiment"] != new["experiment"] {
      reasons.append(
        "experiment's name changed \(short(old["experiment"])) → \(short(new["experiment"]))")
    }
    return reasons
  }

  private static func members(
    _ key: String, _ old: JSONValue, _ new: JSONValue,
    _ reason: (String, JSONValue?, JSONValue?) -> String
  ) -> [String] {
    let before = old[key] ?? .null
    let after = new[key] ?? .null
    var names = after.members.map(\.key)
    names += before.members.map(\.key).filter { !names.contains($0) }
    return names.compactMap { name in
      before[name] == after[name] ? nil : reason(name, before[name], after[name])
    }
  }

  private static func implementation(_ old: JSONValue?, _ new: JSONValue?) -> String {
    let before = version(old)
    let after = version(new)
    // An external stage has the digest of its code behind its version.
    guard before != after, let before, let after else { return "the plugin's code changed" }
    return "stage version \(before) → \(after)"
  }

  private static func version(_ implementation: JSONValue?) -> Substring? {
    let text = implementation?.stringValue ?? ""
    return text.hasPrefix("version ") ? text.dropFirst("version ".count).prefix { $0 != "," } : nil
  }

  private static func short(_ value: JSONValue?) -> String {
    guard let value, !value.isNull else { return "none" }
    let source = value["expression"] ?? value
    let text = source.stringValue ?? source.description
    return text.count > 60 ? text.prefix(57) + "…" : text
  }
}
