// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables

/// Who was in which arm, as the cases name it.
struct Arms {
  /// The parameter that names the column: `arm` or `treatment`.
  let parameter: String
  let column: String
  /// For each case the place of its arm in `labels`, −1 where it has none.
  let codes: [Int32]
  /// In the order of their bytes, so that the order of rows does not matter.
  let labels: [String]
  let validity: Bitmap?

  /// The arms of a column of labels.
  init(_ cases: Cases, arm: ColumnName) throws(StageFault) {
    let groups = try cases.groups(arm, at: "arm")
    let isOnePerCase = groups.labels.count == groups.codes.count && groups.labels.count > 5
    guard groups.labels.count <= Self.limit, !isOnePerCase else {
      throw Self.tooMany(arm, count: groups.labels.count)
    }
    try Self.checkSeveral(groups.labels, of: arm)
    let order = groups.labels.indices.sorted {
      groups.labels[$0].isExactlyBefore(groups.labels[$1])
    }
    var places = [Int32](repeating: 0, count: order.count)
    for (place, code) in order.enumerated() { places[code] = Int32(place) }
    parameter = "arm"
    column = arm.name
    codes = groups.codes.map { $0 < 0 ? -1 : places[Int($0)] }
    labels = order.map { groups.labels[$0] }
    validity = groups.validity
  }

  /// The arms of whichever of the two columns is named.
  init(_ cases: Cases, arm: ColumnName?, treatment: ColumnName?) throws(StageFault) {
    if let arm {
      self = try Arms(cases, arm: arm)
      return
    }
    guard let treatment else { throw .noArm }
    guard let arms = Arms(zeroOne: try cases.numbers(treatment, at: "treatment")) else {
      throw Arms.isDose(treatment)
    }
    self = arms
  }

  /// The arms of cases that are not held in memory.
  init(labels: [String], of arm: ColumnName) throws(StageFault) {
    try Self.checkSeveral(labels, of: arm)
    parameter = "arm"
    column = arm.name
    codes = []
    self.labels = labels.sorted { $0.isExactlyBefore($1) }
    validity = nil
  }

  /// Two arms of a column that holds 0 and 1, of cases that are not held in memory.
  init(zeroOneOf treatment: ColumnName) {
    parameter = "treatment"
    column = treatment.name
    codes = []
    labels = ["control", "treated"]
    validity = nil
  }

  /// Two arms, `control` and `treated`, of a column that holds 0 and 1; nil for other numbers.
  init?(zeroOne numbers: Measurements) {
    var codes = [Int32](repeating: -1, count: numbers.values.count)
    for (row, value) in numbers.values.enumerated() where numbers.validity?[row] ?? true {
      guard value == 0 || value == 1 else { return nil }
      codes[row] = Int32(value)
    }
    parameter = "treatment"
    column = numbers.column
    self.codes = codes
    labels = ["control", "treated"]
    validity = numbers.validity
  }

  /// Which cases have an arm, with the note and the flag of those that have none.
  var assigned: CaseSelection {
    var selection = CaseSelection(Array(codes.indices))
    selection.require(parameter, column, validity)
    return selection
  }

  /// The place of the reference arm: as given, else the pilot card's.
  func control(_ given: String?, card: PilotCard?) throws(StageFault) -> Int {
    if parameter == "treatment" { return 0 }
    if let given {
      if let place = place(of: given) { return place }
      throw unknown(given, at: "control")
    }
    let known = card?.controlArm.map { [$0.id, $0.label] } ?? []
    for label in known {
      if let place = place(of: label) { return place }
    }
    throw StageFault(
      known.isEmpty
        ? "'control' is missing: which arm are the others compared with?"
        : "'control' is missing, and the control arm of the pilot card is no arm of the cases",
      at: "arm", help: "add control: with one of " + list)
  }

  /// One contrast for every arm but the control, then one for each named group of arms.
  func contrasts(
    control: Int, pool: NamedValues<[String]>
  ) throws(StageFault) -> [ArmContrast] {
    var contrasts = labels.indices.filter { $0 != control }.map {
      ArmContrast(treated: [$0], control: control, labels: (labels[$0], labels[control]))
    }
    for entry in pool.entries {
      let parameter = "pool"
      if place(of: entry.name) != nil {
        throw StageFault(
          "'\(entry.name)' under 'pool' is an arm already", at: parameter,
          help: "give the arms taken together another name")
      }
      var treated: [Int] = []
      for label in entry.value {
        guard let place = place(of: label) else { throw unknown(label, at: parameter) }
        guard place != control else {
          throw StageFault(
            "'\(entry.name)' under 'pool' takes in the control arm", at: parameter,
            help: "name only arms that are compared with '\(labels[control])'")
        }
        if !treated.contains(place) { treated.append(place) }
      }
      guard !treated.isEmpty else {
        throw StageFault("'\(entry.name)' under 'pool' names no arm", at: parameter)
      }
      contrasts.append(
        ArmContrast(treated: treated, control: control, labels: (entry.name, labels[control])))
    }
    return contrasts
  }

  func place(of label: String) -> Int? { labels.firstIndex { $0.isExactly(label) } }

  func unknown(_ label: String, at parameter: String) -> StageFault {
    StageFault(
      "no case is in arm '\(label)' of '\(column)'", at: parameter,
      help: Suggestion.question(for: label, among: labels) ?? "arms: " + list)
  }

  private var list: String { labels.joined(separator: ", ") }

  /// More different values than this are no arms, and are never shown; nor are those of a few cases that each have
  /// their own, such as names.
  static let limit = 30

  static func tooMany(_ arm: ColumnName, count: Int? = nil) -> StageFault {
    StageFault(
      "column '\(arm)' has \(count.map { "\($0)" } ?? "more than \(limit)") different values: "
        + "those are no arms", at: "arm",
      help: "name the column that says which version of the service a case got")
  }

  static func isDose(_ treatment: ColumnName?) -> StageFault {
    StageFault(
      "'\(treatment?.name ?? "")' holds other numbers than 0 and 1", at: "treatment",
      help: "impact/regression takes such a column, and gives an effect per unit of it")
  }

  private static func checkSeveral(_ labels: [String], of arm: ColumnName) throws(StageFault) {
    guard labels.count > 1 else {
      throw StageFault(
        labels.isEmpty
          ? "column '\(arm)' is empty in every case"
          : "column '\(arm)' has one arm only, so there is nothing to compare", at: "arm",
        help: "check 'where', or name another column")
    }
  }
}

/// Two arms that are compared; the treated one may be several taken together.
struct ArmContrast {
  let treated: [Int]
  let control: Int
  let treatedLabel: String
  let controlLabel: String

  init(treated: [Int], control: Int, labels: (treated: String, control: String)) {
    self.treated = treated
    self.control = control
    treatedLabel = labels.treated
    controlLabel = labels.control
  }

  /// As the effects table shows it.
  var name: String { "\(treatedLabel) - \(controlLabel)" }

  /// True for the treated arm, false for the control, nil for any other.
  func isTreated(_ code: Int32) -> Bool? {
    if Int(code) == control { return false }
    return treated.contains(Int(code)) ? true : nil
  }
}
