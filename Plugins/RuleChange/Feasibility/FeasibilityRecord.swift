// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// The outcome of a test of feasibility: its fields with lights, and what nobody knows yet.
struct FeasibilityRecord: Record, Hashable {
  static let recordType = "feasibility"
  static let recordVersion = 1

  enum Kind: String, Sendable, Hashable {
    case doability
    case implementationTest = "implementation-test"
    case quickScan = "quick-scan"
  }

  /// Who answered a field.
  enum Origin: String, Sendable, Hashable {
    case people
    case run
    case nobody
  }

  struct Field: Sendable, Hashable {
    let name: String
    let question: String
    let answer: String?
    let light: TrafficLight
    let origin: Origin
    let source: String?
  }

  let kind: Kind
  let title: String
  let questions: [Field]
  /// What the people who made the test conclude; nil where they did not.
  let conclusion: String?

  var light: TrafficLight { TrafficLight.worst(questions.map(\.light)) }
  /// Fields without an answer.
  var gaps: [String] { questions.filter { $0.light == .unknown }.map(\.name) }

  static let columns: [ColumnPromise] = [
    ColumnPromise("field", .text), ColumnPromise("question", .text),
    ColumnPromise("answer", .text), ColumnPromise("light", .text), ColumnPromise("origin", .text),
    ColumnPromise("source", .text),
  ]

  /// One row per field.
  func table() throws(TableFault) -> Table {
    func text(_ value: (Field) -> String?) -> Column { .text(TextColumn(questions.map(value))) }
    return try Table([
      ("field", text(\.name)), ("question", text(\.question)), ("answer", text(\.answer)),
      ("light", text(\.light.rawValue)), ("origin", text(\.origin.rawValue)),
      ("source", text(\.source)),
    ])
  }
}

// As JSON; the lights of the whole and the gaps are written for readers, and worked out when read
extension FeasibilityRecord {
  var fields: JSONValue {
    [
      "kind": .string(kind.rawValue), "title": .string(title),
      "formal": .boolean(kind != .quickScan), "light": .string(light.rawValue),
      "conclusion": JSONValue(conclusion), "gaps": .array(gaps.map { .string($0) }),
      "questions": .array(questions.map(\.json)),
    ]
  }

  init(record: JSONValue) throws(RecordFault) {
    if let type = record["type"], type.stringValue != Self.recordType {
      throw Self.fault("its type is another")
    }
    if let version = record["version"]?.integerValue, version != Int64(Self.recordVersion) {
      throw Self.fault("its version \(version) is not known here")
    }
    guard let kind = record["kind"]?.stringValue.flatMap(Kind.init) else {
      throw Self.fault("its kind is none that is known here")
    }
    guard let title = record["title"]?.stringValue else { throw Self.fault("'title' is missing") }
    var questions: [Field] = []
    for item in record["questions"]?.arrayValue ?? [] { questions.append(try Field(item)) }
    self.init(
      kind: kind, title: title, questions: questions, conclusion: record["conclusion"]?.stringValue)
  }

  fileprivate static func fault(_ message: String) -> RecordFault {
    RecordFault(recordType, message)
  }
}

extension FeasibilityRecord.Field {
  var json: JSONValue {
    [
      "name": .string(name), "question": .string(question), "answer": JSONValue(answer),
      "light": .string(light.rawValue), "origin": .string(origin.rawValue),
      "source": JSONValue(source),
    ]
  }

  fileprivate init(_ json: JSONValue) throws(RecordFault) {
    guard let name = json["name"]?.stringValue, let question = json["question"]?.stringValue,
      let light = json["light"]?.stringValue.flatMap(TrafficLight.init),
      let origin = json["origin"]?.stringValue.flatMap(FeasibilityRecord.Origin.init)
    else { throw FeasibilityRecord.fault("a field lacks its name, question, light or origin") }
    self.init(
      name: name, question: question, answer: json["answer"]?.stringValue, light: light,
      origin: origin, source: json["source"]?.stringValue)
  }
}
