// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

extension PipelineReader {
  private static let descriptionKeys = ["default", "help", "minimum", "maximum", "choices"]

  /// The `parameters:` block: a bare value, or a description with a `default`.
  mutating func pipelineParameters(_ node: Node?) -> [PipelineParameter] {
    mapEntries(node, key: "parameters").compactMap { entry in
      guard Name.isPort(entry.name[...]) else {
        report(
          .badName, "a parameter's name has small letters, digits and underscores",
          at: entry.key.span)
        return nil
      }
      guard entry.value.entries != nil else {
        return PipelineParameter(
          name: entry.name, help: nil, value: entry.value, minimum: nil, maximum: nil, choices: [])
      }
      return described(entry)
    }
  }

  private mutating func described(_ entry: Node.Entry) -> PipelineParameter? {
    let node = entry.value
    allow(Self.descriptionKeys, in: node, of: "a parameter")
    guard let value = node["default"] else {
      report(
        .missingKey, "parameter '\(entry.name)' has no default", at: entry.key.span,
        help: "add 'default:', so that the pipeline runs as it stands")
      return nil
    }
    let parameter = PipelineParameter(
      name: entry.name, help: node["help"]?.text, value: value,
      minimum: limit(node["minimum"]), maximum: limit(node["maximum"]),
      choices: node["choices"]?.items?.compactMap(\.text) ?? [])
    if let fault = parameter.fault(of: value) {
      report(.outOfRange, fault, at: value.span)
    }
    return parameter
  }

  private mutating func limit(_ node: Node?) -> Double? {
    guard let node, !node.isNull else { return nil }
    if let number = node.scalar?.number { return number }
    report(.wrongType, "a limit is a number, not \(node.kindName)", at: node.span)
    return nil
  }
}

extension PipelineParameter {
  /// Why a value is not allowed, if it is not.
  func fault(of value: Node) -> String? {
    if !choices.isEmpty, !choices.contains(value.text ?? "") {
      return "parameter '\(name)' takes one of " + choices.joined(separator: ", ")
    }
    guard minimum != nil || maximum != nil else { return nil }
    guard let number = value.scalar?.number else { return "parameter '\(name)' takes a number" }
    if let minimum, number < minimum { return "parameter '\(name)' is at least \(minimum)" }
    if let maximum, number > maximum { return "parameter '\(name)' is at most \(maximum)" }
    return nil
  }
}
