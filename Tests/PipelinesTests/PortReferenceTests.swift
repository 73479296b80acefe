// SPDX-License-Identifier: EUPL-1.2

import Pipelines
import Testing

struct PortReferenceTests {
  @Test func `a reference names a stage, an instance and a port`() throws {
    let reference = try #require(PortReference("sites[center=Congress_Heights, year=2017].effects"))
    #expect(reference.stage == "sites")
    #expect(reference.selection.map(\.key) == ["center", "year"])
    #expect(reference.selection.map(\.value) == ["Congress_Heights", "2017"])
    #expect(reference.port == "effects")
  }

  @Test(arguments: ["", "A", "a.", "a..b", "a[", "a[]", "a[x]", "a[x=1]b", "a.B", "a b", ".b"])
  func `anything else is none`(text: String) {
    #expect(PortReference(text) == nil)
  }
}
