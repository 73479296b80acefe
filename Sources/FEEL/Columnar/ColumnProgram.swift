// SPDX-License-Identifier: EUPL-1.2

package import Tables

/// Steps that compute columns out of columns, each seen in one or several views.
///
/// A view is what expressions see: names of columns, and constants. The rules as they are and as a reform
/// would make them are two views of one population; what is the same in both is a step of both. Parts
/// of expressions that mean the same in all views are computed once, and rows go through all steps
/// block by block, while they are in the processor's cache. Only a program of one view may see grouped
/// rows, since decisions on members may differ from view to view.
package struct ColumnProgram: Sendable {
  package struct View: Sendable {
    package let scope: FEELScope
    /// The columns that are there from the start: what the view calls them, and their places.
    package let columns: [(name: String, place: Int)]

    package init(_ scope: FEELScope, columns: [(name: String, place: Int)]) {
      self.scope = scope
      self.columns = columns
    }
  }

  package enum Work: Sendable {
    /// A column, and what is then done with its values, such as rounding, beside the columns that the
    /// expression reads and others.
    case expression(
      FEELExpression, alsoReads: Set<String> = [],
      then: (@Sendable (Column, Table) throws -> Column)? = nil)
    /// Columns out of those of the view, of which these are read; there are as many rows as given.
    case columns(reads: Set<String>, @Sendable (Table, Int) throws -> [Column])
  }

  package struct Step: Sendable {
    /// The views that see the results; it is computed in the first.
    package let views: [Int]
    /// What later steps call the results; nil where they may not.
    package let names: [String?]
    package let work: Work
    /// Whether the results are wanted at the end.
    package var isKept = true

    package init(in views: [Int], names: [String?], _ work: Work) {
      self.views = views
      self.names = names
      self.work = work
    }
  }

  package var views: [View]
  package var steps: [Step] = []

  package init(_ views: [View]) { self.views = views }

  /// The results of each step, none where they are not kept.
  ///
  /// - Returns: nil for few rows, and where only the whole population tells a fault or a type: then each
  ///   view is to be evaluated by itself.
  package func columnsByBlocks(over base: [Column]) -> [[Column]]? {
    guard let count = base.first?.count, count > BlockEvaluation.smallestBlock else { return nil }
    return BlockEvaluation(self, base).columns()
  }
}

extension ColumnProgram {
  /// The syntax trees of the steps that are expressions, with what is known of their parts.
  func plannedRoots() -> [Node?] {
    var planner = NodePlanner()
    var known = views.map { view in
      NodePlanner.Names(
        columns: Dictionary(
          view.columns.map { ($0.name, "column \($0.place)") }, uniquingKeysWith: { $1 }),
        constants: view.scope.constants,
        lists: Set(view.scope.groups.map { Array($0.lists.keys) } ?? []))
    }
    var roots: [Node?] = []
    for (number, step) in steps.enumerated() {
      if case .expression(let expression, _, _) = step.work {
        let view = step.views[0]
        let root = expression.root.inlined(in: views[view].scope)
        roots.append(planner.plan(root, where: known[view]))
      } else {
        roots.append(nil)
      }
      for case (let place, let name?) in step.names.enumerated() {
        for view in step.views { known[view].columns[name] = "step \(number) \(place)" }
      }
    }
    return roots.map { $0.map { planner.settled($0) } }
  }

  /// The names that a step may read, as its view calls them.
  func reads(_ step: Step, _ root: Node?) -> Set<String> {
    switch step.work {
    case .columns(let reads, _): reads
    case .expression(_, let others, _):
      others.union(
        root.map { root in
          root.asksForNames
            ? Set(views[step.views[0]].columns.map(\.name)) : root.plan?.columnNames ?? []
        } ?? [])
    }
  }
}

extension Node {
  /// Whether `is defined` asks for the names that there are, whatever columns are read.
  fileprivate var asksForNames: Bool {
    if case .call("is defined", _) = form { return true }
    var asks = false
    form.forEachChild { asks = asks || $0.asksForNames }
    return asks
  }
}
