// SPDX-License-Identifier: EUPL-1.2

import Digests
import Testing

struct PseudonymKeyTests {
  private let secret = [UInt8](0..<32)

  @Test func `the same text gives the same pseudonym of 32 digits`() throws {
    let key = try PseudonymKey(secret: secret, purpose: "letters")
    let pseudonym = key.pseudonym(of: "client-17")
    #expect(pseudonym == key.pseudonym(of: "client-17"))
    #expect(pseudonym.utf8.count == 32)
    #expect(pseudonym.allSatisfy { $0.isHexDigit && !$0.isUppercase })
  }

  /// Made with Python 3.
  ///
  /// `k = hmac.new(bytes(range(32)), b"proeftuin.pseudonym.v1\nletters", "sha256").digest();
  /// hmac.new(k, "Zoë".encode(), "sha256").hexdigest()[:32]`
  @Test func `another program can make the same pseudonym`() throws {
    let key = try PseudonymKey(secret: secret, purpose: "letters")
    #expect(key.pseudonym(of: "Zo\u{EB}") == "ad31b250e397c4ef746fe5b3e521957d")
  }

  @Test func `purpose, secret and text each change the pseudonym`() throws {
    let pseudonyms = [
      try PseudonymKey(secret: secret, purpose: "letters").pseudonym(of: "1"),
      try PseudonymKey(secret: secret, purpose: "visits").pseudonym(of: "1"),
      try PseudonymKey(secret: Array(secret.reversed()), purpose: "letters").pseudonym(of: "1"),
      try PseudonymKey(secret: secret, purpose: "letters").pseudonym(of: "01"),
    ]
    #expect(Set(pseudonyms).count == 4)
  }

  @Test func `texts that only look the same have different pseudonyms`() throws {
    let key = try PseudonymKey(secret: secret, purpose: "letters")
    #expect(key.pseudonym(of: "e\u{301}") != key.pseudonym(of: "\u{E9}"))
  }

  @Test(arguments: [0, 1, 15])
  func `a short secret is refused with what to do`(count: Int) {
    let fault = DigestFault.keyTooShort(bytes: count, minimum: 16)
    #expect(throws: fault) {
      try PseudonymKey(secret: [UInt8](repeating: 7, count: count), purpose: "letters")
    }
    #expect(fault.help.contains("16 random bytes"))
  }

  @Test func `line ends and blanks around a secret text do not count`() throws {
    let bare = try PseudonymKey(secret: "0123456789abcdef", purpose: "p")
    let lined = try PseudonymKey(secret: " 0123456789abcdef\r\n", purpose: "p")
    #expect(bare.pseudonym(of: "x") == lined.pseudonym(of: "x"))
    #expect(throws: DigestFault.self) {
      try PseudonymKey(secret: "short" + String(repeating: "\n", count: 20), purpose: "p")
    }
  }

  @Test func `a key shows nothing of itself`() throws {
    let key = try PseudonymKey(secret: secret, purpose: "letters")
    var text = ""
    dump(key, to: &text)
    #expect("\(key)" == "a pseudonym key")
    #expect(!text.contains("Symmetric"))
  }
}
