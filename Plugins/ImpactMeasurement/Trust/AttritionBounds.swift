// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit
import Statistics
import Tables

/// What the outcomes that were not seen could do to an effect.
struct AttritionBounds {
  let outcome: Measurements
  let arms: Arms
  let units: AssignedUnits
  /// Groups within which Lee's bounds are taken as well.
  let cells: CaseGroups?
  /// From the least to the largest value that the outcome can have; nil where nobody said.
  let range: ClosedRange<Double>?
  let level: Double

  /// The bounds of one contrast: Lee's, Lee's tightened, and Manski's, as far as they can be had.
  func lines(
    _ contrast: ArmContrast
  ) throws(StageFault) -> (lines: [BoundsTable.Line], checks: [TrustCheck]) {
    var selection = CaseSelection(
      arms.codes.indices.filter { contrast.isTreated(arms.codes[$0]) != nil })
    if let cluster = units.cluster {
      selection.require("cluster", cluster.column, cluster.validity)
    }
    let rows = selection.rows
    guard let validity = outcome.validity, rows.contains(where: { !validity[$0] }) else {
      return ([], [])
    }
    do throws(EstimationFault) {
      let all = try cases(contrast, rows)
      let lee = try LeeBounds(all, level: level)
      var lines = [line(contrast, "lee", rows, lee.bounds, lee)]
      var notes: [TrustCheck] = [finding(contrast, lee.bounds)]
      if let cells {
        let known = rows.filter { cells.codes[$0] >= 0 }
        do throws(EstimationFault) {
          let tight = try LeeBounds(
            cases(contrast, known), cells: cells.grouping(known), level: level)
          var line = line(contrast, "lee-tightened", known, tight.bounds, tight)
          line.within = cells.column
          lines.append(line)
          if tight.reversedCells > 0 { notes.append(reversed(contrast, cells, tight)) }
        } catch {
          notes.append(
            unbounded(contrast, "within '\(cells.column)' there are none: \(error.message)"))
        }
      }
      if let range {
        lines.append(
          line(
            contrast, "manski", rows, try all.worstCaseBounds(range: range, level: level), nil))
      }
      return (lines, notes)
    } catch {
      if case .outOfRange = error {
        throw StageFault(
          "'\(outcome.column)' has values outside its range", at: "range",
          help: "give the least and the largest value that it can have")
      }
      return ([], [unbounded(contrast, "there are none: \(error.message)")])
    }
  }

  private func cases(
    _ contrast: ArmContrast, _ rows: [Int]
  ) throws(EstimationFault) -> AttritedArms {
    try AttritedArms(
      treated: rows.map { contrast.isTreated(arms.codes[$0]) ?? false },
      outcome: rows.map { outcome.validity?[$0] ?? true ? outcome.values[$0] : nil },
      clusters: units.cluster?.grouping(rows))
  }

  private func line(
    _ contrast: ArmContrast, _ method: String, _ rows: [Int], _ bounds: IdentifiedInterval,
    _ lee: LeeBounds?
  ) -> BoundsTable.Line {
    var line = BoundsTable.Line(
      outcome: outcome.column, contrast: contrast.name, method: method, bounds: bounds)
    line.count = rows.count
    line.seen = rows.count { outcome.validity?[$0] ?? true }
    if let lee {
      line.trimmedShare = lee.trimmedShare
      if lee.trimmedShare > 0 {
        line.trimmedArm = lee.trimsTreated ? contrast.treatedLabel : contrast.controlLabel
      }
    }
    return line
  }
}

extension AttritionBounds {
  private func check(
    _ contrast: ArmContrast, passed: Bool, _ message: String
  ) -> TrustCheck {
    TrustCheck(
      "attrition-bounds", subject: "\(outcome.column), \(contrast.name)", passed: passed,
      severity: .info, message: message)
  }

  /// Whether the effect keeps its sign whoever is missing.
  private func finding(_ contrast: ArmContrast, _ bounds: IdentifiedInterval) -> TrustCheck {
    let keeps = bounds.lower > 0 || bounds.upper < 0
    var check = check(
      contrast, passed: keeps,
      "'\(outcome.column)', \(contrast.name): whoever is missing, the effect on those who would be "
        + "seen in either arm \(keeps ? "keeps its sign" : "may have either sign")"
        + " (Lee's bounds)")
    check.value = bounds.upper - bounds.lower
    return check
  }

  private func reversed(
    _ contrast: ArmContrast, _ cells: CaseGroups, _ lee: LeeBounds
  ) -> TrustCheck {
    var check = check(
      contrast, passed: false,
      "'\(outcome.column)', \(contrast.name): in \(lee.reversedCells) of the groups of "
        + "'\(cells.column)' the other arm loses more outcomes, which Lee's bounds do not expect")
    check.value = Double(lee.reversedCells)
    return check
  }

  private func unbounded(_ contrast: ArmContrast, _ why: String) -> TrustCheck {
    check(contrast, passed: false, "bounds for '\(outcome.column)', \(contrast.name): \(why)")
  }
}
