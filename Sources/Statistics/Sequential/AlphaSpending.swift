// SPDX-License-Identifier: EUPL-1.2

internal import Glibc

/// How much of a one-sided α may be spent by the time that a share t of the information is in.
///
/// Each function is 0 at t = 0 and α at t = 1, and stays α beyond. For a two-sided test each side spends
/// α ⁄ 2 by it.
///
/// Source: Lan and DeMets (1983), Biometrika 70:659–663; Kim and DeMets (1987), Biometrika 74:149–154;
/// Hwang, Shih and DeCani (1990), Statistics in Medicine 9:1439–1445.
public enum AlphaSpending: Sendable, Hashable {
  /// 2 − 2Φ(z₁₋α⁄₂ ⁄ √t): hardly anything early, as O'Brien and Fleming's bounds do.
  case obrienFleming
  /// α·ln(1 + (e − 1)t): about the same at every look, as Pocock's bounds do.
  case pocock
  /// α·t^ρ; ρ > 0.
  case power(Double)
  /// α(1 − e^(−γt)) ⁄ (1 − e^(−γ)); linear for γ = 0.
  case hwangShihDeCani(Double)

  /// - Parameters:
  ///   - information: t, the share of the information that is in; not negative.
  ///   - alpha: of one side, between 0 and 1.
  /// - Returns: the probability that may be spent, between 0 and α.
  public func spent(at information: Double, alpha: Double) -> Double {
    guard information > 0 else { return 0 }
    guard information < 1 else { return alpha }
    switch self {
    case .obrienFleming:
      let z = Distribution.normal.upperQuantile(alpha / 2)
      return 2 * Distribution.normal.upper(z / information.squareRoot())
    case .pocock: return alpha * log(1 + (M_E - 1) * information)
    case .power(let exponent): return alpha * pow(information, exponent)
    case .hwangShihDeCani(let shape):
      if shape == 0 { return alpha * information }
      return alpha * expm1(-shape * information) / expm1(-shape)
    }
  }
}
