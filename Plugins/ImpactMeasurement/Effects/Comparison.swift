// SPDX-License-Identifier: EUPL-1.2

import Experiments

/// What a stage compares: what the evidence grade of its effects starts from.
enum Comparison {
  /// Arms as they are.
  case arms(isAdjusted: Bool)
  /// Those whom the assignment moved, by way of an instrument.
  case instrument
  /// Units that started early with units that had not started yet, the order drawn by lot where the
  /// design says so.
  case wedge
  /// Changes over time in units that started with changes in units that did not.
  case changes
  /// Cases on either side of a cut-off.
  case cutoff
  /// A unit with the unit that others make up for it.
  case synthetic
  /// Cases with cases made alike by what was measured before.
  case matched
  /// A series before and after, beside another series where there is one.
  case series(hasControl: Bool)

  /// The designs that this comparison is made for.
  var designs: [PilotCard.Design] {
    switch self {
    case .arms, .instrument: [.individualRCT, .clusterRCT]
    case .wedge: [.steppedWedge, .clusterRCT]
    case .changes: [.differenceInDifferences, .steppedWedge]
    case .cutoff: [.regressionDiscontinuity]
    case .synthetic: [.syntheticControl]
    case .matched: [.matching]
    case .series: [.interruptedTimeSeries]
    }
  }

  /// The design that a stage stands for by itself, where neither card nor pipeline names one.
  var ownDesign: PilotCard.Design? {
    switch self {
    case .arms, .instrument: nil
    case .wedge, .changes, .cutoff, .synthetic, .matched, .series: designs.first
    }
  }

  /// The grade under a design; nil where nothing says how cases came into their arms, or where the
  /// design gives no evidence on effects at all.
  func grade(_ design: PilotCard.Design?) -> EvidenceGrade? {
    switch design {
    case .simulation, .qualitative, .notPublished: return nil
    case .individualRCT, .clusterRCT:
      switch self {
      case .arms, .instrument, .wedge, .changes, .matched:
        return EvidenceGrade(5, because: "chance decided who got the change")
      case .cutoff, .synthetic, .series: break
      }
    case .steppedWedge:
      switch self {
      case .wedge, .changes:
        return EvidenceGrade(5, because: "chance decided who started when")
      case .arms, .instrument, .matched, .cutoff, .synthetic, .series: break
      }
    default: break
    }
    switch self {
    case .arms(let isAdjusted):
      guard design != nil else { return nil }
      return isAdjusted
        ? EvidenceGrade(2, because: "arms that nobody drew are compared, adjusted for covariates")
        : EvidenceGrade(1, because: "arms that nobody drew are compared as they are")
    case .instrument:
      return EvidenceGrade(4, because: "an instrument moved some into the change and not others")
    case .cutoff:
      return EvidenceGrade(4, because: "cases just on either side of a cut-off are compared")
    case .wedge, .changes:
      return EvidenceGrade(
        3, because: "those who started are compared over time with those who had not")
    case .synthetic:
      return EvidenceGrade(3, because: "other units combined stand in for what was changed")
    case .matched:
      return EvidenceGrade(3, because: "cases are compared with cases made alike beforehand")
    case .series(let hasControl):
      return hasControl
        ? EvidenceGrade(3, because: "a series is compared before and after, beside another series")
        : EvidenceGrade(
          2, because: "a series is compared before and after, with no other beside it")
    }
  }
}
