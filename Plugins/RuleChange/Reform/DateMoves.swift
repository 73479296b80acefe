// SPDX-License-Identifier: EUPL-1.2

import Documents
import Tables

// The block `move:`, by which a figure begins to hold on another day.
extension ReformApplication {
  mutating func moveDates() {
    for (name, block) in reader.entries("move", of: reform.root) {
      let text = name.node.text ?? ""
      guard let place = scheme.parameters.firstIndex(where: { $0.name.isExactly(text) }) else {
        unknown("parameter", text, at: name, among: scheme.parameters.map(\.name))
        continue
      }
      for entry in block.node.entries ?? [] {
        move(scheme.parameters[place], block.with(entry.key), block.with(entry.value))
          .map { scheme.parameters[place] = $0 }
      }
      if block.node.entries == nil {
        reader.faults.reportWrongType(
          "'move' of parameter '\(text)'", takes: "{2025-01-01: 2025-07-01}, from and to", at: block
        )
      }
    }
  }

  private mutating func move(
    _ parameter: SchemeParameter, _ first: LocatedNode, _ second: LocatedNode
  ) -> SchemeParameter? {
    let what = "'move' of parameter '\(parameter.name)'"
    guard let from = reader.date(first, what), let to = reader.date(second, what) else {
      return nil
    }
    let days = Set(parameter.allVersions.compactMap(\.from))
    guard days.contains(from) else {
      reader.faults.report(
        .reformMismatch, "no value of parameter '\(parameter.name)' begins on \(from)", at: first,
        help: "values begin on " + days.sorted().map { "\($0)" }.joined(separator: ", "))
      return nil
    }
    guard !days.contains(to) else {
      reader.faults.report(
        .reformMismatch, "another value of parameter '\(parameter.name)' begins on \(to)",
        at: second, help: "set a value on that day instead")
      return nil
    }
    return parameter.moving(from, to: to)
  }
}

extension SchemeParameter {
  /// The parameter with what began on one day beginning on another, in every bracket of a scale.
  fileprivate func moving(_ from: CalendarDate, to: CalendarDate) -> SchemeParameter {
    var parameter = self
    parameter.dated = dated.moving(from, to: to)
    if var scale {
      for place in scale.brackets.indices {
        scale.brackets[place].threshold = scale.brackets[place].threshold.moving(from, to: to)
        scale.brackets[place].value = scale.brackets[place].value.moving(from, to: to)
      }
      parameter.scale = scale
    }
    return parameter
  }
}

extension DatedValues {
  fileprivate func moving(_ from: CalendarDate, to: CalendarDate) -> DatedValues {
    DatedValues(
      versions.map { version in
        guard version.from == from else { return version }
        return Version(
          from: to, value: version.value, source: version.source, legal: version.legal)
      })
  }
}
