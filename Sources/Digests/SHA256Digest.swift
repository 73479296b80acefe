// SPDX-License-Identifier: EUPL-1.2

import Crypto

/// A SHA-256 digest (FIPS 180-4): the address of a content.
public struct SHA256Digest: Sendable, Hashable {
  /// The 256 bits as four words, the first eight bytes in the first, which compare and hash fast.
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64

  /// A digest from its 32 bytes; nil where there are more or fewer.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    func word(_ i: Int) -> UInt64 {
      bytes[i * 8..<i * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    (first, second, third, fourth) = (word(0), word(1), word(2), word(3))
  }

  /// A digest from 64 hexadecimal digits, in either case; nil where the text is anything else.
  public init?(hex: String) {
    guard let bytes = Hexadecimal.bytes(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for word in [first, second, third, fourth] {
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return bytes
  }

  /// The digest as 64 lower-case hexadecimal digits.
  public var hex: String { Hexadecimal.text(bytes) }
}

extension SHA256Digest {
  /// The digest of bytes in memory.
  public static func of(_ bytes: [UInt8]) -> SHA256Digest {
    var hasher = Hasher()
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// The digest of a text's UTF-8 bytes.
  public static func of(_ text: String) -> SHA256Digest {
    of(Array(text.utf8))
  }

  /// The digest of a file's content, read in pieces of 1 MiB.
  public static func of(fileAt path: String) throws(DigestFault) -> SHA256Digest {
    var hasher = Hasher()
    try unsafe FilePieces.read(path: path) { unsafe hasher.update($0) }
    return hasher.finalize()
  }

  /// The keyed digest HMAC-SHA-256 (RFC 2104) of bytes.
  public static func authenticating(_ bytes: [UInt8], key: [UInt8]) -> SHA256Digest {
    SHA256Digest(
      HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key)))
  }

  init(_ code: some Sequence<UInt8>) {
    guard let digest = SHA256Digest(bytes: Array(code)) else {
      preconditionFailure("SHA-256 gives 32 bytes")
    }
    self = digest
  }
}

extension SHA256Digest: Comparable {
  /// The order of the bytes, which is also the order of `hex`.
  public static func < (a: SHA256Digest, b: SHA256Digest) -> Bool {
    (a.first, a.second, a.third, a.fourth) < (b.first, b.second, b.third, b.fourth)
  }
}

extension SHA256Digest: CustomStringConvertible {
  public var description: String { hex }
}

extension SHA256Digest {
  /// Digests content that arrives in pieces; how it is cut makes no difference.
  public struct Hasher {
    private var hash = SHA256()

    public init() {}

    /// Takes the next piece.
    public mutating func update(_ bytes: [UInt8]) {
      hash.update(data: bytes)
    }

    /// Takes the next piece.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
      unsafe hash.update(bufferPointer: bytes)
    }

    /// The digest of all pieces so far; more may follow.
    public func finalize() -> SHA256Digest {
      SHA256Digest(hash.finalize())
    }
  }
}
