// SPDX-License-Identifier: EUPL-1.2

public import Documents

/// Every fault of a pilot card at once.
public struct PilotCardFaults: Error, Sendable {
  public let faults: [FieldFault]
}

extension PilotCard {
  /// Reads a card from its answers, as written in YAML or stored as a record.
  public init(answers: JSONValue) throws(PilotCardFaults) {
    var reader = FieldReader()
    let form = Form(answers)
    reader.allow(Self.keys, in: form)
    id = reader.text("id", of: form, hint: "a short name, such as benefit-letter-2026")
    title = reader.text("title", of: form, hint: "in one line what is tried out")
    owner = reader.text("owner", of: form, hint: "who answers for the pilot")
    targetGroup = reader.text("target_group", of: form, hint: "whom it is for")
    problem = reader.text("problem", of: form, hint: "what goes wrong today, and for whom")
    goal = reader.text("goal", of: form, hint: "what should become better")
    theme = reader.optionalText("theme", of: form)
    track =
      reader.choice("track", of: form, hint: "acute, cause, experiment or structural")
      ?? .experiment
    design = reader.choice("design", of: form, hint: "how effects are found") ?? .qualitative
    unitOfAssignment = reader.text(
      "unit_of_assignment", of: form, hint: "what was drawn: person, household, municipality")
    unitOfAnalysis =
      reader.optionalText("unit_of_analysis", of: form) ?? unitOfAssignment
    organisation = Organisation(&reader, form)
    change = Change(&reader, form)
    legalBasis = LegalBasis(&reader, form)
    arms = reader.blocks("arms", of: form).map { Arm(&reader, $0) }
    outcomes = reader.blocks("outcomes", of: form).map { Outcome(&reader, $0) }
    recruitment = reader.block("recruitment", of: form).map { Recruitment(&reader, $0) }
    plan = reader.block("plan", of: form).map { Plan(&reader, $0) } ?? Plan()
    stakeholders = reader.blocks("stakeholders", of: form).map { Stakeholder(&reader, $0) }
    risks = reader.texts("risks", of: form)
    start = reader.optionalDate("start", of: form)
    end = reader.optionalDate("end", of: form)
    nextDecision = reader.optionalDate("next_decision", of: form)
    sources = reader.texts("sources", of: form)
    language = reader.optionalChoice("language", of: form)
    checkWhole(&reader, form)
    if !reader.faults.isEmpty { throw PilotCardFaults(faults: reader.faults) }
  }

  /// The keys of a card, in the order in which a form asks them.
  public static let keys = [
    "id", "title", "organisation", "owner", "target_group", "theme", "track", "problem", "goal",
    "change", "legal_basis", "arms", "outcomes", "design", "unit_of_assignment",
    "unit_of_analysis", "recruitment", "plan", "stakeholders", "risks", "start", "end",
    "next_decision", "sources", "language",
  ]

  private func checkWhole(_ reader: inout FieldReader, _ form: Form) {
    let decides = ![.qualitative, .notPublished].contains(design)
    if decides, !outcomes.contains(where: { $0.role == .primary }) {
      reader.fault(
        "outcomes", form, "the card has no primary outcome",
        help: "name under 'outcomes' what decides, with role: primary")
    }
    if !arms.isEmpty, arms.filter(\.isControl).count != 1 {
      reader.fault(
        "arms", form, "one arm must be the control",
        help: "write control: true at the arm that the others are compared with")
    }
    for (key, names) in [("arms", arms.map(\.id)), ("outcomes", outcomes.map(\.id))] {
      if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
        reader.fault(key, form, "'\(twice)' stands twice under '\(key)'")
      }
    }
  }
}

extension PilotCard.Organisation {
  fileprivate init(_ reader: inout FieldReader, _ card: Form) {
    guard let form = reader.blockOrText("organisation", of: card) else {
      name = reader.text("organisation", of: card, hint: "which organisation runs the pilot")
      type = "organisation"
      return
    }
    reader.allow(["name", "type"], in: form)
    name = reader.text("name", of: form, hint: "which organisation runs the pilot")
    type = reader.optionalText("type", of: form) ?? "organisation"
  }
}

extension PilotCard.Change {
  fileprivate init(_ reader: inout FieldReader, _ card: Form) {
    guard let form = reader.blockOrText("change", of: card) else {
      description = reader.text("change", of: card, hint: "what is done differently")
      kind = .other
      return
    }
    reader.allow(["description", "kind"], in: form)
    description = reader.text("description", of: form, hint: "what is done differently")
    kind = reader.choice("kind", of: form, hint: "letter, rule, outreach, …") ?? .other
  }
}

extension PilotCard.LegalBasis {
  fileprivate init(_ reader: inout FieldReader, _ card: Form) {
    guard let form = reader.blockOrText("legal_basis", of: card) else {
      type =
        reader.choice("legal_basis", of: card, hint: "on which ground the pilot may deviate")
        ?? .withinExistingRules
      reference = nil
      return
    }
    reader.allow(["type", "reference"], in: form)
    type =
      reader.choice("type", of: form, hint: "on which ground the pilot may deviate")
      ?? .withinExistingRules
    reference = reader.optionalText("reference", of: form)
  }
}

extension PilotCard.Arm {
  fileprivate init(_ reader: inout FieldReader, _ form: Form) {
    reader.allow(["id", "label", "control", "tailoring_rule"], in: form)
    id = reader.text("id", of: form, hint: "the arm as it stands in the data")
    label = reader.optionalText("label", of: form) ?? id
    isControl = reader.flag("control", of: form)
    tailoringRule = reader.optionalText("tailoring_rule", of: form)
  }
}

extension PilotCard.Outcome {
  fileprivate init(_ reader: inout FieldReader, _ form: Form) {
    reader.allow(
      [
        "id", "metric", "label", "column", "unit", "direction", "role", "minimum_difference",
        "window",
      ], in: form)
    id = reader.text("id", of: form, hint: "a short name for the outcome")
    metric = reader.optionalText("metric", of: form)
    label = reader.optionalText("label", of: form) ?? id
    column = reader.optionalText("column", of: form)
    unit = reader.optionalText("unit", of: form)
    direction =
      reader.choice("direction", of: form, hint: "increase or decrease: which way is better")
      ?? .increase
    role = reader.optionalChoice("role", of: form) ?? .secondary
    if role == .primary, form.value["minimum_difference"] == nil {
      reader.fault(
        "minimum_difference", form, "'\(form.name("minimum_difference"))' is missing",
        help: "say which difference would be worth the change; otherwise write: not published")
    }
    minimumDifference = reader.optionalNumber("minimum_difference", of: form)
    if case .share? = MeasuredUnit(unit), let minimumDifference, minimumDifference.magnitude >= 1 {
      reader.fault(
        "minimum_difference", form,
        "'\(form.name("minimum_difference"))' of a share is between 0 and 1",
        help: "write 0.02 for two percentage points")
    }
    window = reader.optionalText("window", of: form)
  }
}

extension PilotCard.Recruitment {
  fileprivate init(_ reader: inout FieldReader, _ form: Form) {
    reader.allow(["invited", "participants"], in: form)
    invited = reader.optionalNumber("invited", of: form)
    participants = reader.optionalNumber("participants", of: form)
  }
}

extension PilotCard.Plan {
  fileprivate init(_ reader: inout FieldReader, _ form: Form) {
    reader.allow(
      ["estimand", "method", "variance", "covariates", "subgroups", "multiplicity", "stopping"],
      in: form)
    estimand = reader.optionalText("estimand", of: form)
    method = reader.optionalText("method", of: form)
    variance = reader.optionalText("variance", of: form)
    covariates = reader.texts("covariates", of: form)
    subgroups = reader.texts("subgroups", of: form)
    multiplicity = reader.optionalText("multiplicity", of: form)
    stopping = reader.optionalText("stopping", of: form)
  }
}

extension PilotCard.Stakeholder {
  fileprivate init(_ reader: inout FieldReader, _ form: Form) {
    reader.allow(["name", "role", "signed_off"], in: form)
    name = reader.text("name", of: form, hint: "who has a stake")
    role = reader.text("role", of: form, hint: "in which role")
    signedOff = reader.optionalDate("signed_off", of: form)
  }
}
