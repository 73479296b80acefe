// SPDX-License-Identifier: EUPL-1.2

import Documents

/// What rules cost the people who must live with them, before and after a change.
struct BurdenRecord: Record, Hashable {
  static let recordType = "burden"
  static let recordVersion = 1

  /// Whether all tariffs behind the figures were verified.
  enum Label: String, Sendable, Hashable {
    case official
    case estimate
  }

  struct Line: Sendable, Hashable {
    let group: String
    let isOneOff: Bool
    let before: Cost
    let after: Cost
  }

  struct Cost: Sendable, Hashable {
    var hours = 0.0
    /// Hours at their tariff, in euros.
    var time = 0.0
    /// Euros paid to others.
    var outOfPocket = 0.0

    var euros: Double { time + outOfPocket }
  }

  struct Tariff: Sendable, Hashable {
    let name: String
    let euroPerHour: Double
    let from: String
    let source: String
    let isVerified: Bool
  }

  let date: String
  let label: Label
  let lines: [Line]
  let tariffs: [Tariff]
  let askedTwiceBefore: Int
  let askedTwiceAfter: Int
  let heldBefore: Int
  let heldAfter: Int

  var fields: JSONValue {
    [
      "date": .string(date), "label": .string(label.rawValue),
      "costs": .array(lines.map(\.json)), "tariffs": .array(tariffs.map(\.json)),
      "data_asked_twice": [
        "before": JSONValue(askedTwiceBefore), "after": JSONValue(askedTwiceAfter),
      ],
      "data_already_held": ["before": JSONValue(heldBefore), "after": JSONValue(heldAfter)],
    ]
  }
}

extension BurdenRecord {
  init(record: JSONValue) throws(RecordFault) {
    if let type = record["type"], type.stringValue != Self.recordType {
      throw Self.fault("its type is another")
    }
    if let version = record["version"]?.integerValue, version != Int64(Self.recordVersion) {
      throw Self.fault("its version \(version) is not known here")
    }
    guard let date = record["date"]?.stringValue else { throw Self.fault("'date' is missing") }
    guard let label = record["label"]?.stringValue.flatMap(Label.init) else {
      throw Self.fault("'label' is official or estimate")
    }
    var lines: [Line] = []
    for item in record["costs"]?.arrayValue ?? [] { lines.append(try Line(item)) }
    var tariffs: [Tariff] = []
    for item in record["tariffs"]?.arrayValue ?? [] { tariffs.append(try Tariff(item)) }
    guard label == .estimate || tariffs.allSatisfy(\.isVerified) else {
      throw Self.fault("it calls itself official with a tariff that nobody verified")
    }
    func count(_ key: String, _ side: String) -> Int {
      Int(record[key]?[side]?.integerValue ?? 0)
    }
    self.init(
      date: date, label: label, lines: lines, tariffs: tariffs,
      askedTwiceBefore: count("data_asked_twice", "before"),
      askedTwiceAfter: count("data_asked_twice", "after"),
      heldBefore: count("data_already_held", "before"),
      heldAfter: count("data_already_held", "after"))
  }

  fileprivate static func fault(_ message: String) -> RecordFault {
    RecordFault(recordType, message)
  }
}

extension BurdenRecord.Line {
  var json: JSONValue {
    [
      "group": .string(group), "one_off": .boolean(isOneOff), "before": before.json,
      "after": after.json,
    ]
  }

  fileprivate init(_ json: JSONValue) throws(RecordFault) {
    guard let group = json["group"]?.stringValue, let isOneOff = json["one_off"]?.booleanValue,
      let before = json["before"], let after = json["after"]
    else { throw BurdenRecord.fault("a line of costs lacks its group or amounts") }
    self.init(
      group: group, isOneOff: isOneOff, before: try BurdenRecord.Cost(before),
      after: try BurdenRecord.Cost(after))
  }
}

extension BurdenRecord.Cost {
  var json: JSONValue {
    [
      "hours": .number(hours), "time_euros": .number(time),
      "out_of_pocket_euros": .number(outOfPocket),
    ]
  }

  fileprivate init(_ json: JSONValue) throws(RecordFault) {
    guard let hours = json["hours"]?.doubleValue, let time = json["time_euros"]?.doubleValue,
      let paid = json["out_of_pocket_euros"]?.doubleValue
    else { throw BurdenRecord.fault("a cost lacks hours or euros") }
    self.init(hours: hours, time: time, outOfPocket: paid)
  }
}

extension BurdenRecord.Tariff {
  var json: JSONValue {
    [
      "name": .string(name), "euro_per_hour": .number(euroPerHour), "valid_from": .string(from),
      "source": .string(source), "status": .string(isVerified ? "verified" : "unverified"),
    ]
  }

  fileprivate init(_ json: JSONValue) throws(RecordFault) {
    guard let name = json["name"]?.stringValue, let euro = json["euro_per_hour"]?.doubleValue,
      let from = json["valid_from"]?.stringValue, let source = json["source"]?.stringValue
    else { throw BurdenRecord.fault("a tariff lacks its name, amount, date or source") }
    self.init(
      name: name, euroPerHour: euro, from: from, source: source,
      isVerified: json["status"]?.stringValue == "verified")
  }
}
