// SPDX-License-Identifier: EUPL-1.2

import Reports
import Testing

struct NumberFormatTests {
  @Test func `what is not a number is not available`() {
    #expect(NumberFormat.count.text(.nan, in: .dutch) == "niet beschikbaar")
  }
}
