// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// One line of `messages.jsonl`.
enum StageMessage: Sendable, Hashable {
  case opened(protocolVersion: Int)
  case log(level: String, message: String)
  case progress(done: Int, total: Int)
  case heartbeat
  case metric(name: String, value: Double, unit: String)
  case check(name: String, passed: Bool, matters: Bool, message: String?)
  case note(String)
  case closed(StageFault?)
  /// A type that this version does not know.
  case unknown(String)

  /// The message in a line; nil where the line is none.
  init?(_ line: [UInt8], hiding secrets: Redaction = Redaction([])) {
    func text(_ json: JSONValue?) -> String { Self.shown(json?.stringValue ?? "", secrets) }
    guard let json = try? JSONValue.parse(bytes: line), let type = json["type"]?.stringValue else {
      return nil
    }
    switch type {
    case "opened": self = .opened(protocolVersion: Int(json["protocol"]?.integerValue ?? 0))
    case "log":
      self = .log(
        level: json["level"].map { text($0) } ?? "info", message: text(json["message"]))
    case "progress":
      guard let done = json["done"]?.doubleValue, let total = json["of"]?.doubleValue,
        done.magnitude < 1e15, total.magnitude < 1e15
      else { return nil }
      self = .progress(done: Int(done), total: Int(total))
    case "heartbeat": self = .heartbeat
    case "metric":
      guard let name = json["name"]?.stringValue, let value = json["value"]?.doubleValue else {
        return nil
      }
      self = .metric(name: Self.shown(name, secrets), value: value, unit: text(json["unit"]))
    case "check":
      guard let name = json["name"]?.stringValue, let passed = json["passed"]?.booleanValue else {
        return nil
      }
      self = .check(
        name: Self.shown(name, secrets), passed: passed,
        matters: json["severity"]?.stringValue ?? "error" == "error",
        message: json["message"]?.stringValue.map { Self.shown($0, secrets) })
    case "note": self = .note(text(json["markdown"] ?? json["text"]))
    case "closed":
      if json["ok"]?.booleanValue == true {
        self = .closed(nil)
      } else {
        guard let error = json["error"], error.objectValue != nil else { return nil }
        self = .closed(Self.fault(error, secrets))
      }
    default: self = .unknown(Self.shown(type, secrets))
    }
  }

  private static func fault(_ json: JSONValue, _ secrets: Redaction) -> StageFault {
    StageFault(
      json["message"]?.stringValue.map { shown($0, secrets) } ?? "it failed without a word",
      at: json["parameter"]?.stringValue,
      help: json["hint"]?.stringValue.map { shown($0, secrets) },
      kind: json["kind"]?.stringValue.flatMap { StageFault.Kind(rawValue: $0) } ?? .bug)
  }

  /// One line of bounded length, without secrets: what a program tells is shown in a terminal.
  private static func shown(_ text: String, _ secrets: Redaction) -> String {
    let hidden = String(decoding: secrets.hidden(Array(text.utf8)), as: UTF8.self)
    var shown = String.UnicodeScalarView()
    for scalar in hidden.unicodeScalars.prefix(2000) {
      let isControl = scalar.properties.generalCategory == .control
      shown.append(isControl ? " " : scalar)
    }
    return String(shown)
  }
}
