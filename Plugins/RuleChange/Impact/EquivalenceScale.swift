// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// By what the income of a household is divided to compare it with that of a person alone.
enum EquivalenceScale: String, ParameterChoice {
  /// 1, and 0.5 for each further adult and 0.3 for each child under 14.
  ///
  /// Source: Hagenaars, de Vos and Zaidi (1994), Poverty Statistics in the Late 1980s, Eurostat.
  case oecdModified = "oecd-modified"
  /// The factors of Statistics Netherlands from 2018; published for one and two adults.
  ///
  /// Source: CBS, Materiële welvaart in Nederland 2024, annex A.
  case cbs
  /// The factors of Statistics Netherlands until 2017.
  ///
  /// Source: CBS, Materiële welvaart in Nederland 2020, annex A, table A.1.
  case cbs2000 = "cbs-2000"

  /// The factor of a household; nil where the published table does not go so far.
  func factor(adults: Int, children: Int) -> Double? {
    guard adults >= 1, children >= 0 else { return nil }
    switch self {
    case .oecdModified: return 1 + 0.5 * Double(adults - 1) + 0.3 * Double(children)
    case .cbs, .cbs2000:
      let table = self == .cbs ? Self.from2018 : Self.until2017
      guard adults <= table.count, children < table[adults - 1].count else { return nil }
      return table[adults - 1][children]
    }
  }

  private static let from2018 = [
    [1, 1.32, 1.52, 1.73, 1.93],
    [1.40, 1.69, 1.91, 2.09, 2.28],
  ]

  private static let until2017 = [
    [1, 1.33, 1.51, 1.76, 1.95],
    [1.37, 1.67, 1.88, 2.06, 2.28],
    [1.73, 1.95, 2.14, 2.32, 2.49],
    [2.00, 2.19, 2.37, 2.53, 2.68],
  ]
}

/// Where the factors come from: a column, or a scale with columns of adults and children.
enum Equivalence: ParameterValue {
  case column(ColumnName)
  case scale(EquivalenceScale, adults: ColumnName, children: ColumnName)

  static var schema: ParameterSchema {
    .either([
      .column,
      .block(
        name: "scale",
        schema: ["type": "object", "required": ["scale", "adults", "children"]]),
    ])
  }

  static func read(_ node: Node, in reading: inout ParameterReading) -> Equivalence? {
    guard node.entries != nil else {
      return ColumnName.read(node, in: &reading).map { .column($0) }
    }
    guard
      let block = ParameterBlock(node, keys: ["scale", "adults", "children"], in: &reading)
    else { return nil }
    let scale: EquivalenceScale? = block.require("scale", in: &reading)
    let adults: ColumnName? = block.require("adults", in: &reading)
    let children: ColumnName? = block.require("children", in: &reading)
    guard let scale, let adults, let children else { return nil }
    return .scale(scale, adults: adults, children: children)
  }

  var json: JSONValue {
    switch self {
    case .column(let column): column.json
    case .scale(let scale, let adults, let children):
      ["scale": scale.json, "adults": adults.json, "children": children.json]
    }
  }

  /// Factors, 1 where there is none; nil where all are known.
  struct Factors {
    let values: [Double]
    let known: Bitmap?
  }

  /// A factor for each unit.
  func factors(of population: Table) throws -> Factors {
    switch self {
    case .column(let name):
      let (values, validity) = try Self.numbers(name, in: population)
      guard values.indices.allSatisfy({ values[$0] > 0 || validity?[$0] == false }) else {
        throw StageFault(
          "column '\(name)' has equivalence factors that are not above zero", at: "equivalence",
          help: "a person alone has factor 1, and larger households more")
      }
      return Factors(
        values: validity == nil ? values : values.map { $0 > 0 ? $0 : 1 }, known: validity)
    case .scale(let scale, let adults, let children):
      let (adults, first) = try Self.numbers(adults, in: population)
      let (children, second) = try Self.numbers(children, in: population)
      return scale.factors(adults, first, children, second)
    }
  }

  private static func numbers(
    _ name: ColumnName, in population: Table
  ) throws -> (values: [Double], validity: Bitmap?) {
    guard let numbers = try population.column(name.name).doubles() else {
      throw StageFault("column '\(name)' holds no numbers", at: "equivalence")
    }
    return numbers
  }
}

extension EquivalenceScale {
  /// Households of up to this many adults, and of fewer children, are looked up.
  private static let tabled = 16

  fileprivate func factors(
    _ adults: [Double], _ knowsAdults: Bitmap?, _ children: [Double], _ knowsChildren: Bitmap?
  ) -> Equivalence.Factors {
    let side = Self.tabled
    let table = (0..<side * side).map { factor(adults: $0 / side, children: $0 % side) ?? 0 }
    let factors = adults.indices.map { row -> Double in
      let (adults, children) = (adults[row], children[row])
      guard adults >= 0, children >= 0, adults < 1e6, children < 1e6 else { return 0 }
      let (grown, young) = (Int(adults), Int(children))
      guard Double(grown) == adults, Double(young) == children else { return 0 }
      return grown < side && young < side
        ? table[grown * side + young] : factor(adults: grown, children: young) ?? 0
    }
    var known = Bitmap(rows: factors.count) { factors[$0] > 0 }
    for validity in [knowsAdults, knowsChildren] { if let validity { known = known & validity } }
    return known.allSet
      ? Equivalence.Factors(values: factors, known: nil)
      : Equivalence.Factors(values: factors.map { $0 > 0 ? $0 : 1 }, known: known)
  }
}
