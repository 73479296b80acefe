// SPDX-License-Identifier: EUPL-1.2

package import Documents
package import Tables

/// A scheme, and reforms of it, as other parts of this package calculate with it, outside any stage.
package struct SchemeCalculator: Sendable {
  private let schemes: [Scheme]
  /// Whether a case that a table leaves ambiguous has no result, instead of being a fault.
  package var leavesAmbiguousUndecided = false

  /// What is wrong with the text of a scheme or a reform.
  package struct Faults: Error {
    package let diagnostics: [Diagnostic]
  }

  /// Reads a scheme, and reforms of which each stands for itself.
  package init(parsing yaml: String, reforms: [String] = []) throws(Faults) {
    let (scheme, faults) = SchemeReader.scheme(try Self.root(yaml, named: "scheme.yaml"))
    guard let scheme else { throw Faults(diagnostics: faults.diagnostics) }
    var schemes = [scheme]
    for (place, text) in reforms.enumerated() {
      var reader = SchemeReader()
      let root = try Self.root(text, named: "reform-\(place + 1).yaml")
      guard let reform = Reform.read(root, &reader) else {
        throw Faults(diagnostics: reader.faults.diagnostics)
      }
      let (reformed, faults) = SchemeVariants.applied([reform], to: scheme)
      guard let reformed else { throw Faults(diagnostics: faults.diagnostics) }
      schemes.append(reformed)
    }
    self.schemes = schemes
  }

  private static func root(_ yaml: String, named name: String) throws(Faults) -> LocatedNode {
    let document = Document.parse(SourceFile(name: name, text: yaml))
    guard let root = document.root else { throw Faults(diagnostics: document.diagnostics) }
    return LocatedNode(node: root, file: document.file)
  }

  /// The decisions that are wanted, one column each, for every row of a population.
  package func columns(
    _ wanted: Set<String>, over population: Table, on date: CalendarDate? = nil
  ) throws -> [String: Column] {
    try variants(wanted, over: population, on: date)[0]
  }

  /// The same under the scheme as it is, and then under each reform.
  package func variants(
    _ wanted: Set<String>, over population: Table, on date: CalendarDate? = nil
  ) throws -> [[String: Column]] {
    let decided = try SchemeVariantsEvaluation(
      schemes, on: date, ambiguity: leavesAmbiguousUndecided ? .undecided : .fault
    )
    .decided(over: population, keeping: wanted)
    return decided.map { variant in
      wanted.reduce(into: [:]) { $0[$1] = variant.table[$1] }
    }
  }
}
