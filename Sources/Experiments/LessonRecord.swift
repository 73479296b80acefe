// SPDX-License-Identifier: EUPL-1.2

public import Documents

extension Lesson: Record {
  public static let recordType = "lesson"
  public static let recordVersion = 1

  /// Fields of effects, in whichever spelling: a lesson that has one is none.
  static let refused: Set<String> = [
    "estimate", "effect", "effect_size", "std_error", "standard_error", "statistic", "df",
    "p_value", "p_adjusted", "conf_low", "conf_high", "conf_int", "level", "scale", "contrast",
    "estimand", "sms_level", "minimum_difference", "cohens_d", "odds_ratio", "risk_ratio",
  ]

  public init(record: JSONValue) throws(RecordFault) {
    let reader = LessonReader()
    try reader.allow(
      [
        "type", "version", "experiment", "confidence", "rule", "claims", "significant_changes",
        "reliability", "saturated", "cases", "next_question",
      ], in: record, "the lesson")
    if let type = record["type"], type.stringValue != Self.recordType {
      throw RecordFault(Self.recordType, "its type is another")
    }
    if let version = record["version"]?.integerValue, version != Int64(Self.recordVersion) {
      throw RecordFault(Self.recordType, "its version \(version) is not known here")
    }
    self.init(
      experiment: try reader.text("experiment", of: record),
      confidence: try reader.choice("confidence", of: record),
      rule: try reader.text("rule", of: record),
      claims: try reader.list("claims", of: record) { (item) throws(RecordFault) in
        try reader.claim(item)
      },
      significantChanges: try reader.list("significant_changes", of: record) {
        (item) throws(RecordFault) in try reader.change(item)
      },
      reliability: try reader.list("reliability", of: record) { (item) throws(RecordFault) in
        try reader.reliability(item)
      },
      isSaturated: record["saturated"]?.booleanValue, cases: try reader.count("cases", of: record),
      nextQuestion: record["next_question"]?.stringValue)
    guard !claims.isEmpty || !significantChanges.isEmpty else {
      throw RecordFault(Self.recordType, "it claims nothing and tells no change")
    }
    guard claims.allSatisfy({ !$0.rivals.isEmpty }) else {
      throw RecordFault(Self.recordType, "a claim considers no rival explanation")
    }
  }

  public var fields: JSONValue {
    [
      "experiment": .string(experiment), "confidence": .string(confidence.rawValue),
      "rule": .string(rule), "claims": .array(claims.map(\.json)),
      "significant_changes": .array(significantChanges.map(\.json)),
      "reliability": .array(reliability.map(\.json)),
      "saturated": isSaturated.map { .boolean($0) } ?? .null, "cases": JSONValue(cases),
      "next_question": JSONValue(nextQuestion),
    ]
  }
}

/// Reads a lesson's blocks, and refuses what a lesson does not have.
private struct LessonReader {
  func allow(_ keys: [String], in block: JSONValue, _ what: String) throws(RecordFault) {
    for (key, _) in block.members where !keys.contains(key) {
      throw fault(
        Lesson.refused.contains(key)
          ? "a lesson carries no effect, and \(what) has '\(key)'"
          : "\(what) has an unknown field '\(key)'")
    }
  }

  func text(_ key: String, of block: JSONValue) throws(RecordFault) -> String {
    guard let text = block[key]?.stringValue, !text.isEmpty else {
      throw fault("'\(key)' is missing")
    }
    return text
  }

  func texts(_ key: String, of block: JSONValue) -> [String] {
    (block[key]?.arrayValue ?? []).compactMap(\.stringValue)
  }

  func count(_ key: String, of block: JSONValue) throws(RecordFault) -> Int {
    guard let count = block[key]?.integerValue, count >= 0 else {
      throw fault("'\(key)' is no number of cases")
    }
    return Int(count)
  }

  func choice<Choice: RawRepresentable<String>>(
    _ key: String, of block: JSONValue
  ) throws(RecordFault) -> Choice {
    guard let choice = block[key]?.stringValue.flatMap(Choice.init(rawValue:)) else {
      throw fault("it has no known '\(key)'")
    }
    return choice
  }

  func list<Item>(
    _ key: String, of block: JSONValue, _ read: (JSONValue) throws(RecordFault) -> Item
  ) throws(RecordFault) -> [Item] {
    var items: [Item] = []
    for item in block[key]?.arrayValue ?? [] { items.append(try read(item)) }
    return items
  }

  func claim(_ block: JSONValue) throws(RecordFault) -> Lesson.Claim {
    try allow(
      [
        "claim", "confidence", "rule", "cases", "counter_cases", "search", "sites", "sources",
        "for", "against", "rivals",
      ], in: block, "a claim")
    return Lesson.Claim(
      claim: try text("claim", of: block), confidence: try choice("confidence", of: block),
      rule: try text("rule", of: block), cases: try count("cases", of: block),
      counterCases: texts("counter_cases", of: block), search: block["search"]?.stringValue,
      sites: block["sites"]?.integerValue.map { Int($0) },
      sources: block["sources"]?.integerValue.map { Int($0) },
      evidenceFor: texts("for", of: block), evidenceAgainst: texts("against", of: block),
      rivals: try list("rivals", of: block) { (item) throws(RecordFault) in try rival(item) })
  }

  private func rival(_ block: JSONValue) throws(RecordFault) -> Lesson.Rival {
    try allow(["explanation", "finding", "because"], in: block, "a rival")
    return Lesson.Rival(
      explanation: try text("explanation", of: block), finding: try choice("finding", of: block),
      because: try text("because", of: block))
  }

  func change(_ block: JSONValue) throws(RecordFault) -> Lesson.SignificantChange {
    try allow(["case", "change", "reason", "chosen_by", "considered"], in: block, "a change")
    return Lesson.SignificantChange(
      caseName: try text("case", of: block), change: try text("change", of: block),
      reason: try text("reason", of: block), chosenBy: try text("chosen_by", of: block),
      considered: block["considered"]?.integerValue.map { Int($0) })
  }

  func reliability(_ block: JSONValue) throws(RecordFault) -> Lesson.Reliability {
    try allow(["subject", "verdict", "alpha"], in: block, "a reliability")
    return Lesson.Reliability(
      subject: try text("subject", of: block), verdict: try choice("verdict", of: block),
      alpha: block["alpha"]?.doubleValue)
  }

  private func fault(_ message: String) -> RecordFault {
    RecordFault(Lesson.recordType, message)
  }
}

extension Lesson.Claim {
  fileprivate var json: JSONValue {
    [
      "claim": .string(claim), "confidence": .string(confidence.rawValue), "rule": .string(rule),
      "cases": JSONValue(cases), "counter_cases": .array(counterCases.map { .string($0) }),
      "search": JSONValue(search), "sites": JSONValue(sites), "sources": JSONValue(sources),
      "for": .array(evidenceFor.map { .string($0) }),
      "against": .array(evidenceAgainst.map { .string($0) }),
      "rivals": .array(
        rivals.map {
          [
            "explanation": .string($0.explanation), "finding": .string($0.finding.rawValue),
            "because": .string($0.because),
          ]
        }),
    ]
  }
}

extension Lesson.SignificantChange {
  fileprivate var json: JSONValue {
    [
      "case": .string(caseName), "change": .string(change), "reason": .string(reason),
      "chosen_by": .string(chosenBy), "considered": JSONValue(considered),
    ]
  }
}

extension Lesson.Reliability {
  fileprivate var json: JSONValue {
    [
      "subject": .string(subject), "verdict": .string(verdict.rawValue), "alpha": JSONValue(alpha),
    ]
  }
}
