// SPDX-License-Identifier: EUPL-1.2

extension Duration {
  /// A duration as people write it: `90s`, `10m`, `2h`, `500ms`.
  package init?(text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int64(digits), count > 0, count < 1_000_000 else { return nil }
    switch text.dropFirst(digits.count) {
    case "ms": self = .milliseconds(count)
    case "s": self = .seconds(count)
    case "m": self = .seconds(count * 60)
    case "h": self = .seconds(count * 3600)
    default: return nil
    }
  }
}

/// A number of bytes as people write it: `512MiB`, `2GiB`, `1GB`.
package struct ByteCount: Sendable, Hashable {
  package let value: Int

  package init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int(digits), count > 0, count < 1_000_000 else { return nil }
    switch text.dropFirst(digits.count) {
    case "KiB": value = count << 10
    case "MiB": value = count << 20
    case "GiB": value = count << 30
    case "KB": value = count * 1_000
    case "MB": value = count * 1_000_000
    case "GB": value = count * 1_000_000_000
    default: return nil
    }
  }
}
