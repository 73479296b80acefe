// SPDX-License-Identifier: EUPL-1.2

import Documents
import FEEL
import StageKit
import Tables

// Which parameters have a value when.
extension Scheme {
  /// The parameters that decisions name.
  var usedParameters: [SchemeParameter] {
    let names = Set(decisions.flatMap { $0.mentions.joined() })
    return parameters.filter { names.contains($0.name) }
  }

  /// Throws where a parameter that a decision names has no value yet.
  func requireValues(on date: CalendarDate?) throws(StageFault) {
    guard let date, let parameter = usedParameters.first(where: { $0.value(on: date) == nil })
    else { return }
    let place = parameter.origin.map { " (\($0.place))" } ?? ""
    throw StageFault(
      absence(of: parameter, on: date, in: " of scheme '\(id)'") + place, at: "date",
      help: Self.absenceHelp, kind: .user)
  }

  /// Reports every such parameter at its place.
  func reportAbsences(on date: CalendarDate, _ faults: inout SchemeFaults) {
    for parameter in usedParameters where parameter.value(on: date) == nil {
      faults.report(
        .schemeValue, absence(of: parameter, on: date), at: parameter.origin ?? origin,
        help: Self.absenceHelp)
    }
  }

  /// Warns where some figures begin later than others, so that the scheme cannot be applied to the days
  /// between.
  func warnOfLateStart(_ faults: inout SchemeFaults) {
    let starts = usedParameters.compactMap { parameter in
      (parameter.allVersions.compactMap(\.from).min()).map { (parameter: parameter, from: $0) }
    }
    guard let first = starts.map(\.from).min(), let last = starts.max(by: { $0.from < $1.from }),
      first < last.from
    else { return }
    faults.report(
      .schemeValue, severity: .warning,
      "the scheme can be applied from \(last.from): until then parameter '\(last.parameter.name)'"
        + "\(articles(of: last.parameter).inBrackets) has no value, and other figures hold from "
        + "\(first)",
      at: last.parameter.origin ?? origin, help: "add the earlier figure, or leave the others out")
  }

  private func absence(
    of parameter: SchemeParameter, on date: CalendarDate, in scheme: String = ""
  ) -> String {
    let first =
      parameter.allVersions.compactMap(\.from).min().map { "; its first value is from \($0)" } ?? ""
    return "parameter '\(parameter.name)'\(scheme)\(articles(of: parameter).inBrackets) "
      + "has no value on \(date)\(first)"
  }

  private func articles(of parameter: SchemeParameter) -> [LegalReference] {
    parameter.legal.isEmpty ? legal : parameter.legal
  }

  private static let absenceHelp = "choose a later date, or add the figure to the scheme"
}
