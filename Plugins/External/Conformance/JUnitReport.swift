// SPDX-License-Identifier: EUPL-1.2

/// Conformance results in the form that build servers read.
enum JUnitReport {
  static func text(_ results: [ConformanceResult], of folder: String) -> String {
    let failures = results.count(where: \.hasFailed)
    let skips = results.count(where: \.isSkipped)
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<testsuite name=\"\(escaped(folder))\" tests=\"\(results.count)\" failures=\"\(failures)\" "
        + "skipped=\"\(skips)\">",
    ]
    for result in results {
      let name = "  <testcase classname=\"proeftuin plugin check\" name=\"\(result.check.name)\""
      if result.hasFailed {
        lines.append(
          "\(name)><failure message=\"\(escaped(result.detail))\">\(escaped(result.check.mend))"
            + "</failure></testcase>")
      } else if result.isSkipped {
        lines.append("\(name)><skipped message=\"\(escaped(result.detail))\"/></testcase>")
      } else {
        lines.append("\(name)/>")
      }
    }
    return (lines + ["</testsuite>"]).joined(separator: "\n") + "\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
