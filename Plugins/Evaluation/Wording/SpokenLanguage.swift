// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Reports
import StageKit

/// The language that a stage writes for people, as pipelines name it.
enum SpokenLanguage: String, ParameterChoice {
  case en
  case nl

  /// The language of a card; English where it does not say.
  init(of card: PilotCard?) { self = card?.language == .dutch ? .nl : .en }

  var report: ReportLanguage { self == .nl ? .dutch : .english }

  /// What evaluations say in this language.
  var wording: EvaluationWording { EvaluationWording(language: report) }
}

/// The sentences of evaluations, in English and in Dutch of level B1; each stage keeps its own beside it.
struct EvaluationWording {
  let language: ReportLanguage

  /// The same language, as sentences on effects name it.
  var spoken: PilotCard.Language { language == .dutch ? .dutch : .english }

  func pick(_ english: String, _ dutch: String) -> String {
    language == .dutch ? dutch : english
  }

  /// "a, b and c".
  func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + pick(" and ", " en ") + last
  }

  func count(_ number: Int) -> String { NumberFormat.count.text(Double(number), in: language) }

  /// The text with a capital in front, as a sentence starts.
  func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}
