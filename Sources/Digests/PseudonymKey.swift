// SPDX-License-Identifier: EUPL-1.2

import Crypto

/// Turns identifying texts into pseudonyms that only the holder of a secret can make again.
///
/// A pseudonym is the first 128 bits of HMAC-SHA-256 (RFC 2104) over the text's UTF-8 bytes. The HMAC's
/// key is itself HMAC-SHA-256 of the purpose under the secret, so that pseudonyms made for different
/// purposes cannot be linked. With n persons two share a pseudonym with probability about n² ⁄ 2¹²⁹.
public struct PseudonymKey: Sendable {
  private let key: SymmetricKey

  /// The fewest bytes of a secret: 128 bits, what the pseudonyms themselves have.
  public static let minimumSecretBytes = 16

  /// A key for one purpose.
  ///
  /// - Parameters:
  ///   - secret: random bytes, kept apart from the data.
  ///   - purpose: what the pseudonyms are for, such as a data set's name; no secret.
  /// - Throws: `DigestFault.keyTooShort` where the secret has fewer than 16 bytes.
  public init(secret: [UInt8], purpose: String) throws(DigestFault) {
    guard secret.count >= Self.minimumSecretBytes else {
      throw .keyTooShort(bytes: secret.count, minimum: Self.minimumSecretBytes)
    }
    let label = Array("proeftuin.pseudonym.v1\n\(purpose)".utf8)
    key = SymmetricKey(
      data: HMAC<SHA256>.authenticationCode(for: label, using: SymmetricKey(data: secret)))
  }

  /// A key from a secret text, such as an environment variable holds; blanks and line ends around it
  /// do not count, since files of secrets often end in one.
  public init(secret: String, purpose: String) throws(DigestFault) {
    let bytes = secret.utf8.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()
    try self.init(secret: Array(bytes), purpose: purpose)
  }

  /// The pseudonym of a text: 32 lower-case hexadecimal digits, the same for the same bytes.
  public func pseudonym(of text: String) -> String {
    var text = text
    return text.withUTF8 { bytes in
      let code = unsafe HMAC<SHA256>.authenticationCode(
        for: UnsafeRawBufferPointer(bytes), using: key)
      return Hexadecimal.text(Array(code.prefix(16)))
    }
  }
}

extension PseudonymKey: CustomStringConvertible, CustomReflectable {
  /// Says nothing about the key, so that no log can.
  public var description: String { "a pseudonym key" }

  /// Without children: `dump` and test failures show what a mirror shows.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
