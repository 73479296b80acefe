// SPDX-License-Identifier: EUPL-1.2

import Experiments
import Tables

/// One aspect in which experiments are alike or not, with what each of them says about it.
struct Aspect {
  enum Code: String, CaseIterable {
    case design
    case unitOfAssignment = "unit-of-assignment"
    case arms
    case outcome
    case metric
    case window
    case targetGroup = "target-group"
    case recruitment
    case evidence

    /// Whether experiments that differ in it must not be pooled.
    ///
    /// Arms and outcome are settled by what is chosen for pooling; words for groups and units are for
    /// people to judge, and never make an aspect "not comparable" by themselves.
    var preventsPooling: Bool {
      switch self {
      case .design, .metric, .window, .recruitment, .evidence: true
      case .unitOfAssignment, .arms, .outcome, .targetGroup: false
      }
    }
  }

  let code: Code
  /// In the order of the experiments; nil where it is not published.
  let values: [String?]
  /// Nil where it cannot be judged.
  let isComparable: Bool?
  let note: String
}

/// How each aspect is read from an experiment and judged over all of them.
struct AspectReader {
  let wording: EvaluationWording
  /// The chosen outcomes and contrasts: to choose is to say that they mean the same.
  let outcomes: [String]
  let contrasts: [String]

  /// Shares of those invited that took part may differ by this much; beyond, other kinds of people came.
  static let recruitmentRange = 0.2

  func aspect(_ code: Aspect.Code, of experiments: [ComparedExperiment]) -> Aspect {
    let values = experiments.map { value(code, of: $0) }
    guard experiments.count > 1 else {
      return Aspect(code: code, values: values, isComparable: nil, note: wording.onlyOne)
    }
    let missing = zip(experiments, values).filter { $1 == nil }.map(\.0.name)
    let (isComparable, note) = judge(code, experiments, values.compactMap(\.self))
    if isComparable != false, !missing.isEmpty {
      return Aspect(
        code: code, values: values, isComparable: nil,
        note: wording.notPublished(for: missing, all: experiments.count))
    }
    return Aspect(code: code, values: values, isComparable: isComparable, note: note)
  }
}

extension AspectReader {
  private func value(_ code: Aspect.Code, of experiment: ComparedExperiment) -> String? {
    let card = experiment.card
    switch code {
    case .design: return design(of: experiment)
    case .unitOfAssignment: return card?.unitOfAssignment.published
    case .arms: return arms(of: experiment)
    case .outcome:
      let cards = experiment.outcomes(among: outcomes).map { outcome in
        outcome.label.isExactly(outcome.id) ? outcome.id : "\(outcome.id): \(outcome.label)"
      }
      return joined(cards.isEmpty ? experiment.effects.map(\.outcome) : cards)
    case .metric: return joined(metrics(of: experiment))
    case .window:
      return joined(experiment.outcomes(among: outcomes).compactMap { $0.window?.published })
    case .targetGroup: return card?.targetGroup.published
    case .recruitment: return recruitment(of: card)
    case .evidence:
      return evidence(of: experiment).map { wording.evidence($0) }
        ?? (card?.design == .qualitative ? wording.qualitative : nil)
    }
  }

  private func judge(
    _ code: Aspect.Code, _ experiments: [ComparedExperiment], _ known: [String]
  ) -> (Bool?, String) {
    let isSame = known.dropFirst().allSatisfy { $0.isSameText(as: known[0]) }
    switch code {
    case .design:
      let families = Set(experiments.compactMap { design(of: $0).map(family) })
      return families.count <= 1
        ? (true, isSame ? wording.same : wording.sameFamily) : (false, wording.otherDesigns)
    case .unitOfAssignment, .targetGroup:
      return isSame ? (true, wording.same) : (nil, wording.otherWords)
    case .arms:
      if isSame { return (true, wording.same) }
      return contrasts.count > 1 ? (true, wording.chosenContrasts) : (false, armNote(experiments))
    case .outcome:
      if isSame { return (true, wording.same) }
      return outcomes.count > 1 ? (true, wording.chosenOutcomes) : (nil, wording.otherWords)
    case .metric:
      if isSame { return (true, wording.same) }
      let names = Set(experiments.flatMap { metrics(of: $0) }.map { Metric($0).name })
      return (false, names.count == 1 ? wording.otherVersions : wording.otherMetrics)
    case .window: return isSame ? (true, wording.same) : (false, wording.otherWindows)
    case .recruitment: return judgeRecruitment(experiments)
    case .evidence:
      return isSame ? (true, wording.same) : (false, wording.otherEvidence)
    }
  }

  private func design(of experiment: ComparedExperiment) -> String? {
    experiment.card?.design.rawValue.published ?? joined(experiment.effects.compactMap(\.design))
  }

  /// Chance decides in both kinds of trial, so that their effects mean the same.
  private func family(_ design: String) -> String {
    [PilotCard.Design.individualRCT.rawValue, PilotCard.Design.clusterRCT.rawValue]
      .contains(design) ? "randomised" : design
  }

  private func arms(of experiment: ComparedExperiment) -> String? {
    guard let arms = experiment.card?.publishedArms else {
      return joined(experiment.effects.map(\.contrast))
    }
    return arms.map { $0.isControl ? "\($0.id) (\(wording.control))" : $0.id }
      .sorted { $0.isExactlyBefore($1) }.joined(separator: ", ")
  }

  private func armNote(_ experiments: [ComparedExperiment]) -> String {
    let named = experiments.compactMap { experiment in
      experiment.card?.publishedArms.map { arms in
        (experiment.name, arms.filter { !$0.isControl }.map(\.id))
      }
    }.filter { !$0.1.isEmpty }
    var gaps: [(arms: [String], names: [String])] = []
    for arm in unique(named.flatMap(\.1)) {
      let without = named.filter { !$0.1.contains { $0.isExactly(arm) } }.map(\.0)
      guard !without.isEmpty else { continue }
      if let place = gaps.firstIndex(where: { $0.names == without }) {
        gaps[place].arms.append(arm)
      } else {
        gaps.append(([arm], without))
      }
    }
    let missing = gaps.map { wording.armsMissing($0.arms, in: $0.names) }
    return missing.isEmpty ? wording.otherArms : wording.armsMissing(missing)
  }

  private func metrics(of experiment: ComparedExperiment) -> [String] {
    let measured = experiment.effects.compactMap(\.metric)
    return measured.isEmpty
      ? experiment.outcomes(among: outcomes).compactMap(\.metric) : measured
  }

  private func share(of card: PilotCard?) -> Double? {
    guard let invited = card?.recruitment?.invited, invited > 0,
      let participants = card?.recruitment?.participants
    else { return nil }
    return participants / invited
  }

  private func recruitment(of card: PilotCard?) -> String? {
    guard let recruitment = card?.recruitment else { return nil }
    if let share = share(of: card), let invited = recruitment.invited,
      let participants = recruitment.participants
    {
      return wording.recruitment(share: share, participants: participants, invited: invited)
    }
    // One of the two figures is no share.
    return nil
  }

  private func judgeRecruitment(_ experiments: [ComparedExperiment]) -> (Bool?, String) {
    let shares = experiments.compactMap { share(of: $0.card) }
    guard let low = shares.min(), let high = shares.max() else { return (nil, wording.otherWords) }
    return high - low <= Self.recruitmentRange
      ? (true, wording.similarRecruitment(low, high))
      : (false, wording.otherRecruitment(low, high))
  }

  /// The Maryland level: the effects' own, else what the card's design can reach.
  private func evidence(of experiment: ComparedExperiment) -> Int? {
    if let least = experiment.effects.compactMap(\.smsLevel).min() { return least }
    switch experiment.card?.design {
    case .individualRCT, .clusterRCT: return 5
    case .regressionDiscontinuity: return 4
    case .differenceInDifferences: return 3
    case .beforeAfter: return 1
    default: return nil
    }
  }

  private func joined(_ texts: [String]) -> String? {
    texts.isEmpty ? nil : unique(texts).joined(separator: ", ")
  }

  private func unique(_ texts: [String]) -> [String] {
    var seen: Set<ExactText> = []
    return texts.filter { seen.insert(ExactText($0)).inserted }
  }
}

extension String {
  /// Whether two answers say the same, whatever their capitals and spaces.
  fileprivate func isSameText(as other: String) -> Bool {
    func words(_ text: String) -> [String] {
      text.lowercased().split { $0.isWhitespace }.map(String.init)
    }
    return words(self) == words(other)
  }
}
