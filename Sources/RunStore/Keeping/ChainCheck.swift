// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import Pipelines

/// Follows the chain of receipts from the first to the head.
struct ChainCheck {
  private let contents: StoreContents
  private(set) var findings: [Finding] = []
  /// Receipts that are as they were written, by run.
  private(set) var receipts: [RunID: JSONValue] = [:]

  init(_ contents: StoreContents, head: HeadFile.Content) {
    self.contents = contents
    links()
    check(head)
  }

  private mutating func links() {
    let forgotten = Set(
      contents.receipts.filter { $0.kind == Receipt.tombstoneType }.compactMap { row in
        row.text.flatMap { try? JSONValue.parse($0) }?["receipt"]?.stringValue
      })
    var expected = 1
    var previous: String?
    for row in contents.receipts {
      if row.sequence != expected {
        report(
          .removedReceipt, "receipt \(expected) is gone from the chain",
          help: "restore the store from a copy")
        previous = nil
      }
      if let text = row.text {
        check(row, text, previous: row.sequence == expected ? .some(previous) : nil)
      } else if !forgotten.contains(row.digest) {
        report(
          .removedReceipt, "the receipt of run \(row.run) is gone, and nobody signed for it",
          help: "restore the store from a copy")
      }
      previous = row.digest
      expected = row.sequence + 1
    }
  }

  /// `previous` is the digest that the receipt must name; nil where it is not known.
  private mutating func check(
    _ row: StoreContents.ReceiptRow, _ text: String, previous: String??
  ) {
    let json = try? JSONValue.parse(text)
    let isWhole =
      SHA256Digest.of(text).hex == row.digest
      && json?["run"]?.stringValue == row.run && json?["type"]?.stringValue == row.kind
      && json?["sequence"]?.integerValue == Int64(row.sequence)
    guard isWhole, let json else {
      report(
        .editedReceipt, "the receipt of run \(row.run) is not as it was written",
        help: "restore the store from a copy")
      return
    }
    if let previous, json["previous"]?.stringValue != previous {
      report(
        .editedReceipt, "the receipt of run \(row.run) does not follow the one before it",
        help: "restore the store from a copy")
    }
    if row.kind == Receipt.type { receipts[RunID(row.run)] = json }
  }

  private mutating func check(_ head: HeadFile.Content) {
    let last = contents.receipts.last.flatMap { row in
      SHA256Digest(hex: row.digest).map { ChainHead(sequence: row.sequence, digest: $0) }
    }
    switch head {
    case .missing:
      guard last != nil else { return }
      report(
        .editedHead, "the end of the chain, the file HEAD, is gone",
        help: "restore it from a copy of the store")
    case .foreign:
      report(
        .editedHead, "the end of the chain, the file HEAD, is not as this store wrote it",
        help: "restore it, and secret.key, from a copy of the store")
    case .head(let head):
      guard head != last else { return }
      if head.sequence > last?.sequence ?? 0 {
        let count = head.sequence - (last?.sequence ?? 0)
        report(
          .missingLastRun, "the last \(count == 1 ? "receipt is" : "\(count) receipts are") gone",
          help: "restore the store from a copy")
      } else {
        report(
          .editedHead, "the file HEAD does not name the last receipt",
          help: "restore the store from a copy")
      }
    }
  }

  private mutating func report(_ code: Finding.Code, _ message: String, help: String) {
    findings.append(Finding(code, message, help: help))
  }
}
