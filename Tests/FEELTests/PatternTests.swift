// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Testing

/// Regular expressions (XPath 2.0 functions and operators, 7.6; XML Schema part 2, appendix F).
struct PatternTests {
  @Test(arguments: [
    // The examples of the recommendation, 7.6.2.
    (#"matches("abracadabra", "bra")"#, "true"), (#"matches("abracadabra", "^a.*a$")"#, "true"),
    (#"matches("abracadabra", "^bra")"#, "false"),
    (#"matches("helloworld", "hello world", "x")"#, "true"),
    (#"matches("hello world", "hello\ sworld", "x")"#, "true"),
    (#"matches("a\nb", "a.b")"#, "false"), (#"matches("a\nb", "a.b", "s")"#, "true"),
    (#"matches("a\nb", "^b$", "m")"#, "true"), (#"matches("a\nb", "^b$")"#, "false"),
    (#"matches("ab\n", "b$")"#, "false"), (#"matches("ab\n", "^$", "m")"#, "false"),
    (#"matches("a.b", "a.b", "q")"#, "true"), (#"matches("axb", "a.b", "q")"#, "false"),
    // Classes: one less another, names of XML, categories and blocks.
    (#"matches("e", "[a-z-[aeiou]]")"#, "false"), (#"matches("f", "[a-z-[aeiou]]")"#, "true"),
    (#"matches("f", "[a-z-[a-z-[f]]]")"#, "true"), (#"matches("5", "[\D5]")"#, "true"),
    (#"matches("a-b", "^\i\c*$")"#, "true"), (#"matches("1a", "^\i")"#, "false"),
    (#"matches("1a", "^\I\c$")"#, "true"), (#"matches("٥", "^\d$")"#, "true"),
    (#"matches("_", "\w")"#, "false"), (#"matches("é", "^\p{Ll}$")"#, "true"),
    (#"matches("é", "\p{IsBasicLatin}")"#, "false"), (#"matches("é", "\P{IsBasicLatin}")"#, "true"),
    (#"matches("α", "\p{IsGreek}")"#, "true"), (#"matches("あ", "\p{IsHiragana}")"#, "true"),
    (#"matches("-", "[a-]")"#, "true"), (#"matches("^", "[a^]")"#, "true"),
    // Without regard to case: characters and ranges, not categories.
    (#"matches("ABC", "[b-d]{2}", "i")"#, "true"), (#"matches("q", "[^Q]", "i")"#, "false"),
    (#"matches("ABC", "\p{Ll}", "i")"#, "false"), (#"matches("\u212A", "k", "i")"#, "true"),
    (#"matches("abAB", "^(ab)\1$", "i")"#, "true"),
    // References to groups, greedy and reluctant parts.
    (#"matches("abab", "^(ab)\1$")"#, "true"), (#"matches("aba0", "^(ab)a0$|^(ab)\10$")"#, "true"),
    (#"replace("abracadabra", "a.*a", "*")"#, "\"*\""),
    (#"replace("abracadabra", "a.*?a", "*")"#, "\"*c*bra\""),
    (#"replace("AAAA", "A+?", "b")"#, "\"bbbb\""),
    (#"replace("darted", "^(.*?)d(.*)$", "$1c$2")"#, "\"carted\""),
    (#"replace("abcdefghijk", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$11$1")"#, "\"ka\""),
    (#"replace("abc", "(b)", "[$12]")"#, "\"a[b2]c\""),
    (#"replace("abc", "(b)|x", "$0$2")"#, "\"abc\""),
    (#"replace("a.b", ".", "$1", "q")"#, "\"a$1b\""), (#"replace("abc", "b", "\\$")"#, "\"a$c\""),
    (#"replace("🐎a", ".", "x")"#, "\"xx\""),
    (#"split("a1b22c", "[0-9]+")"#, #"["a", "b", "c"]"#),
    (#"split(";a;", ";")"#, #"["", "a", ""]"#),
    (#"split("", ";")"#, #"[""]"#),
  ])
  func `as XPath has them`(source: String, expected: String) {
    #expect(standard(source) == expected)
  }

  @Test(arguments: [
    "a(?=b)", #"\babc"#, "(?i)a", #"\x"#, #"\A"#, "[a-z&&[^b]]", "[[]", "[]", "[^]", "[", "]", "{",
    "}",
    "a{,2}", "a{2,1}", "a{2", "*a", "a**", "a++", "(", ")", "(a", #"\1(a)"#, #"(a\1)"#, #"(.)\2"#,
    #"(a)[\1]"#, #"\p{IsNowhere}"#, #"\p{Xx}"#, #"\p{L"#, #"\p{ L}"#, #"[a-\d]"#, #"[\d-z]"#,
    "[z-a]",
    "a{99999}", "(?:(?:(?:){9999}){9999}){9999}", "((a{1000}){1000}){1000}",
    String(repeating: "(", count: 5_000), String(repeating: "[a-", count: 5_000),
  ])
  func `what XPath does not have is an error`(pattern: String) {
    let escaped = pattern.replacing("\\", with: "\\\\")
    #expect(standard("matches(\"a\", \"\(escaped)\")") == "null")
    #expect(Sample.value("matches(\"a\", \"\(escaped)\")") == "fault invalid-value")
  }

  @Test(arguments: [
    "replace(\"abc\", \"x*\", \"-\")", "split(\"abc\", \"\")", "matches(\"a\", \"a\", \"g\")",
    "replace(\"abc\", \"b\", \"$\")", "replace(\"abc\", \"b\", \"$x\")",
    #"replace("abc", "b", "\\")"#,
  ])
  func `patterns that match nothing and lone signs are errors`(source: String) {
    #expect(standard(source) == "null")
  }

  /// Engines that try all ways take two to the power of the length here.
  @Test(.timeLimit(.minutes(1)))
  func `no pattern takes for ever`() {
    let text = String(repeating: "a", count: 5_000) + "!"
    #expect(standard("matches(\"\(text)\", \"^(a+)+$\")") == "false")
    #expect(standard("matches(\"\(text)\", \"^(a|aa)*$\")") == "false")
    #expect(standard("matches(\"\(text)\", \"(a*)*b\")") == "false")
    #expect(standard("string length(replace(\"\(text)\", \"a\", \"bb\"))") == "10001")
    // With a reference the search gives up instead.
    #expect(standard("matches(\"\(text)\", \"^(a+)+\\\\1+\\\\1+$\")") == "null")
  }
}
