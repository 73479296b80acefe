// SPDX-License-Identifier: EUPL-1.2

import Digests

extension Store {
  /// Checks that everything is as it was written: objects, entries, runs, receipts and their chain.
  ///
  /// Reads every object once; `progress` is told how many of how many bytes are done.
  public func verify(
    progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> Verification {
    var outcome = Verification()
    outcome.findings += try database.damage().map {
      Finding(
        .damagedDatabase, "the database is damaged: \($0)", help: "restore the store from a copy")
    }
    let (contents, chain) = try chain()
    outcome.receipts = contents.receipts.count
    outcome.runs = contents.runs.count
    outcome.entries = contents.entries.count
    outcome.findings += chain.findings
    outcome.findings += RecordCheck(contents, receipts: chain.receipts).findings
    verifyObjects(contents, &outcome, progress)
    return outcome
  }

  /// The database and the head; read again where a run that ends just now moves the head in between.
  private func chain() throws -> (StoreContents, ChainCheck) {
    var contents = try StoreContents(self)
    var check = ChainCheck(contents, head: try HeadFile.read(self))
    for _ in 0..<3 where check.findings.contains(where: { $0.code.concernsHead }) {
      contents = try StoreContents(self)
      check = ChainCheck(contents, head: try HeadFile.read(self))
    }
    return (contents, check)
  }

  private func verifyObjects(
    _ contents: StoreContents, _ outcome: inout Verification,
    _ progress: (_ done: Int, _ of: Int) -> Void
  ) {
    let references = contents.references.sorted { $0.key < $1.key }
    let total = references.reduce(0) { $0 + $1.value.byteCount }
    for (digest, (byteCount, use)) in references {
      outcome.objects += 1
      outcome.bytes += byteCount
      if let finding = finding(digest, byteCount, use) { outcome.findings.append(finding) }
      progress(outcome.bytes, total)
    }
    let known = Set(references.map(\.key))
    var unused = (count: 0, bytes: 0)
    objects.visit { digest, byteCount in
      guard !known.contains(digest) else { return }
      unused.count += 1
      unused.bytes += byteCount
    }
    if unused.count > 0 {
      outcome.findings.append(
        Finding(
          .unusedObjects, severity: .note,
          "nothing refers to \(unused.count) objects of \(unused.bytes) bytes together",
          help: "'proeftuin gc' removes them"))
    }
  }

  private func finding(_ digest: SHA256Digest, _ byteCount: Int, _ use: String) -> Finding? {
    let path = objects.path(of: digest)
    guard let size = DurableFile.size(path) else {
      return Finding(
        .missingObject, "\(use) is missing: there is no '\(path)'",
        help: "restore it from a copy, or run the pipeline again")
    }
    guard size == byteCount else {
      return Finding(
        .wrongSize, "\(use) has \(size) bytes instead of \(byteCount): '\(path)'",
        help: "delete the file and run the pipeline again, or restore it from a copy")
    }
    guard (try? SHA256Digest.of(fileAt: path)) == digest else {
      return Finding(
        .damagedObject, "\(use) is not as it was written: '\(path)'",
        help: "delete the file and run the pipeline again, or restore it from a copy")
    }
    return nil
  }
}

extension Finding.Code {
  fileprivate var concernsHead: Bool { self == .editedHead || self == .missingLastRun }
}
