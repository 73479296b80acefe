// SPDX-License-Identifier: EUPL-1.2

/// Over whom an effect is averaged.
public enum TreatmentEstimand: String, Sendable, Hashable, CaseIterable {
  /// Those who got the change.
  case treated = "ATT"
  /// Everybody.
  case everybody = "ATE"
}
