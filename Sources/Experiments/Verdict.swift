// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// What the evidence says should be done, in plain words and with its reasons.
public struct Verdict: Sendable, Hashable {
  public enum Decision: String, Sendable, Hashable, CaseIterable {
    case scaleUp = "scale-up"
    case adjust
    case stop
    case notYetKnown = "not-yet-known"
  }

  /// A fact that the decision rests on.
  public struct Reason: Sendable, Hashable {
    /// A code such as `interval-above-minimum` or `guardrail-harmed`.
    public var code: String
    public var text: String

    public init(code: String, text: String) {
      self.code = code
      self.text = text
    }
  }

  public var experiment: String
  public var decision: Decision
  /// One sentence for people who decide.
  public var summary: String
  public var reasons: [Reason]
  /// What would have to be known, or done, next.
  public var nextSteps: [String]
  /// The name of the rule that was applied.
  public var rule: String
  public var minimumDifference: Double?

  public init(
    experiment: String, decision: Decision, summary: String, reasons: [Reason],
    nextSteps: [String], rule: String, minimumDifference: Double?
  ) {
    self.experiment = experiment
    self.decision = decision
    self.summary = summary
    self.reasons = reasons
    self.nextSteps = nextSteps
    self.rule = rule
    self.minimumDifference = minimumDifference
  }
}

extension Verdict: Record {
  public static let recordType = "verdict"
  public static let recordVersion = 1

  public init(record: JSONValue) throws(RecordFault) {
    guard let decision = record["decision"]?.stringValue.flatMap(Decision.init(rawValue:)) else {
      throw RecordFault(Self.recordType, "it has no known decision")
    }
    guard let experiment = record["experiment"]?.stringValue,
      let summary = record["summary"]?.stringValue
    else { throw RecordFault(Self.recordType, "it names no experiment or has no summary") }
    self.init(
      experiment: experiment, decision: decision, summary: summary,
      reasons: (record["reasons"]?.arrayValue ?? []).map {
        Reason(code: $0["code"]?.stringValue ?? "", text: $0["text"]?.stringValue ?? "")
      },
      nextSteps: (record["next_steps"]?.arrayValue ?? []).compactMap(\.stringValue),
      rule: record["rule"]?.stringValue ?? "",
      minimumDifference: record["minimum_difference"]?.doubleValue)
  }

  public var fields: JSONValue {
    [
      "experiment": .string(experiment), "decision": .string(decision.rawValue),
      "summary": .string(summary),
      "reasons": .array(reasons.map { ["code": .string($0.code), "text": .string($0.text)] }),
      "next_steps": .array(nextSteps.map { .string($0) }), "rule": .string(rule),
      "minimum_difference": JSONValue(minimumDifference),
    ]
  }
}
