// SPDX-License-Identifier: EUPL-1.2

import Digests

/// What a run would do with each instance, and why.
public struct Plan: Sendable {
  public let steps: [Step]

  public struct Step: Sendable {
    public let instance: StageInstance
    public let action: Action
  }

  public enum Action: Sendable {
    case reuse(StageKey, [String: ArtifactReference])
    /// Reasons in words, at least one.
    case run([String])
    case skip(String)
  }

  public var runCount: Int {
    steps.count { if case .run = $0.action { true } else { false } }
  }

  public var reuseCount: Int {
    steps.count { if case .reuse = $0.action { true } else { false } }
  }
}
