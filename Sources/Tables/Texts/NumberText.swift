// SPDX-License-Identifier: EUPL-1.2

/// How a floating-point number is written.
public enum NumberText {
  /// As few digits as it takes to read the same number again; whole numbers without `.0`.
  public static func print(_ number: Double) -> String {
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
