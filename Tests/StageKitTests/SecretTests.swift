// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit
import Testing

struct SecretTests {
  @Test func `a secret is named in dollar braces and nothing else`() {
    #expect(Secret.name(in: "${secret.PSEUDONYM_KEY}") == "PSEUDONYM_KEY")
    for text in ["abc", "${secret.}", "${secret.A B}", "${env.A}", "x${secret.A}", "${secret.A}x"] {
      #expect(Secret.name(in: text) == nil)
    }
  }

  @Test func `its name, never its value, stands in the stage key`() {
    #expect(Secret("KEY").json == ["secret": "KEY"])
  }
}
