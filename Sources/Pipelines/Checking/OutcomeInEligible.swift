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
    return instances.flatMap { instance -> [Diagnostic] in
      guard let node = instance.block.with.first(where: { $0.name == "eligible" })?.value,
        let text = node.text
      else { return [] }
      return outcomes.sorted().compactMap { outcome -> Diagnostic? in
        guard let expression = try? Expression(text),
          let use = expression.columns.first(where: { $0.path[0] == outcome })
        else { return nil }
        return Diagnostic(
          .outcomeInEligible, severity: .warning,
          "'eligible' looks at the outcome '\(outcome)'",
          help: "a missing outcome is attrition, not ineligibility: leave it in and it is counted",
          notes: [], file: document.file.name,
          span: node.span(inScalar: use.range, of: document.file))
      }
    }
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
