// SPDX-License-Identifier: EUPL-1.2

import Documents

/// YAML: a root or an error, and faults that can be shown.
enum YAMLInput: FuzzedInput {
  static func read(_ bytes: [UInt8]) {
    let document = Document.parse(name: "fuzzed.yaml", bytes: bytes)
    demand(document.root != nil || document.hasErrors, "neither a root nor an error")
    let shown = DiagnosticRenderer().text(document.diagnostics, files: [document.file])
    demand(shown.isEmpty == document.diagnostics.isEmpty, "a fault is not shown")
    demand(
      !shown.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" },
      "a fault shows control characters")
    for diagnostic in document.diagnostics {
      guard let span = diagnostic.span else { continue }
      demand(.start <= span.start && span.start <= span.end, "a fault ends before it begins")
      demand(span.end.line <= document.file.lineCount + 1, "a fault lies behind the file")
    }
    if let root = document.root {
      check(root, in: document.file)
      _ = try? root.json.canonical
    }
  }

  private static func check(_ node: Node, in file: SourceFile) {
    demand(node.span.start <= node.span.end, "a value ends before it begins")
    if let text = node.text {
      let end = node.position(inScalarAt: text.unicodeScalars.count, of: file)
      demand(end >= node.span.start, "a place in a text lies before it")
    }
    for item in node.items ?? [] { check(item, in: file) }
    for entry in node.entries ?? [] { check(entry.value, in: file) }
  }

  static func seeds() -> [[UInt8]] {
    let texts = [
      """
      pipeline: letters   # é
      parameters: {level: {default: 0.95, help: "Two\\tsided"}}
      stages:
        intake: &intake
          use: pilot/intake
          with:
            missing: ["", NA, ~, 0x1F, .inf, 1_000]
            eligible: |-
              age >= 18 and
                city = "Zoë"
            derive: >+
              if a then b

        effect: {from: *intake, each: [1, 2]}
        ? complex
        : 'it''s'
      """,
      "- &a [x, y]\n- *a\n- !!str 1\n- ! 2\n", "a: 1\na: 2\nb: *c\n", "--- |2\n  x\n...\n",
      "%YAML 1.2\n---\n\"a\\u00e9\\\n  b\": [1, 2\n", "a:\r\n  - b\r\n\tc: 1\r\n",
    ]
    return texts.map { Array($0.utf8) }
  }
}
