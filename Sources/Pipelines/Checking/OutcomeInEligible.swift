// SPDX-License-Identifier: EUPL-1.2

public import Documents
import FEEL
import StageKit

/// Warns where eligibility is decided by an outcome: a missing outcome is attrition, and dropping it
/// before the analysis hides it.
enum OutcomeInEligible {
  static func warnings(_ instances: [StageInstance], in document: PipelineDocument) -> [Diagnostic]
  {
    let outcomes = Set(instances.flatMap { columns(of: "outcome", $0) })
    return instances.flatMap { instance in
      conditions(of: instance).flatMap { node in
        uses(of: outcomes, in: node).map { use in
          Diagnostic(
            .outcomeInEligible, severity: .warning,
            "'eligible' looks at the outcome '\(use.path[0])'",
            help: "a missing outcome is attrition, not ineligibility: left in, it is counted",
            file: document.file.name,
            span: node.span(inScalar: use.range, of: document.file))
        }
      }
    }
  }

  /// The expressions under `eligible`: one, or several by name.
  private static func conditions(of instance: StageInstance) -> [Node] {
    guard let node = instance.block.with.first(where: { $0.name == "eligible" })?.value else {
      return []
    }
    return node.entries?.map(\.value) ?? [node]
  }

  private static func uses(of outcomes: Set<String>, in node: Node) -> [Reference] {
    guard let text = node.text, let expression = try? Expression(text) else { return [] }
    return expression.columns.filter { outcomes.contains($0.path[0]) }
  }

  private static func columns(of parameter: String, _ instance: StageInstance) -> [String] {
    switch instance.loaded.parameters[parameter] {
    case .string(let name): [name]
    case .array(let names): names.compactMap(\.stringValue)
    default: []
    }
  }
}

extension DiagnosticCode {
  public static let outcomeInEligible: DiagnosticCode = "outcome-in-eligible"
}
