// SPDX-License-Identifier: EUPL-1.2

public import Documents

extension PilotCard: Record {
  public static let recordType = "pilot-card"
  public static let recordVersion = 1

  public init(record: JSONValue) throws(RecordFault) {
    let answers = JSONValue.object(
      members: record.members.filter { $0.key != "type" && $0.key != "version" }
        .map { ($0.key, $0.value) })
    do {
      try self.init(answers: answers)
    } catch {
      throw RecordFault(
        Self.recordType, error.faults.map(\.message).joined(separator: "; "))
    }
  }

  public var fields: JSONValue {
    // Only where it is said, so that the records of cards without it keep their digests.
    let said = language.map { [("language", JSONValue.string($0.rawValue))] } ?? []
    return .object(
      members: [
        ("id", .string(id)), ("title", .string(title)),
        ("organisation", ["name": .string(organisation.name), "type": .string(organisation.type)]),
        ("owner", .string(owner)), ("target_group", .string(targetGroup)),
        ("theme", JSONValue(theme)), ("track", .string(track.rawValue)),
        ("problem", .string(problem)), ("goal", .string(goal)),
        (
          "change",
          ["description": .string(change.description), "kind": .string(change.kind.rawValue)]
        ),
        (
          "legal_basis",
          ["type": .string(legalBasis.type.rawValue), "reference": JSONValue(legalBasis.reference)]
        ),
        ("arms", .array(arms.map(\.json))), ("outcomes", .array(outcomes.map(\.json))),
        ("design", .string(design.rawValue)), ("unit_of_assignment", .string(unitOfAssignment)),
        ("unit_of_analysis", .string(unitOfAnalysis)),
        ("recruitment", recruitment.map(\.json) ?? .null), ("plan", plan.json),
        ("stakeholders", .array(stakeholders.map(\.json))),
        ("risks", .array(risks.map { .string($0) })), ("start", JSONValue(start)),
        ("end", JSONValue(end)), ("next_decision", JSONValue(nextDecision)),
        ("sources", .array(sources.map { .string($0) })),
      ] + said)
  }
}

extension PilotCard.Arm {
  fileprivate var json: JSONValue {
    [
      "id": .string(id), "label": .string(label), "control": .boolean(isControl),
      "tailoring_rule": JSONValue(tailoringRule),
    ]
  }
}

extension PilotCard.Outcome {
  fileprivate var json: JSONValue {
    [
      "id": .string(id), "metric": JSONValue(metric), "label": .string(label),
      "column": JSONValue(column), "unit": JSONValue(unit),
      "direction": .string(direction.rawValue), "role": .string(role.rawValue),
      "minimum_difference": JSONValue(minimumDifference), "window": JSONValue(window),
    ]
  }
}

extension PilotCard.Recruitment {
  fileprivate var json: JSONValue {
    ["invited": JSONValue(invited), "participants": JSONValue(participants)]
  }
}

extension PilotCard.Plan {
  fileprivate var json: JSONValue {
    [
      "estimand": JSONValue(estimand), "method": JSONValue(method),
      "variance": JSONValue(variance), "covariates": .array(covariates.map { .string($0) }),
      "subgroups": .array(subgroups.map { .string($0) }),
      "multiplicity": JSONValue(multiplicity), "stopping": JSONValue(stopping),
    ]
  }
}

extension PilotCard.Stakeholder {
  fileprivate var json: JSONValue {
    ["name": .string(name), "role": .string(role), "signed_off": JSONValue(signedOff)]
  }
}
