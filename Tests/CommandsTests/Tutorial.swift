// SPDX-License-Identifier: EUPL-1.2

/// A page in Markdown whose blocks of shell commands are carried out in order.
///
/// A block marked `text` behind one marked `sh` shows what the commands print on standard output: its lines
/// occur there in this order, and `…` in a line stands for anything.
struct Tutorial {
  struct Step {
    /// Where the block begins, counted from 1.
    let line: Int
    let commands: String
    var shown: [String] = []
  }

  let steps: [Step]

  init(_ page: String) {
    var steps: [Step] = []
    var fence: (kind: String, line: Int)?
    var block: [String] = []
    for (number, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      guard line.hasPrefix("```") else {
        if fence != nil { block.append(String(line)) }
        continue
      }
      guard let open = fence else {
        fence = (String(line.dropFirst(3)), number + 1)
        block = []
        continue
      }
      fence = nil
      switch open.kind {
      case "sh":
        steps.append(Step(line: open.line, commands: block.joined(separator: "\n")))
      case "text" where !steps.isEmpty:
        steps[steps.count - 1].shown += block
      default: break
      }
    }
    self.steps = steps
  }

  /// The first of the lines shown that does not occur in its place; nil where all do.
  static func missing(_ shown: [String], in output: String) -> String? {
    // A byte order mark, which tells spreadsheets the encoding, cannot be seen.
    var lines = output.replacing("\u{FEFF}", with: "").split(whereSeparator: \.isNewline)
      .map(trimmed)[...]
    for line in shown.map(trimmed) where !line.isEmpty {
      guard let found = lines.firstIndex(where: { matches($0, line) }) else { return line }
      lines = lines[(found + 1)...]
    }
    return nil
  }

  private static func matches(_ line: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "…", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return line == pattern
    }
    guard line.hasPrefix(first) else { return false }
    var rest = line.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let place = rest.firstRange(of: part) else { return false }
      rest = rest[place.upperBound...]
    }
    return rest.hasSuffix(last)
  }

  private static func trimmed(_ line: some StringProtocol) -> String {
    String(line.reversed().drop { $0 == " " }.reversed().drop { $0 == " " })
  }
}
