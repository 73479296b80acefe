// SPDX-License-Identifier: EUPL-1.2

import Digests
import Foundation
import Testing

struct SHA256DigestTests {
  /// FIPS 180-4 sample texts, as published with NIST's example values.
  private static let samples: [(String, String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ]

  @Test(arguments: samples)
  func `the samples of FIPS 180 come out`(text: String, hex: String) {
    #expect(SHA256Digest.of(text).hex == hex)
    #expect(SHA256Digest.of(Array(text.utf8)).description == hex)
  }

  @Test(arguments: [1, 3, 63, 64, 65, 1000])
  func `pieces of any size give the digest of the whole`(size: Int) {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var hasher = SHA256Digest.Hasher()
    for start in stride(from: 0, to: bytes.count, by: size) {
      hasher.update(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    #expect(hasher.finalize() == SHA256Digest.of(bytes))
  }

  @Test(arguments: [0, 1, 1 << 20, 3 << 20 | 17])
  func `a file has the digest of its bytes`(size: Int) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "digest-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    let data = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    try data.write(to: url)
    #expect(try SHA256Digest.of(fileAt: url.path) == SHA256Digest.of(Array(data)))
  }

  @Test func `a missing file is a fault that names it`() {
    #expect(
      throws: DigestFault.unreadableFile(
        path: "/nowhere/at/all", reason: "No such file or directory")
    ) {
      try SHA256Digest.of(fileAt: "/nowhere/at/all")
    }
  }

  @Test func `a folder is a fault`() {
    #expect(throws: DigestFault.self) { try SHA256Digest.of(fileAt: "/") }
  }

  @Test func `hexadecimal digits are read in either case`() throws {
    let digest = SHA256Digest.of("abc")
    #expect(SHA256Digest(hex: digest.hex) == digest)
    #expect(SHA256Digest(hex: digest.hex.uppercased()) == digest)
    #expect(SHA256Digest(bytes: digest.bytes) == digest)
  }

  @Test(arguments: [
    "", "ba78", String(repeating: "g", count: 64), String(repeating: "a", count: 66),
  ])
  func `anything but 64 digits is no digest`(text: String) {
    #expect(SHA256Digest(hex: text) == nil)
  }

  @Test func `digests order as their digits do`() {
    let digests = (0..<200).map { SHA256Digest.of("\($0)") }
    #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
  }

  /// RFC 4231, test cases 1, 2, 3, 4, 6 and 7.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      Array(0x01...0x19), [UInt8](repeating: 0xCD, count: 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131),
      Array(
        "This is a test using a larger than block-size key and a larger than block-size data. "
          .utf8)
        + Array(
          "The key needs to be hashed before being used by the HMAC algorithm.".utf8),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ])
  func `the keyed digests of RFC 4231 come out`(key: [UInt8], bytes: [UInt8], hex: String) {
    #expect(SHA256Digest.authenticating(bytes, key: key).hex == hex)
  }
}
