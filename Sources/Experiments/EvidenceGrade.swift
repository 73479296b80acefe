// SPDX-License-Identifier: EUPL-1.2

/// How much a comparison can carry on the Maryland Scientific Methods Scale, and the sentence why.
///
/// 5: chance decided who got the change. 4: something as good as chance did. 3: those with and without
/// the change are compared over time, or made alike. 2: arms as they are, adjusted, or one group before
/// and after. 1: arms as they are.
/// Source: Sherman et al. (1998), Preventing Crime, National Institute of Justice; Farrington et al.
/// (2002), in Evidence-Based Crime Prevention, 13–21.
public struct EvidenceGrade: Sendable, Hashable {
  /// 1 to 5.
  public private(set) var level: Int
  /// Why no lower, by the design; and then why no higher, a clause for each check that failed.
  public private(set) var reasons: [String]

  /// - Parameters:
  ///   - level: 1 to 5, by the design.
  ///   - reason: a clause without a full stop, as in "chance decided which person got the letter".
  public init(_ level: Int, because reason: String) {
    precondition((1...5).contains(level), "the Maryland scale runs from 1 to 5")
    self.level = level
    reasons = [reason]
  }

  /// Takes a failed check into account; a grade never rises.
  public mutating func lower(to level: Int, because reason: String) {
    guard level < self.level else { return }
    self.level = max(1, level)
    reasons.append(reason)
  }

  /// Such as "Evidence 2 of 5: offices are compared over time; the trends before differed.".
  public var sentence: String { "Evidence \(level) of 5: " + reasons.joined(separator: "; ") + "." }
}
