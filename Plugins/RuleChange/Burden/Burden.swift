// SPDX-License-Identifier: EUPL-1.2

import FEEL
import StageKit
import Tables

/// Works out with the standard cost model what rules cost citizens, businesses and professionals.
struct Burden: Stage {
  static let info = StageInfo(
    "burden", version: 2,
    summary: "Counts hours and euros that rules cost people, before and after a change.",
    example: """
      burden:
        use: rules/burden
        with:
          date: 2025-01-01
          tariffs:                   # or the path of a file; look the figures up before they count
            citizen: [{euro_per_hour: 17, valid_from: 2024-01-01, source: handbook, status: unverified}]
          before:
            - {name: fill in form, group: citizens, tariff: citizen, minutes: 45, number: 4000,
               asks: [income, address]}
            - {name: send payslip, group: citizens, tariff: citizen, minutes: 10, out_of_pocket: 1.5,
               number: 4000, asks: [income]}
          after:
            - {name: check filled-in form, group: citizens, tariff: citizen, minutes: 10, number: 4000}
          registers: {BRP: [name, address], polisadministratie: [income]}
      """,
    source: """
      Standard cost model: sum of (minutes ⁄ 60 × tariff + out-of-pocket costs) × cases × frequency a \
      year; one-off costs apart, never added to yearly ones.
      """)

  enum Label: String, ParameterChoice {
    case estimate
    case official
  }

  @Parameter("What people do under the rules as they are.") var before: [BurdenAction]
  @Parameter("What people do under the new rules; the burden as it is unless given.")
  var after: [BurdenAction]?
  @Parameter("What an hour is worth, by name and date: a file or a block.") var tariffs: TariffList
  @Parameter("The day whose tariffs hold, as 2025-01-01.") var date: RuleDate
  @Parameter("Base registers with the data that each holds.")
  var registers = NamedValues<[String]>()
  @Parameter("What the figures are called; official only with verified tariffs.")
  var label: Label = .estimate
  @Parameter("Column with the number of cases that each row of the population stands for.")
  var weight: ColumnName?

  struct Input: PortSet {
    @Port("One row per case, for actions that say with 'where' which cases they are done in.")
    var population: Table?
  }

  struct Output: PortSet {
    @Port("The burden per group, one-off and structural, with its tariffs.") var burden:
      BurdenRecord
    @Port("One row per group, one-off and structural: hours and euros before and after.")
    var summary: Table
    @Port("One row per action: times, hours and euros.") var actions: Table
    @Port("One row per datum asked: by which actions, and whether a register holds it.")
    var data: Table
  }

  func validate() throws(StageFault) {
    for (actions, parameter) in [(before, "before"), (after ?? [], "after")] {
      for action in actions {
        let tariff = try tariff(of: action, at: parameter)
        if label == .official, !tariff.isVerified {
          throw StageFault(
            "the figures cannot be official: tariff '\(tariff.name)' from \(tariff.from) is unverified",
            at: "label", help: "look it up in its source and set its status, or write estimate",
            kind: .user)
        }
      }
      let names = actions.map(\.name)
      if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
        throw StageFault("two actions are named '\(twice)'", at: parameter, kind: .user)
      }
    }
    if before.isEmpty, after?.isEmpty ?? true {
      throw StageFault("there is no action", at: "before", kind: .user)
    }
  }

  func validate(connected ports: Set<String>) throws(StageFault) {
    for (actions, parameter) in [(before, "before"), (after ?? [], "after")] {
      guard let counting = actions.first(where: { $0.cases != nil }),
        !ports.contains("population")
      else { continue }
      throw StageFault(
        "action '\(counting.name)' counts cases, and there is no population", at: parameter,
        help: "connect the port 'population', or write the 'number' of cases", kind: .user)
    }
  }

  func outputColumns(for inputs: KnownColumns) -> KnownColumns {
    KnownColumns([
      "summary": BurdenTables.summary, "actions": BurdenTables.actions, "data": BurdenTables.data,
    ])
  }

  func run(_ input: Input, in context: StageContext) async throws -> Output {
    let old = try counted(before, in: input.population, at: "before")
    let new = try after.map { try counted($0, in: input.population, at: "after") } ?? old
    let sides = [("before", old), ("after", new)]
    var tables = BurdenTables()
    var used: [TariffList.Tariff] = []
    var demands: [[DataDemand]] = []
    for (side, actions) in sides {
      for action in actions {
        let tariff = try tariff(of: action, at: side)
        if !used.contains(tariff) { used.append(tariff) }
        if side == "before" || after != nil { tables.add(action, tariff, side: side) }
      }
      let asked = DataDemand.all(
        actions, registers: registers.entries.map { ($0.name, $0.value) })
      demands.append(asked)
      if side == "before" || after != nil { tables.add(asked, side: side) }
    }
    let unverified = used.filter { !$0.isVerified }.map(\.name)
    if !unverified.isEmpty {
      context.note(
        "unverified tariffs, so no official figures: \(unverified.joined(separator: ", "))")
    }
    let lines = try lines(old, new)
    let record = BurdenRecord(
      date: "\(date.day)", label: label == .official ? .official : .estimate, lines: lines,
      tariffs: used.map {
        BurdenRecord.Tariff(
          name: $0.name, euroPerHour: $0.euroPerHour, from: "\($0.from)", source: $0.source,
          isVerified: $0.isVerified)
      },
      askedTwiceBefore: demands[0].count(where: \.isAskedTwice),
      askedTwiceAfter: demands[1].count(where: \.isAskedTwice),
      heldBefore: demands[0].count { $0.register != nil },
      heldAfter: demands[1].count { $0.register != nil })
    var output = Output()
    output.burden = record
    output.summary = try BurdenTables.summaryTable(lines)
    output.actions = try tables.actionTable()
    output.data = try tables.dataTable()
    return output
  }
}

extension Burden {
  /// The actions with their numbers of cases, by weight where there is one.
  private func counted(
    _ actions: [BurdenAction], in population: Table?, at parameter: String
  ) throws -> [BurdenAction] {
    guard let population else { return actions }
    let weights = try PopulationNumbers(population: population).weights(weight, at: "weight")
    do {
      return try actions.map { try $0.counted(in: population, weights: weights) }
    } catch let fault as FEELFault {
      throw StageFault(fault.message, at: parameter, help: fault.help)
    }
  }

  private func tariff(
    of action: BurdenAction, at parameter: String
  ) throws(StageFault) -> TariffList.Tariff {
    if let tariff = tariffs.tariff(action.tariff, on: date.day) { return tariff }
    let isKnown = tariffs.names.contains(action.tariff)
    throw StageFault(
      isKnown
        ? "tariff '\(action.tariff)' has no value on \(date.day)"
        : "action '\(action.name)' names a tariff '\(action.tariff)' that is not there",
      at: isKnown ? "date" : parameter,
      help: isKnown
        ? "choose a later date, or add the figure"
        : "tariffs: " + tariffs.names.joined(separator: ", "), kind: .user)
  }

  /// All groups, also those without a burden: a zero is an answer.
  private func lines(
    _ before: [BurdenAction], _ after: [BurdenAction]
  ) throws(StageFault) -> [BurdenRecord.Line] {
    var lines: [BurdenRecord.Line] = []
    for group in BurdenGroup.allCases {
      for isOneOff in [false, true] {
        func isHere(_ action: BurdenAction) -> Bool {
          action.group == group && action.isOneOff == isOneOff
        }
        lines.append(
          BurdenRecord.Line(
            group: group.rawValue, isOneOff: isOneOff,
            before: try cost(before.filter(isHere), at: "before"),
            after: try cost(after.filter(isHere), at: "after")))
      }
    }
    return lines
  }

  private func cost(
    _ actions: [BurdenAction], at parameter: String
  ) throws(StageFault) -> BurdenRecord.Cost {
    var cost = BurdenRecord.Cost()
    for action in actions {
      let tariff = try tariff(of: action, at: parameter)
      cost.hours += action.hours
      cost.time += action.hours * tariff.euroPerHour
      cost.outOfPocket += action.paid
    }
    guard cost.euros.isFinite else {
      throw StageFault("the numbers are too large to add up", at: parameter)
    }
    return cost
  }
}
