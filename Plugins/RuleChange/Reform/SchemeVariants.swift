// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Tables

/// A scheme as it is, or as it would be after a reform.
struct SchemeVariant: Sendable {
  /// `baseline`, or the id of the reform.
  let id: String
  let title: String
  let legalEffect: String?
  let scheme: Scheme

  /// The id as part of a column's name.
  var columnName: String { id.replacing("-", with: "_").replacing("+", with: "_") }
}

/// Builds the variants that a stage compares: the scheme first, then each reform on it.
enum SchemeVariants {
  static let baseline = "baseline"

  /// - Throws: a fault at `reforms` with every mismatch and its place in the reform's file.
  static func all(
    _ source: SchemeSource, _ reforms: [ReformSource]
  ) throws(StageFault) -> [SchemeVariant] {
    var variants = [
      SchemeVariant(
        id: baseline, title: source.scheme.title, legalEffect: nil, scheme: source.scheme)
    ]
    for reform in reforms {
      let (scheme, faults) = applied(reform.reforms, to: source.scheme)
      guard let scheme else { throw fault(of: reform, faults.diagnostics) }
      let variant = SchemeVariant(
        id: reform.id, title: reform.title, legalEffect: reform.legalEffect, scheme: scheme)
      guard !variants.contains(where: { $0.columnName == variant.columnName }) else {
        throw StageFault(
          "two reforms have the id '\(variant.id)'", at: "reforms",
          help: "each needs an id of its own, which is not '\(baseline)'", kind: .user)
      }
      variants.append(variant)
    }
    return variants
  }

  /// The scheme after reforms on top of each other; it stops at the first that does not fit.
  static func applied(
    _ reforms: [Reform], to scheme: Scheme
  ) -> (scheme: Scheme?, faults: SchemeFaults) {
    var scheme = scheme
    for reform in reforms {
      let (next, faults) = ReformApplication.apply(reform, to: scheme)
      guard let next else { return (nil, faults) }
      scheme = next
    }
    return (scheme, SchemeFaults())
  }

  private static func fault(of reform: ReformSource, _ faults: [Diagnostic]) -> StageFault {
    let errors = faults.filter { $0.severity == .error }.sorted()
    let lines = errors.map { fault in
      let place = fault.span.map { ":\($0.start)" } ?? ""
      let help = fault.help.map { "; \($0)" } ?? ""
      return "\(fault.file)\(place): \(fault.message)\(help)"
    }
    return StageFault(
      "reform '\(reform.id)' does not fit the scheme: \(errors.first?.message ?? "")",
      at: "reforms", help: lines.joined(separator: "\n"), kind: .user)
  }
}
