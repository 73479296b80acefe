// SPDX-License-Identifier: EUPL-1.2

package import Documents
package import Tables

/// A scheme as other parts of this package calculate with it, outside any stage.
package struct SchemeCalculator: Sendable {
  private let scheme: Scheme
  /// Whether a case that a table leaves ambiguous has no result, instead of being a fault.
  package var leavesAmbiguousUndecided = false

  /// What is wrong with a scheme's text.
  package struct Faults: Error {
    package let diagnostics: [Diagnostic]
  }

  /// Reads a scheme.
  package init(parsing yaml: String, named name: String = "scheme.yaml") throws(Faults) {
    let document = Document.parse(SourceFile(name: name, text: yaml))
    guard let root = document.root else { throw Faults(diagnostics: document.diagnostics) }
    let (scheme, faults) = SchemeReader.scheme(LocatedNode(node: root, file: document.file))
    guard let scheme else { throw Faults(diagnostics: faults.diagnostics) }
    self.scheme = scheme
  }

  /// The decisions that are wanted, one column each, for every row of a population.
  package func columns(
    _ wanted: Set<String>, over population: Table, on date: CalendarDate? = nil
  ) throws -> [String: Column] {
    let decided = try SchemeVariantsEvaluation(
      [scheme], on: date, ambiguity: leavesAmbiguousUndecided ? .undecided : .fault
    )
    .decided(over: population, keeping: wanted)
    return wanted.reduce(into: [:]) { $0[$1] = decided[0].table[$1] }
  }
}
