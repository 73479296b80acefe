// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// What an hour is worth, by name and date, from a file that says where the figure stands.
struct TariffList: ParameterValue {
  struct Tariff: Sendable, Hashable {
    let name: String
    let euroPerHour: Double
    let from: CalendarDate
    let source: String
    let isVerified: Bool
  }

  private enum Status: String, ParameterChoice {
    case verified
    case unverified
  }

  let tariffs: [Tariff]
  let json: JSONValue

  var names: [String] {
    tariffs.map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The tariff of a day: the latest that is not after it.
  func tariff(_ name: String, on date: CalendarDate) -> Tariff? {
    tariffs.filter { $0.name == name && $0.from <= date }.max { $0.from < $1.from }
  }

  static var schema: ParameterSchema {
    .either([.file, .block(name: "tariffs", schema: ["type": "object"])])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> TariffList? {
    guard let source = RuleFile.read(node, in: &reading) else { return nil }
    // Faults of a file of its own stand in that file.
    var inFile = ParameterReading(file: source.root.file, folder: "", constants: [:])
    inFile.parameter = reading.parameter
    let list = NamedValues<[Dated]>.read(source.root.node, in: &inFile)
    reading.report(inFile.diagnostics)
    guard let list else { return nil }
    var tariffs: [Tariff] = []
    for entry in list.entries {
      for dated in entry.value {
        if tariffs.contains(where: { $0.name == entry.name && $0.from == dated.from.day }) {
          reading.report(
            .outOfRange, "tariff '\(entry.name)' has two values from \(dated.from.day)", at: node)
          return nil
        }
        tariffs.append(
          Tariff(
            name: entry.name, euroPerHour: dated.euroPerHour, from: dated.from.day,
            source: dated.source, isVerified: dated.status == .verified))
      }
    }
    return TariffList(tariffs: tariffs, json: source.json)
  }

  private struct Dated: ParameterValue {
    let euroPerHour: Double
    let from: RuleDate
    let source: String
    let status: Status

    static var schema: ParameterSchema {
      .block(name: "tariff", schema: ["type": "object"])
    }

    static func read(_ node: Node, in reading: inout ParameterReading) -> Dated? {
      let keys = ["euro_per_hour", "valid_from", "source", "status"]
      guard let block = ParameterBlock(node, keys: keys, in: &reading) else { return nil }
      let euro = block.amount("euro_per_hour", "such as 17", in: &reading)
      let from: RuleDate? = block.require("valid_from", "a date such as 2018-01-01", in: &reading)
      let source: String? = block.require("source", "where the figure stands", in: &reading)
      let status: Status? = block.require("status", "verified or unverified", in: &reading)
      guard let euro, let from, let source, let status else { return nil }
      return Dated(euroPerHour: euro, from: from, source: source, status: status)
    }

    var json: JSONValue { .null }
  }
}
