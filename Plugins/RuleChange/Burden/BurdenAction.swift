// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// One thing that a rule makes people do, as the standard cost model counts it.
struct BurdenAction: ParameterValue {
  let name: String
  let group: BurdenGroup
  /// Name of what their hour is worth.
  let tariff: String
  let minutes: Double
  /// Money that they pay others, euros each time.
  let outOfPocket: Double
  /// Cases in which the action is done; zero as long as a population has not told them.
  private(set) var number: Double
  /// Which cases of a population these are, where no number is written.
  let cases: Expression?
  /// Times a year in each case; once where the action is one-off.
  let frequency: Double
  let isOneOff: Bool
  /// Data that the action asks for.
  let asks: [String]
  let json: JSONValue

  /// The action with the number of cases of a population that do it.
  func counted(in population: Table, weights: [Double]?) throws -> BurdenAction {
    guard let cases else { return self }
    let rows = try cases.mask(over: population)
    var action = self
    action.number =
      weights.map { weights in rows.setIndices.reduce(0) { $0 + weights[$1] } }
      ?? Double(rows.setCount)
    return action
  }

  var times: Double { number * frequency }
  var hours: Double { times * minutes / 60 }
  var paid: Double { times * outOfPocket }

  static var schema: ParameterSchema {
    .block(
      name: "action",
      schema: [
        "type": "object", "required": ["name", "group", "tariff", "minutes"],
      ])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> BurdenAction? {
    let keys = [
      "name", "group", "tariff", "minutes", "out_of_pocket", "number", "where",
      "frequency", "one_off", "asks",
    ]
    guard let block = ParameterBlock(node, keys: keys, in: &reading) else { return nil }
    let name: String? = block.require("name", "what people do", in: &reading)
    let group: BurdenGroup? = block.require(
      "group", "citizens, businesses or professionals", in: &reading)
    let tariff: String? = block.require("tariff", "the name of a tariff", in: &reading)
    let minutes = block.amount("minutes", "the minutes that it takes each time", in: &reading)
    let cases: Expression? =
      block["where"] != nil ? block.read("where", in: &reading) : nil
    let number =
      block["where"] != nil
      ? 0 : block.amount("number", "the number of cases, or 'where'", in: &reading)
    let paid = block.amount("out_of_pocket", otherwise: 0, in: &reading)
    let frequency = block.amount("frequency", otherwise: 1, in: &reading)
    let isOneOff: Bool? = block["one_off"] != nil ? block.read("one_off", in: &reading) : false
    let asks: [String]? = block["asks"] != nil ? block.read("asks", in: &reading) : []
    guard let name, let group, let tariff, let minutes, let number, let paid, let frequency,
      let isOneOff, let asks
    else { return nil }
    if isOneOff, block["frequency"] != nil {
      reading.report(
        .outOfRange, "action '\(name)' is one-off and has a frequency a year", at: node,
        help: "leave out one of them")
      return nil
    }
    if block["where"] != nil, let place = block["number"] {
      reading.report(
        .outOfRange, "action '\(name)' has a number and a condition that counts it", at: place,
        help: "leave out one of them")
      return nil
    }
    if block["where"] != nil, cases == nil { return nil }
    return BurdenAction(
      name: name, group: group, tariff: tariff, minutes: minutes, outOfPocket: paid, number: number,
      cases: cases, frequency: frequency, isOneOff: isOneOff, asks: asks, json: node.json)
  }
}
